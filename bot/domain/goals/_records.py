"""The records of goals: the goal with its measure, its milestones, its progress and its moved dates."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import ID_LENGTH, Binned, Owned
from bot.storage.types import Sealed, sealed_list, sealed_maybe, sealed_text


class Kind(StrEnum):
    """What a goal is about; the words for each stand in templates/goals/names.j2."""

    ROLE = "role"
    PROJECT = "project"
    SKILL = "skill"
    PAY = "pay"
    SCOPE = "scope"
    BALANCE = "balance"


class Status(StrEnum):
    """Where a goal stands."""

    ACTIVE = "active"
    REACHED = "reached"
    CHANGED = "changed"
    DROPPED = "dropped"


class Control(StrEnum):
    """How much of a goal lies in the person's own hands."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class Measure:
    """What shows that a goal is reached: from `baseline` to `target`, numbers as typed, in one `unit`."""

    name: str | None = None
    baseline: str | None = None
    target: str | None = None
    unit: str | None = None


def _encode(measure: Measure | None) -> str:
    return json.dumps(asdict(measure) if measure else None)


def _decode(text: str) -> Measure | None:
    found = json.loads(text)
    return Measure(**found) if found else None


class Goal(Binned):
    """One goal. Only the statement is required; everything typed is sealed. `follows_id` is the one it replaces."""

    __tablename__ = "goals"

    kind: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default=Status.ACTIVE.value)
    deadline: Mapped[date | None]
    confidence: Mapped[int | None]
    in_control: Mapped[str | None] = mapped_column(String(8))
    next_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    follows_id: Mapped[str | None] = mapped_column(
        String(ID_LENGTH), ForeignKey("goals.id", ondelete="SET NULL"), index=True
    )
    changed_at: Mapped[datetime | None]

    statement = sealed_text()
    why = sealed_maybe()
    measure: Sealed[Measure | None] = Sealed(_encode, _decode)
    company_aim = sealed_maybe()
    own_value = sealed_maybe()
    next_action = sealed_maybe()
    reason = sealed_maybe()
    learned = sealed_maybe()
    knows = sealed_list()

    @property
    def is_open(self) -> bool:
        """Whether it is worked on: active and not in the bin."""
        return self.status == Status.ACTIVE and self.deleted_at is None


class Milestone(Owned):
    """A dated step towards a goal."""

    __tablename__ = "milestones"

    goal_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("goals.id", ondelete="CASCADE"), index=True
    )
    due_on: Mapped[date]
    done_on: Mapped[date | None]

    title = sealed_text()


class Progress(Owned):
    """How a goal stood on a day: a number as typed, a sentence, how sure the person was."""

    __tablename__ = "goal_progress"

    goal_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("goals.id", ondelete="CASCADE"), index=True
    )
    on: Mapped[date] = mapped_column("on_date")
    confidence: Mapped[int | None]

    value = sealed_maybe()
    note = sealed_maybe()


class Move(Owned):
    """A date that was moved, of the goal itself or of a milestone: the history shows it."""

    __tablename__ = "goal_moves"

    goal_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("goals.id", ondelete="CASCADE"), index=True
    )
    milestone_id: Mapped[str | None] = mapped_column(
        String(ID_LENGTH), ForeignKey("milestones.id", ondelete="CASCADE"), index=True
    )
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]

    reason = sealed_maybe()
