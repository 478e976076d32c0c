"""The record of a win, and the values its fields may have."""

import json
from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.wins._metric import Metric
from bot.storage.base import ID_LENGTH, Binned
from bot.storage.types import Sealed, sealed_list, sealed_maybe, sealed_text


class Category(StrEnum):
    """What kind of work it was; the words for each stand in templates/wins/categories.j2."""

    DELIVERY = "delivery"
    QUALITY = "quality"
    COLLABORATION = "collaboration"
    MENTORING = "mentoring"
    LEADERSHIP = "leadership"
    LEARNING = "learning"
    GLUE = "glue"
    RECOGNITION = "recognition"


class Status(StrEnum):
    """How far it is; the words for each stand in templates/wins/statuses.j2."""

    IN_PROGRESS = "in_progress"
    DONE = "done"
    PENDING = "pending"


class Source(StrEnum):
    """How a win came in."""

    COMMAND = "command"
    FORM = "form"
    MESSAGE = "message"
    SHORTCUT = "shortcut"
    CHECK_IN = "check_in"
    IMPORT = "import"


class Win(Binned):
    """One accomplishment. Only the title is required; everything typed is sealed."""

    __tablename__ = "wins"
    __table_args__ = (
        # Twins are found by their mark, pages and periods by their day; each finds a member's wins as well.
        Index("ix_wins_twins", "member_id", "twin_mark"),
        Index("ix_wins_days", "member_id", "occurred_on"),
    )

    member_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("members.id", ondelete="CASCADE"), sort_order=-2
    )
    occurred_on: Mapped[date]
    until_on: Mapped[date | None]
    category: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(16), default=Status.DONE.value)
    shareable: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime | None]
    twin_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    goal_id: Mapped[str | None] = mapped_column(ForeignKey("goals.id", ondelete="SET NULL"), index=True)

    title = sealed_text()
    details = sealed_maybe()
    situation = sealed_maybe()
    task = sealed_maybe()
    action = sealed_maybe()
    result = sealed_maybe()
    metric: Sealed[Metric | None] = Sealed(
        lambda metric: json.dumps(asdict(metric) if metric else None),
        lambda text: Metric.stored(json.loads(text)),
    )
    benefited = sealed_maybe()
    my_part = sealed_maybe()
    team_part = sealed_maybe()
    credit = sealed_maybe()
    evidence = sealed_maybe()
    competency = sealed_maybe()
    project = sealed_maybe()
    tags = sealed_list()
    # The ids of wins that look alike and are not the same, as the person said.
    apart = sealed_list()

    @property
    def last_on(self) -> date:
        """The last day of it."""
        return self.until_on or self.occurred_on
