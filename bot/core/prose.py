"""The words a person reads: Jinja templates in `templates/`, escaped for where they are shown.

A message template is a list of named blocks, one a sentence, heading or button:

    {% block saved %}Saved: *{{ win.title }}*{% endblock %}
    {% block undo %}Undo{% endblock %}

`prose.words("wins/logged", win=win).saved` renders one of them as a `Phrase`: mrkdwn in which
everything that came in as a value is escaped (`& < >`, as Slack's formatting page asks), so that
nobody's text becomes a mention, a link or markup.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from jinja2.runtime import Context

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


# What is left of a mention that was typed where Slack sends ids: @U024BE7LH, #C024BE7LR.
_ID = re.compile(r"(?<![\w@#&;])(@[UW](?=[A-Z]*[0-9])[A-Z0-9]{5,}|#C(?=[A-Z]*[0-9])[A-Z0-9]{5,})(?!\w)")


class Phrase(str):
    """Mrkdwn that came out of a template: values in it are already escaped."""

    __slots__ = ()

    @property
    def plain(self) -> str:
        """The same words for a plain_text object, where Slack shows characters as they are."""
        return self.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class MissingWordsError(LookupError):
    """A block was asked for that its template does not hold; a fault of ours."""


class Words:
    """The blocks of one template with the facts they speak of; each is rendered when asked for."""

    def __init__(self, template: Template, facts: dict[str, object], common: dict[str, object]) -> None:
        self._template = template
        self._facts = facts
        self._globals = common
        # Blocks assign nothing, so one context serves all of them; making one costs more than a sentence.
        self._context: Context | None = None

    def __getattr__(self, block: str) -> Phrase:
        return self.block(block)

    def block(self, name: str) -> Phrase:
        try:
            render = self._template.blocks[name]
        except KeyError:
            raise MissingWordsError(f"templates/{self._template.name} has no block {name!r}") from None
        if self._context is None:
            self._context = self._template.new_context({**self._globals, **self._facts}, shared=True)
        rendered = "".join(render(self._context))
        return Phrase(_quotes_back(rendered).strip())

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._template.blocks)


class Still(Words):
    """Words whose facts are always the same ones, so that each block is rendered once for all."""

    def __init__(self, template: Template, facts: dict[str, object], common: dict[str, object]) -> None:
        super().__init__(template, facts, common)
        self._said: dict[str, Phrase] = {}

    def block(self, name: str) -> Phrase:
        if name not in self._said:
            self._said[name] = super().block(name)
        return self._said[name]


class Prose:
    """Finds and renders templates; one for the process."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        self._env = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            # Templates do not change under a running process; looking for changes costs a file access a message.
            auto_reload=False,
            cache_size=-1,
        )
        self._still: dict[tuple[str, ...], Words] = {}
        self._env.filters.update(
            begun=begun,
            day=day,
            mentions=mentions,
            short_day=short_day,
            time=time_of_day,
            plural=plural,
            listed=listed,
        )

    def words(self, name: str, /, **facts: object) -> Words:
        """The message `templates/{name}.j2`."""
        return Words(self._env.get_template(f"{name}.j2"), facts, self._env.globals)

    def still(self, name: str, /, **facts: str) -> Words:
        """The message `templates/{name}.j2` with one of few possible facts: what thousands are sent alike."""
        key = (name, *facts.values())
        if key not in self._still:
            self._still[key] = Still(self._env.get_template(f"{name}.j2"), dict(facts), self._env.globals)
        return self._still[key]

    def page(self, name: str, /, **facts: object) -> str:
        """The HTML page `templates/{name}.html.j2`, with values escaped for HTML."""
        return self.document(f"{name}.html", **facts)

    def document(self, name: str, /, **facts: object) -> str:
        """The file `templates/{name}.j2` of a markup language that escapes as XML does, such as "goals/road_map.svg"."""
        return self._env.get_template(f"{name}.j2").render(facts)

    def filter(self, name: str, function: Any) -> None:
        """Give templates one more filter; a function that returns Markup is trusted to have escaped."""
        self._env.filters[name] = function


def _quotes_back(rendered: str) -> str:
    # Jinja escapes for HTML; Slack knows only the three entities and would show these two as they are.
    # A quote entity typed by a person arrives here as "&amp;#39;", so it is left alone.
    return rendered.replace("&#34;", '"').replace("&#39;", "'")


def day(on: date, today: date | None = None) -> str:
    """A local date as people say it: Thursday 19 November 2026; without its year where that is the year of `today`."""
    year = "" if today and today.year == on.year else f" {on:%Y}"
    return f"{on:%A} {on.day} {on:%B}{year}"


def short_day(on: date) -> str:
    """A local date in few characters: Thu 19 Nov."""
    return f"{on:%a} {on.day} {on:%b}"


def time_of_day(at: datetime) -> str:
    """A moment's time in its own zone: 15:00."""
    return f"{at:%H:%M}"


def begun(words: str) -> str:
    """The words with a capital at their beginning, and otherwise as they are."""
    return words[:1].upper() + words[1:]


def plural(count: int, one: str, many: str | None = None) -> str:
    """The count with its noun: 1 win, 2 wins."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def mentions(text: str) -> Markup:
    """A person's text with the people and channels in it as Slack shows them; only for messages to themselves."""
    return Markup(_ID.sub(r"<\1>", str(escape(text))))  # noqa: S704 - it is escaped, and the ids hold no signs


def listed(things: Iterable[object], last: str = "and") -> str:
    """A list as people say it: a, b and c."""
    said = [str(thing) for thing in things]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}" if said else ""
