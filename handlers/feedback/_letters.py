"""How a letter looks to its giver: the form, what is said after each step, and the list of what was given."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.core import dates
from bot.core.prose import Phrase, Prose, Words
from bot.domain.feedback import Letter, Permission, Standing
from handlers import kit
from handlers.feedback._ids import Ids
from handlers.kit import Block

PAGE = 8
TOPIC_LENGTH = 300
QUESTIONS = 2


def form(prose: Prose, letter: Letter) -> dict[str, Any]:
    """The questions, with what was kept as a draft or sent before."""
    words, names = _words(prose, letter), prose.words("feedback/names")
    texts = letter.draft or letter.answers
    fields = [
        kit.text_field(
            f"answer_{number}",
            prose.words("feedback/letter", question=question).question,
            initial=texts[number] if number < len(texts) else None,
            multiline=True,
            focus=number == 0,
        )
        for number, question in enumerate(letter.questions)
    ]
    options = [kit.option(names.block(f"may_{one.value}"), one.value) for one in Permission]
    return kit.modal(
        words.title,
        [
            kit.section(words.intro),
            *fields,
            kit.choice_field(
                "permission",
                words.permission,
                options,
                chosen=letter.permission,
                placeholder=words.choose,
                hint=words.permission_hint,
                optional=False,
            ),
            kit.actions(kit.button(words.keep, Ids.KEEP, letter.id)),
            kit.context(words.private),
        ],
        callback=Ids.SEND,
        submit=words.submit,
        close=words.close,
        carried={"letter": letter.id},
    )


def offered(prose: Prose, letters: Sequence[Letter], capture_id: str, today: date) -> list[Block]:
    """Each letter that words may be an answer to, with the button that takes them."""
    return [
        kit.section(
            prose.words(
                "feedback/letter",
                asker=letter.asker_id,
                topic=_topic(letter),
                asked=dates.said(letter.created_at.date(), today),
            ).typed,
            accessory=kit.button(
                _words(prose, letter).take_typed, Ids.TYPED, f"{letter.id}:{capture_id}", style="primary"
            ),
        )
        for letter in letters
    ]


def texts(typed: Mapping[str, Any]) -> list[str | None]:
    """What stands in the fields, in the order of the questions."""
    given = (typed.get(f"answer_{number}") for number in range(QUESTIONS))
    return [text if isinstance(text, str) else None for text in given]


def kept(prose: Prose, letter: Letter) -> kit.Message:
    words = _words(prose, letter)
    on = kit.actions(kit.button(words.go_on, Ids.ANSWER, letter.id))
    return kit.Message(words.kept_text, [kit.section(words.kept), on], title=words.title)


def sent(prose: Prose, letter: Letter, today: date) -> kit.Message:
    words = _words(prose, letter)
    return kit.Message(
        words.sent_text, [kit.section(words.sent), *_whole(prose, letter, today)], title=words.title
    )


def withdrawn(prose: Prose, letter: Letter) -> kit.Message:
    words = _words(prose, letter)
    on = kit.actions(
        kit.button(words.go_on, Ids.ANSWER, letter.id), kit.button(words.decline, Ids.DECLINE, letter.id)
    )
    return kit.Message(words.withdrawn_text, [kit.section(words.withdrawn), on], title=words.title)


def declined(prose: Prose, letter: Letter) -> kit.Message:
    words = _words(prose, letter)
    after_all = kit.actions(kit.button(words.after_all, Ids.ANSWER, letter.id))
    return kit.Message(words.declined_text, [kit.section(words.declined), after_all], title=words.title)


def put_off(prose: Prose, until: datetime) -> kit.Message:
    words = prose.words("feedback/letter", until=until)
    return kit.Message(words.put_off, [kit.section(words.put_off)], title=words.title)


def chosen(prose: Prose, *, wanted: bool) -> kit.Message:
    words = prose.words("feedback/given")
    said, button = (words.wanted, _never(words)) if wanted else (words.unwanted, _ask_me(words))
    return kit.Message(words.changed, [kit.section(said), kit.actions(button)], title=words.title)


def explained(prose: Prose, letter: Letter) -> kit.Message:
    words = _words(prose, letter)
    return kit.Message(words.explained_text, [kit.section(words.explained)], title=words.explained_title)


def shown(prose: Prose, letter: Letter, today: date) -> kit.Message:
    """One letter with everything that was written."""
    words = _words(prose, letter)
    standing = words.read if letter.read_at else words.block(f"is_{letter.status}")
    return kit.Message(
        words.text,
        [kit.section(words.heading), kit.context(standing), *_whole(prose, letter, today)],
        title=words.title,
    )


def listed(
    prose: Prose, letters: Sequence[Letter], total: int, offset: int, *, now: datetime, wanted: bool
) -> kit.Message:
    """A page of the requests that came, and whether more may come; `now` is the member's local time."""
    words = prose.words("feedback/given", total=total)
    turns = [kit.button(words.newer, Ids.GIVEN_NEWER, str(max(0, offset - PAGE)))] if offset else []
    if offset + PAGE < total:
        turns.append(kit.button(words.older, Ids.GIVEN_OLDER, str(offset + PAGE)))
    rows = [_line(prose, letter, now) for letter in letters]
    heading = words.heading if total else words.empty
    said, switch = (words.wanted, _never(words)) if wanted else (words.unwanted, _ask_me(words))
    return kit.Message(
        words.text,
        [
            kit.section(heading),
            *rows,
            *([kit.actions(*turns)] if turns else []),
            kit.section(said, accessory=switch),
        ],
        title=words.title,
    )


