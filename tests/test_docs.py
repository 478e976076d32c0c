"""docs/nudges.md says what the code does: its figures, states, kinds, errors, settings, series and commands."""

import re
from datetime import timedelta
from pathlib import Path

import click
import pytest

from bot import running, scheduler
from bot.__main__ import main
from bot.core.metrics import Durations, Metrics
from bot.core.prose import Prose
from bot.domain import nudges
from bot.domain.nudges import KINDS, State, later, operations, pace, rules
from bot.settings import PREFIX, Settings
from bot.storage.identity import Member
from handlers import messenger

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "nudges.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())
WORKERS_SETTINGS = ("worker_tick_seconds", "lease_seconds", "posts_per_second", "spread_minutes")


def rows(first_column: str) -> dict[str, list[str]]:
    """The table whose first heading is this: its rows' other cells, by the first."""
    _, _, rest = PAGE.partition(f"\n| {first_column} |")
    assert rest, first_column
    lines = [line for line in rest.split("\n\n")[0].splitlines()[2:] if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in cells}


def named(cell: str) -> set[str]:
    """What stands as code in a cell."""
    return set(re.findall(r"`([^`]+)`", cell))


def seconds(span: timedelta) -> int:
    return int(span.total_seconds())


FIGURES = [
    f"at most {rules.PARTS} parts",
    f"{Member.budget.default.arg} in {rules.BUDGET_SPAN.days} days",
    f"When {nudges.PATIENCE} in a row of a kind had no answer",
    f"{Member.hours_start.default.arg:%H:%M} to {Member.hours_end.default.arg:%H:%M} from Monday to Friday",
    f"in the morning, at {nudges.MORNING:%H:%M}",
    f"takes up to {nudges.BATCH} nudges that are due",
    f"at most {scheduler.AT_ONCE} at once in all",
    f"{messenger.HISTORY} messages at a time, at most {messenger.PAGES} times",
    f"one message in {1 / pace.SLOWEST:g} s",
    f"each {pace.RECOVERY // timedelta(minutes=1)} minutes without a refusal",
    f"held for {seconds(scheduler.FIRST_HOLD)} s, then twice that, up to {seconds(scheduler.LONGEST_HOLD)} s",
    f"{seconds(messenger.RETRY_AFTER)} s where it does not",
    f"finishes the calls that are running within {running.GRACE_SECONDS:g} s",
    f"Every {scheduler.MEND_SECONDS:g} s a worker looks over the plans",
    f"counted by workers every {scheduler.COUNT_SECONDS:g} s",
    f"due for more than {operations.LATE // timedelta(minutes=1)} minutes",
]


@pytest.mark.parametrize("sentence", FIGURES)
def test_a_figure_is_the_codes_own(sentence: str) -> None:
    assert sentence in PROSE


def test_what_stands_in_words_is_so() -> None:
    assert Member.days.default.arg == 0b0011111
    assert pace.RECOVERS_BY == 1.5
    assert seconds(messenger.REFUSED_AGAIN_AFTER) == 3600
    assert [snooze.name for snooze in later.SNOOZES] == ["hour", "tomorrow", "next_week"]
    lost = Prose().words("nudges/ahead", name="", at=None)
    assert "may not have reached you" in (ROOT / "templates/nudges/ahead.j2").read_text()
    assert "unread" in lost.names


def test_every_state_is_explained() -> None:
    assert list(rows("state")) == [f"`{state.value}`" for state in State]
    diagram = PAGE.split("```")[1]
    assert [state.value for state in State if state.value not in diagram] == []


def test_every_kind_is_listed_with_its_use_and_its_budget() -> None:
    told = {name: (cells[1], cells[2]) for name, cells in rows("kind").items()}
    assert told == {
        f"`{kind.name}`": (f"{kind.useful_for.days} days", "yes" if kind.counts else "no")
        for kind in KINDS.values()
    }


def test_every_error_stands_where_the_messenger_has_it() -> None:
    by_meaning = {cells[0]: named(said) for said, cells in rows("what Slack says").items()}
    assert by_meaning["the app may not write in this workspace"] == messenger.WORKSPACE
    assert by_meaning["this member cannot be written to"] == messenger.MEMBER
    assert by_meaning["nobody can tell whether it was posted"] == messenger.BROKEN_OFF
    assert "ratelimited" in by_meaning["too much for this workspace"]


