"""E-mails: what of a school's file goes into them, and how."""

import pytest
from sqlalchemy.orm import Session

from account_mgmt.queries.families import children_of
from account_mgmt.services import emails
from config.database import transaction
from config.services import Services
from tests.account_mgmt.services.conftest import Mails
from tests.factories import NOW, Dupont, Stage, make_account


def test_a_name_is_text_whatever_it_holds(services: Services, session: Session, family: Dupont, mails: Mails) -> None:
    account = family.jean_for_dylan
    account.first_name = 'Jean <b onclick="x">\r\nBcc: somebody@example.org'
    family.dylan.first_name = "{{ link }} & Co"
    session.commit()
    with transaction() as current:
        emails.confirm_address(current, services, account, "https://preau.test/confirmation/token")
    (mail,) = mails()
    assert "<b onclick" not in mail.html
    assert "&lt;b onclick=&#34;x&#34;&gt;" in mail.html
    assert "{{ link }} &amp; Co" in mail.html
    assert "{{ link }} & Co" in mail.text
    assert "\n" not in mail.subject


def test_an_account_without_an_address_is_written_nothing(services: Services, session: Session, family: Dupont) -> None:
    account = make_account(session, family.dylan, None, Stage.CREATED)
    account.email = None
    with pytest.raises(ValueError, match="no address"):
        emails.confirm_address(session, services, account, "https://preau.test/confirmation/token")


def test_both_accounts_with_one_address_get_one_message(
    services: Services, session: Session, family: Dupont, mails: Mails
) -> None:
    absorbed = make_account(session, family.florian, family.jean, email=family.jean_for_dylan.email)
    waiting = make_account(session, family.florian, family.alice, Stage.CREATED)
    session.commit()
    with transaction() as current:
        emails.accounts_grouped(current, services, family.jean_for_dylan, absorbed)
        emails.accounts_grouped(current, services, family.jean_for_dylan, waiting)
    assert [mail.to for mail in mails()] == [family.jean_for_dylan.email] * 2


def test_a_child_with_two_guardians_in_one_account_is_named_once(session: Session, family: Dupont) -> None:
    rows = children_of(session, family.jean_for_dylan.id, NOW.date())
    assert [child.first_name for child in emails.mailed_children([*rows, *rows])] == ["Dylan"]
