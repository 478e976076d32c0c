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
        self._forget_old(now)
        mark = _mark(signature)
        if mark in self._until:
            return False
        self._until[mark] = now + self._lifetime
        return True

    def forget(self, signature: bytes) -> None:
        self._until.pop(_mark(signature), None)

    def _forget_old(self, now: datetime) -> None:
        # Oldest first: a dictionary keeps the order of arrival.
        while self._until:
            oldest = next(iter(self._until))
            if self._until[oldest] > now and len(self._until) < self._most:
                return
            del self._until[oldest]


def _mark(signature: bytes) -> bytes:
    return hashlib.blake2b(signature, digest_size=16).digest()
