"""Trigger ids: each opens or pushes one view, within three seconds of the person's act."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from bot.sandbox import names
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import App, Person

SECONDS = 3.0
_REMEMBERED = 10_000


@dataclass(slots=True)
class Trigger:
    app: App
    person: Person
    expires: float
    exchanged: bool = False


class Triggers:
    """Real seconds count here: moving the sandbox's clock must not make a trigger stale."""

    def __init__(self) -> None:
        self._issued: OrderedDict[str, Trigger] = OrderedDict()

    def issue(self, app: App, person: Person) -> str:
        trigger_id = f"{names.digits(12, names.unguessable())}.{names.digits(12, person.team_id)}."
        trigger_id += names.unguessable()
        expires = asyncio.get_running_loop().time() + SECONDS
        self._issued[trigger_id] = Trigger(app, person, expires)
        if len(self._issued) > _REMEMBERED:
            self._issued.popitem(last=False)
        return trigger_id

    def known(self, trigger_id: str) -> Trigger | None:
        """The trigger of this id, whatever it is still good for."""
        return self._issued.get(trigger_id)

    def peek(self, app: App, trigger_id: str) -> Trigger:
        """The trigger, when it could be exchanged now."""
        trigger = self._issued.get(trigger_id)
        if trigger is None or trigger.app is not app:
            raise Refusal("invalid_trigger_id")
        if trigger.exchanged:
            raise Refusal("exchanged_trigger_id")
        if asyncio.get_running_loop().time() > trigger.expires:
            raise Refusal("expired_trigger_id")
        return trigger
