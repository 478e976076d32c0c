"""The one place where an error becomes words: beside a field, as an answer, or as an apology."""

import logging
from typing import TYPE_CHECKING, Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import Busy, CoachError, Invalid
from bot.core.prose import Phrase
from handlers import kit

if TYPE_CHECKING:
    from handlers.replies import Reply

log = logging.getLogger(__name__)


class Teller:
    """Bolt's error handler."""

    def __init__(self, coach: Coach) -> None:
        self._coach = coach

    async def __call__(
        self, error: Exception, context: AsyncBoltContext, body: dict[str, Any]
    ) -> BoltResponse:
        reply: Reply | None = context.get("reply")
        self._coach.metrics.errors.labels(type=type(error).__name__).inc()
        if not isinstance(error, CoachError):
            log.error("listener.failed", exc_info=error)
        if reply is None:
            return BoltResponse(status=200)
        if isinstance(error, Busy) and reply.comes_again:
            return await reply.lose()
        field = error.field if isinstance(error, Invalid) else None
        return await reply.refuse(self._message(error, body), field=field)

    def _message(self, error: Exception, body: dict[str, Any]) -> kit.Message:
        sentence = self._sentence(error)
        blocks = [kit.section(sentence), *self._text_back(body)]
        return kit.Message(sentence, blocks)

    def _sentence(self, error: Exception) -> Phrase:
        if isinstance(error, CoachError):
            return self._coach.prose.words("errors", **error.facts).block(error.words)
        return self._coach.prose.words("errors").fault

    def _text_back(self, body: dict[str, Any]) -> list[Any]:
        # A command's text is gone once it is sent, so it is given back whenever it was not taken.
        text = str(body.get("text") or "") if "command" in body else ""
        if not text.strip():
            return []
        return [kit.section(self._coach.prose.words("errors").text_back), *kit.verbatim(text)]
