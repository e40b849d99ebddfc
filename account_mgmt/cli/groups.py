"""The groups of commands, for the modules that add to them."""

from flask.cli import AppGroup

accounts = AppGroup("accounts", help="Accounts of families: school files and letters.")
academies = AppGroup("academies", help="Académies: who owns schools, policies and the look of pages.")
schools = AppGroup("schools", help="Collèges, lycées and écoles.")
staff = AppGroup("staff", help="The people of school offices and académies.")
