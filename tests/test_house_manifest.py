"""The house rules for manifest.yml: Slack would take it, and it declares what listeners need, no more."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.house import ROOT, SHORTCUTS, agree, dotted, keys, nodes

MANIFEST = ROOT / "manifest.yml"
SLACKS_SCHEMA = ROOT.parent / "shared/reference/manifest.schema.2.0.0.json"

# What each call and each event needs, by Slack's reference of methods and events.
SCOPES_OF_CALLS = {
    **dict.fromkeys(("chat_postMessage", "chat_postEphemeral", "chat_update", "chat_delete"), "chat:write"),
    **dict.fromkeys(("conversations_history", "conversations_replies"), "im:history"),
    **dict.fromkeys(("users_info", "users_list"), "users:read"),
    **dict.fromkeys(("files_upload_v2", "files_getUploadURLExternal", "files_delete"), "files:write"),
    "files_info": "files:read",
    "conversations_open": "im:write",
    "reactions_add": "reactions:write",
    "team_info": "team:read",
}
SCOPES_OF_EVENTS = {"message.im": "im:history", "user_change": "users:read"}

Schema = dict[str, Any]


def words(most: int, least: int = 1, **more: Any) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def group(needs: Schema, **may: Any) -> Schema:
    return {
        "type": "object",
        "required": list(needs),
        "properties": needs | may,
        "additionalProperties": False,
    }


def some(of: Schema, most: int) -> Schema:
    return {"type": "array", "minItems": 1, "maxItems": most, "uniqueItems": True, "items": of}


# The constraints that matter to us, for where Slack's own schema is not at hand.
FLAG, URL = {"type": "boolean"}, words(3000, pattern="^https?://")
DISPLAY = group(
    {"name": words(35), "description": words(140), "long_description": words(4000, 175)},
    background_color=words(7, 4, pattern="^#([0-9a-fA-F]{3}){1,2}$"),
)
TABS = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
COMMAND = group(
    {"command": words(32, 2, pattern="^/"), "description": words(2000)},
    usage_hint=words(1000),
    should_escape=FLAG,
    url=URL,
)
SHORTCUT = group(
    {
        "name": words(24),
        "type": {"enum": ["message", "global"]},
        "callback_id": words(255),
        "description": words(150),
    }
)
FEATURES = group(
    {
        "app_home": {"const": TABS},
        "bot_user": group({"display_name": words(80)}, always_online=FLAG),
        "slash_commands": some(COMMAND, 50),
        "shortcuts": some(SHORTCUT, 10),
    }
)
SETTINGS = group(
    {
        "event_subscriptions": group({"bot_events": some(words(50), 100)}, request_url=URL),
        "interactivity": group({"is_enabled": {"const": True}}, request_url=URL),
    },
    org_deploy_enabled=FLAG,
    socket_mode_enabled=FLAG,
    token_rotation_enabled=FLAG,
    is_hosted=FLAG,
)
OUR_SCHEMA = group(
    {
        "display_information": DISPLAY,
        "features": FEATURES,
        # No user scopes: the bot never acts as a person.
        "oauth_config": group(
            {"scopes": group({"bot": some(words(50), 255)})}, redirect_urls=some(URL, 1000)
        ),
        "settings": SETTINGS,
    },
    _metadata=group({}, major_version={"type": "integer"}, minor_version={"type": "integer"}),
)

pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="there is no manifest.yml yet")


def manifest() -> dict[str, Any]:
    found = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def events() -> set[str]:
    return set(manifest()["settings"]["event_subscriptions"]["bot_events"])


def breaches(schema: Schema) -> list[str]:
    found = Draft7Validator(schema).iter_errors(manifest())
    return [f"manifest.yml: /{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def test_the_manifest_keeps_our_constraints() -> None:
    agree(breaches(OUR_SCHEMA))


def test_the_manifest_keeps_slacks_schema() -> None:
    agree(
        breaches(
            json.loads(SLACKS_SCHEMA.read_text(encoding="utf-8")) if SLACKS_SCHEMA.exists() else OUR_SCHEMA
        )
    )


def compare(what: str, needed: set[str], declared: set[str]) -> None:
    agree(
        [
            f"manifest.yml lacks the {what} {name}, which a listener needs."
            for name in sorted(needed - declared)
        ]
        + [f"manifest.yml has the {what} {name}, which nothing needs." for name in sorted(declared - needed)]
    )


def test_the_manifest_declares_the_commands() -> None:
    compare("command", keys("command"), {row["command"] for row in manifest()["features"]["slash_commands"]})


@pytest.mark.parametrize("kind", ["global", "message"])
def test_the_manifest_declares_the_shortcuts(kind: str) -> None:
    rows = manifest()["features"]["shortcuts"]
    others = {row["callback_id"] for row in rows if row["type"] != kind}
    declared = {row["callback_id"] for row in rows if row["type"] == kind}
    compare("shortcut", (keys("shortcut") - others) | keys(f"{kind}_shortcut"), declared)


def test_the_manifest_declares_the_events() -> None:
    needed = keys("event") | ({"message"} if keys("message") else set())
    compare("event", needed, {name.partition(".")[0] for name in events()})


def test_the_manifest_asks_for_the_scopes_that_are_needed() -> None:
    called = {dotted(node).rpartition(".")[2] for _, node in nodes("handlers")}
    needed = {scope for name, scope in SCOPES_OF_CALLS.items() if name in called}
    needed |= {scope for name, scope in SCOPES_OF_EVENTS.items() if name in events()}
    needed |= {"commands"} if keys("command", *SHORTCUTS) else set()
    compare("scope", needed, set(manifest()["oauth_config"]["scopes"]["bot"]))
