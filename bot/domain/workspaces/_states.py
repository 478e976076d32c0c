"""States of OAuth: what a browser is sent to Slack with and must come back with, once and soon.

A state says by itself when it ends and whose browser began, and bears our proof: nothing is stored for those who set
out, however many. Only of who comes back a hash is kept, so that it was once. The browser's cookie, which neither Slack
nor the address bar sees, is in it as a hash. https://datatracker.ietf.org/doc/html/rfc6749#section-10.12 says what it is for.
"""

import binascii
import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.errors import Busy
from bot.storage.base import Record
from bot.storage.database import SystemSession
from bot.storage.vault import Vault

STATE_LASTS = timedelta(minutes=10)

# A used one is known for so much longer than it would work, as the clocks of processes differ.
KEPT_FOR = timedelta(minutes=5)

# Nobody installs so often; whoever floods the way back fills no more than this, and what is used stays used.
MOST_USED = 10_000

# 256 bits.
STATE_BYTES = 32

_HASH = 32
_TIME = 8
_SAID = STATE_BYTES + _TIME + _HASH
_PROOF = 32


class UsedState(Record):
    """A way to Slack and back that has ended; its id is the hash of the state."""

    __tablename__ = "used_states"

    id: Mapped[str] = mapped_column(String(2 * _HASH), primary_key=True, sort_order=-3)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Verdict(StrEnum):
    """What a state that came back is worth."""

    GOOD = "good"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    FOREIGN = "foreign"


def begin(vault: Vault, browser: str, now: datetime) -> str:
    """A new state, bound to whoever holds the secret `browser`."""
    ends = int((now + STATE_LASTS).timestamp()).to_bytes(_TIME)
    said = secrets.token_bytes(STATE_BYTES) + ends + _hash(browser)
    return urlsafe_b64encode(said + vault.vouch(said)).rstrip(b"=").decode()


async def take(session: SystemSession, vault: Vault, state: str, browser: str) -> Verdict:
    """Use a state up, whatever comes of it: of several at the same moment one gets it.

    Busy while more come back than anybody can mean; nothing is used up by that.
    """
    found = _read(vault, state)
    if found is None:
        return Verdict.UNKNOWN
    if session.now >= found.expires_at:
        return Verdict.EXPIRED
    if not await _is_first(session, found):
        return Verdict.UNKNOWN
    return Verdict.GOOD if secrets.compare_digest(found.browser, _hash(browser)) else Verdict.FOREIGN


@dataclass(frozen=True)
class _State:
    """What our proof stands for."""

    id: str
    expires_at: datetime
    browser: bytes


def _read(vault: Vault, state: str) -> _State | None:
    """What a state says; None for anything that we did not say."""
    try:
        raw = urlsafe_b64decode(state.encode("ascii") + b"=" * (-len(state) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    said, proof = raw[:_SAID], raw[_SAID:]
    if len(proof) != _PROOF or not vault.vouched(said, proof):
        return None
    ends = int.from_bytes(said[STATE_BYTES : STATE_BYTES + _TIME])
    # The id is of what was said: the same bytes can be written in more than one way.
    return _State(_hash(said).hex(), datetime.fromtimestamp(ends, UTC), said[STATE_BYTES + _TIME :])


async def _is_first(session: SystemSession, state: _State) -> bool:
    await session.execute(delete(UsedState).where(UsedState.expires_at < session.now - KEPT_FOR))
    if (await session.scalar(select(func.count()).select_from(UsedState)) or 0) >= MOST_USED:
        raise Busy("busy")
    try:
        async with session.begin_nested():
            session.add(UsedState(id=state.id, expires_at=state.expires_at))
    except IntegrityError:
        return False
    return True


def _hash(secret: str | bytes) -> bytes:
    return hashlib.sha256(secret.encode() if isinstance(secret, str) else secret).digest()
