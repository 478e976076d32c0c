"""The forms about goals."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from bot.core.prose import Prose, Words
from bot.domain import goals
from bot.domain.goals import Control, Goal, Kind, Milestone, Status
from bot.storage.base import new_id
from handlers import kit
from handlers.goals._ids import Ids
from handlers.goals._reading import as_typed
from handlers.kit import Block

# So much of a statement stands above a form.
ABOVE = 600

# A whole sentence can stand as a measure; a label takes its beginning.
NAME_LENGTH = 60


def form(
    prose: Prose, typed: Mapping[str, str | None] | None = None, *, follows: str | None = None
) -> dict[str, Any]:
    """The empty form, or one with the words of a goal that changed."""
    words = prose.words("goals/form")
    above = kit.context(words.follows if follows else words.private)
    return kit.modal(
        words.title,
        [above, *_fields(prose, typed or {})],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"follows": follows, "form": new_id()},
    )


def edit_form(prose: Prose, goal: Goal) -> dict[str, Any]:
    words = prose.words("goals/form")
    return kit.modal(
        words.edit_title,
        _fields(prose, as_typed(goal)),
        callback=Ids.CHANGE,
        submit=words.submit,
        close=words.close,
        carried={"goal": goal.id},
    )


def date_form(prose: Prose, goal: Goal) -> dict[str, Any]:
    words = prose.words("goals/form")
    standing = goal.deadline.isoformat() if goal.deadline else None
    fields = [
        kit.text_field("deadline", words.deadline, initial=standing, hint=words.deadline_hint, focus=True),
        kit.text_field("reason", words.moved, hint=words.moved_hint),
    ]
    return _about(goal, fields, words, words.date_title, Ids.SAVE_DATE)


def answer_form(prose: Prose, goal: Goal, letter: str) -> dict[str, Any]:
    """One field for the one thing that is missing."""
    words = prose.words("goals/smart")
    field = kit.text_field(
        "answer",
        words.block(f"question_{letter.lower()}"),
        placeholder=words.block(f"example_{letter.lower()}"),
        optional=False,
        focus=True,
    )
    return _about(goal, [field], words, words.title, Ids.SAVE_ANSWER, letter=letter)


def progress_form(prose: Prose, goal: Goal) -> dict[str, Any]:
    name = goal.measure.name if goal.measure else None
    words = prose.words("goals/progress", measure=goal.measure, name=kit.clip(name or "", NAME_LENGTH))
    fields = [
        kit.text_field("value", words.value, hint=words.value_hint, focus=True),
        kit.text_field("note", words.note, placeholder=words.note_example, multiline=True),
        _confidence(words, str(goal.confidence) if goal.confidence else None),
        kit.text_field("next_action", words.next_action, initial=goal.next_action),
    ]
    return _about(goal, fields, words, words.title, Ids.SAVE_PROGRESS)


def close_form(prose: Prose, goal: Goal) -> dict[str, Any]:
    words = prose.words("goals/close")
    ends = [kit.option(words.block(end.value), end.value) for end in goals.ENDS]
    fields = [
        kit.choice_field("status", words.status, ends, chosen=Status.REACHED, optional=False),
        kit.text_field("reason", words.reason, multiline=True),
        kit.text_field("learned", words.learned, multiline=True),
    ]
    return _about(goal, fields, words, words.title, Ids.SAVE_CLOSE)


def plan_form(prose: Prose, goal: Goal, on: Sequence[date]) -> dict[str, Any]:
    """A row for each date of the plan: what has to be there, and the date."""
    words = prose.words("goals/milestones")
    fields = [kit.context(words.intro if goal.deadline else words.intro_undated)]
    for place, day in enumerate(on):
        row = prose.words("goals/milestones", number=place + 1)
        fields += [
            kit.text_field(f"title_{place}", row.step, placeholder=None if place else words.step_example),
            kit.date_field(f"on_{place}", words.on, chosen=day.isoformat()),
        ]
    return _about(goal, fields, words, words.title, Ids.SAVE_PLAN, rows=len(on))


def step_form(prose: Prose, goal: Goal, milestone: Milestone) -> dict[str, Any]:
    """One milestone: its words, its date, and why it moves."""
    words = prose.words("goals/milestones")
    fields = [
        kit.text_field("title", words.what, initial=milestone.title, optional=False),
        kit.date_field("on", words.when, chosen=milestone.due_on.isoformat()),
        kit.text_field("reason", words.reason, hint=words.reason_hint),
    ]
    return _about(goal, fields, words, words.one_title, Ids.SAVE_STEP, milestone=milestone.id)


def _about(
    goal: Goal,
    fields: Sequence[Block],
    words: Words,
    title: Any,
    callback: StrEnum,
    **more: object,
) -> dict[str, Any]:
    """A form under the statement of the goal that it is about."""
    return kit.modal(
        title,
        [kit.section(kit.clip(goal.statement, ABOVE)), *fields],
        callback=callback,
        submit=words.submit,
        close=words.close,
        carried={"goal": goal.id, "form": new_id(), **more},
    )


def _fields(prose: Prose, typed: Mapping[str, Any]) -> list[Block]:
    words = prose.words("goals/form")
    return [
        kit.text_field(
            "statement",
            words.statement,
            initial=typed.get("statement"),
            placeholder=words.statement_example,
            optional=False,
            focus=True,
        ),
        kit.text_field("deadline", words.deadline, initial=typed.get("deadline"), hint=words.deadline_hint),
        kit.text_field("why", words.why, initial=typed.get("why"), multiline=True),
        *_measure_fields(words, typed),
        kit.text_field("next_action", words.next_action, initial=typed.get("next_action")),
        kit.text_field("next_on", words.next_on, initial=typed.get("next_on")),
        _confidence(words, typed.get("confidence"), hint=words.confidence_hint),
        _choice(prose, words, "in_control", Control, typed),
        _choice(prose, words, "kind", Kind, typed),
        kit.text_field("company_aim", words.company_aim, initial=typed.get("company_aim")),
        kit.text_field("own_value", words.own_value, initial=typed.get("own_value")),
        kit.text_field("knows", words.knows, initial=typed.get("knows"), hint=words.knows_hint),
    ]


def _measure_fields(words: Words, typed: Mapping[str, Any]) -> list[Block]:
    return [
        kit.text_field(
            name, words.block(name), initial=typed.get(name), placeholder=words.block(f"{name}_example")
        )
        for name in ("measure", "baseline", "target")
    ]


def _choice(prose: Prose, words: Words, name: str, known: type[StrEnum], typed: Mapping[str, Any]) -> Block:
    names = prose.words("goals/names")
    options = [kit.option(names.block(one.value), one.value) for one in known]
    return kit.choice_field(
        name, words.block(name), options, chosen=typed.get(name), placeholder=words.choose
    )


def _confidence(words: Words, chosen: str | None, **more: Any) -> Block:
    options = [kit.option(str(number), str(number)) for number in goals.CONFIDENCE]
    return kit.choice_field(
        "confidence", words.confidence, options, chosen=chosen, placeholder=words.choose, **more
    )
