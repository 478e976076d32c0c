"""oauth.v2.access: a code exchanged for an installation's token."""

import base64
import binascii

from bot.sandbox import names
from bot.sandbox.api.call import Call, Method
from bot.sandbox.oauth import Grant
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import App, Installation, Json

TOKEN_SECONDS = 12 * 60 * 60


def access(call: Call) -> Json:
    app = _app(call)
    if call.text("grant_type") not in {"", "authorization_code"}:
        raise Refusal("invalid_grant_type")
    grant = _grant(call, app)
    if grant.org:
        installation = call.sandbox.install_for_org(app, grant.org, grant.scopes)
    else:
        installation = call.sandbox.install(app, grant.team_id, grant.scopes)
    org = call.world.workspaces[grant.team_id].org
    answer = {
        "access_token": installation.bot_token,
        "token_type": "bot",
        "scope": ",".join(installation.scopes),
        "bot_user_id": installation.bot_user_id,
        "app_id": app.id,
        "team": None
        if grant.org
        else {"id": grant.team_id, "name": call.world.workspaces[grant.team_id].name},
        "enterprise": {"id": org.id, "name": org.name} if org else None,
        "authed_user": {"id": grant.user_id},
        "is_enterprise_install": grant.org is not None,
    }
    return answer | _rotation(installation) if app.rotates else answer


def _rotation(installation: Installation) -> Json:
    """What comes beside a token that ends after twelve hours."""
    return {"expires_in": TOKEN_SECONDS, "refresh_token": names.refresh_token(installation.bot_token)}


def _app(call: Call) -> App:
    client_id, secret = _basic(call.authorization) or (call.text("client_id"), call.text("client_secret"))
    app = call.world.client_ids.get(client_id)
    if app is None:
        raise Refusal("invalid_client_id")
    if secret != app.client_secret:
        raise Refusal("bad_client_secret")
    return app


def _grant(call: Call, app: App) -> Grant:
    """The code's grant; it is gone with this look, whatever comes of it."""
    grant = call.sandbox.codes.pop(call.text("code"), None)
    if grant is None or grant.app is not app or call.world.now() > grant.expires_at:
        raise Refusal("invalid_code")
    if call.text("redirect_uri") not in {"", grant.redirect_uri}:
        raise Refusal("bad_redirect_uri")
    return grant


def _basic(authorization: str) -> tuple[str, str] | None:
    """The client's id and secret from HTTP Basic, which Slack recommends."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client_id, secret


METHODS = {"oauth.v2.access": Method(access, caller="anybody", json=False)}
