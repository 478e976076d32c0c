"""The nudge as a row: what to bring up with whom, when, and what became of it."""

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import ID_LENGTH, Owned
from bot.storage.identity import SLACK_ID

# As much of a reason is kept; Slack's own words for them are shorter.
REASON_LENGTH = 64

# Due at no time: until its member or its workspace can be written to again.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class State(StrEnum):
    """Where a nudge stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DONE = "done"
    SKIPPED = "skipped"
    MISSED = "missed"
    UNKNOWN = "unknown"


# A nudge that can still be answered: before it is asked again too, and before we know that it went out.
OPEN = (State.WAITING, State.CLAIMED, State.SENT, State.UNKNOWN)


def _index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    condition: ColumnElement[bool] = text(where)  # type: ignore[assignment]  # an index takes a text as well
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class Nudge(Owned):
    """Something to bring up with a member at a time; one per kind, subject and local date.

    `planned_at` is what the person was told, and usefulness is counted from it; `due_at` is when a worker may
    take it, and moves with the person's hours, the workspace's pace (then `paced`) and retries. The nudges of
    a member with the same `key` went out in one message, whose place in the DM is `ts`. `asked_at` is when its
    newest message went out; `spent_at` when one took room in the budget, which coming again does not change.
    `unanswered` counts how many of its kind in a row before it had no answer. `error` is the last reason why
    it did not go out. `asked_by` is the Slack id of a colleague, where one asks and not Sayso by itself.
    """

    __tablename__ = "nudges"
    # Another account is asked by its own plans.
    travels = False
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "subject", "local_on"),
        _index(
            "ix_nudges_planned",
            "member_id",
            "kind",
            "subject",
            unique=True,
            where="state = 'waiting' AND asked_at IS NULL",
        ),
        _index("ix_nudges_due", "due_at", where="state = 'waiting'"),
        _index("ix_nudges_claimed", "claimed_at", where="state = 'claimed'"),
    )

    # The constraint above finds a member's nudges; one index less is one write less.
    member_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("members.id", ondelete="CASCADE"), sort_order=-2
    )
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(ID_LENGTH), default="")
    local_on: Mapped[date]
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    paced: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default=State.WAITING.value)
    key: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    spent_at: Mapped[datetime | None]
    ts: Mapped[str | None] = mapped_column(String(32))
    unanswered: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    asked_by: Mapped[str | None] = mapped_column(String(SLACK_ID))
