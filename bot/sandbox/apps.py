"""Apps: registered from a manifest, installed into workspaces, uninstalled, their tokens revoked."""

from bot.sandbox import names
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import App, Credential, Installation, Json, Org, Person, Workspace, World

REVOKED = "token_revoked"
INACTIVE = "account_inactive"


class BadManifestError(ValueError):
    """What must be changed in the manifest or in the way of delivery, as a sentence."""


def register(world: World, manifest: Json, install: list[str], delivery: Json, tokens: Json | None) -> App:
    """Register an app, or change the one of the same name; its ids and secrets follow from the name."""
    name = _name(manifest)
    check_delivery(delivery)
    app_id = str((tokens or {}).get("app_id") or names.derived("A", name))
    app = world.apps.get(app_id) or _new_app(app_id, name, tokens or {})
    app.manifest, app.delivery, app.name = manifest, delivery, name
    app.bot_tokens |= _chosen_bot_tokens(tokens or {}, install)
    world.apps[app.id] = world.client_ids[app.client_id] = app
    world.tokens[app.app_token] = Credential(app, "app")
    for team_id in install:
        install_into(world, app, team_id)
    return app


def _name(manifest: Json) -> str:
    information = manifest.get("display_information")
    name = information.get("name") if isinstance(information, dict) else None
    if not name or not isinstance(name, str):
        raise BadManifestError("The manifest needs a display_information.name.")
    return name


def check_delivery(delivery: Json) -> None:
    if delivery.get("mode") not in {"socket", "http"}:
        raise BadManifestError('A delivery is {"mode": "socket"} or {"mode": "http", "url": "http://…"}.')
    if delivery["mode"] == "http" and not str(delivery.get("url", "")).startswith(("http://", "https://")):
        raise BadManifestError(
            "Delivery over HTTP needs the bot's url, such as http://127.0.0.1:3000/slack/events."
        )


def _new_app(app_id: str, name: str, tokens: Json) -> App:
    def chosen(key: str, otherwise: str) -> str:
        return str(tokens.get(key) or otherwise)

    return App(
        id=app_id,
        name=name,
        manifest={},
        client_id=chosen("client_id", names.client_id(app_id)),
        client_secret=chosen("client_secret", names.secret(32, app_id, "client")),
        signing_secret=chosen("signing_secret", names.secret(32, app_id, "signing")),
        app_token=chosen("app_token", names.app_token(app_id)),
        verification_token=chosen("verification_token", names.secret(24, app_id, "verification")),
        delivery={},
    )


def _chosen_bot_tokens(tokens: Json, install: list[str]) -> dict[str, str]:
    chosen = {str(team): str(token) for team, token in (tokens.get("bot_tokens") or {}).items()}
    if install and tokens.get("bot_token"):
        chosen.setdefault(install[0], str(tokens["bot_token"]))
    return chosen


def install_for_org(world: World, app: App, org: Org, scopes: list[str] | None = None) -> Installation:
    """Install it in all of an org's workspaces with one token; one that installed it by itself keeps its own."""
    free = without_their_own(app, org)
    if not free:
        raise CannotError(
            "already_installed", f"All workspaces of {org.name} have installed it by themselves."
        )
    installed = [install_into(world, app, one.id, scopes, org) for one in free]
    return installed[0]


def without_their_own(app: App, org: Org) -> list[Workspace]:
    """The org's workspaces that have not installed an app by themselves."""
    found = {team_id for team_id, one in app.installations.items() if one.org is None}
    return [one for one in org.workspaces if one.id not in found]


def install_into(
    world: World, app: App, team_id: str, scopes: list[str] | None = None, org: Org | None = None
) -> Installation:
    """Install or install again; a workspace whose token was revoked gets a new one."""
    workspace = world.workspaces[team_id]
    installation = app.installations.get(team_id) or _new_installation(world, app, team_id, org)
    installation.scopes = list(scopes if scopes is not None else app.scopes)
    for command in app.features("slash_commands"):
        # The app that was installed last owns a command that two of them want.
        workspace.commands[str(command.get("command"))] = app
    world.touch(workspace.people)
    return installation


