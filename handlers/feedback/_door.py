"""Tells what somebody does who only answers a colleague from what makes a person a user of Sayso."""

from collections.abc import Mapping
from typing import Any

from handlers.feedback._ids import OF_GIVERS
from handlers.feedback._line import ASKS_ME, GIVEN


def only_answers(body: Mapping[str, Any]) -> bool:
    """Whether a request is about a colleague's request for feedback, or only a look into the messages."""
    if "command" in body:
        said = " ".join(str(body.get("text") or "").casefold().split())
        return body["command"] == "/feedback" and (said == GIVEN or said in ASKS_ME)
    event = body.get("event") or {}
    if event:
        return event.get("type") == "app_home_opened" and event.get("tab") != "home"
    clicked: list[Any] = [one.get("action_id") for one in body.get("actions") or ()]
    submitted = (body.get("view") or {}).get("callback_id") if body.get("type") == "view_submission" else None
    used = [*clicked, submitted] if submitted else clicked
    return bool(used) and all(one in OF_GIVERS for one in used)
