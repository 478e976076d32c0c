"""Asking people: plans nudges of any kind, acts in one part of a message, and reads what became of them."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import delete, select

from bot.domain import members, nudges
from bot.domain.nudges import Kind, Nudge
from tests.slack import LocalSlack, Person, words_of

# Ten in the morning in Berlin, on the first day that a new member is shown something.
THURSDAY = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


async def ask(
    slack: LocalSlack,
    person: Person,
    *kinds: Kind,
    at: datetime = THURSDAY,
    subject: str = "",
    unanswered: int = 0,
) -> None:
    """Plan these for one moment, and nothing else for this person; the worker is not told to tick."""
    async with slack.coach.session(person.who) as session:
        await session.execute(delete(Nudge).where(Nudge.state == "waiting"))
        on = members.local(session, at).date()
        for kind in kinds:
            await nudges.schedule(session, kind, at=at, on=on, subject=subject, unanswered=unanswered)


async def asked(slack: LocalSlack, person: Person) -> list[SimpleNamespace]:
    """Every nudge of a person, by kind and date."""
    names = (
        "id",
        "kind",
        "subject",
        "state",
        "local_on",
        "planned_at",
        "due_at",
        "asked_at",
        "unanswered",
        "ts",
    )
    async with slack.coach.session(person.who, present=False) as session:
        rows = await session.scalars(select(Nudge).order_by(Nudge.kind, Nudge.local_on))
        return [SimpleNamespace(**{name: getattr(row, name) for name in names}) for row in rows]


async def states(slack: LocalSlack, person: Person) -> dict[str, str]:
    """Where what was sent of each kind stands."""
    return {row.kind: row.state for row in await asked(slack, person) if row.asked_at}


async def coming(slack: LocalSlack, person: Person, kind: Kind) -> list[datetime]:
    """When a kind comes next."""
    rows = await asked(slack, person)
    return [row.planned_at for row in rows if row.kind == kind.name and row.state == "waiting"]


def parts_of(message: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The blocks of each part of a message, by the nudge's id."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for block in message["blocks"]:
        name = str(block.get("block_id", ""))
        if name.startswith("lasting."):
            parts.setdefault(name.split(".")[1], []).append(block)
    return parts


async def sent_to(person: Person) -> list[dict[str, Any]]:
    """The messages with nudges in a person's DM, oldest first."""
    return [message for message in await person.messages() if message.get("blocks") and parts_of(message)]


async def reads_part(person: Person, text: str) -> str:
    """The newest part that holds `text`."""
    for message in reversed(await sent_to(person)):
        for blocks in parts_of(message).values():
            if text in (said := words_of(blocks)):
                return said
    raise AssertionError(f"no part says {text!r}")


async def clicks(person: Person, part: str, label: str) -> dict[str, Any]:
    """Use the element with that label in the newest part that holds the text `part`."""
    for message in reversed(await sent_to(person)):
        for blocks in parts_of(message).values():
            if part in words_of(blocks):
                return await _click_in(person, message, blocks, label)
    raise AssertionError(f"no part says {part!r}")


async def _click_in(
    person: Person, message: dict[str, Any], blocks: list[dict[str, Any]], label: str
) -> dict[str, Any]:
    container = {"kind": "message", "channel": (await person._dm())["id"], "ts": message["ts"]}
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            chosen = [one["value"] for one in element.get("options", []) if one["text"]["text"] == label]
            if chosen or ((element.get("text") or {}).get("text") == label and "action_id" in element):
                given = {"value": chosen[0]} if chosen else {}
                return await person.does(
                    "click",
                    container=container,
                    block_id=block["block_id"],
                    action_id=element["action_id"],
                    **given,
                )
    raise AssertionError(f"{label!r} is not in that part")
