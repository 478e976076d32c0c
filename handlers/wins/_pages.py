"""The list of wins, its filter, three to look back on, and look-alikes side by side."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import date
from typing import Any, Self

from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.domain import wins
from bot.domain.wins import Category, Status, Wanted, Win
from handlers import bins, brag, kit
from handlers.kit import Block
from handlers.wins._ids import Ids
from handlers.wins._views import PAGE, line, said_of

# A search longer than this says no more; it travels in the buttons of the list.
WORDS_LENGTH = 200
LONGEST_OFFSET = 1_000_000

# So many projects, tags and goals can be chosen from; Slack's selects hold a hundred.
CHOICES = 99
ANY = "any"

SPANS: Mapping[str, Ids] = {
    "week": Ids.SPAN_WEEK,
    "month": Ids.SPAN_MONTH,
    "quarter": Ids.SPAN_QUARTER,
    "all": Ids.SPAN_ALL,
}


@dataclass(frozen=True)
class Place:
    """Where in which list a person is; it travels in the list's buttons and proves nothing."""

    wanted: Wanted = field(default_factory=Wanted)
    offset: int = 0

    def packed(self) -> str:
        return json.dumps([self.offset, *astuple(self.wanted)])

    @classmethod
    def unpacked(cls, text: str | None) -> Self:
        """The place a button carries; the beginning of the whole list for anything that is not ours."""
        try:
            offset, *parts = json.loads(text or "[0]")
        except (ValueError, TypeError):
            return cls()
        if not isinstance(offset, int) or not 0 <= offset < LONGEST_OFFSET or not all(map(_is_text, parts)):
            return cls()
        names = (one.name for one in fields(Wanted))
        wanted = Wanted(**dict(zip(names, parts, strict=False)))
        return cls(wanted if wanted.span in wins.SPANS else Wanted(), offset)


@dataclass(frozen=True)
class Choices:
    """What a list can be narrowed to: goals by id, projects and tags by key."""

    goals: Sequence[tuple[str, str]] = ()
    projects: Sequence[str] = ()
    tags: Sequence[str] = ()

    def named(self, wanted: Wanted, prose: Prose) -> list[str]:
        """What the list is narrowed to, in words."""
        goals = dict(self.goals)
        projects = {wins.key_of(name): name for name in self.projects}
        tags = {wins.key_of(name): f"#{name}" for name in self.tags}
        words, names = prose.words("wins/list"), prose.words("wins/categories")
        return [
            said
            for said in (
                words.block(wanted.span) if wanted.span != "all" else None,
                names.block(wanted.category) if wanted.category in set(Category) else None,
                goals.get(wanted.goal_id or ""),
                projects.get(wanted.project or ""),
                tags.get(wanted.tag or ""),
                prose.words("wins/statuses").block(wanted.status) if wanted.status in set(Status) else None,
            )
            if said
        ]


def listed(
    prose: Prose, some: Sequence[Win], total: int, place: Place, choices: Choices, today: date
) -> kit.Message:
    """A page of the list, each win with a menu."""
    wanted = place.wanted
    narrowed = choices.named(wanted, prose)
    words = prose.words("wins/list", total=total, words=wanted.words, narrowed=narrowed)
    if not total and not wanted.narrows:
        blocks: list[Block] = [kit.section(words.empty), kit.actions(kit.button(words.log, Ids.LOG))]
        return kit.Message(words.text, blocks, title=words.title)
    lines = [line(prose, win, today) for win in some] if total else [kit.section(words.none_found)]
    blocks = [
        kit.section(words.heading),
        _spans(words, place),
        *lines,
        *_turns(words, place, total),
        _tools(words),
    ]
    return kit.Message(words.text, blocks, title=words.title)


def filter_form(prose: Prose, place: Place, choices: Choices) -> dict[str, Any]:
    """All ways to narrow the list, in one form."""
    wanted, words = place.wanted, prose.words("wins/list", total=0, words="", narrowed=())
    keyed = {
        "goal_field": (wanted.goal_id, choices.goals),
        "project": (wanted.project, [(wins.key_of(name), name) for name in choices.projects]),
        "tag": (wanted.tag, [(wins.key_of(name), name) for name in choices.tags]),
    }
    named = {
        "span": (wanted.span, [(name, words.block(name)) for name in wins.SPANS]),
        "category": (wanted.category, _names(prose, "wins/categories", Category)),
        "status": (wanted.status, _names(prose, "wins/statuses", Status)),
    }
    search = kit.text_field("words", words.words, initial=wanted.words, hint=words.words_hint, focus=True)
    selects = [
        _select(words, name, chosen, options)
        for name, (chosen, options) in {**named, **keyed}.items()
        if options
    ]
    return kit.modal(
        words.filter_title, [search, *selects], callback=Ids.NARROW, submit=words.submit, close=words.close
    )


