"""What the operator decides: one `Settings` in small groups. The docstring under a field is its reference.

Values come from the environment (`PREAU_HTTP__BASE_URL`), from secret files (`PREAU_SECRET_KEY_FILE`) and from the TOML file that
`PREAU_CONFIG` names, in that order; how they are read, and the sentences of a refusal, are in `config/settings_sources.py`.
Rules never see this object: they get values (`PasswordPolicy`, a number of days…).
"""

import os
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from config.settings_sources import SettingsError, from_environment, from_toml, sentences

ROOT = Path(__file__).resolve().parent.parent
"""Relative paths in settings start here, whatever the working directory."""
EXAMPLE_SECRET = "replace-me-with-the-output-of-openssl-rand-base64-48"  # noqa: S105 - the value that production refuses
SHORTEST_SECRET = 32
DEBUG_FLAGS = ("FLASK_DEBUG", "AUTHLIB_INSECURE_TRANSPORT")


class Group(BaseModel):
    """A table of the settings: nothing unknown gets in, nothing changes afterwards."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True, validate_default=True
    )


class OtherPublic(Group):
    """People who log in elsewhere: one link of the entry page (R31)."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    """A short word for addresses and cookies: `agents`, `agricole`. `famille` is taken."""
    label: str = Field(min_length=1)
    """What the link says, in French."""
    url: str = Field(pattern=r"^https?://")
    """Where these people log in."""


class HttpSettings(Group):
    """Where the site is reached."""

    base_url: str
    """The address of the site, as families type it: the issuer of every protocol and the start of every link."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many reverse proxies of yours stand in front. Their `X-Forwarded-*` headers are believed, nobody else's."""
    largest_upload_mb: int = Field(default=100, ge=1)
    """A request larger than this is refused before it is read; school files are the largest thing that is sent."""
    static_max_age_seconds: int = Field(default=3600, ge=0)
    """How long browsers keep style sheets and images without asking again."""
    other_publics: tuple[OtherPublic, ...] = ()
    """Other publics than families, each with its link on the entry page; with none, the login page comes at once (R31)."""

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it must start with https:// (or http:// outside production) and name a host")
        if parts.query or parts.fragment or parts.username or parts.path not in ("", "/"):
            raise ValueError("it must be an address alone, without path, query, fragment or user")
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def secure(self) -> bool:
        """Whether the site is reached over TLS, and its cookies can say so."""
        return self.base_url.startswith("https://")


class DatabaseSettings(Group):
    """Where what must not be lost is kept."""

    url: str = Field(default="sqlite:///var/preau.sqlite", repr=False)
    """`sqlite:///path/to/file`, or `postgresql://user:password@host/name` (PostgreSQL 15 or later)."""
    pool_size: int = Field(default=5, ge=1)
    """Connections that each process keeps open to PostgreSQL."""

    @field_validator("url")
    @classmethod
    def _is_supported(cls, value: str) -> str:
        return _with_full_path(value, ("sqlite", "postgresql"))


class StoreSettings(Group):
    """Where short-lived state is kept: sessions, codes, counters."""

    url: str = Field(default="sqlite:///var/store.sqlite", repr=False)
    """`sqlite:///path` (one machine), `postgresql://…`, or Redis 6.2 and Valkey: `redis://host/0`, `rediss://…`, `unix:///socket`."""

    @field_validator("url")
    @classmethod
    def _is_supported(cls, value: str) -> str:
        return _with_full_path(value, ("sqlite", "postgresql", "redis", "rediss", "unix"))


class MailSettings(Group):
    """How e-mail leaves. The sender of a message is its académie's."""

    host: str = "localhost"
    """The SMTP server."""
    port: int = Field(default=25, ge=1, le=65535)
    """25 for a relay of yours, 587 for submission, 465 with `security = "tls"`."""
    security: Literal["none", "starttls", "tls"] = "none"
    """`starttls` and `tls` demand a certificate that this machine trusts; `none` is for a relay on a network of yours."""
    username: str = ""
    """Empty where the server asks for no login."""
    password: SecretStr = SecretStr("")
    """The password that goes with `username`."""
    bounce_address: str = ""
    """The envelope sender, where undeliverable mail comes back; empty: the sender's own address."""
    timeout_seconds: int = Field(default=20, ge=1)
    """How long to wait for the SMTP server before trying again later."""


class KeySettings(Group):
    """The keys that sign tokens."""

    directory: Path = Path("var/keys")
    """Where signing keys are kept, in files that only the site's user can read."""
    publication_hours: int = Field(default=24, ge=0)
    """A key is published for so long before it signs: relying parties keep the list of keys for hours."""
    retired_days: int = Field(default=30, ge=1)
    """A key that signs no more is still published for so long: longer than the life of any token."""

    @field_validator("directory")
    @classmethod
    def _from_the_root(cls, value: Path) -> Path:
        return ROOT / value