def test_every_setting_of_workers_is_listed_with_its_default() -> None:
    told = {name: cells[0] for name, cells in rows("setting").items()}
    assert told == {
        f"`{PREFIX}{name.upper()}`": f"{Settings.model_fields[name].default:g}" for name in WORKERS_SETTINGS
    }


def series() -> dict[str, set[str]]:
    """Our series and their labels, as Prometheus sees them."""
    metrics = Metrics()
    ours = [
        value
        for value in vars(metrics).values()
        if hasattr(value, "_labelnames") or isinstance(value, Durations)
    ]
    found = {}
    for counter in ours:
        one = next(iter(counter.collect()))
        found[one.name + ("_total" if one.type == "counter" else "")] = set(
            getattr(counter, "_labelnames", ())
        )
    return found


def test_every_series_is_listed_with_its_labels() -> None:
    told = {name.strip("`"): named(cells[0]) for name, cells in rows("series").items()}
    assert told == series()


def test_every_outcome_and_span_that_is_counted_is_named() -> None:
    counted = {cells[1] for name, cells in rows("series").items() if name == "`sayso_nudges_total`"}
    code = "".join(path.read_text() for path in (ROOT / "bot/scheduler").glob("*.py"))
    spoken = named(counted.pop())
    assert spoken == {"sent", "unknown", "retried", "late", "ambiguous", "fault"}
    assert [word for word in spoken - {"sent", "unknown"} if f'"{word}"' not in code] == []
    metrics = Metrics()
    for days in (0, 1e-4, 1e-2, 0.5, 5):
        metrics.late(timedelta(days=days), 1)
    spans = set(re.findall(r'within="(\w+)"', metrics.render().decode()))
    assert named(rows("series")["`sayso_messages_taken_total`"][1]) == spans


def command_lines(group: click.Group, before: str = "sayso") -> set[str]:
    found = set()
    for name, command in group.commands.items():
        line = f"{before} {name}"
        found |= command_lines(command, line) if isinstance(command, click.Group) else {line}
    return found


def test_every_command_about_nudges_is_explained_with_its_options() -> None:
    told = rows("command line")
    ours = {line for line in command_lines(main) if line.startswith("sayso nudges")}
    assert {" ".join(named(said).pop().split()[:3]) for said in told} == ours
    group = main.commands["nudges"]
    assert isinstance(group, click.Group)
    for command in group.commands.values():
        for option in command.params:
            if isinstance(option, click.Option):
                assert f"`{option.opts[0]}`" in PAGE, option.opts[0]


def test_the_readme_lists_every_command_line() -> None:
    told = README.split("## The command line")[1].split("##")[0]
    assert [line for line in sorted(command_lines(main)) if line not in told] == []


def test_every_promise_names_tests_that_exist() -> None:
    page, path, missing = (ROOT / "SECURITY.md").read_text(encoding="utf-8"), "", []
    for file, name in re.findall(r"`([^`:]+\.py|…)(?:::(\w+))?`", page):
        path = path if file == "…" else file
        source = ROOT / path
        if not source.exists() or (name and f"def {name}(" not in source.read_text(encoding="utf-8")):
            missing.append(f"{path}::{name}")
    assert missing == []


def test_the_example_of_a_kind_is_the_code() -> None:
    """Each block of code stands, line by line, in the file that the text before it names."""
    chapter = PAGE.split("## Add a kind")[1]
    blocks = re.findall(r"```(?:python|jinja)\n(.*?)```", chapter, re.DOTALL)
    assert len(blocks) == 4
    before = re.split(r"```(?:python|jinja)\n.*?```", chapter, flags=re.DOTALL)
    for block, text in zip(blocks, before, strict=False):
        path = re.findall(r"`((?:bot|handlers|templates)/[^`]+)`", text)[-1]
        code = (ROOT / path).read_text(encoding="utf-8")
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        assert [line for line in lines if line not in code] == [], path
