"""Refusals in Slack's own words: an error word and what else the answer carries."""

from collections.abc import Iterable

from bot.sandbox.blocks import Problem
from bot.sandbox.world import Json


class Refusal(Exception):  # noqa: N818 - an answer of Slack's, not a failure of ours
    """`{"ok": false, "error": …}` with whatever else Slack tells."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    @property
    def answer(self) -> Json:
        return {"ok": False, "error": self.error, **self.more}


def explained(error: str, *messages: str) -> Refusal:
    """A refusal with response_metadata.messages."""
    return Refusal(error, response_metadata={"messages": [f"[ERROR] {each}" for each in messages]})


def invalid(problems: Iterable[Problem]) -> Refusal:
    """What Slack answers to blocks or a view with these problems."""
    found = list(problems)
    return explained(found[0].error, *(f"{each.message} [json-pointer:{each.pointer}]" for each in found))


class CannotError(Exception):
    """A control call that cannot be carried out: a word, and what to do instead."""

    def __init__(self, error: str, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.error = error
        self.detail = detail
        self.status = status
