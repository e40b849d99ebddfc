"""Links that leave the site: absolute addresses, and tokens that say one thing for a while."""

from datetime import timedelta

import pytest

from config.clock import FrozenClock
from config.links import LinkExpired, LinkInvalid, Links
from config.settings import Settings

DAY = timedelta(days=1)


@pytest.fixture
def links(settings: Settings, clock: FrozenClock) -> Links:
    return Links(settings, clock)


def test_an_address_starts_with_the_site_of_the_settings(links: Links) -> None:
    assert links.absolute("/compte") == "https://preau.test/compte"
    assert links.absolute("connexion", suite="/a b", n=2) == "https://preau.test/connexion?suite=%2Fa+b&n=2"


def test_a_token_says_what_was_signed(links: Links) -> None:
    token = links.sign("confirm", {"account": 12, "serial": 3})
    assert links.read("confirm", token, DAY) == {"account": 12, "serial": 3}


def test_a_token_fits_in_an_address_as_it_is(links: Links) -> None:
    token = links.sign("confirm", {"name": "é & / ? #"})
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_token_for_one_purpose_is_invalid_for_another(links: Links) -> None:
    with pytest.raises(LinkInvalid):
        links.read("reset", links.sign("confirm", {"account": 12}), DAY)


@pytest.mark.parametrize("end", ["cut", "longer", "other"])
def test_a_changed_token_is_invalid(links: Links, end: str) -> None:
    token = links.sign("confirm", {"account": 12})
    spoiled = {"cut": token[:-1], "longer": token + "A", "other": "A" + token[1:]}[end]
    with pytest.raises(LinkInvalid):
        links.read("confirm", spoiled, DAY)


@pytest.mark.parametrize("text", ["", ".", "é.à", "a.b.c"])
def test_what_is_no_token_is_invalid(links: Links, text: str) -> None:
    with pytest.raises(LinkInvalid):
        links.read("confirm", text, DAY)


def test_a_token_of_another_site_is_invalid(links: Links, settings: Settings, clock: FrozenClock) -> None:
    elsewhere = Links(settings.model_copy(update={"secret_key": type(settings.secret_key)("another secret key" * 3)}), clock)
    with pytest.raises(LinkInvalid):
        links.read("confirm", elsewhere.sign("confirm", {"account": 12}), DAY)


@pytest.mark.rule("R20")
def test_a_token_expires_by_the_clock_of_the_application(links: Links, clock: FrozenClock) -> None:
    token = links.sign("confirm", {"account": 12})
    clock.advance(days=1)
    assert links.read("confirm", token, DAY)
    clock.advance(seconds=1)
    with pytest.raises(LinkExpired):
        links.read("confirm", token, DAY)


def test_without_a_limit_a_token_stays_good(links: Links, clock: FrozenClock) -> None:
    token = links.sign("confirm", {"account": 12})
    clock.advance(days=4000)
    assert links.read("confirm", token, None) == {"account": 12}
