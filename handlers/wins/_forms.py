"""The forms for a win: a new one, and for one that is there a form for each side of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.core.prose import Prose
from bot.domain import wins
from bot.domain.wins import Category, Certainty, Gap, Source, Status, Win
from handlers import kit
from handlers.kit import Block
from handlers.wins._ids import Ids
from handlers.wins._reading import YES, as_typed

Form = Callable[[Prose, Win], dict[str, Any]]


def form(
    prose: Prose,
    typed: Mapping[str, Any] | None = None,
    *,
    source: Source = Source.FORM,
    goal_id: str | None = None,
) -> dict[str, Any]:
    """The empty form, or one with what is known already; `goal_id` is the goal that the new win serves."""
    words, typed = prose.words("wins/form"), typed or {}
    fields = [
        kit.context(words.private),
        _title(words, typed),
        kit.text_field("when", words.when, initial=typed.get("when"), hint=words.when_hint),
        _result(words, typed),
        kit.text_field(
            "metric",
            words.metric,
            initial=typed.get("metric"),
            placeholder=words.metric_example,
            hint=words.metric_hint,
        ),
        *_texts(words, typed, "benefited", "credit"),
        _evidence(words, typed),
        _category(prose, typed),
        _details(words, typed.get("details") or ""),
    ]
    carried = kit.given({"source": source.value, "goal": goal_id})
    return _modal(words, words.title, Ids.SAVE, fields, carried)


def edit_form(prose: Prose, win: Win) -> dict[str, Any]:
    """What it was, when, and where it belongs."""
    words, typed = prose.words("wins/form"), as_typed(win)
    fields = [
        _title(words, typed),
        kit.text_field("when", words.when, initial=typed["when"], hint=words.when_hint),
        kit.text_field("until", words.until, initial=typed["until"], hint=words.until_hint),
        _category(prose, typed),
        kit.text_field("project", words.project, initial=typed["project"]),
        kit.choice_field("status", words.status, _options(prose, "statuses", Status), chosen=typed["status"]),
        kit.text_field("tags", words.tags, initial=typed["tags"], hint=words.tags_hint),
        kit.ticks_field(
            "shareable", words.sharing, [kit.option(words.shareable, YES)], chosen=typed["shareable"]
        ),
        _details(words, typed["details"] or ""),
    ]
    return _modal(words, words.edit_title, Ids.CHANGE, fields, {"win": win.id})


def impact_form(prose: Prose, win: Win) -> dict[str, Any]:
    """What came of it, and the number that shows it in its parts."""
    words, typed = prose.words("wins/form"), as_typed(win)
    fields = [
        kit.section(win.title),
        _result(words, typed),
        kit.text_field("metric", words.counted, initial=typed["metric"], hint=words.counted_hint),
        *_texts(words, typed, "before", "after"),
        kit.text_field("unit", words.unit, initial=typed["unit"], placeholder=words.unit_example),
        kit.choice_field(
            "certainty",
            words.certainty,
            _options(prose, "certainties", Certainty),
            chosen=typed["certainty"],
            placeholder=words.certainty_choose,
        ),
        *_texts(words, typed, "source", "benefited"),
    ]
    return _modal(words, words.impact_title, Ids.CHANGE, fields, {"win": win.id})


def story_form(prose: Prose, win: Win) -> dict[str, Any]:
    """Situation, task, action and result, and whose part was which."""
    words, typed = prose.words("wins/form"), as_typed(win)
    fields = [
        kit.section(win.title),
        kit.text_field(
            "situation",
            words.situation,
            initial=typed["situation"],
            hint=words.situation_hint,
            multiline=True,
        ),
        *_texts(words, typed, "task", "action", multiline=True),
        _result(words, typed),
        *_texts(words, typed, "my_part", "team_part", "credit", "competency"),
        _evidence(words, typed),
    ]
    return _modal(words, words.story_title, Ids.CHANGE, fields, {"win": win.id})


def date_form(prose: Prose, win: Win) -> dict[str, Any]:
    words, typed = prose.words("wins/form"), as_typed(win)
    fields = [
        kit.section(win.title),
        kit.text_field("when", words.when, initial=typed["when"], hint=words.when_hint, focus=True),
        kit.text_field("until", words.until, initial=typed["until"], hint=words.until_hint),
    ]
    return _modal(words, words.date_title, Ids.CHANGE, fields, {"win": win.id})


def gap_form(prose: Prose, win: Win, gap: Gap) -> dict[str, Any]:
    """Just the one thing that is missing."""
    words, asked = prose.words("wins/form"), prose.words("wins/gaps", weak=None)
    field = wins.GAP_FIELDS[gap]
    examples = {Gap.NUMBER: asked.number_example, Gap.VERB: asked.verb_example}
    fields = [
        kit.section(win.title),
        kit.text_field(
            field,
            asked.block(f"{gap.value}_field"),
            initial=as_typed(win)[field],
            placeholder=examples.get(gap),
            optional=field != "title",
            multiline=gap in {Gap.RESULT, Gap.ACTION},
            focus=True,
        ),
    ]
    return _modal(words, asked.form_title, Ids.CHANGE, fields, {"win": win.id})


def goal_form(prose: Prose, win: Win, goals: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The choice of the goal that a win serves: their ids and statements."""
    words = prose.words("wins/form")
    if not goals:
        return kit.modal(words.goal_title, [kit.section(words.no_goals)], close=words.close)
    options = [kit.option(statement, goal_id) for goal_id, statement in goals]
    choice = kit.choice_field(
        "goal",
        words.goal,
        [*options, kit.option(words.no_goal, "none")],
        chosen=win.goal_id,
        placeholder=words.goal_choose,
        optional=False,
    )
    return _modal(words, words.goal_title, Ids.LINK, [kit.section(win.title), choice], {"win": win.id})


