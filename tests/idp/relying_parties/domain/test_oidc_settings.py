"""The settings of a relying party go into the registry and come back."""

from idp.relying_parties.domain.oidc_settings import ClientSecret, OidcSettings

URI = "https://service.example/retour"


def test_settings_come_back_from_json_as_they_were() -> None:
    settings = OidcSettings(
        (URI,), origins=("https://app.example",), secrets=(ClientSecret("d", "2026-11-16"),), offline_access=True
    )
    assert OidcSettings.from_dict(settings.to_dict()) == settings


def test_what_was_not_written_has_its_default() -> None:
    settings = OidcSettings.from_dict({"redirect_uris": [URI]})
    assert settings == OidcSettings((URI,))
    assert not settings.public
    assert "jwks" not in settings.to_dict()


def test_a_client_without_authentication_is_public() -> None:
    assert OidcSettings((URI,), token_endpoint_auth_method="none").public
