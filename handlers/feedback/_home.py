"""What Home says of feedback: answers to read, requests that wait, and colleagues who asked."""

from bot.core.prose import Prose
from bot.domain.feedback import Waiting
from handlers import kit
from handlers.feedback._ids import Ids
from handlers.kit import Block


def home_lines(prose: Prose, waiting: Waiting) -> list[Block]:
    """One section with what waits, and the buttons that lead to it."""
    words = prose.words("feedback/home", waiting=waiting)
    ask = kit.button(words.ask, Ids.NEW)
    if not (waiting.unread or waiting.to_answer or waiting.open):
        return [kit.section(words.nothing, accessory=ask)]
    buttons = [kit.button(words.inbox, Ids.INBOX, style="primary")] if waiting.unread else []
    buttons += [kit.button(words.given, Ids.GIVEN)] if waiting.to_answer else []
    buttons += [kit.button(words.sent, Ids.SENT)] if waiting.open else []
    return [kit.section(words.waits), kit.actions(*buttons, ask)]
