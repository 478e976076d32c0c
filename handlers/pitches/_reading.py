"""Gathers what a view of a draft shows, and reads which draft and version a click names."""

from typing import Any

from bot.core.prose import Prose
from bot.domain import members, pitches, proofs
from bot.domain.pitches import Kind, Pitch, PitchVersion
from bot.storage.session import MemberSession
from handlers import clicks
from handlers.pitches import _preview
from handlers.pitches._preview import Shown

# No name of a kind has more words.
LONGEST_NAME = 4


def begun_with(text: str) -> tuple[Kind, str] | None:
    """A kind and what was said behind its name, as in "a raise to 74,000"; None where no name begins it."""
    for count in range(LONGEST_NAME, 0, -1):
        words = text.split(maxsplit=count)
        if len(words) > count and (kind := pitches.kind_called(" ".join(words[:count]))):
            return kind, words[count]
    return None


async def preview(
    session: MemberSession, prose: Prose, pitch: Pitch, version: PitchVersion | None = None
) -> dict[str, Any]:
    """The preview of a version, the newest unless one is given."""
    versions = await pitches.versions(session, pitch)
    shown = version or versions[0]
    cited = await proofs.cited(session, pitch, shown)
    here = members.zone(session.member), members.today(session)
    return _preview.preview(prose, Shown(pitch, shown, cited, versions, *here))


async def named(session: MemberSession, value: str | None) -> tuple[Pitch, PitchVersion]:
    """The draft and version that `<pitch id>:<number>` names; without a number the newest one."""
    pitch_id, _, rest = (value or "").partition(":")
    pitch = await pitches.kept_one(session, pitch_id)
    return pitch, await pitches.version(session, pitch, clicks.number(rest.partition(":")[0]))
