"""Errands: calls to Slack that an answer does not wait for, and that a stop does."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.core.errors import NotFound
from bot.core.in_flight import InFlight

log = logging.getLogger(__name__)


class Errands:
    """Runs errands beside the answers, so that a slow Slack never delays an acknowledgement."""

    def __init__(self, in_flight: InFlight) -> None:
        self._in_flight = in_flight
        self._running: set[asyncio.Task[None]] = set()

    def start(self, errand: Coroutine[Any, Any, Any]) -> None:
        """Run `errand` now; what it raises is logged as a fault of ours."""
        task = asyncio.create_task(self._run(errand))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, errand: Coroutine[Any, Any, Any]) -> None:
        with self._in_flight:
            try:
                await errand
            except NotFound as gone:
                # Whoever erased everything meanwhile has nothing left that could be done for them.
                log.info("errand.of_nobody", extra={"reason": gone.words})
            except Exception:  # an errand has nobody above it who could handle this
                log.exception("errand.failed")
