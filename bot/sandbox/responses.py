"""response_url: five answers within thirty minutes, and the answer a command carries in its acknowledgement."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox import contents, messages, names
from bot.sandbox.answers import Answered
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import Conversation, Installation, Json, Message, Person

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

MOST_USES = 5
LIFETIME = timedelta(minutes=30)
_REMEMBERED = 10_000
_GONE = 404
_BAD = 400


@dataclass(slots=True)
class Target:
    """Where an answer goes: the conversation and person of an act, and the message it happened on."""

    installation: Installation
    conversation: Conversation
    person: Person
    expires_at: datetime
    original: Message | None = None
    uses: int = field(default=0)


class Responses:
    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._targets: OrderedDict[str, Target] = OrderedDict()

    def target(
        self,
        installation: Installation,
        conversation: Conversation,
        person: Person,
        original: Message | None = None,
    ) -> Target:
        expires_at = self._sandbox.world.now() + LIFETIME
        return Target(installation, conversation, person, expires_at, original)

    def url(self, target: Target, kind: str) -> str:
        """A new response_url; `kind` is Slack's word in its path: commands, actions or app."""
        key = names.unguessable()
        self._targets[key] = target
        if len(self._targets) > _REMEMBERED:
            self._targets.popitem(last=False)
        number = names.digits(13, key)
        return f"{self._sandbox.base_url}/{kind}/{target.installation.team_id}/{number}/{key}"

    async def respond(self, request: Request) -> Response:
        """What an app posts to a response_url."""
        try:
            target = self._usable(request.path_params["key"])
            answer(
                self._sandbox, target, _body(await request.body(), request.headers.get("content-type", ""))
            )
        except Refusal as refusal:
            gone = refusal.error in {"expired_url", "used_url"}
            self._note(request, refusal.error)
            return Answered(refusal.answer, _GONE if gone else _BAD)
        target.uses += 1
        self._note(request, None)
        return PlainTextResponse("ok")

    def _usable(self, key: str) -> Target:
        target = self._targets.get(key)
        if target is None or self._sandbox.world.now() > target.expires_at:
            raise Refusal("expired_url")
        if target.uses >= MOST_USES:
            raise Refusal("used_url")
        return target

    def _note(self, request: Request, error: str | None) -> None:
        self._sandbox.journal.note("call", method="response_url", path=request.url.path, error=error)

    def routes(self) -> list[Route]:
        path = "/{team}/{number}/{key}"
        return [
            Route(f"/{kind}{path}", self.respond, methods=["POST"]) for kind in ("commands", "actions", "app")
        ]


def _body(raw: bytes, content_type: str) -> Json:
    text = raw.decode("utf-8", "replace")
    if content_type.startswith("application/x-www-form-urlencoded"):
        text = (parse_qs(text).get("payload") or [""])[0]
    body = contents.parsed_json(text, "invalid_payload")
    if not isinstance(body, dict):
        raise Refusal("invalid_payload")
    return body


def answer(sandbox: "Sandbox", target: Target, body: Json) -> None:
    """Carry out an answer: replace or delete the original, or post for one person or for everybody."""
    original = target.original
    if _true(body.get("delete_original")):
        if original:
            messages.delete(sandbox, target.conversation, original)
        return
    content = contents.read(body, most_text=contents.MOST_TEXT)
    if original and _true(body.get("replace_original")):
        messages.edit(sandbox, target.conversation, original, content, target.installation.bot_user_id)
        return
    message = messages.by_app(sandbox, target.installation, content)
    message.thread_ts = body.get("thread_ts") or None
    if body.get("response_type") != "in_channel":
        message.ephemeral_to = target.person.id
    messages.post(sandbox, target.conversation, message)


def answer_in_acknowledgement(sandbox: "Sandbox", target: Target, body: object) -> None:
    """A command's acknowledgement may hold the answer, as text or as JSON; an empty one says nothing."""
    if isinstance(body, str) and body.strip():
        body = {"text": body}
    if isinstance(body, dict) and body:
        answer(sandbox, target, body)


def _true(flag: object) -> bool:
    """Slack's pages write these flags as text, its SDKs as booleans."""
    return flag is True or flag == "true"
