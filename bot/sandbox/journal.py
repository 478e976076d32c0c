"""The journal: one JSON line for every Web API call, delivery and control call, the newest of them kept."""

import json
from collections import deque
from collections.abc import Iterator
from typing import Literal

from bot.core.clock import Clock
from bot.sandbox.world import Json

MOST_ENTRIES = 20_000
MOST_CHARACTERS = 32_000_000
"""Older entries go when either is passed; their numbers are never given again."""

Kind = Literal["call", "delivery", "control"]
_SECRETS = frozenset({"token", "client_secret", "refresh_token"})


class Journal:
    def __init__(self, clock: Clock, most: int = MOST_ENTRIES, characters: int = MOST_CHARACTERS) -> None:
        self._clock = clock
        self._most = most
        self._characters = characters
        self._held = 0
        self._lines: deque[tuple[int, str, str]] = deque()
        self._last = 0

    def note(self, kind: Kind, **facts: object) -> None:
        self._last += 1
        at = self._clock.now().isoformat(timespec="milliseconds")
        line = json.dumps({"n": self._last, "at": at, "kind": kind, **facts}, default=str)
        self._lines.append((self._last, kind, line))
        self._held += len(line)
        while len(self._lines) > self._most or (self._held > self._characters and len(self._lines) > 1):
            self._held -= len(self._lines.popleft()[2])

    @property
    def last(self) -> int:
        """The newest entry's number; 0 where there is none."""
        return self._last

    def lines(self, after: int = 0, kind: str | None = None) -> Iterator[str]:
        """The kept lines numbered past `after`, oldest first."""
        skipped = max(0, after - (self._last - len(self._lines)))
        for number, its_kind, line in list(self._lines)[skipped:]:
            if number > after and kind in (None, "", its_kind):
                yield line

    def entries(self, after: int = 0, kind: str | None = None) -> list[Json]:
        return [json.loads(line) for line in self.lines(after, kind)]


def without_secrets(args: Json) -> Json:
    return {key: value for key, value in args.items() if key not in _SECRETS}
