"""The groups of commands that several modules add to."""

from flask.cli import AppGroup

accounts = AppGroup("accounts", help="Accounts of families: school files and letters.")