def narrowed(typed: Mapping[str, Any]) -> Place:
    """The beginning of the list that a submitted filter asks for."""

    def chosen(name: str) -> str | None:
        value = typed.get(name)
        return value if isinstance(value, str) and value != ANY else None

    wanted = Wanted(
        span=chosen("span") or "all",
        category=chosen("category"),
        status=chosen("status"),
        goal_id=chosen("goal_field"),
        project=chosen("project"),
        tag=chosen("tag"),
        words=(typed.get("words") or "").strip()[:WORDS_LENGTH],
    )
    return Place(wanted)


def looked_back(prose: Prose, some: Sequence[Win], turn: int, today: date) -> kit.Message:
    """Three wins to remember."""
    words = prose.words("wins/look_back")
    if not some:
        return kit.Message(words.text, [kit.section(words.empty)], title=words.title)
    lines = [kit.section(prose.words("wins/look_back", **said_of(win, today)).line) for win in some]
    again = kit.actions(kit.button(words.again, Ids.LOOK_BACK, str(turn + 1)))
    return kit.Message(words.text, [kit.section(words.heading), *lines, again], title=words.title)


def pair(prose: Prose, pairs: Sequence[tuple[Win, Win]], today: date) -> kit.Message:
    """The first two wins that look alike, side by side."""
    words = prose.words("wins/pairs", more=len(pairs) - 1)
    if not pairs:
        return kit.Message(words.none, [kit.section(words.none)], title=words.title)
    newer, older = pairs[0]
    ids = f"{newer.id}:{older.id}"
    choices = kit.actions(
        kit.button(words.merge, Ids.MERGE, ids, style="primary"), kit.button(words.apart, Ids.APART, ids)
    )
    sides = kit.columns(*(_side(prose, win, today) for win in (older, newer)))
    return kit.Message(words.text, [kit.section(words.heading), sides, choices], title=words.title)


def merged(prose: Prose, win: Win, undo: str, more: int) -> kit.Message:
    """Two wins were made one; `undo` carries what takes them apart again."""
    words = prose.words("wins/pairs", win=win, more=more)
    after = [kit.button(words.next, Ids.PAIRS)] if more else []
    blocks = [kit.section(words.merged), kit.actions(kit.button(words.split, Ids.SPLIT, undo), *after)]
    return kit.Message(words.text, blocks, title=words.title)


def _side(prose: Prose, win: Win, today: date) -> Phrase:
    metric = win.metric.line if win.metric else None
    words = prose.words("wins/pairs", win=win, said=dates.said(win.occurred_on, today), metric=metric, more=0)
    return Phrase(kit.clip(words.side, kit.COLUMN_LENGTH))


def _spans(words: Any, place: Place) -> Block:
    """Buttons for the usual spans, and the filter."""
    buttons = [
        kit.button(
            words.block(name),
            action,
            replace(place, wanted=replace(place.wanted, span=name), offset=0).packed(),
            style="primary" if name == place.wanted.span else None,
        )
        for name, action in SPANS.items()
    ]
    return kit.actions(*buttons, kit.button(words.filter, Ids.FILTER, place.packed()))


def _tools(words: Any) -> Block:
    """What else can be done with a list."""
    return kit.actions(
        kit.button(words.export, brag.Ids.START),
        kit.button(words.look_back, Ids.LOOK_BACK),
        kit.button(words.pairs, Ids.PAIRS),
        kit.button(words.bin, bins.Ids.SHOW),
    )


def _turns(words: Any, place: Place, total: int) -> list[Block]:
    newer = replace(place, offset=max(0, place.offset - PAGE))
    older = replace(place, offset=place.offset + PAGE)
    turns = [kit.button(words.back, Ids.NEWER, newer.packed())] if place.offset else []
    if older.offset < total:
        turns.append(kit.button(words.more, Ids.OLDER, older.packed()))
    return [kit.actions(*turns)] if turns else []


def _names(prose: Prose, template: str, choices: Any) -> list[tuple[str, Phrase]]:
    words = prose.words(template)
    return [(choice.value, words.block(choice.value)) for choice in choices]


def _select(words: Any, name: str, chosen: str | None, options: Sequence[tuple[str, str]]) -> Block:
    first = [] if name == "span" else [kit.option(words.any, ANY)]
    shown = [*first, *(kit.option(said, value) for value, said in options[:CHOICES])]
    return kit.choice_field(name, words.block(name), shown, chosen=chosen or ANY)


def _is_text(part: object) -> bool:
    return part is None or isinstance(part, str)
