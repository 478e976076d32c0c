"""The one place where an error becomes words: beside a field, as an answer, or as an apology."""

import logging
from typing import TYPE_CHECKING, Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import Busy, CoachError, Invalid, NotFound
from bot.core.prose import Phrase
from handlers import kit

if TYPE_CHECKING:
    from handlers.replies import Reply

log = logging.getLogger(__name__)


class Teller:
    """Bolt's error handler."""

    def __init__(self, coach: Coach, app: AsyncApp) -> None:
        self._coach = coach
        self._app = app

    async def __call__(
        self, error: Exception, context: AsyncBoltContext, body: dict[str, Any]
    ) -> BoltResponse:
        if isinstance(error, NotFound) and error.words == "no_member" and not context.get("again"):
            return await self._begin_anew(context, body)
        reply: Reply | None = context.get("reply")
        if isinstance(error, CoachError):
            self._coach.metrics.refused.labels(type=type(error).__name__).inc()
        else:
            self._coach.metrics.errors.labels(type=type(error).__name__).inc()
            log.error("listener.failed", exc_info=error)
        if reply is None:
            return BoltResponse(status=200)
        if isinstance(error, Busy) and reply.comes_again:
            return await reply.lose()
        faults = (error, *error.others) if isinstance(error, Invalid) else ()
        fields = {fault.field: self._sentence(fault) for fault in faults}
        return await reply.refuse(self._message(error, body), self._sentence(error), fields)

    async def _begin_anew(self, context: AsyncBoltContext, body: dict[str, Any]) -> BoltResponse:
        """Whoever was let in and is no member any more has erased everything: they are met as somebody new, once."""
        context["door"].forget(context["who"])
        request = AsyncBoltRequest(body=body, mode="socket_mode", context={"again": True})
        return await self._app.async_dispatch(request)

    def _message(self, error: Exception, body: dict[str, Any]) -> kit.Message:
        blocks = [kit.section(self._sentence(error)), *self._text_back(body)]
        return kit.Message(self._sentence(error, quoting=False), blocks)

    def _sentence(self, error: Exception, *, quoting: bool = True) -> Phrase:
        """What stands in the way; without quoting what was typed where a notification may show it."""
        if not isinstance(error, CoachError):
            return self._coach.prose.words("errors").fault
        facts = {
            name: "…" if isinstance(fact, str) and not quoting else fact for name, fact in error.facts.items()
        }
        return self._coach.prose.words("errors", **facts).block(error.words)

    def _text_back(self, body: dict[str, Any]) -> list[Any]:
        # A command's text is gone once it is sent, so it is given back whenever it was not taken.
        text = str(body.get("text") or "") if "command" in body else ""
        if not text.strip():
            return []
        words = self._coach.prose.words("errors", whole=len(text) <= kit.VERBATIM_LENGTH)
        return [kit.section(words.text_back), *kit.verbatim(text)]
