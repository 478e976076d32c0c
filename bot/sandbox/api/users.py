"""users.* and team.info: the members of the token's workspace, and the workspace."""

from itertools import islice

from bot.sandbox import people
from bot.sandbox.api.call import Call, Method
from bot.sandbox.api.pages import cursor, cursor_number
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import Json

MOST_LISTED = 1000


def info(call: Call) -> Json:
    user_id = call.needed("user")
    if user_id == people.SLACKBOT:
        return {"user": people.slackbot(call.workspace)}
    person = people.known(call.world, call.team_id, user_id)
    if person is None:
        raise Refusal("user_not_found")
    return {"user": people.user_shape(call.world, person, locale=call.flag("include_locale"))}


def list_(call: Call) -> Json:
    start = cursor_number("user", call.text("cursor"))
    end = start + call.number("limit", MOST_LISTED, MOST_LISTED)
    members = call.workspace.people
    locale = call.flag("include_locale")
    page = [
        people.user_shape(call.world, person, locale=locale)
        for person in islice(members.values(), start, end)
    ]
    if start == 0:
        page.insert(0, people.slackbot(call.workspace))
    following = cursor("user", str(end)) if end < len(members) else ""
    return {
        "members": page,
        "cache_ts": call.world.seconds(),
        "response_metadata": {"next_cursor": following},
    }


def team_info(call: Call) -> Json:
    asked = call.text("team")
    if asked and asked != call.team_id:
        raise Refusal("team_not_found")
    return {"team": people.team_shape(call.workspace)}


METHODS = {
    "users.info": Method(info, "users:read", json=False),
    "users.list": Method(list_, "users:read", json=False),
    "team.info": Method(team_info, "team:read"),
}
