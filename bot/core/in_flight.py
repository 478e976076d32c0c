"""Counts the work that is running, so that a stop can wait for it."""

import asyncio
from types import TracebackType


class InFlight:
    """How many pieces of work run now. Each is `with in_flight:`, or `enter()` and later `leave()`."""

    def __init__(self) -> None:
        self._running = 0
        self._none = asyncio.Event()
        self._none.set()

    @property
    def running(self) -> int:
        return self._running

    def enter(self) -> None:
        self._running += 1
        self._none.clear()

    def leave(self) -> None:
        if not self._running:
            raise RuntimeError("leave() without enter()")
        self._running -= 1
        if not self._running:
            self._none.set()

    async def drained(self, timeout: float) -> bool:  # noqa: ASYNC109 - the answer is a fact, not an error
        """Wait until nothing runs, `timeout` seconds at most; False when something still does."""
        try:
            async with asyncio.timeout(timeout):
                await self._none.wait()
        except TimeoutError:
            return False
        return True

    def __enter__(self) -> None:
        self.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
