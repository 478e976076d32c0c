"""Installing over OAuth: a browser is sent to Slack with a state and comes back with a code, which becomes a token.

https://docs.slack.dev/authentication/installing-with-oauth. The state and the browser's cookie are secrets of ours
(bot/domain/workspaces); the code is exchanged once, with no second try: Slack has used it up when it answers.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.domain import workspaces
from bot.domain.workspaces import Installation, Verdict
from bot.settings import OAuth
from handlers import outbox
from handlers.outbox import Tokens

log = logging.getLogger(__name__)

# Slack's words for a code that is used up, too old or another app's; everything else is a matter of the settings.
CODE_ENDED = frozenset({"code_already_used", "code_expired", "invalid_code"})


@dataclass(frozen=True)
class Landing:
    """Where a way through OAuth ended: a word for the page that says so, and the facts it tells."""

    outcome: str
    facts: Mapping[str, Any]


class Installer:
    """Sends browsers to Slack and takes them back."""

    def __init__(self, coach: Coach, tokens: Tokens, oauth: OAuth, scopes: list[str]) -> None:
        self._coach = coach
        self._tokens = tokens
        self._oauth = oauth
        self._scopes = scopes

    def begin(self, browser: str) -> str:
        """The address at Slack that a browser goes to; `browser` is the secret in its cookie."""
        asked = {
            "client_id": self._oauth.client_id,
            "scope": ",".join(self._scopes),
            "state": workspaces.begin(self._coach.vault, browser, self._coach.clock.now()),
            "redirect_uri": self._oauth.redirect_uri,
        }
        return urljoin(self._coach.settings.slack_api_url, f"/oauth/v2/authorize?{urlencode(asked)}")

    async def finish(self, answer: Mapping[str, str], browser: str) -> Landing:
        """Install what Slack's answer (its query) brings; `browser` is the secret in the cookie that came with it."""
        landing = await self._finish(answer, browser)
        log.info("install.ended", extra={"outcome": landing.outcome})
        return landing

    async def _finish(self, answer: Mapping[str, str], browser: str) -> Landing:
        async with self._coach.database.system() as session:
            verdict = await workspaces.take(session, self._coach.vault, answer.get("state", ""), browser)
        if verdict is not Verdict.GOOD:
            return Landing(verdict, {})
        if "error" in answer or not answer.get("code"):
            denied = answer.get("error") == "access_denied"
            return Landing("denied" if denied else "refused", {})
        try:
            granted = await self._exchange(answer["code"])
        except SlackApiError as refused:
            return _refused(refused)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Landing("silent", {})
        return await self._keep(granted)

    async def _exchange(self, code: str) -> Mapping[str, Any]:
        slack = AsyncWebClient(
            base_url=self._coach.settings.slack_api_url, timeout=outbox.TIMEOUT_SECONDS, retry_handlers=[]
        )
        secret = self._oauth.client_secret.get_secret_value()
        granted = await slack.api_call(
            "oauth.v2.access",
            # The SDK's own call for this builds the header in a way that aiohttp gives up.
            headers={"Authorization": aiohttp.encode_basic_auth(self._oauth.client_id, secret)},
            data={"code": code, "redirect_uri": self._oauth.redirect_uri},
        )
        return granted.data if isinstance(granted.data, dict) else {}

    async def _keep(self, granted: Mapping[str, Any]) -> Landing:
        if ends_by_itself(granted):
            log.warning("install.refused", extra={"error": "token_rotation"})
            return Landing("rotating", {})
        given = installation(granted)
        if given is None:
            return Landing("refused", {})
        await outbox.keep(self._coach, given)
        self._tokens.forget(given.team_id)
        log.info("workspace.installed")
        named = (granted.get("enterprise") if _is_for_all(granted) else granted.get("team")) or {}
        facts = {
            "name": str(named.get("name") or ""),
            "for_all": _is_for_all(granted),
            "missing": sorted(set(self._scopes) - given.scopes),
            "link": "https://slack.com/app_redirect?" + urlencode(_place(granted)),
        }
        return Landing("installed", facts)


def ends_by_itself(granted: Mapping[str, Any]) -> bool:
    """Whether a token lives for some hours and is renewed with another, as token rotation has it.

    https://docs.slack.dev/authentication/using-token-rotation. We do not renew tokens, so one of these would be kept
    for good and end in silence.
    """
    return bool(granted.get("expires_in") or granted.get("refresh_token"))


def installation(granted: Mapping[str, Any]) -> Installation | None:
    """What oauth.v2.access gave (https://docs.slack.dev/reference/methods/oauth.v2.access); None without a bot's token."""
    token = str(granted.get("access_token") or "")
    org = (granted.get("enterprise") or {}).get("id")
    team_id = org if _is_for_all(granted) else (granted.get("team") or {}).get("id")
    if granted.get("token_type") != "bot" or not token or not team_id:
        return None
    return Installation(
        str(team_id),
        token,
        granted.get("bot_user_id"),
        granted.get("bot_id"),
        org,
        outbox.scopes(str(granted.get("scope") or "")),
    )


def _is_for_all(granted: Mapping[str, Any]) -> bool:
    """Whether an org has installed the app for its workspaces."""
    return bool(granted.get("is_enterprise_install"))


def _place(granted: Mapping[str, Any]) -> dict[str, str]:
    team_id = (granted.get("team") or {}).get("id")
    return {"app": str(granted.get("app_id") or ""), **({"team": str(team_id)} if team_id else {})}


def _refused(refused: SlackApiError) -> Landing:
    """What Slack's refusal means: an outage, a code that is none any more, or settings that do not fit the app."""
    word = outbox.word_of(refused)
    if not word or word in ("ratelimited", "internal_error", "fatal_error", "service_unavailable"):
        return Landing("silent", {})
    log.warning("install.refused", extra={"error": word})
    return Landing("used" if word in CODE_ENDED else "refused", {})
