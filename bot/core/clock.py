"""The clock is a port: everything asks it for the time, so that a demo or a test can move it."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment, always with the UTC zone."""

    def now(self) -> datetime: ...


# Linux stops its monotonic clock while the machine sleeps, and other machines do not wait for it meanwhile.
_SINCE_BOOT: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady_seconds() -> float:
    """Seconds by a clock that nobody sets and that never stands still."""
    return time.clock_gettime(_SINCE_BOOT)


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that runs like the machine's, as far away from it as it was moved."""

    def __init__(self, base: Clock | None = None) -> None:
        self._base = base or SystemClock()
        self._offset = timedelta()

    def now(self) -> datetime:
        return self._base.now() + self._offset

    def move_to(self, moment: datetime) -> None:
        """Make `moment` the present. A moment without a zone is refused with ValueError."""
        if moment.tzinfo is None:
            raise ValueError("A clock can only be moved to a moment with a time zone.")
        self._offset = moment.astimezone(UTC) - self._base.now()

    def move_by(self, span: timedelta) -> None:
        self._offset += span


class StoppedClock:
    """A clock that stands still until it is moved; for tests of rules."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment

    def move_to(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def move_by(self, span: timedelta) -> None:
        self._moment += span
