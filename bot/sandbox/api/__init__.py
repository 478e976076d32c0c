"""The Web API: every method's table entry, and the one way that leads to all of them."""

from bot.sandbox.api import auth, bots, chat, conversations, files, oauth, users, views
from bot.sandbox.api.call import Method

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **bots.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **oauth.METHODS,
    **users.METHODS,
    **views.METHODS,
}
