"""The Undo of a change: what a record said before is kept, until something else is changed about it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.core.errors import NotFound
from bot.domain import captures
from bot.storage.base import Binned
from bot.storage.session import MemberSession

B = TypeVar("B", bound=Binned)


@dataclass(frozen=True)
class Undo(Generic[B]):
    """The Undo of one kind: how a record is found, everything it says as JSON holds it, and how it is told that again.

    `source` is the name under which it is kept.
    """

    source: str
    find: Callable[[MemberSession, str], Awaitable[B]]
    told: Callable[[MemberSession, B], Awaitable[Any]]
    tell: Callable[[MemberSession, B, Any], Awaitable[object]]

    async def keep(self, session: MemberSession, row: B, before: Any) -> str:
        """Keep what a record said before it was changed; what the button carries: `<its id>:<id of what is kept>`."""
        both = json.dumps([row.id, before, await self.told(session, row)])
        return f"{row.id}:{(await captures.keep(session, both, self.source)).id}"

    async def revert(self, session: MemberSession, value: str | None) -> B:
        """The record as it was; NotFound where it was changed again since, as the newer words would be lost."""
        row_id, _, kept_id = (value or "").partition(":")
        row = await self.find(session, row_id)
        kept_of, before, after = json.loads(await captures.take(session, kept_id, self.source))
        if (kept_of, after) != (row.id, json.loads(json.dumps(await self.told(session, row)))):
            raise NotFound("changed_again")
        await self.tell(session, row, before)
        return row
