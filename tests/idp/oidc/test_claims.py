"""What a relying party is told in the words of OpenID Connect: scopes, single claims, children, what portals read."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Account, ChildLink, Guardian
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from tests.factories import Dupont, Stage, make_account
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conftest import Desk, MakeDesk

SignIn = Callable[[Account], None]
ALL = "openid profile email enfants ent"


@pytest.fixture
def grouped(session: Session, family: Dupont) -> Account:
    """Jean's account, which has taken over the one for Florian and, jointly, Alice's for Dylan."""
    for link in session.scalars(select(ChildLink)):
        if link.issued_account_id in (family.jean_for_florian.id, family.alice_for_dylan.id):
            link.account_id = family.jean_for_dylan.id
    session.commit()
    return family.jean_for_dylan


@pytest.mark.rule("R96")
def test_the_id_token_holds_both_children_of_a_grouped_account(desk: Desk, grouped: Account) -> None:
    children = desk.log_in(scope="openid enfants").claims["enfants"]
    assert [(child["prenom"], child["classe"], child["etablissement"]["uai"]) for child in children] == [
        ("Florian", "3 A", "0860033X"),
        ("Dylan", "5 B", "0790031E"),
    ]
    assert children[1] == {
        "id": children[1]["id"],
        "nom": "Dupont",
        "prenom": "Dylan",
        "date_naissance": "2013-05-14",
        "etablissement": {"uai": "0790031E", "nom": "Collège Jean-Moulin"},
        "classe": "5 B",
        "niveau": "2115",
        "au_nom_de": [
            {"nom": "Dupont", "prenom": "Jean", "lien_parente": "20", "niveau_responsabilite": 1, "rang": 1},
            {"nom": "Dupont", "prenom": "Alice", "lien_parente": "10", "niveau_responsabilite": 1, "rang": 2},
        ],
    }


@pytest.mark.rule("R96")
def test_userinfo_holds_the_same_children(desk: Desk, grouped: Account) -> None:
    tokens = desk.log_in(scope="openid enfants")
    assert desk.party.userinfo(tokens.access_token)["enfants"] == tokens.claims["enfants"]
    assert tokens.claims["profil"] == "responsable_legal"


@pytest.mark.rule("R96")
def test_only_children_of_the_schools_that_it_serves_are_told(make_desk: MakeDesk, desk: Desk, grouped: Account) -> None:
    local = make_desk("local", columns={"schools": {"uais": ["0860033X"]}})
    assert [child["prenom"] for child in local.log_in(scope="openid enfants").claims["enfants"]] == ["Florian"]


@pytest.mark.rule("R96")
def test_birth_dates_are_told_only_where_they_are_granted(make_desk: MakeDesk, desk: Desk) -> None:
    discreet = make_desk("discreet", columns={"attributes": ["children"]})
    (child,) = discreet.log_in(scope="openid enfants").claims["enfants"]
    assert "date_naissance" not in child


@pytest.mark.rule("R95")
def test_two_relying_parties_cannot_join_their_files(make_desk: MakeDesk, desk: Desk, grouped: Account) -> None:
    here, there = desk.log_in(scope=ALL).claims, make_desk("other").log_in(scope=ALL).claims
    for name in ("sub", "sid", "FrEduCtId"):
        assert here[name] != there[name]
    ids = [{child["id"] for child in claims["enfants"]} for claims in (here, there)]
    assert not ids[0] & ids[1]
    assert len(ids[0]) == 2


@pytest.mark.rule("R95")
def test_a_person_keeps_the_subject_and_the_children_theirs(desk: Desk, sign_in: SignIn, family: Dupont) -> None:
    first = desk.log_in(scope=ALL).claims
    sign_in(family.jean_for_dylan)
    second = desk.log_in(scope=ALL).claims
    assert second["sub"] == first["sub"]
    assert second["enfants"] == first["enfants"]
    assert second["sid"] != first["sid"]


@pytest.mark.rule("R98")
def test_portals_read_the_vectors_of_a_joint_account(desk: Desk, family: Dupont, grouped: Account) -> None:
    claims = desk.log_in(scope="openid ent").claims
    assert claims["FrEduVecteur"] == [
        f"2|Dupont|Jean|{family.florian.eleve_id}|0860033X",
        f"2|Dupont|Jean|{family.dylan.eleve_id}|0790031E",
        f"2|Dupont|Alice|{family.dylan.eleve_id}|0790031E",
    ]
    assert claims["FrEduCtPersonAffiliation"] == ["resp2d"]
    assert claims["ENTPersonProfils"] == ["National_TUT"]
    assert claims["FrEduUrlRetour"] == "https://preau.test/deconnexion"
    assert len(claims["FrEduCtId"]) == 96
    assert claims["FrEduCtDateConnexion"] == "2026-11-16 09:30:00.000"
    assert not {name for name in claims if name.startswith("FrEduCtEleve")}


@pytest.mark.rule("R96")
def test_a_pupil_carries_itself(desk: Desk, sign_in: SignIn, session: Session, family: Dupont) -> None:
    family.dylan.ine_hash = "ab" * 32
    pupil = make_account(session, family.dylan, stage=Stage.CREATED)
    session.commit()
    sign_in(pupil)
    claims = desk.log_in(scope=ALL).claims
    assert claims["profil"] == "eleve"
    assert [child["prenom"] for child in claims["enfants"]] == ["Dylan"]
    assert claims["enfants"][0]["au_nom_de"] == []
    assert claims["FrEduVecteur"] == [f"4|Dupont|Dylan|{family.dylan.eleve_id}|0790031E"]
    assert claims["FrEduCtPersonAffiliation"] == ["eleve2d"]
    assert claims["FrEduCtEleveUAI"] == "0790031E"
    assert claims["FrEduCtEleveNiveau"] == "2115"
    assert claims["FrEduCtDateNaissance"] == "2013-05-14"
    assert claims["FrEduCtEleveINEHash"] == "ab" * 16
    userinfo = desk.party.userinfo(desk.log_in(scope=ALL).access_token)
    assert userinfo["birthdate"] == "2013-05-14"


@pytest.mark.rule("R98")
def test_a_name_that_no_vector_can_hold_is_left_out_and_written_down(desk: Desk, session: Session, family: Dupont) -> None:
    session.get_one(Guardian, family.jean.id).last_name = "DU|PONT"
    session.commit()
    claims = desk.log_in(scope="openid ent").claims
    assert "FrEduVecteur" not in claims
    assert claims["FrEduCtPersonAffiliation"] == ["resp2d"]
    row = session.scalars(select(AuditRow).where(AuditRow.event == AuditEvent.VECTOR_LEFT_OUT)).one()
    assert row.details == {"pupils": [family.dylan.id]}


def test_name_and_email_come_in_the_id_token_only_where_the_registration_says_so(make_desk: MakeDesk, desk: Desk) -> None:
    assert not {"name", "email"} & set(desk.log_in(scope=ALL).claims)
    full = make_desk("full", id_token_scopes=["profile", "email"])
    claims = full.log_in(scope=ALL).claims
    assert {"name", "email"} < set(claims)
    assert "enfants" not in claims


def test_a_claim_asked_for_by_name_comes_where_it_was_asked(desk: Desk) -> None:
    asked = {"id_token": {"email": None}, "userinfo": {"given_name": {"essential": True}, "unheard_of": None}}
    tokens = desk.log_in(claims=json.dumps(asked))
    assert tokens.claims["email"] == "jean.dupont@famille.example"
    assert desk.party.userinfo(tokens.access_token) == {"sub": tokens.claims["sub"], "given_name": "Jean"}


def test_a_claim_that_is_not_granted_is_left_out_however_essential(make_desk: MakeDesk, desk: Desk) -> None:
    modest = make_desk("modest", columns={"attributes": ["children"]})
    tokens = modest.log_in(scope=ALL, claims=json.dumps({"id_token": {"email": {"essential": True}}}))
    told = modest.party.userinfo(tokens.access_token)
    assert set(told) == {"sub", "profil", "enfants"}
    assert "email" not in tokens.claims


def test_the_address_of_an_account_without_one_is_absent(desk: Desk, session: Session, family: Dupont) -> None:
    family.jean_for_dylan.email = None
    session.commit()
    tokens = desk.log_in(scope="openid email")
    assert desk.party.userinfo(tokens.access_token) == {"sub": tokens.claims["sub"]}


def test_a_subject_asked_for_by_name_must_be_the_one_who_is_there(desk: Desk) -> None:
    own = str(desk.log_in().claims["sub"])
    for subject, expected in ((own, "code"), ("somebody-else", "error")):
        claims = json.dumps({"id_token": {"sub": {"value": subject}}})
        assert expected in desk.ask(prompt="none", claims=claims)


def test_a_hint_about_somebody_else_gives_no_token(desk: Desk, sign_in: SignIn, session: Session, family: Dupont) -> None:
    hint = str(desk.log_in().members["id_token"])
    sign_in(make_account(session, family.dylan, stage=Stage.CREATED))
    assert desk.ask(prompt="none", id_token_hint=hint)["error"] == "login_required"


def test_a_hint_that_another_client_was_given_is_refused(desk: Desk, make_desk: MakeDesk) -> None:
    hint = str(make_desk("other").log_in().members["id_token"])
    attempt = desk.party.ask(id_token_hint=hint)
    checks.authorization_error(attempt, desk.send(attempt), desk.party.provider["issuer"], "invalid_request")


def test_two_subjects_in_one_request_are_refused(desk: Desk) -> None:
    hint = str(desk.log_in().members["id_token"])
    claims = json.dumps({"id_token": {"sub": {"value": "somebody-else"}}})
    assert desk.ask(id_token_hint=hint, claims=claims)["error"] == "invalid_request"


def test_a_hint_that_has_expired_still_says_who_was_meant(
    desk: Desk, sign_in: SignIn, clock: FrozenClock, family: Dupont
) -> None:
    hint = str(desk.log_in().members["id_token"])
    clock.advance(days=2)
    sign_in(family.jean_for_dylan)
    assert "code" in desk.ask(prompt="none", id_token_hint=hint)


def test_a_client_registered_for_es256_gets_es256(make_desk: MakeDesk, desk: Desk) -> None:
    tokens = make_desk("modern", id_token_signed_response_alg="ES256").log_in()
    assert tokens.header["alg"] == "ES256"
    assert tokens.claims["at_hash"]
