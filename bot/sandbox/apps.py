"""Apps: registered from a manifest, installed into workspaces, uninstalled, their tokens revoked."""

from bot.sandbox import names
from bot.sandbox.world import App, Credential, Installation, Json, Person, World

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


def install_into(world: World, app: App, team_id: str, scopes: list[str] | None = None) -> Installation:
    """Install or install again; a workspace whose token was revoked gets a new one."""
    workspace = world.workspaces[team_id]
    installation = app.installations.get(team_id) or _new_installation(world, app, team_id)
    installation.scopes = list(scopes if scopes is not None else app.scopes)
    for command in app.features("slash_commands"):
        # The app that was installed last owns a command that two of them want.
        workspace.commands[str(command.get("command"))] = app
    world.touch(workspace.people)
    return installation


def _new_installation(world: World, app: App, team_id: str) -> Installation:
    workspace = world.workspaces[team_id]
    generation = app.generations.setdefault(team_id, 0)
    chosen = app.bot_tokens.get(team_id)
    installation = Installation(
        app=app,
        team_id=team_id,
        bot_token=chosen if chosen and not generation else _next_token(app, team_id),
        bot_user_id=_bot_user(world, app, team_id).id,
        bot_id=names.derived("B", app.id, team_id),
        scopes=[],
    )
    app.installations[team_id] = workspace.installations[app.id] = installation
    world.bots[installation.bot_id] = installation
    world.tokens[installation.bot_token] = Credential(app, "bot", team_id)
    for person in list(workspace.people.values()):
        if not person.is_bot:
            world.im(person, world.people[installation.bot_user_id])
    return installation


def _next_token(app: App, team_id: str) -> str:
    token = names.bot_token(app.id, team_id, app.generations[team_id])
    return f"xoxe.{token}" if app.rotates else token


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


def uninstall(world: World, app: App, team_id: str) -> Installation:
    """Take the app out of the workspace: its token dies, its bot user is deactivated, its commands go."""
    installation = app.installations.pop(team_id)
    workspace = world.workspaces[team_id]
    del workspace.installations[app.id]
    _end_token(world, installation, INACTIVE)
    world.people[installation.bot_user_id].flags.add("deactivated")
    for command in [name for name, owner in workspace.commands.items() if owner is app]:
        del workspace.commands[command]
    world.touch(workspace.people)
    return installation


def revoke(world: World, app: App, team_id: str) -> Installation:
    """Revoke the bot token; the app stays installed, and gets a new token when it is installed again."""
    installation = app.installations[team_id]
    _end_token(world, installation, REVOKED)
    return installation


def renew(world: World, installation: Installation) -> None:
    """Give an installation whose token was revoked a new one."""
    app, team_id = installation.app, installation.team_id
    credential = world.tokens.get(installation.bot_token)
    if credential and not credential.dead:
        return
    installation.bot_token = _next_token(app, team_id)
    world.tokens[installation.bot_token] = Credential(app, "bot", team_id)


def _end_token(world: World, installation: Installation, why: str) -> None:
    world.tokens[installation.bot_token].dead = why
    installation.app.generations[installation.team_id] += 1


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
