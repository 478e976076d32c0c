"""Looking at our own code: its trees and names, who listens to what, and how a house rule fails."""

import ast
import importlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch

ROOT = Path(__file__).parents[1]
OURS = ("bot", "handlers")


def agree(faults: list[str]) -> None:
    """Fail with one sentence for each thing that is missing or misplaced."""
    assert not faults, "\n".join(["", *faults])


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module under these folders: its path from the root, and its tree."""
    for folder in folders or OURS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), _tree(path)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(*folders: str) -> list[tuple[str, ast.AST]]:
    """Every node of every module under these folders, with the path of its module."""
    return [(name, node) for name, tree in modules(*folders) for node in ast.walk(tree)]


def imported_as(path: str) -> str:
    """The dotted name of a module at a path from the root."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def feature_of(path: str) -> str:
    """The feature that a handler module belongs to: `wins` for handlers/wins.py and for handlers/wins/_views.py."""
    return path.split("/")[1].removesuffix(".py")


def dotted(node: ast.AST | None) -> str:
    """`os.environ` for the attribute of the name; what is called or indexed on the way is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def text(node: ast.AST | None) -> str | None:
    """The string that a node is, if it is one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


@cache
def features() -> list[str]:
    """The features of the table of contents, by name."""
    table = getattr(importlib.import_module("handlers"), "FEATURES", ())
    return [module.__name__.rpartition(".")[2] for module in table]


class Recorder:
    """Stands in for Bolt's app and writes down who listens to what."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any, Callable[..., Any]]] = []

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        def listen(key: Any = None, *_: Any, **__: Any) -> Callable[..., Any]:
            def take(listener: Callable[..., Any]) -> Callable[..., Any]:
                self.heard.append((kind, key, listener))
                return listener

            return take

        return listen


SHORTCUTS = ("shortcut", "global_shortcut", "message_shortcut")
LISTENING = (
    *(
        "command",
        "action",
        "block_action",
        "view",
        "view_submission",
        "view_closed",
        "options",
        "event",
        "message",
    ),
    *SHORTCUTS,
)


def listeners() -> list[tuple[str, Any, Callable[..., Any]]]:
    """Each listener that `handlers.connect` registers: kind (command, action, …), key, function."""
    app, house = Recorder(), importlib.import_module("handlers")
    if hasattr(house, "connect"):
        with patch.object(house, "App", lambda **_: app):
            house.connect(MagicMock())
    return [row for row in app.heard if row[0] in LISTENING]


def keys(*kinds: str) -> set[str]:
    """What listeners of these kinds listen to, by name; catch-alls (patterns) are left out."""
    found = (part for kind, key, _ in listeners() if kind in kinds for part in _parts(key))
    return {str(part) for part in found if isinstance(part, str)}


def _parts(key: Any) -> list[Any]:
    if isinstance(key, dict):
        return [value for name, value in key.items() if name in {"action_id", "callback_id", "type"}]
    return list(key) if isinstance(key, list | tuple | set) else [key]
