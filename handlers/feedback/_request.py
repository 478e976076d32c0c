"""The form that asks colleagues, empty or filled from a line, a win or an earlier request; and how it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose, Words
from bot.domain import feedback, goals, wins
from bot.domain.feedback import Entry, Request
from bot.storage.base import new_id
from bot.storage.session import MemberSession
from handlers import days, kit, typed
from handlers.feedback._ids import Ids
from handlers.kit import Block

# The questions that can be chosen; each has its words in templates/feedback/questions.j2.
LIBRARY = ("behaviour", "situation", "impact", "keep", "change")

# So many of the newest wins and of the active goals can be linked.
RECENT = 20

# The value of the tick that says that guests are meant.
GUESTS = "guests"


@dataclass(frozen=True)
class Draft:
    """What stands in the form when it opens; `follows` is the earlier request it takes the place of."""

    people: Sequence[str] = ()
    topic: str = ""
    questions: Sequence[str] = ()
    link: str = ""
    follows: str | None = None


async def form(session: MemberSession, prose: Prose, draft: Draft) -> dict[str, Any]:
    words, library = prose.words("feedback/form"), _library(prose)
    known = [name for name, text in library.items() if text in draft.questions]
    own = next((text for text in draft.questions if text not in library.values()), None)
    first = known[0] if known else None if own else LIBRARY[0]
    options = [kit.option(text, name) for name, text in library.items()]
    fields = [
        kit.section(words.intro),
        kit.people_field("people", words.people, chosen=draft.people, most=feedback.PEOPLE),
        kit.ticks_field("guests", words.guests, [kit.option(words.guests_meant, GUESTS)]),
        kit.text_field(
            "topic", words.topic, initial=draft.topic, placeholder=words.topic_example, optional=False
        ),
        kit.choice_field("question_1", words.question, options, chosen=first, placeholder=words.choose),
        kit.choice_field(
            "question_2", words.second, options, chosen=(*known[1:2], None)[0], placeholder=words.choose
        ),
        kit.text_field("own", words.own, initial=own, hint=words.own_hint),
        *await _link_field(session, words, draft.link),
        kit.text_field("due_on", words.due, hint=words.due_hint),
    ]
    return kit.modal(
        words.title,
        fields,
        callback=Ids.ASK,
        submit=words.submit,
        close=words.close,
        carried={"form": new_id(), "follows": draft.follows},
    )


async def read(session: MemberSession, prose: Prose, given: Mapping[str, Any], today: date) -> Entry:
    """A submitted form; Invalid names the field. What it is linked to is the member's own, or nothing."""
    library = _library(prose)
    for field in ("question_1", "question_2"):
        if given.get(field) and str(given[field]) not in library:
            raise Invalid(field, "no_such_choice")
    texts = [library.get(str(given.get(field))) for field in ("question_1", "question_2")]
    kind, _, row_id = str(given.get("link") or "").partition(":")
    return feedback.entry(
        typed.words(given.get("topic")),
        [*texts, typed.words(given.get("own"))],
        days.ahead("due_on", typed.words(given.get("due_on")), today),
        win_id=await _own(session, row_id, kind, "win"),
        goal_id=await _own(session, row_id, kind, "goal"),
    )


def draft_of(request: Request, people: Sequence[str], follows: str | None = None) -> Draft:
    """An earlier request as it would be sent again."""
    link = f"win:{request.win_id}" if request.win_id else f"goal:{request.goal_id}" if request.goal_id else ""
    return Draft(people, request.topic, request.questions, link, follows)


def _library(prose: Prose) -> dict[str, str]:
    words = prose.words("feedback/questions")
    return {name: words.block(name).plain for name in LIBRARY}


async def _link_field(session: MemberSession, words: Words, link: str) -> list[Block]:
    recent, _ = await wins.page(session, size=RECENT)
    kind, _, row_id = link.partition(":")
    if kind == "win" and row_id not in {win.id for win in recent}:
        recent = [*recent, *await wins.chosen(session, [row_id])]
    options = [kit.option(win.title, f"win:{win.id}") for win in recent]
    options += [
        kit.option(goal.statement, f"goal:{goal.id}") for goal in (await goals.active(session))[:RECENT]
    ]
    if not options:
        return []
    return [kit.choice_field("link", words.link, options, chosen=link, placeholder=words.link_choose)]


async def _own(session: MemberSession, row_id: str, kind: str, wanted: str) -> str | None:
    if kind != wanted:
        return None
    found = await (wins.chosen if kind == "win" else goals.chosen)(session, [row_id])
    if not found:
        raise NotFound(f"no_{kind}")
    return row_id
