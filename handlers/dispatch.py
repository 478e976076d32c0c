"""Bolt's app, which finds who listens to a command, a click, a form or a shortcut by its name, rather than ask each listener in turn."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

Listener = Callable[..., Awaitable[BoltResponse | None]]
Matcher = Callable[..., Awaitable[bool]]

# The types of interactions that name what was used, and what the payload of each is to a listener.
_SHORTCUT = "shortcut"
_KINDS = {
    "block_actions": "action",
    "view_submission": "view",
    "shortcut": _SHORTCUT,
    "message_action": _SHORTCUT,
}


class App(AsyncApp):
    """Hundreds of listeners to names cost a request what one does; a name that nobody knows goes on to what Bolt knows."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._table = Table()

    def command(self, command: Any, matchers: Any = (), middleware: Any = ()) -> Callable[..., Any]:
        return self._table.into("command", command, matchers) or super().command(
            command, matchers, middleware
        )

    def action(self, constraints: Any, matchers: Any = (), middleware: Any = ()) -> Callable[..., Any]:
        return self._table.into("action", constraints, matchers) or super().action(
            constraints, matchers, middleware
        )

    def view(self, constraints: Any, matchers: Any = (), middleware: Any = ()) -> Callable[..., Any]:
        return self._table.into("view", constraints, matchers) or super().view(
            constraints, matchers, middleware
        )

    def shortcut(self, constraints: Any, matchers: Any = (), middleware: Any = ()) -> Callable[..., Any]:
        return self._table.into(_SHORTCUT, constraints, matchers) or super().shortcut(
            constraints, matchers, middleware
        )

    def use_table(self) -> None:
        """Look into the table after all middleware that was there before."""
        self.use(self._table)


class Table(AsyncMiddleware):
    """Who listens to which name. It answers as the last middleware, so that Bolt asks nobody whom it finds."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], list[_Known]] = {}

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt gives it by this name
    ) -> BoltResponse:
        kind, name, payload = _asked(req.body)
        given = _Given(req, kind, payload)
        for known in self._known.get((kind, name), ()):
            if await known.is_meant(given):
                return await known.hear(given) or resp
        return await next()

    def into(self, kind: str, name: Any, matchers: Sequence[Matcher] = ()) -> Callable[..., Any] | None:
        """Takes a listener to one name; None for a pattern, which is Bolt's to match."""
        if not isinstance(name, str):
            return None

        def take(listener: Listener) -> Listener:
            self._known.setdefault((kind, str(name)), []).append(_Known(listener, matchers))
            return listener

        return take


class _Given:
    """What there is to give to a listener by name, as Bolt does: what the middleware put on the context comes first."""

    def __init__(self, req: AsyncBoltRequest, kind: str, payload: Any) -> None:
        self._context = req.context
        self._of_request = {"body": req.body, "context": req.context, "payload": payload, kind: payload}

    def by_name(self, names: Sequence[str]) -> dict[str, Any]:
        return {name: self._context[name] if name in self._context else self._other(name) for name in names}

    def _other(self, name: str) -> Any:
        return self._of_request[name] if name in self._of_request else getattr(self._context, name)


class _Known:
    """A listener and the names of what it asks for; with matchers it is meant only where all of these say so."""

    def __init__(self, listener: Listener, matchers: Sequence[Matcher]) -> None:
        self._listener, self._names = listener, _names(listener)
        self._matchers = [(matcher, _names(matcher)) for matcher in matchers]

    async def is_meant(self, given: _Given) -> bool:
        for matcher, names in self._matchers:
            if not await matcher(**given.by_name(names)):
                return False
        return True

    async def hear(self, given: _Given) -> BoltResponse | None:
        return await self._listener(**given.by_name(self._names))


@cache
def _names(function: Callable[..., Any]) -> Sequence[str]:
    """The names of its arguments; a signature takes long to read, and each app that is built asks for all of them."""
    return tuple(inspect.signature(function).parameters)


def _asked(body: dict[str, Any]) -> tuple[str, str, Any]:
    """What was used: its kind, its name and its payload; a name of nobody where a body has none."""
    if "command" in body:
        return "command", str(body["command"]), body
    kind = _KINDS.get(str(body.get("type")), "")
    if kind == "action":
        action: dict[str, Any] = next(iter(body.get("actions") or ()), {})
        return kind, str(action.get("action_id")), action
    if kind == "view":
        view = body.get("view") or {}
        return kind, str(view.get("callback_id")), view
    return kind, str(body.get("callback_id")), body
