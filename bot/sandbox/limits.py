"""Slack's published rate limits, counted in real seconds; off until a control call switches them on."""

import asyncio
from collections import OrderedDict
from math import ceil

PER_MINUTE = {
    "chat.update": 50, "chat.delete": 50, "chat.postEphemeral": 100, "chat.getPermalink": 600,
    "conversations.open": 50, "conversations.info": 50, "conversations.history": 1,
    "conversations.replies": 1, "conversations.members": 100, "users.info": 100, "users.list": 20, "team.info": 50,
    "views.open": 100, "views.push": 100, "views.update": 100, "views.publish": 100, "auth.test": 600,
    "apps.connections.open": 1, "files.info": 100, "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100, "bots.info": 50,
}  # fmt: skip
"""Calls a minute, by method and workspace; history as for an app outside the Marketplace."""

_MINUTE = 60.0
_BUCKETS_KEPT = 10_000


class Limits:
    def __init__(self) -> None:
        self.on = False
        self._buckets: OrderedDict[tuple[str, str, str], tuple[float, float]] = OrderedDict()

    def wait(self, app_id: str, team_id: str, method: str, channel: str) -> int | None:
        """The Retry-After of a call that comes too soon, else None."""
        if not self.on:
            return None
        if method == "chat.postMessage":
            # One message a second in each channel, short bursts allowed.
            return self._take((app_id, method, channel), 1.0, 3.0)
        most = PER_MINUTE.get(method)
        return self._take((app_id, method, team_id), most / _MINUTE, most) if most else None

    def _take(self, key: tuple[str, str, str], per_second: float, burst: float) -> int | None:
        now = asyncio.get_running_loop().time()
        tokens, since = self._buckets.pop(key, (burst, now))
        tokens = min(burst, tokens + (now - since) * per_second)
        taken = 1.0 if tokens >= 1.0 else 0.0
        self._buckets[key] = (tokens - taken, now)
        if len(self._buckets) > _BUCKETS_KEPT:
            self._buckets.popitem(last=False)
        return None if taken else ceil((1.0 - tokens) / per_second)
