"""People and schools from a shell: each command calls one use case and prints one sentence with counts.

A module per subject; its commands go into the groups of `groups.py` (`flask accounts …`, `flask staff …`).
"""

import click

from account_mgmt.cli import imports, letters, lifecycle, schools, staff
from account_mgmt.cli.groups import academies as academies_group
from account_mgmt.cli.groups import accounts as accounts_group
from account_mgmt.cli.groups import schools as schools_group
from account_mgmt.cli.groups import staff as staff_group

COMMANDS: tuple[click.Command, ...] = (academies_group, accounts_group, schools_group, staff_group)

__all__ = ["COMMANDS", "imports", "letters", "lifecycle", "schools", "staff"]  # importing a module adds its commands to its group
