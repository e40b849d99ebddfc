"""The school office's pages, under /etablissement: logging in, progress, school files, letters, recovery (R110, R111).

One blueprint, a module per subject. Each page names the action that it needs and acts for one school, taken from its address.
"""

from account_mgmt.web.school import accounts, dashboard, imports, letters, recovery, sign_in
from account_mgmt.web.school.pages import blueprint

__all__ = ["accounts", "blueprint", "dashboard", "imports", "letters", "recovery", "sign_in"]  # importing adds their pages
