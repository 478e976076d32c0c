"""The house rules for listeners: they ask for what Bolt gives, and everything drawn is listened to."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from enum import StrEnum

import pytest
import yaml
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from tests.house import (
    LISTENING,
    ROOT,
    agree,
    dotted,
    feature_of,
    features,
    imported_as,
    keys,
    listeners,
    modules,
    nodes,
    text,
)

MANIFEST = ROOT / "manifest.yml"
# Bolt hands these to middleware only.
NOT_FOR_LISTENERS = {"next", "next_"}


def put_on_context() -> set[str]:
    """The names that our middleware puts on Bolt's context, which Bolt hands to listeners."""
    return {
        name
        for _, node in nodes("handlers")
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
        and dotted(target.value) == "context"
        and (name := text(target.slice))
    }


def test_listeners_ask_for_what_bolt_gives() -> None:
    known = set(AsyncArgs.__annotations__) - NOT_FOR_LISTENERS | {"args"} | put_on_context()
    agree(
        [
            f"{listener.__module__}.{listener.__qualname__} asks for {name!r}; Bolt hands it None without an error."
            for _, _, listener in listeners()
            for name in inspect.signature(listener).parameters
            if name not in known
        ]
    )


def test_what_bolt_and_the_middleware_give_is_found() -> None:
    assert {"ack", "body", "client", "command", "context", "view", "action", "event"} <= set(
        AsyncArgs.__annotations__
    )
    assert {"coach", "who"} <= put_on_context()


def ids() -> Iterator[tuple[str, StrEnum]]:
    """Each id that a handler module declares in its `Ids`, with the name of its feature."""
    for path, tree in modules("handlers"):
        if any(isinstance(node, ast.ClassDef) and node.name == "Ids" for node in tree.body):
            found = importlib.import_module(imported_as(path)).Ids
            yield from ((feature_of(path), member) for member in found)


def drawn() -> Iterator[tuple[str, str]]:
    """The ids that are used for something else than listening: their feature and name."""
    for path, tree in modules("handlers"):
        owners = {"Ids": feature_of(path), **{f"{name}.Ids": name for name in features()}, **taken_in(tree)}
        body = [node for node in tree.body if not getattr(node, "name", "").startswith("register")]
        for node in (inner for outer in body for inner in ast.walk(outer)):
            owner, _, name = dotted(node).rpartition(".")
            if owner in owners:
                yield owners[owner], name


def taken_in(tree: ast.Module) -> dict[str, str]:
    """By which name a module imports the `Ids` of which feature."""
    return {
        alias.asname or alias.name: feature_of((node.module or "").replace(".", "/"))
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handlers.")
        for alias in node.names
        if alias.name == "Ids"
    }


def test_what_can_be_clicked_is_listened_to() -> None:
    heard = keys(*LISTENING)
    connected = hasattr(importlib.import_module("handlers"), "connect")
    silent = [
        f"handlers.{feature}.Ids.{one.name} has no listener."
        for feature, one in ids()
        if str(one.value) not in heard
    ]
    agree(silent if connected else [])


@pytest.mark.skipif(not MANIFEST.exists(), reason="there is no manifest.yml yet")
def test_what_is_listened_to_can_be_clicked() -> None:
    shortcuts = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["features"]["shortcuts"]
    shown = set(drawn())
    declared = {row["callback_id"] for row in shortcuts}
    agree(
        [
            f"handlers.{feature}.Ids.{one.name} is drawn nowhere: neither a view nor manifest.yml has it."
            for feature, one in ids()
            if (feature, one.name) not in shown and one.value not in declared
        ]
    )
