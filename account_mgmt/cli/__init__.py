"""People and schools from a shell: each command calls one use case and prints one sentence with counts.

A module per subject; commands of one subject share a group (`flask accounts …`), which lives in `groups.py`.
"""

import click

from account_mgmt.cli import letters
from account_mgmt.cli.groups import accounts

__all__ = ["COMMANDS", "letters"]

COMMANDS: tuple[click.Command, ...] = (accounts,)
