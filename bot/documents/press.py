"""The press: makes files on a thread of its own, one at a time, so that other people's commands go on."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.core.prose import Prose
from bot.documents.formats import Format, Made
from bot.domain.brag import Facts

# Whoever waits is told after so long. A thread cannot be stopped: it finishes by itself, and the next waits for it.
LONGEST_SECONDS = 60.0


class Press:
    """One for the process: setting a file keeps a core busy, and two at once would only be slower."""

    def __init__(self, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._longest = longest_seconds
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")

    async def make(self, format_: Format, prose: Prose, facts: Facts) -> Made:
        """The file; TimeoutError where it, with those before it, takes too long."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._longest):
            return await loop.run_in_executor(self._thread, format_.make, prose, facts)