def _new_installation(world: World, app: App, team_id: str, org: Org | None) -> Installation:
    workspace, holder_id = world.workspaces[team_id], org.id if org else team_id
    generation = app.generations.setdefault(holder_id, 0)
    chosen = app.bot_tokens.get(holder_id)
    installation = Installation(
        app=app,
        team_id=team_id,
        org=org,
        bot_token=chosen if chosen and not generation else _next_token(app, holder_id),
        bot_user_id=_bot_user(world, app, team_id).id,
        bot_id=names.derived("B", app.id, team_id),
        scopes=[],
    )
    app.installations[team_id] = workspace.installations[app.id] = installation
    world.bots[installation.bot_id] = installation
    world.tokens[installation.bot_token] = _credential(installation)
    for person in list(workspace.people.values()):
        if not person.is_bot:
            world.im(person, world.people[installation.bot_user_id])
    return installation


def _next_token(app: App, holder_id: str) -> str:
    token = names.bot_token(app.id, holder_id, app.generations[holder_id])
    return f"xoxe.{token}" if app.rotates else token


def _credential(installation: Installation) -> Credential:
    team_id = None if installation.org else installation.team_id
    return Credential(installation.app, "bot", team_id, org=installation.org)


def _bot_user(world: World, app: App, team_id: str) -> Person:
    user_id = names.derived("U", "bot", app.id, team_id)
    if user_id in world.people:
        world.people[user_id].flags.discard("deactivated")
        return world.people[user_id]
    bot_user = (app.manifest.get("features") or {}).get("bot_user") or {}
    shown = str(bot_user.get("display_name") or app.name)
    name = "".join(letter for letter in shown.lower() if letter.isalnum()) or "bot"
    zone = "America/Los_Angeles"
    person = Person(user_id, team_id, name, shown, zone, team_id, {"bot"}, app_id=app.id)
    return world.add_person(person)


def sharing(installation: Installation) -> list[Installation]:
    """All installations that live on the same token: several where an org has installed the app."""
    every = installation.app.installations.values()
    return [one for one in every if one.holder_id == installation.holder_id]


def uninstall(world: World, app: App, team_id: str) -> Installation:
    """Take the app out of the workspace, or of all that share its token, which dies."""
    installation = app.installations[team_id]
    _end_token(world, installation, INACTIVE)
    for one in sharing(installation):
        _take_out(world, one)
    return installation


def _take_out(world: World, installation: Installation) -> None:
    """Its bot user is deactivated, its commands go."""
    app, workspace = installation.app, world.workspaces[installation.team_id]
    del app.installations[workspace.id], workspace.installations[app.id]
    world.people[installation.bot_user_id].flags.add("deactivated")
    for command in [name for name, owner in workspace.commands.items() if owner is app]:
        del workspace.commands[command]
    world.touch(workspace.people)


def revoke(world: World, app: App, team_id: str) -> Installation:
    """Revoke the bot token; the app stays installed, and gets a new token when it is installed again."""
    installation = app.installations[team_id]
    _end_token(world, installation, REVOKED)
    return installation


def renew(world: World, installation: Installation) -> None:
    """Give an installation whose token was revoked a new one."""
    credential = world.tokens.get(installation.bot_token)
    if credential and not credential.dead:
        return
    for one in sharing(installation):
        one.bot_token = _next_token(one.app, one.holder_id)
        world.tokens[one.bot_token] = _credential(one)


def _end_token(world: World, installation: Installation, why: str) -> None:
    world.tokens[installation.bot_token].dead = why
    installation.app.generations[installation.holder_id] += 1


def app_shape(app: App) -> Json:
    """An app with its secrets, as the control calls hand it out."""
    return {
        "app_id": app.id,
        "name": app.name,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "signing_secret": app.signing_secret,
        "app_token": app.app_token,
        "verification_token": app.verification_token,
        "delivery": app.delivery,
        "installations": {team_id: _installed(each) for team_id, each in app.installations.items()},
    }


def _installed(installation: Installation) -> Json:
    return {
        "bot_token": installation.bot_token,
        "bot_user_id": installation.bot_user_id,
        "bot_id": installation.bot_id,
        "scopes": installation.scopes,
    }
