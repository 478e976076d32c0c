"""The settings: what is read, how it is told apart, and the one sentence that stops a start."""

import base64
import os
import re
import traceback
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.core.prose import Prose
from bot.settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parents[1]
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    """No variable of the machine and no .env of the developer reaches these tests."""
    for name in list(os.environ):
        if name.upper().startswith("SAYSO_") or name.upper() == "PORT":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def sentence(**wrong: object) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings.load(**wrong)
    return str(refused.value)


def test_everything_has_a_default_that_works_on_a_desk():
    settings = Settings.load()
    assert settings.database == "sqlite+turns:///.sayso/sayso.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.log_level, settings.log_format) == ("info", "auto")
    assert (settings.worker_tick_seconds, settings.lease_seconds) == (1.0, 60.0)
    assert (settings.posts_per_second, settings.spread_minutes) == (5.0, 5)
    assert (settings.slack_bot_token, settings.slack_app_token, settings.clock_url) == (None, None, None)
    assert (settings.signing_secrets, settings.keys) == ((), ())


def test_the_environment_is_read_and_wins_over_the_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("SAYSO_HOST=0.0.0.0\nSAYSO_PORT=4000\nSAYSO_LOG_LEVEL=debug\n")
    monkeypatch.setenv("SAYSO_PORT", "5000")
    settings = Settings.load(log_level="error")
    assert (settings.host, settings.port, settings.log_level) == ("0.0.0.0", 5000, "error")  # noqa: S104


def test_an_empty_value_means_not_set(monkeypatch):
    monkeypatch.setenv("SAYSO_SLACK_BOT_TOKEN", "")
    monkeypatch.setenv("SAYSO_PORT", "")
    settings = Settings.load()
    assert settings.slack_bot_token is None
    assert settings.port == 3000


def test_a_platforms_port_is_used_when_ours_is_missing(monkeypatch):
    monkeypatch.setenv("PORT", "8080")
    assert Settings.load().port == 8080
    monkeypatch.setenv("SAYSO_PORT", "9090")
    assert Settings.load().port == 9090
    assert Settings.load(port=4010).port == 4010


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:///a/b.db", "sqlite+turns:///a/b.db"),
        ("sqlite:////var/b.db", "sqlite+turns:////var/b.db"),
        ("postgresql://u:p@h:5432/d", "postgresql+psycopg://u:p@h:5432/d"),
        ("postgres://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg://u@/d?host=/run", "postgresql+psycopg://u@/d?host=/run"),
    ],
)
def test_a_database_address_becomes_the_async_drivers(written, meant):
    assert Settings.load(database_url=written).database == meant


def test_signing_secrets_may_be_a_list_while_they_are_renewed():
    assert Settings.load(slack_signing_secret="new, old,").signing_secrets == ("new", "old")
    assert Settings.load(slack_signing_secret="only").signing_secrets == ("only",)


def test_keys_are_a_list_with_the_current_one_first():
    unpadded = OTHER_KEY.rstrip("=")
    assert Settings.load(master_keys=f"{KEY},{unpadded}").keys == (bytes(range(32)), bytes(32))


@pytest.mark.parametrize(
    "wrong",
    [
        {"slack_bot_token": "xapp-1"},
        {"slack_bot_token": "xoxe.xoxb-1"},
        {"slack_app_token": "xoxb-1"},
        {"slack_signing_secret": " , "},
        {"slack_api_url": "https://slack.com/api"},
        {"slack_api_url": "http://slack.com/api/"},
        {"slack_api_url": "slack.com/api/"},
        {"database_url": "mysql://u:hunter2@h/d"},
        {"database_url": "sqlite://"},
        {"database_url": "sqlite+aiosqlite:///b.db"},
        {"master_keys": "short"},
        {"master_keys": f"{KEY},{KEY[:-4]}"},
        {"master_keys": "ключ"},
        {"master_keys": ","},
        {"host": "  "},
        {"port": "70000"},
        {"port": "soon"},
        {"log_level": "loud"},
        {"log_format": "xml"},
        {"clock_url": "https://example.com/now"},
        {"clock_url": "ftp://127.0.0.1/now"},
        {"worker_tick_seconds": "0"},
        {"worker_tick_seconds": "nan"},
        {"lease_seconds": "0.5"},
        {"posts_per_second": "0"},
        {"spread_minutes": "61"},
    ],
    ids=lambda wrong: "-".join(f"{name}={value}" for name, value in wrong.items()),
)
def test_a_wrong_value_stops_the_start_with_one_sentence_that_names_the_variable(wrong):
    (name,) = wrong
    said = sentence(**wrong)
    assert said.startswith(f"SAYSO_{name.upper()} ")
    assert said.endswith(".")
    assert len(re.findall(r"[.!?](?:\s|$)", said)) == 1


def test_a_wrong_port_is_explained_whichever_variable_it_came_from(monkeypatch):
    monkeypatch.setenv("PORT", "http")
    assert sentence().startswith("SAYSO_PORT must be")


