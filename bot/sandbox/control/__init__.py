"""The control API under /sandbox/: everything a person or a test does to this Slack, as docs/sandbox.md tells."""

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from bot.sandbox.control import machinery, persons, worlds

if TYPE_CHECKING:
    from bot.sandbox import Sandbox


def routes(sandbox: "Sandbox") -> list[BaseRoute]:
    return [*worlds.routes(sandbox), *persons.routes(sandbox), *machinery.routes(sandbox)]
