"""Which records of a kind are kept, and how one is put into the bin and taken out of it again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.errors import NotFound
from bot.storage.base import Binned
from bot.storage.session import MemberSession

B = TypeVar("B", bound=Binned)


async def _ask_nothing(_session: MemberSession, _row: Binned) -> None:
    """Of most kinds nothing is asked."""


@dataclass(frozen=True)
class Bin(Generic[B]):
    """The bin of one kind: what a record says there, and `follow`, which fits to it what is asked about it."""

    record: type[B]
    said: Callable[[B], str | None]
    follow: Callable[[MemberSession, B], Awaitable[None]] = _ask_nothing

    async def mine(self, session: MemberSession, row_id: object) -> B:
        """The member's own, in the bin or not; NotFound for anything else."""
        return await session.mine(self.record, row_id)

    async def kept_one(self, session: MemberSession, row_id: object) -> B:
        """The member's own; NotFound for anything else, and for one in the bin."""
        row = await self.mine(session, row_id)
        if row.deleted_at:
            raise NotFound(f"no_{self.record.__name__.lower()}")
        return row

    async def put_in(self, session: MemberSession, row_id: object) -> B:
        """Put one into the bin, where it stays for 30 days."""
        row = await self.mine(session, row_id)
        row.deleted_at = row.deleted_at or session.now
        return await self._followed(session, row)

    async def restore(self, session: MemberSession, row_id: object) -> B:
        """Take one out of the bin."""
        row = await self.mine(session, row_id)
        row.deleted_at = None
        return await self._followed(session, row)

    async def _followed(self, session: MemberSession, row: B) -> B:
        await session.flush()
        await self.follow(session, row)
        return row
