"""The demonstration: an académie to play with, the mailbox of everybody in it, and services to log in to.

It stands at the right end of the import line and nothing imports it but `wsgi.py`. `make run` starts it. The services
are real relying parties: a process of their own that knows Préau by its discovery document and nothing else.
"""
