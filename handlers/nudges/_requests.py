"""A request for feedback, to copy: made from a template, addressed to nobody in particular."""

from typing import Any

from bot.core.prose import Prose
from bot.domain import wins
from bot.storage.session import MemberSession
from handlers import kit
from handlers.nudges._ids import Ids

# So many of the newest wins can be picked.
RECENT = 20


async def form(session: MemberSession, prose: Prose, picked: str | None = None) -> dict[str, Any]:
    """A place to pick one of the recent wins, and the draft about it."""
    recent, _ = await wins.page(session, size=RECENT)
    win = next((one for one in recent if one.id == picked), None)
    words = prose.words("nudges/request", win=win)
    choices = [kit.option(one.title, one.id) for one in recent]
    pick = kit.choice_field(
        "win",
        words.win,
        choices,
        chosen=picked,
        placeholder=words.win_choose,
        action=Ids.REQUEST_WIN,
    )
    draft = kit.text_field(
        "draft", words.draft, initial=words.asking.plain, hint=words.draft_hint, multiline=True
    )
    return kit.modal(
        words.title,
        [
            kit.section(words.intro),
            *([pick] if choices else []),
            # Another win makes another draft, which Slack shows only under another name.
            kit.renewed(draft, picked or "none"),
        ],
        callback=Ids.REQUESTED,
        submit=words.submit,
        close=words.close,
    )


def picked_in(view: dict[str, Any]) -> str | None:
    """The win that was picked in the form."""
    picked: str | None = kit.values(view).get("win")
    return picked
