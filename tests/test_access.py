"""Every route says who may use it: a page that nobody thought about is open to nobody, because this test stops it."""

import re

from flask import Flask
from werkzeug.routing import Rule

KNOWN = re.compile(r"public|signed_in|past_password|staff:\w+|client|bearer")
"""`client` and `bearer` are those of the protocols: a relying party's own credentials, an access token."""
UNGUARDED = {"static"}
"""Flask's own endpoint for the files of templates/static."""


def access(app: Flask, rule: Rule) -> str:
    """What the view of a route declares; nothing if it declares nothing."""
    return str(getattr(app.view_functions[rule.endpoint], "access", ""))


def routes(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in UNGUARDED]


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    declared = {rule.endpoint: access(app, rule) for rule in routes(app)}
    assert len(declared) > 10
    assert not {endpoint: said for endpoint, said in declared.items() if not KNOWN.fullmatch(said)}


def test_pages_of_the_school_office_are_for_staff_alone(app: Flask) -> None:
    office = [rule for rule in routes(app) if rule.rule.startswith("/etablissement")]
    signing_in = {"school.sign_in", "school.give_password", "school.password", "school.choose_password"}
    open_to_all = {rule.endpoint for rule in office if not access(app, rule).startswith("staff:")}
    assert open_to_all <= signing_in | {"school.sign_out"}


def test_pages_of_the_account_are_for_whoever_is_signed_in(app: Flask) -> None:
    account = [rule for rule in routes(app) if rule.rule.startswith("/compte")]
    assert account
    assert not {rule.endpoint for rule in account if access(app, rule) != "signed_in"}


def test_no_route_answers_a_method_that_forms_and_links_do_not_send(app: Flask) -> None:
    expected = {"GET", "HEAD", "OPTIONS", "POST"}
    assert not {rule.endpoint for rule in routes(app) if (rule.methods or set()) - expected}
