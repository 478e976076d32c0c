"""Plain messages to the bot: a command, an answer to the open check-in, or words offered as a win."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import captures, members, reviews, wins
from bot.domain import feedback as feedback_given
from bot.domain.wins import Source
from bot.storage.identity import Principal
from handlers import feedback, imports, kit, verbs
from handlers.replies import Reply
from handlers.reviews import answered
from handlers.wins import Ids as Wins
from handlers.wins import log_or_ask, log_text


class Ids(StrEnum):
    """What can be clicked under an offer."""

    SAVE = "captures.save"
    SAVE_EACH = "captures.save_each"
    ANSWER = "captures.answer"
    LET_GO = "captures.let_go"


# Messages that are not somebody's new words: edits, deletions, joins, the bot's own.
NOT_WORDS = ("bot_id", "hidden")
WORDS = (None, "file_share", "me_message", "thread_broadcast")


def register(app: AsyncApp) -> None:
    app.event("message")(hear)
    app.action(Ids.SAVE)(save)
    app.action(Ids.SAVE_EACH)(save_each)
    app.action(Ids.ANSWER)(answer)
    app.action(Ids.LET_GO)(let_go)


async def hear(
    event: dict[str, Any],
    body: dict[str, Any],
    coach: Coach,
    who: Principal,
    reply: Reply,
    client: AsyncWebClient,
) -> BoltResponse:
    """Somebody wrote to the bot; each event is taken once, however often Slack sends it."""
    text = (event.get("text") or "").strip()
    if event.get("channel_type") != "im" or not _is_new(event):
        return await reply.nothing()
    if event.get("files"):
        await imports.take(event, f"files:{body['event_id']}", coach, who, reply, client)
    if not text:
        return await reply.nothing()
    if (spoken := verbs.parse(text)) is not None:
        return await _obey_once(spoken, body, coach, who, reply)
    return await offer(text, f"event:{body['event_id']}", coach, who, reply)


async def offer(text: str, key: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        if not await session.once(key):
            return await reply.nothing()
        asked = await reviews.open_check_in(session)
        letters = await feedback_given.to_answer(session)
        kept = await captures.keep(session, text, Source.MESSAGE.value)
        answers = feedback.offered(coach.prose, letters, kept.id, members.today(session))
        if session.member.welcomed_at is None and answers:
            message = answering(coach.prose, answers)
        else:
            lines = len(reviews.read_lines(text, members.today(session)))
            message = offered(coach.prose, kept.id, asked.id if asked else None, answers, lines=lines)
    return await reply.say(message)


async def save(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        text = await captures.take(session, action.get("value", ""), Source.MESSAGE.value)
        message = await log_or_ask(
            session, coach.prose, wins.read(text, members.today(session)), Source.MESSAGE
        )
    return await reply.say(message)


async def save_each(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Each line is a win of its own, with the day it names."""
    async with coach.session(who) as session:
        text = await captures.take(session, action.get("value", ""), Source.MESSAGE.value)
        lines = reviews.read_lines(text, members.today(session))
        logged = [await wins.log(session, one, Source.MESSAGE) for one in lines]
    words = coach.prose.words("captures/offer", wins=logged)
    shown = kit.actions(kit.button(words.list, Wins.SHOW))
    return await reply.say(
        kit.Message(words.saved_text, [kit.section(words.saved_each), shown], title=words.title)
    )


async def answer(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        asked = await reviews.open_check_in(session)
        text = await captures.take(session, action.get("value", ""), Source.MESSAGE.value)
        logged = await reviews.answer(session, asked.id if asked else None, reviews.Answer(more=text))
        message = answered(coach.prose, logged, None, await reviews.in_a_row(session))
    return await reply.say(message)


async def let_go(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        await captures.take(session, action.get("value", ""), Source.MESSAGE.value)
    words = coach.prose.words("captures/offer")
    return await reply.say(kit.Message(words.let_go, [kit.section(words.let_go)]))


def answering(prose: Prose, answers: Sequence[kit.Block]) -> kit.Message:
    """What somebody reads who only answers a colleague: their words may be that answer, and are nothing else."""
    words = prose.words("captures/offer")
    blocks = [kit.section(words.question_answer), *answers, kit.context(words.answer_hint)]
    return kit.Message(words.text_answer, blocks, title=words.title)


def offered(
    prose: Prose,
    capture_id: str,
    check_in_id: str | None,
    answers: Sequence[kit.Block] = (),
    *,
    lines: int = 1,
) -> kit.Message:
    """What the words may be: an answer to a colleague or to the check-in, a win, or a win each line."""
    words = prose.words("captures/offer", lines=lines)
    each = [kit.button(words.each, Ids.SAVE_EACH, capture_id)] if lines > 1 else []
    answer_first = [kit.button(words.answer, Ids.ANSWER, capture_id, style="primary")] if check_in_id else []
    return kit.Message(
        words.text,
        [
            *([kit.section(words.question_answer), *answers] if answers else []),
            kit.section(words.question_open if check_in_id else words.question),
            kit.actions(
                *answer_first,
                *each,
                kit.button(words.win_of_all if each else words.win, Ids.SAVE, capture_id),
                kit.button(words.no, Ids.LET_GO, capture_id),
            ),
            kit.context(words.hint),
        ],
        title=words.title,
    )


def _is_new(event: dict[str, Any]) -> bool:
    return event.get("subtype") in WORDS and not any(event.get(sign) for sign in NOT_WORDS)


async def _obey_once(
    spoken: verbs.Spoken, body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    key = f"event:{body['event_id']}"
    if spoken.logs(coach.clock.now().date()):
        return await log_text(spoken.text, coach, who, reply, Source.MESSAGE, key)
    async with coach.session(who) as session:
        fresh = await session.once(key)
    reply.comes_again = False
    return await spoken.obey(coach, who, reply, Source.MESSAGE) if fresh else await reply.nothing()
