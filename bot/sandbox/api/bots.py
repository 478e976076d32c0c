"""bots.info: what a bot_id stands for."""

from bot.sandbox.api.call import Call, Method
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import Json


def info(call: Call) -> Json:
    installation = call.world.bots.get(call.needed("bot"))
    if installation is None or installation.team_id != call.team_id:
        raise Refusal("bot_not_found")
    return {
        "bot": {
            "id": installation.bot_id,
            "deleted": call.team_id not in installation.app.installations,
            "name": installation.app.name,
            "updated": 0,
            "app_id": installation.app.id,
            "user_id": installation.bot_user_id,
            "icons": {},
        }
    }


METHODS = {"bots.info": Method(info, "users:read", json=False)}
