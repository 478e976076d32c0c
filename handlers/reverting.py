"""What a change leaves behind for its Undo: what something said before, and what the change made of it."""

import json
from typing import Any

from bot.core.errors import NotFound
from bot.domain import captures
from bot.storage.session import MemberSession


async def keep(session: MemberSession, source: str, before: Any, after: Any) -> str:
    """Keep both, as JSON holds them; the id of what is kept."""
    return (await captures.keep(session, json.dumps([before, after]), source)).id


async def take(session: MemberSession, source: str, kept_id: str, now: Any) -> Any:
    """What it said before; NotFound where it was changed again since, as the newer words would be lost."""
    before, after = json.loads(await captures.take(session, kept_id, source))
    if after != json.loads(json.dumps(now)):
        raise NotFound("changed_again")
    return before
