"""One call of the Web API: who calls, with which arguments, and what the method demands of both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.sandbox.contents import parsed_json
from bot.sandbox.refusals import Refusal, explained
from bot.sandbox.world import App, Credential, Installation, Json, Workspace, World

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

_TRUE = frozenset({"true", "1", "True"})


@dataclass(slots=True)
class Call:
    sandbox: "Sandbox"
    method: str
    args: Json
    credential: Credential | None = None
    authorization: str = ""

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def app(self) -> App:
        if self.credential is None:
            raise Refusal("not_authed")
        return self.credential.app

    @property
    def team_id(self) -> str:
        if self.credential is None or self.credential.team_id is None:
            raise Refusal("not_allowed_token_type")
        return self.credential.team_id

    @property
    def installation(self) -> Installation:
        return self.app.installations[self.team_id]

    @property
    def workspace(self) -> Workspace:
        return self.world.workspaces[self.team_id]

    def needed(self, name: str) -> str:
        """A required argument, as text."""
        value = self.args.get(name)
        if value is None or value == "":
            raise explained("invalid_arguments", f"missing required field: {name}")
        return str(value)

    def text(self, name: str) -> str:
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        value = self.args.get(name)
        return str(value) in _TRUE

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`; 0 and nothing mean the default."""
        try:
            value = int(self.args.get(name) or default)
        except (TypeError, ValueError):
            raise explained("invalid_arguments", f"must provide an integer [json-pointer:/{name}]") from None
        if not 1 <= value <= most:
            raise Refusal("invalid_limit")
        return value

    def json(self, name: str, error: str) -> object:
        return parsed_json(self.args.get(name), error)

    def require_scope(self, scope: str) -> None:
        granted = self.installation.scopes
        if scope not in granted:
            raise missing_scope(scope, granted)


@dataclass(frozen=True, slots=True)
class Method:
    """What a method is: its work, the scope and the kind of caller it asks for, whether it reads JSON bodies."""

    run: Callable[[Call], Json]
    scope: str | None = None
    caller: Literal["bot", "app", "any", "anybody"] = "bot"
    json: bool = True


def missing_scope(needed: str, granted: list[str]) -> Refusal:
    return Refusal("missing_scope", needed=needed, provided=",".join(granted))
