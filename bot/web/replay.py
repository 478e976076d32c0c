"""Remembers the signatures of the last minutes, so that a copied request is let in once only."""

import hashlib
from datetime import datetime, timedelta

# At 200 bytes each this stays under 4 MB. Events and forms that slip through after so many are
# still handled once: their ids are kept in the database.
MOST = 20_000


class Seen:
    """A bounded memory of signatures; each is forgotten when its timestamp alone would refuse it."""

    def __init__(self, window: timedelta, most: int = MOST) -> None:
        # A timestamp may lie one window ahead, and is accepted until it is one window old.
        self._lifetime = 2 * window
        self._most = most
        self._until: dict[bytes, datetime] = {}

    def __len__(self) -> int:
        return len(self._until)

    def first_time(self, signature: bytes, now: datetime) -> bool:
        """Remember the signature; False when it is remembered already."""
        mark = _mark(signature)
        self._forget_old(now)
        if mark in self._until:
            return False
        if len(self._until) >= self._most:
            del self._until[self._oldest()]
        self._until[mark] = now + self._lifetime
        return True

    def forget(self, signature: bytes) -> None:
        self._until.pop(_mark(signature), None)

    def _forget_old(self, now: datetime) -> None:
        while self._until and self._until[self._oldest()] <= now:
            del self._until[self._oldest()]

    def _oldest(self) -> bytes:
        # A dictionary keeps the order of arrival.
        return next(iter(self._until))


def _mark(signature: bytes) -> bytes:
    return hashlib.blake2b(signature, digest_size=16).digest()