def _modal(
    words: Any, title: Any, callback: Ids, fields: list[Block], carried: Mapping[str, Any]
) -> dict[str, Any]:
    return kit.modal(
        title, fields, callback=callback, submit=words.submit, close=words.close, carried=carried
    )


def _title(words: Any, typed: Mapping[str, Any]) -> Block:
    return kit.text_field(
        "title",
        words.what,
        initial=typed.get("title"),
        placeholder=words.what_example,
        optional=False,
        focus=True,
    )


def _result(words: Any, typed: Mapping[str, Any]) -> Block:
    return kit.text_field(
        "result", words.result, initial=typed.get("result"), placeholder=words.result_example, multiline=True
    )


def _evidence(words: Any, typed: Mapping[str, Any]) -> Block:
    return kit.text_field(
        "evidence", words.evidence, initial=typed.get("evidence"), hint=words.evidence_hint, multiline=True
    )


def _texts(words: Any, typed: Mapping[str, Any], *names: str, multiline: bool = False) -> list[Block]:
    return [
        kit.text_field(name, words.block(name), initial=typed.get(name), multiline=multiline)
        for name in names
    ]


def _category(prose: Prose, typed: Mapping[str, Any]) -> Block:
    words = prose.words("wins/form")
    return kit.choice_field(
        "category",
        words.category,
        _options(prose, "categories", Category),
        chosen=typed.get("category"),
        placeholder=words.category_choose,
    )


def _options(prose: Prose, template: str, choices: Any) -> list[kit.Option]:
    names = prose.words(f"wins/{template}")
    return [kit.option(names.block(choice.value), choice.value) for choice in choices]


def _details(words: Any, details: str) -> Block:
    # A text that does not fit into Slack's field would be cut by saving it back, so it is not offered.
    if len(details) > kit.INPUT_LENGTH:
        return kit.context(words.details_too_long)
    return kit.text_field("details", words.details, initial=details, hint=words.details_hint, multiline=True)
