"""Why something is asked, and how to be asked it less often."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from bot.core.errors import NotFound
from bot.core.prose import Phrase, Prose
from bot.domain import members, nudges
from bot.domain.nudges import KINDS, Kind, Nudge
from bot.storage.session import MemberSession
from handlers import kit
from handlers.kit import Block
from handlers.members import Ids as Settings
from handlers.nudges import _parts
from handlers.nudges._ids import Ids

# The ways to have a kind less often, each with its button.
LESS: dict[str, StrEnum] = {"two_weeks": Ids.TWO_WEEKS, "month": Ids.MONTH, "never": Ids.NEVER}


async def explained(session: MemberSession, prose: Prose, rows: Sequence[Nudge]) -> kit.Message:
    """Of each: which rule it comes by, when it was planned, how often its kind comes now; and how to change that."""
    common, slowed = prose.words("nudges/why"), await nudges.slowed(session)
    blocks: list[Block] = []
    for nudge in rows:
        blocks += _explained(session, prose, nudge, nudge.kind in slowed)
    settings = kit.actions(kit.button(common.settings, Settings.OPEN))
    return kit.Message(common.text, [*blocks, settings], title=common.title)


def _explained(session: MemberSession, prose: Prose, nudge: Nudge, is_slowed: bool) -> list[Block]:
    kind, words = KINDS[nudge.kind], _parts.words_for(prose, nudge)
    planned = members.local(session, nudge.planned_at)
    common = prose.words("nudges/why", name=words.name, planned=planned)
    rarer = nudges.rarer(kind, now_comes(session, kind))
    less = kit.button(common.less, Ids.LESS, nudge.id) if rarer else None
    rhythm = _rhythm(session, prose, kind, words.name, is_slowed)
    return [
        kit.section(common.heading),
        kit.section(Phrase(f"{words.rule}\n{common.planned}\n{rhythm}"), accessory=less),
    ]


def nothing_yet(prose: Prose) -> kit.Message:
    words = prose.words("nudges/why")
    return kit.Message(words.text, [kit.section(words.nothing_yet)], title=words.title)


async def fewer(session: MemberSession, prose: Prose, nudge: Nudge) -> kit.Message:
    """How often a kind comes now, and the ways to have it less often."""
    kind = KINDS[nudge.kind]
    name = _parts.words_of(prose, nudge.kind, nudge.subject).name
    words = prose.words("nudges/less", name=name)
    choices = [
        kit.button(words.block(often), LESS[often], kind.name)
        for often in nudges.rarer(kind, now_comes(session, kind))
    ]
    rhythm = _rhythm(session, prose, kind, name, kind.name in await nudges.slowed(session))
    now = Phrase(f"{rhythm} {words.question if choices else words.least}")
    return kit.Message(
        words.text, [kit.section(now), *([kit.actions(*choices)] if choices else [])], title=words.title
    )


async def chosen(session: MemberSession, prose: Prose, kind_name: str, often: str) -> kit.Message:
    """A kind comes as often as was chosen; what was before can be had back."""
    kind = _known(kind_name)
    before = (session.member.cadences or {}).get(kind.name, nudges.USUAL)
    waiting = await nudges.planned(session, kind)
    on = waiting.local_on.isoformat() if waiting else ""
    await nudges.choose_cadence(session, kind, often)
    back = f"{kind.name}:{before}:{on}"
    return await _changed(session, prose, kind, back)


async def before(session: MemberSession, prose: Prose, value: str) -> kit.Message:
    """As often as it came before; the value is `<kind>:<how often>:<the date that was planned>`."""
    name, _, rest = value.partition(":")
    often, _, on = rest.partition(":")
    kind = _known(name)
    await nudges.choose_cadence(session, kind, often)
    planned = _date(on)
    if kind.every and not kind.at_check_in and planned and planned > members.today(session):
        await nudges.ask_on(session, kind, planned)
    return await _changed(session, prose, kind, None)


def now_comes(session: MemberSession, kind: Kind) -> str:
    """How often a kind comes to this member: one of CADENCES, "then" for one that comes again by a rule of its own, or "once"."""
    chosen_: str = (
        (session.member.cadences or {}).get(kind.name) or kind.every or ("then" if kind.then else "once")
    )
    return chosen_


def _rhythm(session: MemberSession, prose: Prose, kind: Kind, name: Phrase, is_slowed: bool) -> Phrase:
    """How often a kind comes as things are."""
    words = prose.words("nudges/why", name=name)
    return words.slowed if is_slowed else words.block(f"comes_{now_comes(session, kind)}")


async def _changed(session: MemberSession, prose: Prose, kind: Kind, back: str | None) -> kit.Message:
    waiting = await nudges.planned(session, kind)
    coming = waiting if waiting and nudges.is_wanted(kind, session.member) else None
    name = _parts.words_of(prose, kind.name).name
    words = prose.words(
        "nudges/less", name=name, next=members.local(session, coming.planned_at) if coming else None
    )
    said = _rhythm(session, prose, kind, name, kind.name in await nudges.slowed(session))
    blocks = [kit.section(Phrase(f"{said} {words.next}" if coming and kind.every else said))]
    if back:
        blocks.append(kit.actions(kit.button(words.before, Ids.BEFORE, back)))
    return kit.Message(words.changed, blocks, title=words.title)


def _known(kind_name: str) -> Kind:
    kind = KINDS.get(kind_name)
    if kind is None:
        raise NotFound("old_button")
    return kind


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