def test_no_secret_is_in_an_error_or_in_what_is_printed():
    secret = "hunter-2"
    with pytest.raises(SettingsError) as refused:
        Settings.load(master_keys=secret, database_url=f"mysql://{secret}")
    assert secret not in "".join(traceback.format_exception(refused.value))
    kept = Settings.load(
        slack_bot_token=f"xoxb-{secret}",
        slack_app_token=f"xapp-{secret}",
        slack_signing_secret=secret,
        database_url=f"postgres://u:{secret}@h/d",
        master_keys=KEY,
    )
    assert secret not in f"{kept!r} {kept}"
    assert KEY not in repr(kept)


def test_a_file_that_is_no_text_is_explained(tmp_path):
    (tmp_path / ".env").write_bytes(b"SAYSO_HOST=\xff\xfe")
    assert sentence().startswith("The file .env cannot be read")


def test_plain_http_is_accepted_on_this_machine_only():
    for url in ("http://127.0.0.1:3939/api/", "http://localhost:3939/api/", "http://[::1]:3939/api/"):
        assert Settings.load(slack_api_url=url).slack_api_url == url
    assert Settings.load(clock_url="http://127.0.0.1:1/now").clock_url == "http://127.0.0.1:1/now"


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError):
        Settings.load().port = 1  # type: ignore[misc]


def test_a_command_says_which_tokens_it_misses():
    with pytest.raises(
        SettingsError, match=r"^Set SAYSO_SLACK_BOT_TOKEN and SAYSO_SLACK_SIGNING_SECRET .* shows them\.$"
    ):
        Settings.load().require_slack_http()
    with pytest.raises(SettingsError, match=r"^Set SAYSO_SLACK_APP_TOKEN .* shows it\.$"):
        Settings.load(slack_bot_token="xoxb-1").require_slack_socket()
    with pytest.raises(SettingsError, match=r"^Set SAYSO_SLACK_BOT_TOKEN "):
        Settings.load().require_slack()
    with pytest.raises(SettingsError, match=r"^Set SAYSO_MASTER_KEYS .* “sayso keys new”"):
        Settings.load().require_keys()


def test_a_command_gets_what_it_requires():
    settings = Settings.load(
        slack_bot_token="xoxb-1", slack_app_token="xapp-1", slack_signing_secret="s,t", master_keys=KEY
    )
    assert settings.require_slack_http() == ("s", "t")
    assert [part.get_secret_value() for part in settings.require_slack_socket()] == ["xoxb-1", "xapp-1"]
    assert settings.require_slack() == ("xoxb-1",)
    assert settings.require_keys() == (bytes(range(32)),)


def test_a_misspelt_variable_is_named(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("SAYSO_MASTER_KEY=x\nPATH_ELSEWHERE=y\n")
    monkeypatch.setenv("SAYSO_SLACK_TOKEN", "xoxb-1")
    monkeypatch.setenv("SAYSO_TEST_POSTGRES_URL", "postgresql://h/d")
    monkeypatch.setenv("SAYSO_HOST", "127.0.0.1")
    assert Settings.unknown_variables() == ("SAYSO_MASTER_KEY", "SAYSO_SLACK_TOKEN")


def test_the_example_file_names_the_same_variables_as_the_settings():
    written = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert written == [f"SAYSO_{name.upper()}" for name in Settings.model_fields]


def test_the_example_file_works_as_it_is(tmp_path):
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    assert Settings.load() == Settings.load(_env_file=None)


def test_every_setting_has_its_sentence():
    assert set(Settings.model_fields) <= Prose().words("settings").names


@pytest.mark.parametrize(
    "wrong",
    [
        "http://sayso.example.com",
        "https://",
        "https://sayso.example.com/slack",
        "https://sayso.example.com/?a=b",
        "https://me:pw@sayso.example.com",
        "sayso.example.com",
        "javascript:alert(1)",
    ],
)
def test_a_public_address_is_https_and_nothing_more(wrong):
    assert "SAYSO_PUBLIC_URL must be the https address" in sentence(public_url=wrong)


def test_the_way_back_from_slack_is_fixed_by_the_public_address():
    oauth = Settings.load(
        slack_client_id="1.2", slack_client_secret="c", public_url="https://sayso.example.com/"
    ).oauth
    assert oauth is not None
    assert oauth.redirect_uri == "https://sayso.example.com/slack/oauth_redirect"
    assert "'c'" not in repr(oauth)
    local = Settings.load(slack_client_id="1", slack_client_secret="c", public_url="http://127.0.0.1:3000")
    assert local.oauth is not None


def test_installing_over_oauth_takes_all_of_its_settings_or_none_and_no_bot_token():
    assert Settings.load().oauth is None
    with pytest.raises(
        SettingsError, match=r"^Set SAYSO_SLACK_CLIENT_SECRET and SAYSO_PUBLIC_URL .* shows them"
    ):
        _ = Settings.load(slack_client_id="1.2").oauth
    whole = {"slack_client_id": "1.2", "slack_client_secret": "c", "public_url": "https://sayso.example.com"}
    settings = Settings.load(slack_signing_secret="s", **whole)
    assert settings.require_slack() == ()
    assert settings.require_slack_http() == ("s",)
    assert Settings.load(slack_app_token="xapp-1", **whole).oauth is None, "Socket Mode stays as it is"
