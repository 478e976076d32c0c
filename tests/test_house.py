"""The house rules: what a feature consists of, where things may stand, and what only one place may do.

Each check fails with sentences that say what to add or to move. Words, listeners, the manifest and
storage have theirs in the `test_house_….py` beside this one.
"""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.house import OURS, ROOT, agree, dotted, feature_of, features, modules, nodes, text

TOP = {
    *(
        "Makefile",
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-bench.txt",
        "requirements-audit.txt",
    ),
    *("pyproject.toml", "manifest.yml", "Procfile"),
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"),
    *("bot", "handlers", "templates", "tests", "docs", "benchmarks"),
}
# What tools leave behind; .gitignore keeps it out of the repository.
LEFT_BEHIND = {"__pycache__", "build", "artifacts", "sayso.egg-info"}
# Names in parts, so that this file does not hold what it looks for.
REGISTRIES = [
    *(f"{name}.org" for name in ("pypi", "pythonhosted", "npmjs", "rubygems", "proxy.golang")),
    *(f"{name}.io" for name in ("crates", "docker", "ghcr", "quay")),
    *(f"{name}.com" for name in ("npmjs", "yarnpkg")),
]

CATCHES_ALL = {
    "bot/scheduler/_carrier.py": "one member's trouble must not end the lane",
    "bot/scheduler/_records.py": "one that cannot be recorded must not take the others along",
    "bot/scheduler/_worker.py": "the next tick is due all the same",
    "bot/core/logs.py": "a stream that is closed stops neither the work nor spills the record",
    "bot/web/edge.py": "whatever a readiness check stumbles over means: not ready",
    "handlers/errands.py": "an errand has nobody above it who could handle the error",
    "handlers/replies.py": "whoever waits is told of any fault, which then goes on to the log",
    "bot/storage/prepared.py": "a statement that was cut off in whatever way leaves a connection nobody can use",
}
READS_ENVIRONMENT = {
    "bot/settings.py": "reads it for everybody",
    "bot/demo.py": "a screen to open a browser on is the desktop's word, not a setting",
}
ASKS_THE_TIME = {
    "bot/core/clock.py": "tells it to everybody",
    "bot/sandbox/page/facts.py": "the page says how far the world's clock was moved from the real one",
}
LONGEST_STRING = 40


def only_in(allowed: Collection[str], names: set[str], why: str) -> list[str]:
    """A sentence for each use or import of these dotted names outside the allowed places."""
    return [
        f"{path}:{getattr(node, 'lineno', 0)} {why}"
        for path, node in nodes()
        if path not in allowed and named(node) & names
    ]


def named(node: ast.AST) -> set[str]:
    """The last two parts of the dotted names that a node uses or imports."""
    if isinstance(node, ast.ImportFrom):
        full = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        full = [dotted(node)]
    return {".".join(name.split(".")[-2:]) for name in full}


def speaks(path: str) -> bool:
    """Whether a module under this path asks for words at all."""
    return any(
        name.startswith(path) and isinstance(node, ast.Attribute) and node.attr == "words"
        for name, node in nodes()
    )


def test_a_feature_has_its_templates_and_its_tests() -> None:
    faults = []
    for name in features():
        if speaks(f"handlers/{name}") and not any((ROOT / "templates" / name).glob("*.j2")):
            faults.append(f"handlers.{name} is in FEATURES but templates/{name}/ has no template.")
        if not (ROOT / "tests/handlers" / f"test_{name}.py").exists():
            faults.append(f"handlers.{name} is in FEATURES but tests/handlers/test_{name}.py is missing.")
    agree(faults)


def test_a_module_that_registers_listeners_is_in_the_table_of_contents() -> None:
    agree(
        [
            f"{path} has a register(app) but is not in handlers.FEATURES."
            for path, tree in modules("handlers")
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            and node.name == "register"
            and feature_of(path) not in features()
        ]
    )


