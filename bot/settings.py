"""The settings, read once from the environment and `.env`; nothing else reads the environment."""

import base64
import binascii
import os
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
)
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from bot.core.prose import Prose

PREFIX = "SAYSO_"
ENV_FILE = ".env"
# The suite's own switches are not settings, but they are no misspelling either.
TEST_PREFIX = "SAYSO_TEST_"
KEY_BYTES = 32

# What a person may write → the driver that SQLAlchemy is told to use.
DRIVERS = {
    # Our own dialect, in bot/storage/sqlite.
    "sqlite:///": "sqlite+turns:///",
    "postgresql://": "postgresql+psycopg://",
    "postgres://": "postgresql+psycopg://",
    "postgresql+psycopg://": "postgresql+psycopg://",
}


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one sentence that says what to set."""

    def __init__(self, words: str, /, **facts: object) -> None:
        super().__init__(Prose().words("settings", **facts).block(words).plain)
        self.words = words


def _on_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _token(*prefixes: str) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        if not token.get_secret_value().startswith(prefixes):
            raise ValueError("wrong kind of token")
        return token

    return AfterValidator(check)


def _listed(secrets: SecretStr) -> tuple[str, ...]:
    return tuple(part.strip() for part in secrets.get_secret_value().split(",") if part.strip())


def _at_least_one(secrets: SecretStr) -> SecretStr:
    if not _listed(secrets):
        raise ValueError("empty list")
    return secrets


def _key(text: str) -> bytes:
    """A base64url key with or without its padding; ValueError when it is not one."""
    try:
        key = base64.b64decode(
            text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
    except binascii.Error:
        raise ValueError("not base64url") from None
    if len(key) != KEY_BYTES:
        raise ValueError("wrong length")
    return key


def _sealing_keys(secrets: SecretStr) -> SecretStr:
    for text in _listed(_at_least_one(secrets)):
        _key(text)
    return secrets


def _api_url(url: str) -> str:
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and _on_loopback(url))
    if not (secure and parts.hostname and url.endswith("/")):
        raise ValueError("not an API address")
    return url


def _public_url(url: str) -> str:
    """The address without a slash at its end; ValueError for anything that is more or less than one."""
    parts = urlsplit(url.strip())
    secure = parts.scheme == "https" or (parts.scheme == "http" and _on_loopback(url))
    more = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    if not (secure and parts.hostname) or more:
        raise ValueError("not a public address")
    return f"{parts.scheme}://{parts.netloc}"


def _trial_clock(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not _on_loopback(url):
        raise ValueError("not on this machine")
    return url


def _known_database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(tuple(DRIVERS)):
        raise ValueError("unknown database")
    return url


def _lowered(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


@dataclass(frozen=True)
class OAuth:
    """What Slack knows the app by, and the address under which people reach it."""

    client_id: str
    client_secret: SecretStr
    public_url: str

    @property
    def redirect_uri(self) -> str:
        return f"{self.public_url}/slack/oauth_redirect"


class Settings(BaseSettings):
    """Everything that can be set; `load` is the way to make one."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        # A copied .env.example has empty lines; they mean "not set".
        env_ignore_empty=True,
        # A misspelt variable must not stop a running system; `unknown_variables` names it.
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    slack_bot_token: Annotated[SecretStr, _token("xoxb-")] | None = None
    slack_app_token: Annotated[SecretStr, _token("xapp-")] | None = None
    slack_signing_secret: Annotated[SecretStr, AfterValidator(_at_least_one)] | None = None
    slack_client_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] | None = None
    slack_client_secret: Annotated[SecretStr, AfterValidator(_at_least_one)] | None = None
    public_url: Annotated[str, AfterValidator(_public_url)] | None = None
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = "https://slack.com/api/"
    # Secret because the address of a PostgreSQL holds its password.
    database_url: Annotated[SecretStr, AfterValidator(_known_database)] = SecretStr(
        "sqlite:///.sayso/sayso.db"
    )
    master_keys: Annotated[SecretStr, AfterValidator(_sealing_keys)] | None = None
    host: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = "127.0.0.1"
    # Platforms tell a process its port in PORT; our own name wins.
    port: int = Field(default=3000, ge=0, le=65535, validation_alias=AliasChoices("SAYSO_PORT", "PORT"))
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lowered)] = "info"
    log_format: Annotated[Literal["auto", "json", "text"], BeforeValidator(_lowered)] = "auto"
    clock_url: Annotated[str, AfterValidator(_trial_clock)] | None = None
    worker_tick_seconds: float = Field(default=1.0, ge=0.05, le=3600)
    lease_seconds: float = Field(default=60.0, ge=1, le=3600)
    posts_per_second: float = Field(default=5.0, ge=0.1, le=1e9)
    spread_minutes: int = Field(default=5, ge=0, le=60)

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """The settings of this process; SettingsError with one sentence when one of them is wrong.

        `overrides` win over the environment; `_env_file=None` leaves `.env` unread.
        """
        try:
            return cls(**overrides)
        except ValidationError as wrong:
            words = _field(str(wrong.errors(include_input=False, include_url=False)[0]["loc"][0]))
        except (OSError, UnicodeDecodeError):
            words = "env_file"
        # Outside the handler, so that neither a value nor pydantic's report hangs on as the context.
        raise SettingsError(words)

    @classmethod
    def unknown_variables(cls) -> tuple[str, ...]:
        """SAYSO_ names in the environment or in `.env` that no setting has: most likely misspelt."""
        known = {PREFIX + name.upper() for name in cls.model_fields}
        given = {name.upper() for name in (*os.environ, *DotEnvSettingsSource(cls).env_vars)}
        ours = {name for name in given if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)}
        return tuple(sorted(ours - known))

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        """The signing secrets that are valid now; more than one while they are being renewed."""
        return _listed(self.slack_signing_secret) if self.slack_signing_secret else ()

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The master keys, the current one first; empty when none is set."""
        return tuple(_key(text) for text in _listed(self.master_keys)) if self.master_keys else ()

    @property
    def database(self) -> str:
        """The database's address as SQLAlchemy's async engine wants it."""
        url = self.database_url.get_secret_value()
        prefix = next(prefix for prefix in DRIVERS if url.startswith(prefix))
        return DRIVERS[prefix] + url.removeprefix(prefix)

    @property
    def oauth(self) -> OAuth | None:
        """How workspaces install the app by themselves; None where they do not, SettingsError for a part of it."""
        names = ("slack_client_id", "slack_client_secret", "public_url")
        if self.slack_app_token is not None or not any(getattr(self, name) for name in names):
            return None
        self._require(*names)
        secret = self.slack_client_secret or SecretStr("")
        return OAuth(self.slack_client_id or "", secret, self.public_url or "")

    def require_slack_http(self) -> tuple[str, ...]:
        """The signing secrets, with what else answering over HTTP needs, or SettingsError."""
        self._require(*self._tokens, "slack_signing_secret")
        return self.signing_secrets

    def require_slack_socket(self) -> tuple[SecretStr, SecretStr]:
        """The bot token and the app-level token, or SettingsError."""
        self._require("slack_bot_token", "slack_app_token")
        return self.slack_bot_token or SecretStr(""), self.slack_app_token or SecretStr("")

    def require_slack(self) -> tuple[str, ...]:
        """The bot token, if one is set, or SettingsError where nothing else brings one: a worker needs only that."""
        self._require(*self._tokens)
        return (self.slack_bot_token.get_secret_value(),) if self.slack_bot_token else ()

    @property
    def _tokens(self) -> tuple[str, ...]:
        """What must be set for a token: where workspaces install the app by themselves they bring theirs."""
        return () if self.oauth else ("slack_bot_token",)

    def require_keys(self) -> tuple[bytes, ...]:
        """The master keys, the current one first, or SettingsError."""
        if not self.keys:
            raise SettingsError("missing_keys")
        return self.keys

    def _require(self, *names: str) -> None:
        missing = [PREFIX + name.upper() for name in names if getattr(self, name) is None]
        if missing:
            raise SettingsError("missing_slack", names=missing)


def _field(location: str) -> str:
    """The field that an error's location names: pydantic reports an aliased one by the variable's name."""
    return location.lower().removeprefix(PREFIX.lower())


def has_desktop() -> bool:
    """Whether there is a screen that a browser could open on."""
    return os.name == "nt" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
