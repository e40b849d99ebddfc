"""No module of the plans that we hold ourselves to is forgotten: each has a test of its name."""

import ast
from pathlib import Path

BASIC = [
    "server",
    "response-type-missing",
    "idtoken-signature",
    "idtoken-unsigned",
    "userinfo-get",
    "userinfo-post-header",
    "userinfo-post-body",
    "ensure-request-without-nonce-succeeds-for-code-flow",
    "scope-profile",
    "scope-email",
    "scope-address",
    "scope-phone",
    "scope-all",
    "alternate-happy-flow",
    "display-page",
    "display-popup",
    "prompt-login",
    "prompt-none-not-logged-in",
    "prompt-none-logged-in",
    "max-age-1",
    "max-age-10000",
    "ensure-request-with-unknown-parameter-succeeds",
    "id-token-hint",
    "login-hint",
    "ui-locales",
    "claims-locales",
    "ensure-request-with-acr-values-succeeds",
    "codereuse",
    "codereuse-30seconds",
    "ensure-registered-redirect-uri",
    "ensure-post-request-succeeds",
    "server-client-secret-post",
    "request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
    "unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
    "claims-essential",
    "ensure-request-object-with-redirect-uri",
    "refresh-token",
    "ensure-request-with-valid-pkce-succeeds",
]
CONFIG = ["discovery-endpoint-verification"]
LOGOUT = [
    "rp-initiated-logout-discovery-endpoint-verification",
    "rp-initiated-logout",
    "rp-initiated-logout-bad-post-logout-redirect-uri",
    "rp-initiated-logout-query-added-to-post-logout-redirect-uri",
    "rp-initiated-logout-modified-id-token-hint",
    "rp-initiated-logout-bad-id-token-hint",
    "rp-initiated-logout-no-id-token-hint",
    "rp-initiated-logout-no-params",
    "rp-initiated-logout-no-post-logout-redirect-uri",
    "rp-initiated-logout-no-state",
    "rp-initiated-logout-only-state",
]


def test_every_module_of_the_three_plans_has_a_test_of_its_name() -> None:
    wanted = {f"test_oidcc_{module.replace('-', '_')}" for module in (*BASIC, *CONFIG, *LOGOUT)}
    trees = [ast.parse(file.read_text()) for file in Path(__file__).parent.glob("test_*.py")]
    found = {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert wanted <= found, sorted(wanted - found)
