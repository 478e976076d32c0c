"""Middleware that says who is asking, from the verified payload only, and puts values on Bolt's context."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.internals import extract_enterprise_id
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.errors import NotAllowed
from bot.domain import feedback as letters
from bot.domain import members
from bot.storage.identity import Principal
from handlers import clicks, feedback, typed, verbs
from handlers.errands import Errands
from handlers.members import catch_up, say_hello, settle_in
from handlers.outbox import Tokens, profile_of
from handlers.replies import Reply

# Events that come from Slack about a workspace, not from a person who asks for something.
ABOUT_NOBODY = frozenset(
    {"app_uninstalled", "team_access_granted", "team_access_revoked", "tokens_revoked", "user_change"}
)


# How many members a process remembers to have let in, so that its memory stays flat.
KNOWN = 50_000


class Doorkeeper(AsyncMiddleware):
    """Lets members in, makes members of those who may be one, and turns others away kindly."""

    def __init__(self, coach: Coach, errands: Errands, tokens: Tokens) -> None:
        self._coach = coach
        self._errands = errands
        self._tokens = tokens
        self._known: set[Principal] = set()
        self._looking: set[str] = set()

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt gives it by this name
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - see above
    ) -> BoltResponse:
        # Bolt would look up every argument that there may be for a function; this is one of every request.
        context, body = req.context, req.body
        client = context.client
        if not context.get("again"):
            typed.unwrap(body)
        context["coach"] = self._coach
        context["reply"] = Reply(
            body,
            ack=context.ack,
            respond=context.respond,
            client=client,
            errands=self._errands,
            prose=self._coach.prose,
        )
        clicks.check(body)
        context["errands"] = self._errands
        context["door"] = self
        context["tokens"] = self._tokens
        if (body.get("event") or {}).get("type") not in ABOUT_NOBODY:
            context["who"] = await self._admit(principal(context, body), client, body)
        elif context.team_id and context.user_id:
            # They may not be what they were, and are looked at again when they come.
            self._known.discard(Principal(context.team_id, context.user_id))
        answer = await next()
        self._look_again(context.team_id or "")
        return answer

    def forget(self, who: Principal) -> None:
        """Somebody erased everything, here or in another process; whatever they do next begins anew."""
        self._known.discard(who)

    async def _is_answer(self, who: Principal, body: dict[str, Any]) -> bool:
        """Whether words in the DM may be an answer to a colleague who asked, typed beside the button for it."""
        event = body.get("event") or {}
        text = str(event.get("text") or "").strip()
        # A file is no answer: reading it is for members.
        if event.get("type") != "message" or not text or event.get("files") or verbs.parse(text):
            return False
        async with self._coach.session(who, present=False) as session:
            return bool(await letters.to_answer(session))

    def _look_again(self, team_id: str) -> None:
        """Look up a token that is known for long: once, however many requests of its workspace come meanwhile."""
        if self._tokens.is_old(team_id) and team_id not in self._looking:
            self._looking.add(team_id)
            self._errands.start(self._look(team_id))

    async def _look(self, team_id: str) -> None:
        try:
            await self._tokens.find(team_id)
        finally:
            self._looking.discard(team_id)

    async def _admit(self, who: Principal, client: AsyncWebClient, body: dict[str, Any]) -> Principal:
        if who in self._known:
            return who
        async with self._coach.database.system() as session:
            member = await members.find(session, who)
            welcomed = member is not None and member.welcomed_at is not None
        if member and not welcomed and (feedback.only_answers(body) or await self._is_answer(who, body)):
            # A colleague asked; answering that makes nobody a user, and a guest may do nothing else.
            return who
        org = extract_enterprise_id(body)
        if member is not None and member.unreachable in members.REFUSALS:
            # What was kept about them may have been told late or not at all.
            profile = await profile_of(client, who, org)
            await catch_up(self._coach, who, profile)
            if profile.refusal:
                raise NotAllowed(profile.refusal)
        if member is None or member.guest:
            profile = await profile_of(client, who, org)
            async with self._coach.database.system() as session:
                spread = timedelta(minutes=self._coach.settings.spread_minutes)
                await members.admit(session, self._coach.vault, who, profile, spread=spread)
        if not welcomed and (hello := await settle_in(self._coach, who)):
            self._errands.start(say_hello(client, who, hello))
        if len(self._known) >= KNOWN:
            self._known.clear()
        self._known.add(who)
        return who


def principal(context: AsyncBoltContext, body: dict[str, Any]) -> Principal:
    """Who sent a verified payload; somebody whose home is another workspace is a stranger here.

    Within an org people have one home and work in several workspaces; who is of the org, their profile says.
    """
    home = (body.get("user") or {}).get("team_id") if isinstance(body.get("user"), dict) else None
    if context.team_id is None or context.user_id is None:
        raise NotAllowed("nobody")
    if home and home != context.team_id and not context.enterprise_id:
        raise NotAllowed("no_strangers")
    return Principal(context.team_id, context.user_id)
