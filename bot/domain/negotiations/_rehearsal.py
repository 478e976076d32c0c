"""Practice: five objections, the person's own first, and a better reply to one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.errors import NotFound
from bot.domain.negotiations._records import Negotiation
from bot.domain.negotiations._sheets import OBJECTIONS, object_, pairs_of
from bot.storage.session import MemberSession


@dataclass(frozen=True)
class Objection:
    """One thing the other side may say, with the person's reply.

    `number` counts among the person's `own` objections, or among the common ones that take the place of missing ones.
    """

    said: str
    reply: str
    own: bool
    number: int


def rehearsed(sheet: Negotiation, common: Sequence[str]) -> list[Objection]:
    """The five to practise."""
    own = [Objection(said, reply, own=True, number=at) for at, (said, reply) in enumerate(pairs_of(sheet))]
    known = {one.said.casefold() for one in own}
    others = [
        Objection(said, "", own=False, number=at)
        for at, said in enumerate(common)
        if said.casefold() not in known
    ]
    return [*own, *others][:OBJECTIONS]


async def reply(
    session: MemberSession,
    sheet_id: str | None,
    objection: tuple[bool, int],
    text: str,
    common: Sequence[str],
) -> Negotiation:
    """Keep a better reply; a common objection becomes the person's own by it. `objection` is `own` and `number`."""
    from_sheet, number = objection
    sheet_pairs = pairs_of(await session.mine(Negotiation, sheet_id))
    known = sheet_pairs if from_sheet else [(said, "") for said in common]
    if not 0 <= number < len(known):
        raise NotFound("old_button")
    said = known[number][0]
    others = [pair for pair in sheet_pairs if pair[0] != said]
    at = sheet_pairs.index(known[number]) if from_sheet else len(others)
    return await object_(session, sheet_id, [*others[:at], (said, text), *others[at:]])
