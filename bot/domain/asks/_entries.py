"""What a person gives for an ask, checked and tidied; and one typed line, read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from bot.core import dates, lexicon
from bot.core.errors import Invalid
from bot.domain.asks._records import Ask, Status

FIELD_LENGTH = 3000

# Longer than this nobody is called.
NAME_LENGTH = 200

TEXTS = ("request", "to", "need", "reason", "future_value", "fallback")

# Up to so many words before "for" or "to" are whom a line asks.
WHO_WORDS = 5
NAME_WORDS = 2

# What stands between whom a line asks and what for; the last two belong to what is asked.
_LINKS = ("for", "to", "about", "if", "whether")
_KEPT = frozenset({"if", "whether"})
_LINE = re.compile(
    rf"^(?P<to>\S+(?:[ \t]+\S+)*?)[ \t]+(?P<link>{'|'.join(_LINKS)})\s+(?P<request>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ASK = re.compile(r"^(?:please[ \t]+)?ask[ \t]+(?=\S)", re.IGNORECASE)
_LEAD = re.compile(r"^(?:for|about)[ \t]+(?=\S)", re.IGNORECASE)
_NAME = re.compile(r"@?[^\W\d_][\w'’.-]*,?")
_ID = re.compile(r"@[UW](?=[A-Z]*[0-9])[A-Z0-9]{5,}")
_ENDS = " ,;:.–-\n\t"


@dataclass(frozen=True)
class Entry:
    """What a person gives for an ask, as typed."""

    request: str | None = None
    to: str | None = None
    wanted_on: date | None = None
    need: str | None = None
    reason: str | None = None
    future_value: str | None = None
    fallback: str | None = None


@dataclass(frozen=True)
class Wish:
    """A condition as it was typed: its words, and by when where that was said."""

    text: str
    due_on: date | None = None


def entry(
    request: str | None, to: str | None = None, wanted_on: date | None = None, **texts: str | None
) -> Entry:
    """Check and tidy what was typed; Invalid names the field and says what to do.

    A request or a need is enough.
    """
    given = {"request": request, "to": to, **texts}
    tidy = {name: (value or "").strip() or None for name, value in given.items()}
    if not (tidy["request"] or tidy.get("need")):
        raise Invalid("request", "ask_without_words")
    for name, value in tidy.items():
        if value and len(value) > (limit := NAME_LENGTH if name == "to" else FIELD_LENGTH):
            raise Invalid(name, "too_long", limit=limit)
        if value and not re.search(r"\w", value):
            raise Invalid(name, "ask_without_words" if name == "request" else "signs_only")
    return Entry(wanted_on=wanted_on, **tidy)


def read(text: str, today: date) -> Entry:
    """A typed line as an entry: whom it asks, for what, and the day named at its end, at its beginning or behind that person."""
    text = text.strip()
    found = dates.found_in(text, today, prefer="future")
    line = (text[: found.start] + text[found.end :]).strip(_ENDS) if found else text
    on = found.on if found else None
    line = _ASK.sub("", line)
    match = _LINE.match(line)
    whom = match["to"] if match else ""
    whom, named = (whom, None) if on else _parted(whom, today)
    if match is None or not _is_somebody(whom):
        return entry(_LEAD.sub("", line), None, on)
    keeps = match["link"].casefold() in _KEPT
    said = f"{match['link']} {match['request']}" if keeps else match["request"]
    return entry(said, whom.rstrip(_ENDS), on or named)


def _parted(whom: str, today: date) -> tuple[str, date | None]:
    """Whom a line asks, and the day behind them, as in "my manager by 1 July for a raise"."""
    found = dates.found_in(whom, today, prefer="future")
    return (whom[: found.start].strip(_ENDS), found.on) if found and found.start else (whom, None)


def entry_of(ask: Ask) -> Entry:
    """An ask as it would be given again."""
    return Entry(wanted_on=ask.wanted_on, **{name: getattr(ask, name) for name in TEXTS})


def packed(given: Entry) -> dict[str, str | None]:
    """An entry as JSON can hold it."""
    return {**asdict(given), "wanted_on": given.wanted_on.isoformat() if given.wanted_on else None}


def unpacked(kept: Mapping[str, str | None]) -> Entry:
    """The entry that was packed."""
    on, texts = kept.get("wanted_on"), {name: kept.get(name) for name in TEXTS}
    return Entry(wanted_on=date.fromisoformat(on) if on else None, **texts)


def says_the_same(ask: Ask, given: Entry) -> bool:
    """Whether an ask says what was given, to the same person, whatever the capitals, the spaces and the day."""
    said = ((ask.request, given.request), (ask.to, given.to), (ask.need, given.need))
    return all(_folded(one) == _folded(other) for one, other in said)


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def write(ask: Ask, given: Entry) -> None:
    """Let an ask say what was given; before it was asked, that alone decides how far it is."""
    for name in (*TEXTS, "wanted_on"):
        setattr(ask, name, getattr(given, name))
    if ask.status in {Status.DRAFT, Status.PLANNED}:
        ask.status = (Status.PLANNED if given.request else Status.DRAFT).value


def name_of(to: str | None) -> str | None:
    """By what name a person is greeted; None where only their role ("my manager") or their id is known."""
    if to is None or _ID.search(to) or lexicon.pattern("asks/roles").search(to):
        return None
    return to


def conditions_in(text: str | None, today: date) -> list[Wish]:
    """Conditions as they are typed into one field: one a line, each with the day it names."""
    return [_wish(line, today) for line in (text or "").splitlines() if re.search(r"\w", line)]


def check_wishes(wishes: Sequence[Wish]) -> None:
    """Refuse a list of conditions that says nothing or a line that is too long."""
    if not wishes:
        raise Invalid("conditions", "no_conditions")
    if any(len(one.text) > FIELD_LENGTH for one in wishes):
        raise Invalid("conditions", "too_long", limit=FIELD_LENGTH)


def _wish(line: str, today: date) -> Wish:
    line = line.strip().lstrip("-*• ").strip()
    found = dates.found_in(line, today, prefer="future")
    if found is None:
        return Wish(line)
    without = (line[: found.start] + line[found.end :]).strip(_ENDS)
    return Wish(without if re.search(r"\w", without) else line, found.on)


def _is_somebody(text: str) -> bool:
    """Whether the words before "for" name a person: by a role, or by a name of one or two words."""
    words = text.split()
    if len(words) > WHO_WORDS or lexicon.pattern("asks/things").search(text):
        return False
    if lexicon.pattern("asks/roles").search(text) or text.startswith("<@"):
        return True
    named = len(words) == 1 or all(word[:1].isupper() for word in words)
    return len(words) <= NAME_WORDS and named and all(_NAME.fullmatch(word) for word in words)