def _never(words: Words) -> kit.Element:
    return kit.button(words.never, Ids.NEVER)


def _ask_me(words: Words) -> kit.Element:
    return kit.button(words.ask_me, Ids.ASK_ME)


def _line(prose: Prose, letter: Letter, now: datetime) -> Block:
    words = _words(prose, letter)
    on = dates.said(letter.created_at.astimezone(now.tzinfo).date(), now.date())
    standing = words.read if letter.read_at else words.block(f"is_{letter.status}")
    line = prose.words("feedback/given", asker=letter.asker_id, topic=_topic(letter), on=on).line
    return kit.section(Phrase(f"{line}\n{standing}"), accessory=kit.button(words.open, Ids.LETTER, letter.id))


def _whole(prose: Prose, letter: Letter, today: date) -> list[Block]:
    """Questions and answers, whether it may be quoted, and what can be done."""
    words, names = _words(prose, letter), prose.words("feedback/names")
    written = letter.answers or letter.draft
    blocks: list[Block] = []
    for number, question in enumerate(letter.questions):
        text = written[number] if number < len(written) else ""
        if text or not letter.answers:
            blocks.append(kit.section(prose.words("feedback/letter", question=question).asked))
        blocks += kit.verbatim(text) if text else []
    if letter.status == Standing.SENT and letter.permission:
        at = prose.words("feedback/letter", may=names.block(f"may_{letter.permission}"), today=today)
        blocks.append(kit.context(at.may))
    return [*blocks, *_deeds(words, letter), *_last(words, letter)]


def _deeds(words: Words, letter: Letter) -> list[Block]:
    if not letter.can_change:
        return []
    if letter.status != Standing.SENT:
        return [kit.actions(kit.button(words.answer, Ids.ANSWER, letter.id, style="primary"))]
    change = kit.button(words.change, Ids.ANSWER, letter.id)
    return [kit.actions(change, kit.button(words.take_back, Ids.WITHDRAW, letter.id))]


def _last(words: Words, letter: Letter) -> list[Block]:
    return [kit.context(words.until_read)] if letter.status == Standing.SENT and letter.can_change else []


def _words(prose: Prose, letter: Letter) -> Words:
    return prose.words(
        "feedback/letter", asker=letter.asker_id, letter=letter, topic=_topic(letter), due=letter.due_on
    )


def _topic(letter: Letter) -> str:
    return kit.clip(" ".join((letter.topic or "").split()), TOPIC_LENGTH)
