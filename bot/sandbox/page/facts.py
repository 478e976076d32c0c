"""What the page's templates are given: one person's view of the world at one address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.core.prose import time_of_day
from bot.sandbox.sees import sees

from . import lines, moments
from .pen import Pen
from .voice import Voice

if TYPE_CHECKING:
    from bot.sandbox.world import Person, World

Seen = dict[str, Any]
TABS = ("home", "messages", "about")


@dataclass(frozen=True)
class Place:
    """Where a person stands: in a conversation, or on a tab of an app."""

    user_id: str
    conversation_id: str | None = None
    app_id: str | None = None
    tab: str = "messages"


def look(world: "World", user_id: str) -> Seen:
    """What the person sees, once every app's direct conversation is open."""
    seen = sees(world, user_id)
    known = {conversation["id"] for conversation in seen["conversations"]}
    return seen if known >= {app["dm"] for app in seen["apps"]} else sees(world, user_id)


def address(place: Place) -> str:
    """The one URL of a place."""
    if place.app_id and place.tab != "messages":
        return f"/as/{place.user_id}/app/{place.app_id}/{place.tab}"
    return f"/as/{place.user_id}" + (f"/{place.conversation_id}" if place.conversation_id else "")


def first_place(seen: Seen) -> Place:
    """Where a person lands: with the first app that can be talked to, else in the first conversation."""
    user_id = seen["person"]["id"]
    for app in seen["apps"]:
        return place_with(app, user_id)
    conversation = next(iter(seen["conversations"]), None)
    return Place(user_id, conversation["id"] if conversation else None)


def place_with(app: Mapping[str, Any], user_id: str) -> Place:
    if app["messages_enabled"] or not app["home_enabled"]:
        return Place(user_id, conversation_id=app["dm"])
    return Place(user_id, app_id=app["id"], tab="home")


def gathered(world: "World", place: Place, *, real_now: datetime | None = None) -> dict[str, Any] | None:
    """Everything the page at `place` shows; None where nothing is there for that person."""
    seen = look(world, place.user_id)
    here = _here(seen, place)
    if here is None:
        return None
    pen = _pen(world, seen)
    return {
        "seen": seen,
        "pen": pen,
        "place": place,
        "here": here,
        "days": lines.days(here["messages"], _notices(seen, here), pen.voice),
        "workspaces": _workspaces(world, pen.voice.now),
        "clock": _clock(pen.voice, real_now or datetime.now(UTC)),
        "address": address(place),
    }


def _here(seen: Seen, place: Place) -> dict[str, Any] | None:
    apps = {app["id"]: app for app in seen["apps"]}
    if place.app_id:
        return _app_tab(apps.get(place.app_id), place.tab)
    if place.conversation_id is None:
        return {"kind": "nothing", "app": None, "conversation": None, "messages": [], "title": ""}
    found = [each for each in seen["conversations"] if each["id"] == place.conversation_id]
    return _conversation(found[0], apps) if found else None


def _app_tab(app: Mapping[str, Any] | None, tab: str) -> dict[str, Any] | None:
    if app is None or tab not in TABS:
        return None
    return {"kind": tab, "app": app, "conversation": None, "messages": [], "title": app["name"]}


def _conversation(conversation: Mapping[str, Any], apps: Mapping[str, Any]) -> dict[str, Any]:
    app = apps.get(conversation["app"] or "")
    return {
        "kind": "conversation",
        "app": app,
        "conversation": conversation,
        "messages": conversation["messages"],
        "title": app["name"] if app else conversation["name"],
    }


def _notices(seen: Seen, here: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    conversation = here["conversation"]
    if conversation is None:
        return []
    return [each for each in seen["notices"] if each["channel"] in (None, conversation["id"])]


def _pen(world: "World", seen: Seen) -> Pen:
    now = datetime.fromisoformat(seen["now"])
    conversations = [(each["id"], _shown(each)) for each in seen["conversations"]]
    colleagues = world.workspaces[seen["workspace"]["id"]].people.values()
    voice = Voice(
        zone=moments.zone(seen["person"]["tz"]),
        now=now,
        people={person.id: person.real_name or person.name for person in world.people.values()},
        channels={each.id: each.name for each in world.conversations.values()},
    )
    return Pen(voice, [(each.id, each.real_name or each.name) for each in _humans(colleagues)], conversations)


def _shown(conversation: Mapping[str, Any]) -> str:
    return conversation["name"] if conversation["kind"] == "im" else f"# {conversation['name']}"


def _humans(people: Iterable["Person"]) -> list["Person"]:
    return [person for person in people if not person.is_bot and not person.deactivated]


def _workspaces(world: "World", now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": workspace.id,
            "name": workspace.name,
            "people": [_switchable(person, now) for person in workspace.people.values() if not person.is_bot],
        }
        for workspace in world.workspaces.values()
    ]


def _switchable(person: "Person", now: datetime) -> dict[str, Any]:
    voice = Voice(zone=moments.zone(person.tz), now=now)
    return {
        "id": person.id,
        "name": person.real_name or person.name,
        "zone": moments.zone_words(voice) if person.tz else None,
        "time": time_of_day(voice.local(now)),
        "flags": sorted(person.flags),
    }


def _clock(voice: Voice, real_now: datetime) -> dict[str, Any]:
    return {
        "now": voice.now.isoformat(),
        "words": moments.clock_words(voice),
        "zone": moments.zone_words(voice),
        "zone_key": voice.zone.key,
        "moved": moments.moved_words(voice.now, real_now),
        "tomorrow": moments.tomorrow(voice).isoformat(),
        "next_friday": moments.next_friday(voice).isoformat(),
        "local": f"{voice.local(voice.now):%Y-%m-%dT%H:%M}",
    }
