"""Bolt's app, which finds who listens to a click or a form by its id, rather than ask each listener in turn."""

import inspect
import re
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.response import BoltResponse

Listener = Callable[..., Awaitable[BoltResponse | None]]

_ANYTHING = re.compile("")


class App(AsyncApp):
    """Hundreds of listeners to ids cost a request what one does; an id that nobody knows goes on to what Bolt knows."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._clicks: dict[str, _Known] = {}
        self._forms: dict[str, _Known] = {}
        super().action(_ANYTHING, matchers=[self._knows_click])(self._click)
        super().view(_ANYTHING, matchers=[self._knows_form])(self._form)

    def action(self, constraints: Any, *more: Any, **how: Any) -> Callable[..., Any]:
        return _into(self._clicks, constraints) or super().action(constraints, *more, **how)

    def view(self, constraints: Any, *more: Any, **how: Any) -> Callable[..., Any]:
        return _into(self._forms, constraints) or super().view(constraints, *more, **how)

    async def _knows_click(self, action: dict[str, Any]) -> bool:
        return action.get("action_id") in self._clicks

    async def _knows_form(self, view: dict[str, Any]) -> bool:
        return view.get("callback_id") in self._forms

    async def _click(self, args: AsyncArgs) -> BoltResponse | None:
        return await self._clicks[(args.action or {})["action_id"]].hear(args)

    async def _form(self, args: AsyncArgs) -> BoltResponse | None:
        return await self._forms[(args.view or {})["callback_id"]].hear(args)


class _Known:
    """A listener and the names of what it asks for."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._names = _asked_by(listener)

    async def hear(self, args: AsyncArgs) -> BoltResponse | None:
        """Give it what it asks for by name, as Bolt does: what the middleware put on the context comes first."""
        context = args.context
        given = {name: context[name] if name in context else getattr(args, name) for name in self._names}
        return await self._listener(**given)


@cache
def _asked_by(listener: Listener) -> tuple[str, ...]:
    """The names of its arguments; a signature takes long to read, and each app that is built asks for all of them."""
    return tuple(inspect.signature(listener).parameters)


def _into(known: dict[str, _Known], constraints: Any) -> Callable[..., Any] | None:
    """Takes a listener to one id; None for a pattern, which is Bolt's to match."""
    if not isinstance(constraints, str):
        return None

    def take(listener: Listener) -> Listener:
        known[str(constraints)] = _Known(listener)
        return listener

    return take
