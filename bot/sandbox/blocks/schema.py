"""A little language for JSON: a rule looks at a value and tells, with its pointer, each fault it finds.

The words are those of hack-json-schema, which Slack publishes and checks blocks with; it says "less than 10" for a
number above 10, and "less than 11 characters" for a text of 11.
"""

import re
from collections.abc import Callable, Iterator, Mapping

Fault = tuple[str, str]
"""A JSON pointer and what is wrong there, in Slack's words."""

Rule = Callable[[object, str], Iterator[Fault]]
Fields = Mapping[str, Rule]
Across = Callable[[Mapping[str, object], str], Iterator[Fault]]
"""Looks at several fields of one object; only asked when each field is right by itself."""


def anything(value: object, at: str) -> Iterator[Fault]:  # noqa: ARG001 (a rule has two arguments)
    """Accept every value."""
    yield from ()


def flag(value: object, at: str) -> Iterator[Fault]:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield at, "must be a boolean"


def string(least: int = 0, most: int | None = None) -> Rule:
    """Text of `least` to `most` characters."""

    def rule(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield at, "must provide a string"
        elif len(value) < least:
            yield at, f"must be more than {least - 1} characters"
        elif most is not None and len(value) > most:
            yield at, f"must be less than {most + 1} characters"

    return rule


def shaped(
    pattern: str, most: int | None = None, *, right: Callable[[str], bool] = bool, words: str | None = None
) -> Rule:
    """Text of one shape; `right` looks closer once the pattern fits."""
    shape, length = re.compile(pattern, re.ASCII), string(1, most)

    def rule(value: object, at: str) -> Iterator[Fault]:
        faults = list(length(value, at))
        yield from faults
        if not faults and isinstance(value, str) and not (shape.fullmatch(value) and right(value)):
            yield at, words or f"input must match regex pattern: ^{pattern}$"

    return rule


def choice(*words: object) -> Rule:
    """One of a few values; `True` is not the number 1."""
    worded = all(isinstance(word, str) for word in words)

    def rule(value: object, at: str) -> Iterator[Fault]:
        if worded and not isinstance(value, str):
            yield at, "must provide a string"
        elif not any(type(value) is type(word) and value == word for word in words):
            yield at, "must be a valid enum value"

    return rule


def whole(least: int | None = None, most: int | None = None) -> Rule:
    """An integer from `least` to `most`."""

    def rule(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield at, "must provide an integer"
        elif least is not None and value < least:
            yield at, f"must be greater than {least}"
        elif most is not None and value > most:
            yield at, f"must be less than {most}"

    return rule


def number(above: float | None = None) -> Rule:
    """Any number, greater than `above`."""

    def rule(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield at, "must provide a number"
        elif above is not None and not value > above:
            yield at, f"must be greater than {above}"

    return rule


def array(of: Rule, least: int = 0, most: int | None = None) -> Rule:
    """A list of `least` to `most` things that each follow the rule `of`."""

    def rule(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield at, "must provide an array"
            return
        yield from _count(len(value), least, most, at)
        for index, item in enumerate(value):
            yield from of(item, f"{at}/{index}")

    return rule


def _count(count: int, least: int, most: int | None, at: str) -> Iterator[Fault]:
    if count < least:
        yield at, f"must provide at least {least} items"
    elif most is not None and count > most:
        yield at, f"no more than {most} items allowed"


def optional(of: Rule) -> Rule:
    """Nothing (null), or what the rule `of` accepts."""

    def rule(value: object, at: str) -> Iterator[Fault]:
        if value is not None:
            yield from of(value, at)

    return rule


def record(needs: Fields, may: Fields | None = None, *across: Across) -> Rule:
    """An object with the fields it `needs`, those it `may` have, and no others."""
    known = {**needs, **(may or {})}

    def rule(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield at, "must provide an object"
            return
        faults = [*_lacks(value, needs, at), *_strange(value, known, at), *_wrong(value, known, at)]
        yield from faults
        if not faults:
            for look in across:
                yield from look(value, at)

    return rule


def _lacks(value: Mapping[str, object], needs: Fields, at: str) -> Iterator[Fault]:
    for name in needs:
        if name not in value:
            yield at, f"missing required field: {name}"


def _strange(value: Mapping[str, object], known: Fields, at: str) -> Iterator[Fault]:
    for name in value:
        if name not in known:
            yield at, f"invalid additional property: {name}"


def _wrong(value: Mapping[str, object], known: Fields, at: str) -> Iterator[Fault]:
    for name, rule in known.items():
        if name in value:
            yield from rule(value[name], f"{at}/{name}")


def kind(needs: Fields, may: Fields | None = None, *across: Across) -> Rule:
    """An object that names its `type`, for use in `tagged`."""
    return record({"type": anything, **needs}, may, *across)


def tagged(kinds: Mapping[str, Rule]) -> Rule:
    """An object of one of several kinds, told apart by its `type`."""

    def rule(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield at, "must provide an object"
        elif "type" not in value:
            yield at, "missing required field: type"
        elif not isinstance(name := value["type"], str):
            yield f"{at}/type", "must provide a string"
        elif name not in kinds:
            yield f"{at}/type", f"unsupported type: {name}"
        else:
            yield from kinds[name](value, at)

    return rule


def either(*names: str) -> Across:
    """Exactly one of these fields."""
    listed = " or ".join(f"`{name}`" for name in names)

    def look(value: Mapping[str, object], at: str) -> Iterator[Fault]:
        present = [name for name in names if name in value]
        if not present:
            yield f"{at}/type" if "type" in value else at, f"must define either {listed}"
        for name in present[1:]:
            yield f"{at}/{name}", f"must define only one of {listed}"

    return look


def some(*names: str) -> Across:
    """At least one of these fields."""
    listed = " or ".join(f"`{name}`" for name in names)

    def look(value: Mapping[str, object], at: str) -> Iterator[Fault]:
        if not any(name in value for name in names):
            yield f"{at}/type" if "type" in value else at, f"must define either {listed}"

    return look