class AccountSettings(Group):
    """Sessions and wrong passwords. What an académie may decide differently is a policy, not a setting."""

    session_idle_minutes: int = Field(default=30, ge=1)
    """A session that is not used for so long is over."""
    session_absolute_hours: int = Field(default=12, ge=1)
    """A session is over after so long, used or not."""
    staff_session_idle_minutes: int = Field(default=120, ge=1)
    """The same for staff, whose session lasts a working day with its interruptions."""
    login_tries: int = Field(default=10, ge=1)
    """Wrong passwords for one account, within `login_lock_minutes`, before it is locked for as long (R32)."""
    login_tries_before_slowing: int = Field(default=5, ge=1)
    """From this wrong password on, each one costs a wait that doubles (R32)."""
    login_tries_per_address: int = Field(default=200, ge=1)
    """Wrong passwords from one network address within `login_lock_minutes`: a whole school may share one (R32)."""
    login_lock_minutes: int = Field(default=15, ge=1)
    """How long the lock lasts; it ends by itself (R32)."""
    first_connection_minutes: int = Field(default=60, ge=5)
    """How long the first-connection screen stays good after the provisional password was typed (R10)."""
    birth_date_tries: int = Field(default=5, ge=1)
    """Wrong birth dates for one letter, within `birth_date_lock_minutes`, before its screen is locked for as long (R14)."""
    birth_date_lock_minutes: int = Field(default=60, ge=1)
    """How long that lock lasts; it ends by itself (R14)."""
    confirmations_per_hour: int = Field(default=5, ge=1)
    """Confirmation messages that one account may ask for within an hour (R22)."""
    recovery_misses_per_hour: int = Field(default=5, ge=0)
    """Plain answers of "there is no such account" to one network address within an hour; neutral answers follow (R54)."""
    recovery_requests_per_hour: int = Field(default=100, ge=1)
    """Forgotten logins and passwords that one network address may ask for within an hour: a whole school may share one (R54)."""
    recovery_messages_per_hour: int = Field(default=3, ge=1)
    """Messages about a forgotten login or password that one account or address gets within an hour (R40, R50)."""
    breached_passwords: Path | None = None
    """A file of passwords that thieves have: their SHA-1 digests, 20 bytes each, sorted, with nothing between them (R12)."""


class ProtocolSettings(Group):
    """How long what relying parties get stays good."""

    code_seconds: int = Field(default=60, ge=10, le=600)
    """The life of an authorization code (RFC 6749 §4.1.2 recommends 10 minutes at most)."""
    access_token_seconds: int = Field(default=600, ge=60)
    """The life of an access token."""
    id_token_seconds: int = Field(default=600, ge=60)
    """The life of an ID token: relying parties read it at once."""
    refresh_token_days: int = Field(default=30, ge=1)
    """The life of a refresh token that is not used; each use gives a new one."""
    interaction_minutes: int = Field(default=120, ge=5)
    """How long a request waits for its person to pass the login and the gates."""
    pairwise_key: SecretStr = SecretStr("")
    """What the identifiers that relying parties get are made from; empty: `secret_key`. It must never change: set it before
    the day when `secret_key` has to be replaced."""
    allow_loopback_requests: bool = False
    """Lets outgoing requests (`jwks_uri`…) reach this machine itself: for tests and the demonstration only."""


class Settings(BaseSettings):
    """All that the operator decides."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True, validate_default=True
    )

    mode: Literal["production", "development", "test", "demonstration"] = "production"
    """`production` refuses whatever is unsafe; the others are for people who write, test or show the software."""
    secret_key: SecretStr = Field(min_length=1)
    """At least 32 random characters (`openssl rand -base64 48`): links, forms and encryption hang on it. Keep a copy apart."""
    http: HttpSettings
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    mail: MailSettings = Field(default_factory=MailSettings)
    keys: KeySettings = Field(default_factory=KeySettings)
    accounts: AccountSettings = Field(default_factory=AccountSettings)
    protocols: ProtocolSettings = Field(default_factory=ProtocolSettings)

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.mode == "production" and (dangers := _dangers(self)):
            raise ValueError("; ".join(dangers))
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values given in code first, then the environment and its secret files, then the TOML file."""
        sources = (from_environment(settings_cls, os.environ), from_toml(os.environ))
        return init_settings, *(InitSettingsSource(settings_cls, init_kwargs=values) for values in sources)


def load_settings(**values: Any) -> Settings:
    """The settings in force; raises SettingsError with a sentence for each thing that is wrong."""
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(sentences(error, Settings)) from None


def _with_full_path(url: str, schemes: tuple[str, ...]) -> str:
    """The address, with a SQLite file's path made absolute."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in schemes:
        raise ValueError(f"it must start with one of {', '.join(f'{name}://' for name in schemes)}")
    if scheme == "sqlite":
        if not rest.removeprefix("/"):
            raise ValueError("it must name a file, so that two processes and a restart find the same data")
        return f"sqlite:///{ROOT / rest.removeprefix('/')}"
    return url


def _dangers(settings: Settings) -> list[str]:
    """What must not be in production; each entry names its key."""
    secret = settings.secret_key.get_secret_value()
    checks = {
        "secret_key is the one of the example": secret == EXAMPLE_SECRET,
        f"secret_key is shorter than {SHORTEST_SECRET} characters": len(secret) < SHORTEST_SECRET,
        "secret_key repeats a few characters instead of being random": len(set(secret)) < SHORTEST_SECRET // 4,
        "http.base_url is not https": not settings.http.secure,
        "protocols.allow_loopback_requests is on": settings.protocols.allow_loopback_requests,
    }
    flags = {
        f"the environment sets {flag}": os.environ.get(flag, "0").lower() not in ("", "0", "false", "no") for flag in DEBUG_FLAGS
    }
    return [sentence for sentence, found in (checks | flags).items() if found]
