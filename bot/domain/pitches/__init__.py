"""Pitches: drafts that ask for something, in which every sentence rests on an entry or on the form."""

from collections.abc import Sequence

from sqlalchemy import func, select

from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose
from bot.domain import nudges
from bot.domain.nudges import ONBOARDING
from bot.domain.pitches import _lint
from bot.domain.pitches._briefs import Brief as Brief
from bot.domain.pitches._briefs import brief as brief
from bot.domain.pitches._choosing import OFFERED as OFFERED
from bot.domain.pitches._choosing import REASONS as REASONS
from bot.domain.pitches._choosing import Wanted as Wanted
from bot.domain.pitches._choosing import offered as offered
from bot.domain.pitches._choosing import pick as pick
from bot.domain.pitches._choosing import reasons as reasons
from bot.domain.pitches._drafts import Aim as Aim
from bot.domain.pitches._drafts import Facts as Facts
from bot.domain.pitches._drafts import Promise as Promise
from bot.domain.pitches._drafts import Proof as Proof
from bot.domain.pitches._drafts import Quote as Quote
from bot.domain.pitches._drafts import draft as draft
from bot.domain.pitches._kinds import ASK_LENGTH as ASK_LENGTH
from bot.domain.pitches._kinds import FIELD_LENGTH as FIELD_LENGTH
from bot.domain.pitches._kinds import FUTURE as FUTURE
from bot.domain.pitches._kinds import KINDS as KINDS
from bot.domain.pitches._kinds import MANAGER as MANAGER
from bot.domain.pitches._kinds import Field as Field
from bot.domain.pitches._kinds import Kind as Kind
from bot.domain.pitches._kinds import kind_called as kind_called
from bot.domain.pitches._kinds import names as names
from bot.domain.pitches._kinds import names_of as names_of
from bot.domain.pitches._lint import Finding as Finding
from bot.domain.pitches._lint import check as check
from bot.domain.pitches._lint import in_sentence as in_sentence
from bot.domain.pitches._lint import rewritten as rewritten
from bot.domain.pitches._records import Pitch as Pitch
from bot.domain.pitches._records import PitchVersion as PitchVersion
from bot.domain.pitches._sentences import ASK as ASK
from bot.domain.pitches._sentences import BETWEEN as BETWEEN
from bot.domain.pitches._sentences import FIELD as FIELD
from bot.domain.pitches._sentences import GOAL as GOAL
from bot.domain.pitches._sentences import OWN as OWN
from bot.domain.pitches._sentences import WIN as WIN
from bot.domain.pitches._sentences import Basis as Basis
from bot.domain.pitches._sentences import Change as Change
from bot.domain.pitches._sentences import Sentence as Sentence
from bot.domain.pitches._sentences import changes as changes
from bot.domain.pitches._sentences import retraced as retraced
from bot.domain.pitches._sentences import text_of as text_of
from bot.domain.pitches._sentences import tidy as tidy
from bot.storage.bins import Bin
from bot.storage.session import MemberSession

# A draft is read and edited in a modal, which holds 250 KB in whatever script it is written.
DRAFT_LENGTH = 20_000

# What made a version.
DRAFTED, EDITED, REPICKED, MENDED = "draft", "edit", "wins", "lint"

BIN = Bin(Pitch, lambda pitch: pitch.ask)
kept_one, bin_, restore = BIN.kept_one, BIN.put_in, BIN.restore


async def begin(session: MemberSession, prose: Prose, given: Brief, facts: Facts) -> Pitch:
    """Draft a pitch, save it with its first version, and end that lesson; Invalid where the form cannot make one."""
    sentences = _drafted(prose, given, facts)
    pitch = Pitch(member_id=session.member.id, goal_id=facts.aim.goal_id if facts.aim else None)
    session.add(pitch)
    pitch.write(given)
    pitch.win_ids = [proof.win_id for proof in facts.proofs]
    await session.flush()
    await _keep(session, pitch, 1, sentences, DRAFTED)
    await nudges.forget(session, ONBOARDING, "pitch")
    return pitch


