"""The canary: whatever a test types is looked for wherever it must not be, at the end of every test in the local Slack."""

import json
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Self

from bot.core.logs import OUR_LOGGERS, Formatter
from bot.core.metrics import Metrics
from bot.sandbox import Sandbox

TEMPLATES = Path(__file__).parents[1] / "templates"

# Shorter words stand in our own sentences by chance.
LEAST = 12


class Canary(logging.Handler):
    """Remembers what people type and what is logged meanwhile; `check` looks for the one in the other.

    A test in which somebody asked for details in DMs says so in `details`.
    """

    def __init__(self, sandbox: Sandbox, metrics: Metrics) -> None:
        super().__init__()
        self.details = False
        self._sandbox = sandbox
        self._metrics = metrics
        self._typed: set[str] = set()
        self._logged: list[logging.LogRecord] = []
        self._levels = {name: logging.getLogger(name).level for name in OUR_LOGGERS}

    def typed(self, *texts: object) -> None:
        """Somebody typed these; what is short, or stands in a template, cannot be told from our own words."""
        for text in texts:
            said = " ".join(text.casefold().split()) if isinstance(text, str) else ""
            if len(said) >= LEAST and " " in said and said not in own_words():
                self._typed.add(said)

    def emit(self, record: logging.LogRecord) -> None:
        self._logged.append(record)

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        for name in OUR_LOGGERS:
            logging.getLogger(name).setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)

    def check(self) -> None:
        """Fail with every place in which a typed text was found."""
        found = sorted({where for where, said in self._said() for text in self._typed if text in said})
        assert not found, f"what was typed stands in: {', '.join(found)}"

    def _said(self) -> Iterator[tuple[str, str]]:
        """Everything that was said where nothing that was typed belongs, as plain text, with the name of the place."""
        line = Formatter(readable=True).format
        places = {
            "a log": [line(record) for record in self._logged],
            "a metric": [self._metrics.render().decode()],
            "a push text": [*self._texts()],
            "a message that stays": [] if self.details else [*self._lasting()],
        }
        for where, texts in places.items():
            yield where, " ".join("\n".join(texts).casefold().split())

    def _texts(self) -> Iterator[str]:
        journal = self._sandbox.journal
        given = [entry.get("args") for entry in journal.entries(kind="call")]
        given += [entry.get("answer") for entry in journal.entries(kind="delivery")]
        yield from (str(one["text"]) for one in given if isinstance(one, dict) and one.get("text"))
        for room in self._sandbox.world.conversations.values():
            yield from (one.text for mine in room.ephemerals.values() for one in mine.values())

    def _lasting(self) -> Iterator[str]:
        for room in self._sandbox.world.conversations.values():
            for one in room.messages.values():
                if one.bot_id:
                    yield json.dumps([one.text, one.blocks, one.metadata], ensure_ascii=False)


@cache
def own_words() -> str:
    """All templates as one text."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.*")))
    return " ".join("\n".join(texts).casefold().split())


def words_in(values: dict[str, Any]) -> Iterator[str]:
    """The texts that stand in the fields of a form."""
    yield from (value for value in values.values() if isinstance(value, str))
