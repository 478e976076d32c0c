"""An org's token in a call: which of its workspaces the call is about."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.sandbox.world import Credential, Json

if TYPE_CHECKING:
    from bot.sandbox import Sandbox


def placed(sandbox: "Sandbox", credential: Credential | None, args: Json) -> Credential | None:
    """The credential as one of the workspace that the arguments name, by whatever they name; else of any of the org's."""
    if credential is None or credential.org is None:
        return credential
    org = credential.org
    installed = credential.app.installations
    among = [one.id for one in org.workspaces if one.id in installed and installed[one.id].org is org]
    named = (team_id for team_id in _named(sandbox, args) if team_id in among)
    return replace(credential, team_id=next(named, among[0] if among else None))


def _named(sandbox: "Sandbox", args: Json) -> Iterator[str]:
    world = sandbox.world
    yield str(args.get("team_id") or "")
    places = (world.conversations, world.people, world.views, world.files)
    for name in ("channel", "channel_id", "user", "user_id", "users", "view_id", "file"):
        given = str(args.get(name) or "").partition(",")[0]
        for known in places:
            if found := known.get(given):
                yield found.team_id
    if trigger := sandbox.triggers.known(str(args.get("trigger_id") or "")):
        yield trigger.person.team_id
