"""Visits: opening an app's Home or Messages tab."""

from typing import TYPE_CHECKING

from bot.sandbox import views
from bot.sandbox.acts import act_with
from bot.sandbox.acts.writing import mark_read
from bot.sandbox.delivery import Answer
from bot.sandbox.events import outcome
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import Json, Person

if TYPE_CHECKING:
    from bot.sandbox import Sandbox


async def visit(sandbox: "Sandbox", person: Person, given: Json) -> Answer:
    """`{"app", "tab"?: "home" or "messages"}`."""
    tab = str(given.get("tab") or "home")
    if tab not in {"home", "messages"}:
        raise CannotError("bad_tab", 'A tab is "home" or "messages".')
    act = act_with(sandbox, person, given.get("app"))
    im = sandbox.world.im(person, sandbox.world.people[act.installation.bot_user_id])
    if tab == "messages":
        mark_read(sandbox, person, im)
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": im.id,
        "event_ts": sandbox.world.ts(),
        "tab": tab,
    }
    home = person.homes.get(act.app.id)
    if home and tab == "home":
        event["view"] = views.shape(home)
    return await outcome(sandbox.events.publish([act.installation], event))
