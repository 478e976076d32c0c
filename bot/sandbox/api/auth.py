"""auth.*, api.test and apps.*: who a token is, the end of a token, the address of a socket."""

from bot.sandbox.api.call import Call, Method
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import Json


def api_test(call: Call) -> Json:
    if error := call.text("error"):
        raise Refusal(error, args=call.args)
    return {"args": call.args}


def auth_test(call: Call) -> Json:
    if call.credential and call.credential.kind == "app":
        return {"app_name": call.app.name, "app_id": call.app.id}
    installation, workspace = call.installation, call.workspace
    org = {"enterprise_id": workspace.org.id} if workspace.org else {}
    for_all = {"team": installation.org.name, "team_id": installation.org.id} if installation.org else {}
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": call.world.people[installation.bot_user_id].name,
        "team_id": workspace.id,
        "user_id": installation.bot_user_id,
        "bot_id": installation.bot_id,
        "is_enterprise_install": installation.org is not None,
        **org,
        **for_all,
    }


def auth_revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    call.sandbox.revoke(call.app, call.team_id)
    return {"revoked": True}


def connections_open(call: Call) -> Json:
    if call.app.delivery["mode"] != "socket":
        raise Refusal("forbidden_team")
    ticket = call.sandbox.dispatch.sockets.ticket(call.app)
    address = call.sandbox.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={call.app.id}"}


def uninstall(call: Call) -> Json:
    if call.needed("client_id") != call.app.client_id:
        raise Refusal("client_id_token_mismatch")
    if call.needed("client_secret") != call.app.client_secret:
        raise Refusal("bad_client_secret")
    call.sandbox.uninstall(call.app, call.team_id)
    return {}


METHODS = {
    "api.test": Method(api_test, caller="anybody"),
    "auth.test": Method(auth_test, caller="any"),
    "auth.revoke": Method(auth_revoke, json=False),
    "apps.connections.open": Method(connections_open, caller="app"),
    "apps.uninstall": Method(uninstall, json=False),
}
