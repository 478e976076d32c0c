"""Pitches: drafts that ask for something, in which every sentence rests on an entry or on the form."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose
from bot.domain import nudges
from bot.domain.nudges import ONBOARDING
from bot.domain.pitches._briefs import ASK_LENGTH as ASK_LENGTH
from bot.domain.pitches._briefs import AUDIENCES as AUDIENCES
from bot.domain.pitches._briefs import FIELD_LENGTH as FIELD_LENGTH
from bot.domain.pitches._briefs import FUTURE as FUTURE
from bot.domain.pitches._briefs import MANAGER as MANAGER
from bot.domain.pitches._briefs import SKIP as SKIP
from bot.domain.pitches._briefs import Audience as Audience
from bot.domain.pitches._briefs import Brief as Brief
from bot.domain.pitches._briefs import audience_called as audience_called
from bot.domain.pitches._briefs import brief as brief
from bot.domain.pitches._drafts import BETWEEN as BETWEEN
from bot.domain.pitches._drafts import FIELD as FIELD
from bot.domain.pitches._drafts import OWN as OWN
from bot.domain.pitches._drafts import WIN as WIN
from bot.domain.pitches._drafts import Basis as Basis
from bot.domain.pitches._drafts import Proof as Proof
from bot.domain.pitches._drafts import Sentence as Sentence
from bot.domain.pitches._drafts import draft as draft
from bot.domain.pitches._drafts import retraced as retraced
from bot.domain.pitches._drafts import text_of as text_of
from bot.domain.pitches._drafts import tidy as tidy
from bot.storage.base import ID_LENGTH, Binned, Owned
from bot.storage.session import MemberSession
from bot.storage.types import sealed_json, sealed_list, sealed_maybe, sealed_text

# A draft is read and edited in a modal, which holds 250 KB in whatever script it is written.
DRAFT_LENGTH = 20_000

# What made a version.
DRAFTED, EDITED = "draft", "edit"


class Pitch(Binned):
    """One draft with its versions: who it is for, where its wins came from, and what the form said."""

    __tablename__ = "pitches"

    audience: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime | None]

    ask = sealed_maybe()
    future = sealed_json()
    win_ids = sealed_list()

    @property
    def looks_back_only(self) -> bool:
        """Whether the form said nothing of what comes next."""
        return not self.future


class PitchVersion(Owned):
    """The text of a draft as it once was; `basis` holds, for each of its lines, what it rests on."""

    __tablename__ = "pitch_versions"
    __table_args__ = (UniqueConstraint("pitch_id", "number"),)

    pitch_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("pitches.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(16))

    text = sealed_text()
    basis = sealed_json()

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The lines of the text, each with what it rests on."""
        lines = zip(self.text.split("\n"), self.basis, strict=True)
        return tuple(Sentence(text, tuple(Basis(*one) for one in basis)) for text, basis in lines)


async def begin(
    session: MemberSession, prose: Prose, given: Brief, proofs: Sequence[Proof], today: date
) -> Pitch:
    """Draft a pitch, save it with its first version, and end that lesson; Invalid where the form cannot make one."""
    check_proofs(given.audience, proofs)
    sentences = draft(prose, given, proofs, today)
    if len(text_of(sentences)) > DRAFT_LENGTH:
        raise Invalid("wins", "draft_too_long", limit=DRAFT_LENGTH)
    pitch = Pitch(member_id=session.member.id, audience=given.audience.name, period=given.period)
    session.add(pitch)
    pitch.ask, pitch.future = given.ask, dict(given.future) or None
    pitch.win_ids = [proof.win_id for proof in proofs]
    await session.flush()
    await _keep(session, pitch, 1, sentences, DRAFTED)
    await nudges.forget(session, ONBOARDING, "pitch")
    return pitch


def check_proofs(audience: Audience, proofs: Sequence[Proof]) -> None:
    """A draft needs one proof at least, and no more than its reader takes in; else Invalid."""
    if not proofs:
        raise Invalid("wins", "pitch_without_wins")
    if len(proofs) > audience.proofs:
        raise Invalid("wins", "too_many_wins", limit=audience.proofs, given=len(proofs))


async def revise(session: MemberSession, pitch: Pitch, number: int, text: str) -> PitchVersion:
    """Save an edit of version `number` as a new version; a text that did not change makes none."""
    edited = await version(session, pitch, number)
    text = _checked(text)
    if text == edited.text:
        return edited
    newest = await version(session, pitch)
    pitch.changed_at = session.now
    return await _keep(session, pitch, newest.number + 1, retraced(text, edited.sentences), EDITED)


async def kept(session: MemberSession, pitch_id: str | None) -> Pitch:
    """The member's draft; NotFound for anything else, and for one in the bin."""
    pitch = await session.mine(Pitch, pitch_id)
    if pitch.deleted_at:
        raise NotFound("no_pitch")
    return pitch


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


async def bin_(session: MemberSession, pitch_id: str | None) -> Pitch:
    """Put a draft into the bin, where it stays for 30 days."""
    pitch = await session.mine(Pitch, pitch_id)
    pitch.deleted_at = pitch.deleted_at or session.now
    return pitch


async def restore(session: MemberSession, pitch_id: str | None) -> Pitch:
    """Take a draft out of the bin."""
    pitch = await session.mine(Pitch, pitch_id)
    pitch.deleted_at = None
    return pitch


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
