"""The token of each workspace, remembered for a minute."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from slack_bolt.authorization import AuthorizeResult

from bot.coach import Coach
from bot.domain import workspaces
from bot.domain.workspaces import Installation
from bot.settings import SettingsError
from handlers.outbox._clients import PROFILE_SECONDS
from handlers.outbox._installing import configured_tokens, join, keep, whose

# Other processes may have seen an uninstall or a new token, so what is known here grows old.
TOKEN_AGE = timedelta(minutes=1)

# Nobody who is written to has asked for it just now, so a worker looks more often whether it still may.
SENDING_AGE = timedelta(seconds=1)

# How often the configured token is tried for a workspace that has none, while people there ask.
TRY_AGAIN_AFTER = timedelta(seconds=5)


@dataclass(frozen=True)
class _Known:
    installation: Installation
    at: datetime


class Tokens:
    """Finds the token of a workspace, its own or its org's; remembers it for a minute.

    `configured` gives the tokens that an operator has set, as they are now.
    """

    def __init__(self, coach: Coach, configured: Callable[[], Sequence[str]] | None = None) -> None:
        self._coach = coach
        self._configured = configured or partial(configured_tokens, coach.settings)
        self._known: dict[str, _Known] = {}
        self._forgotten = 0
        self._tried: dict[str, datetime] = {}

    async def find(self, team_id: str, *, age: timedelta = TOKEN_AGE) -> Installation | None:
        """The installation that serves a workspace now; None where there is none, which is not remembered."""
        known, now = self._known.get(team_id), self._coach.clock.now()
        if known is not None and abs(now - known.at) <= age:
            return known.installation
        forgotten = self._forgotten
        async with self._coach.database.system() as session:
            found = await workspaces.installed(session, self._coach.vault, team_id)
        if found is None:
            self._known.pop(team_id, None)
        elif forgotten == self._forgotten:
            # Had the workspace left meanwhile, this would be what was read before.
            self._known[team_id] = _Known(found, now)
        return found

    def is_old(self, team_id: str | None) -> bool:
        """Whether what is known of a workspace should be looked at again."""
        known = self._known.get(team_id or "")
        return known is not None and abs(self._coach.clock.now() - known.at) > TOKEN_AGE

    def forget(self, holder_id: str) -> None:
        """A workspace or an org (its id) has a new token, or none: that and whatever lives on it is looked up anew."""
        self._forgotten += 1
        for team_id, known in list(self._known.items()):
            if holder_id in (team_id, known.installation.enterprise_id):
                del self._known[team_id]

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Bolt's question: which token may answer this workspace? None where the app is not installed.

        A request shows that the app is installed, so what is known is good enough, however old: a database
        that is slow now must leave time for the answer.
        """
        if not team_id:
            return None
        known = self._known.get(team_id)
        found = known.installation if known else await self.find(team_id)
        if found is None and await self._comes_back(enterprise_id, team_id):
            found = await self.find(team_id)
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.bot_token,
            bot_user_id=found.bot_user_id,
            bot_id=found.bot_id,
        )

    async def _comes_back(self, enterprise_id: str | None, team_id: str) -> bool:
        """Whether a workspace without a token has one all the same: its org's, or the one an operator has set."""
        if enterprise_id and await join(self._coach, team_id, enterprise_id):
            return True
        now = self._coach.clock.now()
        if abs(now - self._tried.get(team_id, now - TRY_AGAIN_AFTER)) < TRY_AGAIN_AFTER:
            return False
        self._tried[team_id] = now
        for token in self._configured():
            with suppress(SettingsError, TimeoutError):
                async with asyncio.timeout(PROFILE_SECONDS):
                    found = await whose(self._coach, token)
                if found.team_id == team_id:
                    await keep(self._coach, found)
                    return True
        return False
