"""Captures: texts kept until the person has said what they are, so that nothing typed is lost."""

from datetime import timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.errors import NotFound
from bot.storage.base import Owned
from bot.storage.session import MemberSession
from bot.storage.types import sealed_text

KEPT_FOR = timedelta(days=30)


class Capture(Owned):
    """A text and where it came from (a DM, or the name of a form)."""

    __tablename__ = "captures"
    # Only buttons in the messages of this account lead to it.
    travels = False

    source: Mapped[str] = mapped_column(String(32))
    text = sealed_text()


async def keep(session: MemberSession, text: str, source: str) -> Capture:
    """Keep a text; what has been kept for 30 days goes."""
    await session.execute(delete(Capture).where(Capture.created_at < session.now - KEPT_FOR))
    capture = Capture(member_id=session.member.id, source=source)
    session.add(capture)
    capture.text = text
    await session.flush()
    return capture


async def take(session: MemberSession, capture_id: str, source: str) -> str:
    """The kept text, which is then no longer kept here; NotFound for one that came from elsewhere than `source`."""
    capture = await session.mine(Capture, capture_id)
    if source != capture.source:
        raise NotFound("no_capture")
    text = capture.text
    await session.delete(capture)
    return text


async def look(session: MemberSession, capture_id: str | None, source: str) -> str | None:
    """The kept text, which stays kept; None where there is none from that `source` (any more)."""
    mine = select(Capture).where(Capture.id == capture_id, Capture.source == source)
    capture = await session.scalar(mine)
    return capture.text if capture else None
