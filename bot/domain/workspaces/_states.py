"""States of OAuth: what a browser is sent to Slack with and must come back with, once and soon.

Only hashes are stored: of the state, which Slack and the address bar see, and of the browser's cookie, which they do
not. https://datatracker.ietf.org/doc/html/rfc6749#section-10.12 says what it is for.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Record
from bot.storage.database import SystemSession

STATE_LASTS = timedelta(minutes=10)

# An expired one is kept for a while, so that whoever comes late can be told that it was late.
KEPT_FOR = timedelta(days=1)

# 256 bits.
STATE_BYTES = 32

_HASH = 64


class OAuthState(Record):
    """One way to Slack and back that is open; its id is the hash of the state, `browser` that of the cookie."""

    __tablename__ = "oauth_states"

    id: Mapped[str] = mapped_column(String(_HASH), primary_key=True, sort_order=-3)
    browser: Mapped[str] = mapped_column(String(_HASH))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Verdict(StrEnum):
    """What a state that came back is worth."""

    GOOD = "good"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    FOREIGN = "foreign"


async def begin(session: SystemSession, browser: str) -> str:
    """A new state, bound to whoever holds the secret `browser`."""
    await session.execute(delete(OAuthState).where(OAuthState.expires_at < session.now - KEPT_FOR))
    state = secrets.token_urlsafe(STATE_BYTES)
    session.add(OAuthState(id=_hash(state), browser=_hash(browser), expires_at=session.now + STATE_LASTS))
    return state


async def take(session: SystemSession, state: str, browser: str) -> Verdict:
    """Use a state up, whatever comes of it: of several at the same moment one gets it."""
    taken = delete(OAuthState).where(OAuthState.id == _hash(state))
    row = (await session.execute(taken.returning(OAuthState.browser, OAuthState.expires_at))).one_or_none()
    if row is None:
        return Verdict.UNKNOWN
    if not secrets.compare_digest(row.browser, _hash(browser)):
        return Verdict.FOREIGN
    return Verdict.GOOD if session.now < row.expires_at else Verdict.EXPIRED


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
