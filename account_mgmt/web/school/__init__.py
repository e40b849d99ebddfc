"""The school office's pages, under /etablissement: logging in, the families' progress, school files, letters (R110, R111).

One blueprint, a module per subject. Each page names the action that it needs and acts for one school, taken from its address.
"""

from account_mgmt.web.school import accounts, dashboard, imports, letters, sign_in
from account_mgmt.web.school.pages import blueprint

__all__ = ["accounts", "blueprint", "dashboard", "imports", "letters", "sign_in"]  # importing a module adds its pages
