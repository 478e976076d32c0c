"""Control calls on the world: workspaces, people, channels and apps."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.routing import BaseRoute

from bot.sandbox import apps, people
from bot.sandbox.acts import person_called
from bot.sandbox.apps import BadManifestError, app_shape
from bot.sandbox.control.calls import Path, control, needed
from bot.sandbox.events import Sending, outcome
from bot.sandbox.refusals import CannotError
from bot.sandbox.sees import person_seen
from bot.sandbox.world import App, Conversation, Json, Org, Person, Workspace

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

FLAGS = frozenset({"guest", "deactivated", "bot", "stranger", "admin"})
_NOT_FOUND = 404


def routes(sandbox: "Sandbox") -> list[BaseRoute]:
    return [
        control(sandbox, "GET", "/world", _world),
        control(sandbox, "POST", "/workspaces", _add_workspace),
        control(sandbox, "POST", "/orgs", _add_org),
        control(sandbox, "POST", "/people", _add_person),
        control(sandbox, "PATCH", "/people/{user}", _change_person),
        control(sandbox, "POST", "/channels", _add_channel),
        control(sandbox, "PATCH", "/channels/{channel}", _change_channel),
        control(sandbox, "POST", "/apps", _register),
        control(sandbox, "PATCH", "/apps/{app}", _change_app),
        control(sandbox, "POST", "/apps/{app}/install", _install),
        control(sandbox, "POST", "/apps/{app}/uninstall", _uninstall),
        control(sandbox, "POST", "/apps/{app}/revoke", _revoke),
    ]


async def _world(sandbox: "Sandbox", _path: Path, _given: Json) -> Json:
    world = sandbox.world
    return {
        "now": world.now().isoformat(timespec="seconds"),
        "workspaces": [_workspace_shape(each) for each in world.workspaces.values()],
        "orgs": [_org_shape(each) for each in world.orgs.values()],
        "people": [person_seen(each) for each in world.people.values() if each.app_id is None],
        "channels": [_channel_shape(each) for each in world.conversations.values() if each.kind != "im"],
        "apps": [app_shape(each) for each in world.apps.values()],
    }


def _workspace_shape(workspace: Workspace) -> Json:
    return {"id": workspace.id, "name": workspace.name, "domain": workspace.domain}


def _channel_shape(channel: Conversation) -> Json:
    members = list(channel.members)
    return {"id": channel.id, "team_id": channel.team_id, "name": channel.name, "members": members}


async def _add_workspace(sandbox: "Sandbox", _path: Path, given: Json) -> Json:
    name = needed(given, "name")
    domain = str(given.get("domain") or "-".join(name.lower().split()))
    if any(each.domain == domain for each in sandbox.world.workspaces.values()):
        raise CannotError("domain_taken", f"There is a workspace with the domain {domain} already.")
    workspace = sandbox.world.add_workspace(name, domain)
    return {"workspace": _workspace_shape(workspace) | {"general": workspace.general}}


async def _add_org(sandbox: "Sandbox", _path: Path, given: Json) -> Json:
    name = needed(given, "name")
    workspaces = [workspace_called(sandbox, each) for each in given.get("workspaces") or []]
    taken = [one.name for one in workspaces if one.org]
    if taken or not workspaces:
        raise CannotError("bad_workspaces", "An org needs workspaces that belong to no other.")
    return {"org": _org_shape(sandbox.world.add_org(name, workspaces))}


def _org_shape(org: Org) -> Json:
    return {"id": org.id, "name": org.name, "workspaces": [one.id for one in org.workspaces]}


def org_called(sandbox: "Sandbox", org_id: object) -> Org:
    org = sandbox.world.orgs.get(str(org_id))
    if org is None:
        raise CannotError("org_not_found", f"There is no org {org_id}; see GET /sandbox/world.", _NOT_FOUND)
    return org


def workspace_called(sandbox: "Sandbox", team_id: object) -> Workspace:
    workspace = sandbox.world.workspaces.get(str(team_id))
    if workspace is None:
        raise CannotError(
            "team_not_found", f"There is no workspace {team_id}; see GET /sandbox/world.", _NOT_FOUND
        )
    return workspace


async def _add_person(sandbox: "Sandbox", _path: Path, given: Json) -> Json:
    workspace = workspace_called(sandbox, given.get("team_id"))
    flags = {str(flag) for flag in given.get("flags") or []}
    if flags - FLAGS:
        raise CannotError("unknown_flag", f"Flags are {', '.join(sorted(FLAGS))}.")
    others = (each for each in sandbox.world.workspaces.values() if each is not workspace)
    home = next(others, None) if "stranger" in flags else None
    name = needed(given, "name")
    real_name = str(given.get("real_name") or name.title())
    person = people.new_person(workspace, name, real_name, _zone(given.get("tz")), *flags, home=home)
    if person.id in sandbox.world.people:
        raise CannotError("name_taken", f"{workspace.name} has a person called {name} already.")
    return {"person": person_seen(sandbox.world.add_person(person))}


def _zone(tz: object) -> str | None:
    if tz in (None, ""):
        return None
    try:
        return ZoneInfo(str(tz)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CannotError(
            "unknown_zone", f"{tz} is no zone of the tz database, such as Europe/Berlin."
        ) from None


async def _change_person(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    person = person_called(sandbox, path["user"])
    if "tz" in given:
        person.tz = _zone(given["tz"])
    if given.get("real_name"):
        person.real_name = str(given["real_name"])
    if "deactivated" in given:
        (person.flags.add if given["deactivated"] else person.flags.discard)("deactivated")
    person.updated = sandbox.world.seconds()
    sandbox.world.touch(sandbox.world.workspaces[person.team_id].people)
    answer = await outcome(_tell_change(sandbox, person))
    return {"person": person_seen(person), "delivery": answer.shape}


def _tell_change(sandbox: "Sandbox", person: Person) -> list[Sending]:
    event: Json = {
        "type": "user_change",
        "user": people.user_shape(sandbox.world, person, locale=True),
        "cache_ts": sandbox.world.seconds(),
        "event_ts": sandbox.world.ts(),
    }
    return sandbox.events.of_workspace(person.team_id, event)


async def _add_channel(sandbox: "Sandbox", _path: Path, given: Json) -> Json:
    workspace = workspace_called(sandbox, given.get("team_id"))
    channel = sandbox.world.add_channel(workspace, needed(given, "name"))
    channel.kind = "group" if given.get("private") else "channel"
    _let_in(sandbox, channel, given)
    return {"channel": _channel_shape(channel)}


async def _change_channel(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    channel = sandbox.world.conversations.get(path["channel"])
    if channel is None:
        raise CannotError("channel_not_found", f"There is no channel {path['channel']}.", _NOT_FOUND)
    if "archived" in given:
        channel.archived = bool(given["archived"])
    _let_in(sandbox, channel, given)
    sandbox.world.touch(channel.members)
    return {"channel": _channel_shape(channel)}


def _let_in(sandbox: "Sandbox", channel: Conversation, given: Json) -> None:
    for user_id in given.get("members") or []:
        sandbox.world.join(person_called(sandbox, str(user_id)), channel)


def app_called(sandbox: "Sandbox", app_id: object) -> App:
    app = sandbox.world.apps.get(str(app_id))
    if app is None:
        raise CannotError("app_not_found", f"There is no app {app_id}; see GET /sandbox/world.", _NOT_FOUND)
    return app


async def _register(sandbox: "Sandbox", _path: Path, given: Json) -> Json:
    manifest, delivery = given.get("manifest"), given.get("delivery") or {"mode": "socket"}
    if not isinstance(manifest, dict) or not isinstance(delivery, dict):
        raise CannotError("invalid_manifest", "The call needs a manifest, and a delivery if any, as objects.")
    install = [workspace_called(sandbox, each).id for each in given.get("install") or []]
    try:
        app = sandbox.register_app(manifest, install, delivery, given.get("tokens"))
    except BadManifestError as bad:
        raise CannotError("invalid_manifest", str(bad)) from None
    return app_shape(app) | await _verified(sandbox, app)


async def _change_app(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    app = app_called(sandbox, path["app"])
    delivery = given.get("delivery") or app.delivery
    try:
        apps.check_delivery(delivery)
    except BadManifestError as bad:
        raise CannotError("invalid_delivery", str(bad)) from None
    app.delivery = delivery
    return app_shape(app) | await _verified(sandbox, app)


async def _verified(sandbox: "Sandbox", app: App) -> Json:
    """Slack verifies a URL when it is set; here a bot that is not up yet may come later."""
    if app.delivery["mode"] == "socket":
        return {}
    return {"url_verified": await sandbox.dispatch.http.verify(app)}


async def _install(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    app = app_called(sandbox, path["app"])
    if given.get("org_id"):
        sandbox.install_for_org(app, org_called(sandbox, given["org_id"]))
    else:
        sandbox.install(app, workspace_called(sandbox, given.get("team_id")).id)
    return app_shape(app)


def _installed(sandbox: "Sandbox", path: Path, given: Json) -> tuple[App, str]:
    app = app_called(sandbox, path["app"])
    workspace = workspace_called(sandbox, given.get("team_id"))
    if workspace.id not in app.installations:
        raise CannotError("not_installed", f"{app.name} is not installed in {workspace.name}.")
    return app, workspace.id


async def _uninstall(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    answer = await outcome(sandbox.uninstall(*_installed(sandbox, path, given)))
    return {"delivery": answer.shape}


async def _revoke(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    answer = await outcome(sandbox.revoke(*_installed(sandbox, path, given)))
    return {"delivery": answer.shape}
