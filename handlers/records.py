"""What clicks do with one record, whatever its kind: show it, change it, open a form for it, put it into the bin or take it out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.storage.base import Binned
from bot.storage.bins import Bin
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.replies import Reply

B = TypeVar("B", bound=Binned)
T = TypeVar("T")
V = TypeVar("V")

Listener = Callable[[dict[str, Any], Coach, Principal, Reply], Awaitable[BoltResponse]]

# What a click does with the record whose id its button carries, or how it finds that.
Deed = Callable[[MemberSession, str | None], Awaitable[T]]
View = Callable[[MemberSession, Prose, T], Awaitable[V]]


def answering(deed: Deed[T], card: View[T, kit.Message]) -> Listener:
    """A click that does something with a record, and is answered with what that left."""

    async def answer(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
        async with coach.session(who) as session:
            message = await card(session, coach.prose, await deed(session, action.get("value")))
        return await reply.say(message)

    return answer


def opening(find: Deed[T], form: View[T, dict[str, Any]]) -> Listener:
    """A click that opens a form for a record."""

    async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
        async with coach.session(who) as session:
            view = await form(session, coach.prose, await find(session, action.get("value")))
        return await reply.open(view)

    return open_form


def plain(view: Callable[[Prose, T], V]) -> View[T, V]:
    """A view that needs nothing but the record."""

    async def drawn(_session: MemberSession, prose: Prose, row: T) -> V:
        return view(prose, row)

    return drawn


@dataclass(frozen=True)
class Kind(Generic[B]):
    """A kind of record: its bin, its card, and what is said once one was put into the bin or taken out."""

    bin: Bin[B]
    card: View[B, kit.Message]
    moved: View[B, kit.Message]

    def register(self, app: AsyncApp, *, show: StrEnum, delete: StrEnum, restore: StrEnum) -> None:
        app.action(show)(self.show)
        app.action(delete)(self.delete)
        app.action(restore)(self.restore)

    @property
    def show(self) -> Listener:
        return answering(self.bin.mine, self.card)

    @property
    def delete(self) -> Listener:
        return answering(self.bin.put_in, self.moved)

    @property
    def restore(self) -> Listener:
        return answering(self.bin.restore, self.moved)

    def editing(self, form: View[B, dict[str, Any]]) -> Listener:
        """A form for one; one that lies in the bin is offered back first."""

        async def open_form(
            action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
        ) -> BoltResponse:
            async with coach.session(who) as session:
                row = await self.bin.mine(session, action.get("value"))
                if row.deleted_at:
                    message = await self.moved(session, coach.prose, row)
                else:
                    view = await form(session, coach.prose, row)
            return await (reply.say(message) if row.deleted_at else reply.open(view))

        return open_form
