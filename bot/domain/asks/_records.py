"""The records of asks: the ask itself, every change of it as a dated event, and the conditions of a yes."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import ID_LENGTH, Binned, Owned
from bot.storage.types import sealed_json, sealed_maybe, sealed_text


class Status(StrEnum):
    """Where an ask stands; the words for each stand in templates/asks/names.j2."""

    DRAFT = "draft"
    PLANNED = "planned"
    ASKED = "asked"
    PROMISED = "promised"
    PARTLY_MET = "partly_met"
    MET = "met"
    DECLINED = "declined"
    NOT_NOW = "not_now"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What came out of a talk."""

    YES = "yes"
    CONDITIONAL = "conditional"
    NO = "no"
    UNCLEAR = "unclear"


class What(StrEnum):
    """What happened with an ask."""

    CREATED = "created"
    EDITED = "edited"
    LINKED = "linked"
    ASKED = "asked"
    PITCHED = "pitched"
    SENT = "sent"
    PROMISED = "promised"
    MOVED = "moved"
    MISSED = "missed"
    VERDICT = "verdict"
    CONDITION_MET = "condition_met"
    CONDITION_OPEN = "condition_open"
    PARTLY_MET = "partly_met"
    MET = "met"
    NOT_NOW = "not_now"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    NOTE = "note"


class Ask(Binned):
    """One ask: a need, the exact request, to whom, and how it stands; everything typed is sealed.

    `wanted_on` is by when it should be there, `promised_on` what was promised, and `misses` counts how often
    that did not happen. `goal_id` and `pitch_id` are plain ids: what they name may be gone.
    """

    __tablename__ = "asks"

    status: Mapped[str] = mapped_column(String(20), default=Status.DRAFT.value)
    wanted_on: Mapped[date | None]
    asked_on: Mapped[date | None]
    promised_on: Mapped[date | None]
    follow_up_on: Mapped[date | None]
    reask_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    misses: Mapped[int] = mapped_column(default=0)
    goal_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    pitch_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    changed_at: Mapped[datetime | None]

    need = sealed_maybe()
    request = sealed_maybe()
    to = sealed_maybe()
    reason = sealed_maybe()
    future_value = sealed_maybe()
    fallback = sealed_maybe()
    their_words = sealed_maybe()
    promised = sealed_maybe()
    plan = sealed_maybe()

    @property
    def is_open(self) -> bool:
        """Whether it waits for something: not ended and not in the bin."""
        return self.status not in ENDED and self.deleted_at is None

    @property
    def words(self) -> str:
        """What it is called: the request, or the need as long as there is no request."""
        return self.request or self.need or ""


class AskEvent(Owned):
    """Something that happened with an ask on a day; `before` is how the ask was, for whoever takes it back.

    The `number`s of an ask's events count the order in which they were written down. A promise that moved goes `from_on` `to_on`, and both stay visible.
    """

    __tablename__ = "ask_events"

    ask_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("asks.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    what: Mapped[str] = mapped_column(String(20))
    on: Mapped[date] = mapped_column("on_date")
    verdict: Mapped[str | None] = mapped_column(String(20))
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    pitch_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    condition_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))

    text = sealed_maybe()
    before = sealed_json()


class Condition(Owned):
    """Something that has to be true for a yes, by when, and when it was; it came out of the talk of `event_id`."""

    __tablename__ = "ask_conditions"

    ask_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("asks.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[str | None] = mapped_column(
        String(ID_LENGTH), ForeignKey("ask_events.id", ondelete="SET NULL"), index=True
    )
    due_on: Mapped[date | None]
    met_on: Mapped[date | None]

    text = sealed_text()


# The ways in which an ask ends.
ENDED = frozenset({Status.MET, Status.DECLINED, Status.WITHDRAWN})