async def repick(session: MemberSession, prose: Prose, pitch: Pitch, facts: Facts) -> PitchVersion:
    """Draft a pitch anew from its form with other wins; as a new version, where that says anything else."""
    sentences, newest = _drafted(prose, pitch.brief, facts), await version(session, pitch)
    if text_of(sentences) == newest.text:
        return newest
    pitch.win_ids = [proof.win_id for proof in facts.proofs]
    pitch.changed_at = session.now
    return await _keep(session, pitch, newest.number + 1, sentences, REPICKED)


def check_proofs(kind: Kind, proofs: Sequence[Proof]) -> None:
    """A draft needs what its kind needs of wins, and no more than its reader takes in; else Invalid."""
    if len(proofs) < kind.least:
        raise Invalid("wins", "pitch_without_wins")
    if len(proofs) > kind.proofs:
        raise Invalid("wins", "too_many_wins", limit=kind.proofs, given=len(proofs))


async def revise(
    session: MemberSession, pitch: Pitch, number: int, text: str, made_by: str = EDITED
) -> PitchVersion:
    """Save an edit of version `number` as a new version; a text that did not change makes none."""
    edited = await version(session, pitch, number)
    text = _checked(text)
    if text == edited.text:
        return edited
    newest = await version(session, pitch)
    pitch.changed_at = session.now
    return await _keep(session, pitch, newest.number + 1, retraced(text, edited.sentences), made_by)


async def mend(session: MemberSession, prose: Prose, pitch: Pitch, number: int, place: int) -> PitchVersion:
    """Take what the lint offers for one of its findings in version `number`, as a new version."""
    mended = await version(session, pitch, number)
    found = check(mended.sentences, pitch.row)
    if not 0 <= place < len(found):
        raise NotFound("old_button")
    return await revise(session, pitch, number, _lint.taken(prose, mended.text, found[place]), MENDED)


async def versions(session: MemberSession, pitch: Pitch) -> Sequence[PitchVersion]:
    """All versions of a draft, the newest first."""
    of_it = select(PitchVersion).where(PitchVersion.pitch_id == pitch.id)
    return (await session.scalars(of_it.order_by(PitchVersion.number.desc()))).all()


async def version(session: MemberSession, pitch: Pitch, number: int | None = None) -> PitchVersion:
    """One version of a draft, the newest unless a number is given; NotFound where there is none."""
    found = [one for one in await versions(session, pitch) if number in {None, one.number}]
    if not found:
        raise NotFound("no_pitch")
    return found[0]


async def page(session: MemberSession, *, size: int, offset: int = 0) -> tuple[Sequence[Pitch], int]:
    """A page of all drafts, newest first, and how many there are in all."""
    all_kept = select(Pitch).where(Pitch.deleted_at.is_(None))
    total = await session.scalar(select(func.count()).select_from(all_kept.subquery()))
    newest_first = all_kept.order_by(Pitch.created_at.desc(), Pitch.id)
    return (await session.scalars(newest_first.limit(size).offset(offset))).all(), total or 0


async def last(session: MemberSession) -> Pitch | None:
    """The newest draft; None where there is none."""
    some, _ = await page(session, size=1)
    return some[0] if some else None


def _drafted(prose: Prose, given: Brief, facts: Facts) -> tuple[Sentence, ...]:
    check_proofs(given.kind, facts.proofs)
    if given.kind.needs_goal and facts.aim is None:
        raise Invalid("goal", "pitch_without_goal")
    sentences = draft(prose, given, facts)
    if len(text_of(sentences)) > DRAFT_LENGTH:
        raise Invalid("wins", "draft_too_long", limit=DRAFT_LENGTH)
    return sentences


async def _keep(
    session: MemberSession, pitch: Pitch, number: int, sentences: Sequence[Sentence], made_by: str
) -> PitchVersion:
    made = PitchVersion(member_id=session.member.id, pitch_id=pitch.id, number=number, made_by=made_by)
    session.add(made)
    made.text = text_of(sentences)
    made.basis = [[(one.kind, one.name) for one in sentence.basis] for sentence in sentences]
    await session.flush()
    return made


def _checked(text: str) -> str:
    text = tidy(text)
    if not text:
        raise Invalid("text_1", "draft_without_words")
    if len(text) > DRAFT_LENGTH:
        raise Invalid("text_1", "too_long", limit=DRAFT_LENGTH)
    return text
