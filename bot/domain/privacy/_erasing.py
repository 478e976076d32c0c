"""Erasing: the member's key, every record of theirs and their own row, in one transaction."""

from sqlalchemy import delete

from bot.core.errors import Invalid
from bot.domain.privacy._records import kinds
from bot.storage import forgetting
from bot.storage.session import MemberSession

# What has to be typed, however it is spelt in capitals and blanks.
WORDS = "erase everything"


def check(typed: str | None) -> None:
    """Invalid unless the words were typed that nobody types by accident."""
    if " ".join((typed or "").casefold().split()).strip(".“”\"'") != WORDS:
        raise Invalid("words", "not_erased", words=WORDS)


async def erase(session: MemberSession) -> None:
    """Let nothing be left of the session's member: their records first, so that it does not hang on the database."""
    for kind in reversed(kinds()):
        await session.execute(delete(kind))
    await session.delete(session.member)
    forgetting.wish(session)
    await session.flush()
