"""How requests look to the asker: what is said after one was sent or closed, and the list."""

from collections.abc import Sequence
from datetime import date

from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.domain.feedback import Asked, Request, Sent, Status
from handlers import kit
from handlers.feedback._ids import Ids
from handlers.kit import Block

PAGE = 8
TOPIC_LENGTH = 300


def usage(prose: Prose) -> kit.Message:
    words = prose.words("feedback/help")
    buttons = kit.actions(kit.button(words.ask, Ids.NEW), kit.button(words.inbox, Ids.INBOX))
    return kit.Message(words.text, [kit.section(words.usage), buttons], title=words.title)


def asked(prose: Prose, request: Request, names: Sequence[str]) -> kit.Message:
    """A request that was sent, and what happens now."""
    words = prose.words(
        "feedback/sent", names=names, topic=kit.clip(request.topic, TOPIC_LENGTH), request=request
    )
    return kit.Message(
        words.text,
        [
            kit.section(words.asked),
            kit.section(words.questions),
            kit.context(words.next),
            kit.actions(kit.button(words.list, Ids.SENT), kit.button(words.take_back, Ids.UNDO, request.id)),
        ],
        title=words.asked_title,
    )


def closed(prose: Prose, ended: Sequence[Asked]) -> kit.Message:
    words = prose.words("feedback/sent", names=[one.name for one in ended])
    again = [kit.button(words.again, Ids.AGAIN, ended[0].id)] if ended else []
    return kit.Message(
        words.closed_text,
        [
            kit.section(words.closed if ended else words.nothing_to_close),
            kit.actions(*again, kit.button(words.list, Ids.SENT)),
        ],
        title=words.title,
    )


def listed(prose: Prose, sent: Sequence[Sent], total: int, offset: int, today: date) -> kit.Message:
    """A page of everybody who was asked."""
    words = prose.words("feedback/sent", total=total)
    turns = [kit.button(words.newer, Ids.SENT_NEWER, str(max(0, offset - PAGE)))] if offset else []
    if offset + PAGE < total:
        turns.append(kit.button(words.older, Ids.SENT_OLDER, str(offset + PAGE)))
    buttons = kit.actions(*turns, kit.button(words.ask, Ids.NEW), kit.button(words.inbox, Ids.INBOX))
    heading = words.heading if total else words.empty
    rows = [_line(prose, one, today) for one in sent]
    return kit.Message(words.text, [kit.section(heading), *rows, buttons], title=words.title)


def _line(prose: Prose, sent: Sent, today: date) -> Block:
    asked_ = sent.asked
    words = prose.words(
        "feedback/sent",
        asked=asked_,
        topic=kit.clip(" ".join(sent.request.topic.split()), TOPIC_LENGTH),
        on=dates.said(asked_.asked_on, today),
        reminded=dates.said(sent.reminded_on, today) if sent.reminded_on else None,
        due=dates.said(sent.request.due_on, today) if sent.request.due_on else None,
    )
    choices = [kit.option(words.again, f"again:{asked_.id}")]
    if asked_.status == Status.OPEN:
        choices.append(kit.option(words.close, f"close:{asked_.id}"))
    return kit.section(
        Phrase(f"{words.line}\n{words.block(f'is_{asked_.status}')}"),
        accessory=kit.overflow(Ids.SENT_MORE, choices),
    )