def test_a_domain_module_has_its_tests() -> None:
    names = {path.stem for path in (ROOT / "bot/domain").iterdir()} - {"__init__", "__pycache__"}
    agree(
        [
            f"bot.domain.{name} has no tests: write tests/domain/test_{name}.py."
            for name in sorted(names)
            if not (ROOT / "tests/domain" / f"test_{name}.py").exists()
        ]
    )


def test_a_module_says_in_its_first_line_what_lives_there() -> None:
    first = {
        path: (ast.get_docstring(tree) or "").split("\n\n")[0].strip()
        for path, tree in modules(*OURS, "tests", "benchmarks")
    }
    agree(
        [
            f"{path} does not begin with a sentence that says what lives there: {sentence!r}"
            for path, sentence in first.items()
            if not sentence.endswith((".", ":", "?"))
        ]
    )


def test_the_top_level_holds_what_the_plan_names() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    strangers = sorted(found - TOP - LEFT_BEHIND)
    agree([f"{name} does not belong at the top level; see ARCHITECTURE.md." for name in strangers])


def files() -> Iterator[Path]:
    """Every file of the tree, without what tools leave behind; of the hidden folders only .ci."""
    for path in ROOT.iterdir():
        if path.is_file():
            yield path
        elif path.name in TOP | {".ci"}:
            yield from (
                file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts
            )


def test_no_file_names_a_package_registry() -> None:
    agree(
        [
            f"{path.relative_to(ROOT)} names {host}; packages are found by their names alone."
            for path in files()
            for content in [path.read_bytes().lower()]
            for host in REGISTRIES
            if host.encode() in content
        ]
    )


def test_only_settings_reads_the_environment() -> None:
    names = {"os.environ", "os.getenv", "os.environb", "environ.get"}
    why = "reads the environment; bot/settings.py does that for everybody."
    agree(only_in(READS_ENVIRONMENT, names, why))


def test_only_the_clock_asks_the_time() -> None:
    names = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    why = "asks the machine for the time; take a Clock, so that the time can be moved."
    agree(only_in(ASKS_THE_TIME, names, why))


def test_only_storage_opens_an_engine() -> None:
    found = [
        f"{path}:{getattr(node, 'lineno', 0)} opens a database engine; bot.storage does that."
        for path, node in nodes()
        if not path.startswith("bot/storage/")
        if {name.rpartition(".")[2] for name in named(node)} & {"create_async_engine", "create_engine"}
    ]
    agree(found)


def catches_all(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(dotted(kind) in {"", "Exception", "BaseException"} for kind in caught)


def test_errors_are_caught_by_name() -> None:
    found = {path: getattr(node, "lineno", 0) for path, node in nodes() if catches_all(node)}
    loose = sorted(found.keys() - CATCHES_ALL.keys())
    stale = sorted(CATCHES_ALL.keys() - found.keys())
    agree(
        [f"{path}:{found[path]} catches every error; name those that are meant." for path in loose]
        + [f"{path} no longer catches every error; strike it from CATCHES_ALL." for path in stale]
    )


def unread(tree: ast.Module) -> set[int]:
    """The string constants that no person reads: docstrings, what is logged and what is raised."""
    spared: set[int] = set()
    for node in ast.walk(tree):
        logged = isinstance(node, ast.Call) and dotted(node.func).startswith(("log.", "logger.", "logging."))
        if logged or isinstance(node, ast.Raise | ast.Assert):
            spared |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.Expr):
            spared.add(id(node.value))
    return spared


@pytest.mark.parametrize("folder", ["handlers", "bot/domain"])
def test_what_a_person_reads_stands_in_templates(folder: str) -> None:
    agree(
        [
            f"{path}:{getattr(node, 'lineno', 0)} holds a sentence; it belongs in templates/: {said!r}"
            for path, tree in modules(folder)
            for spared in [unread(tree)]
            for node in ast.walk(tree)
            if (said := text(node))
            and len(said) > LONGEST_STRING
            and said.count(" ") > 2
            and id(node) not in spared
        ]
    )
