"""conversations.*: direct conversations opened, described, and their history read."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from bot.sandbox import messages
from bot.sandbox.api import places
from bot.sandbox.api.call import Call, Method
from bot.sandbox.api.pages import cursor, cursor_number, cursor_value
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import Conversation, Json, Message

MOST_LISTED = 999
MOST_WHEN_LIMITED = 15
_TS = re.compile(r"\d{1,12}(\.\d{1,6})?")


def open_(call: Call) -> Json:
    found = places.conversation(call) if call.text("channel") else _with_users(call)
    if not call.flag("return_im"):
        return {"channel": {"id": found.id}}
    return {"no_op": True, "already_open": True, "channel": _shape(call, found)}


def _with_users(call: Call) -> Conversation:
    users = [each.strip() for each in call.text("users").split(",") if each.strip()]
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > 1:
        # Conversations of several people are not part of this world; Slack asks for this scope too.
        call.require_scope("mpim:write")
        raise Refusal("too_many_users")
    return places.with_person(call, users[0])


def info(call: Call) -> Json:
    found = places.conversation(call)
    call.require_scope(places.READ[found.kind])
    shape = _shape(call, found)
    if call.flag("include_num_members"):
        shape["num_members"] = len(found.members)
    if call.flag("include_locale"):
        shape["locale"] = "en-US"
    return {"channel": shape}


def members(call: Call) -> Json:
    found = places.conversation(call)
    call.require_scope(places.READ[found.kind])
    start = cursor_number("member", call.text("cursor"))
    end = start + call.number("limit", 100, MOST_LISTED)
    everybody = list(found.members)
    following = cursor("member", str(end)) if end < len(everybody) else ""
    return {"members": everybody[start:end], "response_metadata": {"next_cursor": following}}


def history(call: Call) -> Json:
    found = _readable(call)
    first, end = _window(call, found.order)
    newest_first = (found.messages[found.order[index]] for index in range(end - 1, first - 1, -1))
    main = (each for each in newest_first if each.thread_ts in (None, each.ts))
    page, following = _page(call, main, 100)
    answer = {
        "messages": [_listed(call, each) for each in page],
        "has_more": bool(following),
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    return answer | _next(following)


def replies(call: Call) -> Json:
    found = _readable(call)
    asked = found.find(call.needed("ts"))
    parent = found.find(asked.thread_ts) if asked and asked.thread_ts else asked
    if parent is None:
        raise Refusal("thread_not_found")
    first, end = _window(call, parent.replies)
    shown = (found.messages[ts] for ts in parent.replies[first:end])
    page, following = _page(call, shown, MOST_LISTED, oldest_first=True)
    thread = [parent, *page]
    answer = {"messages": [_listed(call, each) for each in thread], "has_more": bool(following)}
    return answer | _next(following)


def _readable(call: Call) -> Conversation:
    found = places.conversation(call)
    call.require_scope(places.HISTORY[found.kind])
    if call.installation.bot_user_id not in found.members:
        raise Refusal("not_in_channel")
    return found


def _window(call: Call, order: list[str]) -> tuple[int, int]:
    """The part of sorted timestamps between `oldest` and `latest`."""
    oldest = _ts(call, "oldest", "invalid_ts_oldest")
    latest = _ts(call, "latest", "invalid_ts_latest")
    inclusive = call.flag("inclusive")
    first = (bisect_left if inclusive else bisect_right)(order, oldest) if oldest else 0
    end = (bisect_right if inclusive else bisect_left)(order, latest) if latest else len(order)
    return first, end


def _ts(call: Call, name: str, error: str) -> str:
    given = call.text(name)
    if given in {"", "0", "now"}:
        return ""
    if not _TS.fullmatch(given):
        raise Refusal(error)
    seconds, _, micros = given.partition(".")
    return f"{seconds.rjust(10, '0')}.{micros.ljust(6, '0')}"


def _page(
    call: Call, found: Iterable[Message], default: int, *, oldest_first: bool = False
) -> tuple[list[Message], str]:
    """Up to `limit` messages past the cursor, and the next cursor's timestamp."""
    limit = call.number("limit", default, MOST_LISTED + 1)
    if call.sandbox.limits.on:
        limit = min(limit, MOST_WHEN_LIMITED)
    from_ts = cursor_value("next_ts", call.text("cursor"))
    page: list[Message] = []
    for message in found:
        if from_ts and (message.ts < from_ts if oldest_first else message.ts > from_ts):
            continue
        if len(page) == limit:
            return page, message.ts
        page.append(message)
    return page, ""


def _next(following: str) -> Json:
    return {"response_metadata": {"next_cursor": cursor("next_ts", following)}} if following else {}


def _listed(call: Call, message: Message) -> Json:
    return messages.shape(call.sandbox, message, metadata=call.flag("include_all_metadata"))


def _shape(call: Call, found: Conversation) -> Json:
    shape = {
        "id": found.id,
        "created": found.created,
        "is_archived": found.archived,
        "is_im": found.kind == "im",
        "is_org_shared": False,
        "context_team_id": found.team_id,
        "updated": found.created * 1000,
    }
    return shape | (_im(call, found) if found.kind == "im" else _channel(call, found))


def _im(call: Call, found: Conversation) -> Json:
    latest = found.messages[found.order[-1]] if found.order else None
    other = next((each.id for each in places.others(call, found)), call.installation.bot_user_id)
    return {
        "user": other,
        "is_user_deleted": call.world.people[other].deactivated,
        "last_read": found.last_read.get(call.installation.bot_user_id, "0000000000.000000"),
        "latest": messages.shape(call.sandbox, latest) if latest else None,
        "unread_count": 0,
        "unread_count_display": 0,
        "is_open": True,
        "priority": 0,
    }


def _channel(call: Call, found: Conversation) -> Json:
    return {
        "name": found.name,
        "name_normalized": found.name,
        "is_channel": found.kind == "channel",
        "is_group": found.kind == "group",
        "is_mpim": False,
        "is_private": found.kind == "group",
        "is_general": found.id == call.workspace.general,
        "is_member": call.installation.bot_user_id in found.members,
        "is_shared": False,
        "is_ext_shared": False,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


METHODS = {
    "conversations.open": Method(open_, "im:write"),
    "conversations.info": Method(info, json=False),
    "conversations.members": Method(members, json=False),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies, json=False),
}
