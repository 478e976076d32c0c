"""Who things belong to: workspaces with their sealed tokens, members with their keys and settings."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import ID_LENGTH, Record

SLACK_ID = 32

# The manifest's scopes take a tenth of it.
SCOPES = 1000


@dataclass(frozen=True)
class Principal:
    """The person a verified request came from; ids are opaque (an org's user ids are global)."""

    team_id: str
    user_id: str


class Workspace(Record):
    """One Slack workspace that installed the app, or an org that did; its bot token is sealed with its own key.

    `enterprise_id` is the org it belongs to, and an org's own id in an org's row; without a token of its own a
    workspace lives on its org's. `scopes` are those that were granted, with commas, and what `uninstalled_at` left
    is kept for a while (bot/domain/workspaces).
    Its pace is shared by all workers: the next free moment to send, how many a second (none: as many as the
    settings allow), since when it is slower than that, and until when nothing is sent at all.
    """

    __tablename__ = "workspaces"

    team_id: Mapped[str] = mapped_column(String(SLACK_ID), unique=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    bot_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    bot_user_id: Mapped[str | None] = mapped_column(String(SLACK_ID))
    bot_id: Mapped[str | None] = mapped_column(String(SLACK_ID))
    enterprise_id: Mapped[str | None] = mapped_column(String(SLACK_ID), index=True)
    scopes: Mapped[str | None] = mapped_column(String(SCOPES))
    installed_at: Mapped[datetime | None]
    uninstalled_at: Mapped[datetime | None]
    next_slot_at: Mapped[datetime | None]
    per_second: Mapped[float | None]
    slowed_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]


class Stop(Record):
    """An operator's word that nothing is sent: to one workspace (its team id), or to nobody ("*")."""

    __tablename__ = "stops"

    EVERYWHERE = "*"

    id: Mapped[str] = mapped_column(String(SLACK_ID), primary_key=True, sort_order=-3)


_HAS_LEFT = text("left_at IS NOT NULL")


class Member(Record):
    """One person in one workspace: the key to their texts, their zone and their settings.

    Nothing is sent outside `hours_start` to `hours_end` (local) and the weekdays in `days` (bit 0 is Monday),
    from `paused_from` (none: at once) to before `paused_until`, or for a kind whose cadence is "never".
    `offset_seconds` is this member's place in the crowd that is due at the same minute. A `guest` of the workspace
    is known only because a colleague asked for feedback, and may do nothing but answer. `unreachable` says why
    nothing can be sent to them, or why they may not use Sayso any more; `left_at` since when their account is gone.
    What a DM asks about is named in it only with `details_in_dms`.
    """

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("workspace_id", "user_id"),
        Index("ix_members_left_at", "left_at", sqlite_where=_HAS_LEFT, postgresql_where=_HAS_LEFT),
    )

    workspace_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str] = mapped_column(String(SLACK_ID))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    zone: Mapped[str | None] = mapped_column(String(64))
    zone_pinned: Mapped[bool] = mapped_column(default=False)
    dm_channel: Mapped[str | None] = mapped_column(String(SLACK_ID))
    checkin_weekday: Mapped[int] = mapped_column(default=4)
    checkin_time: Mapped[time] = mapped_column(default=time(15))
    hours_start: Mapped[time] = mapped_column(default=time(8))
    hours_end: Mapped[time] = mapped_column(default=time(21))
    days: Mapped[int] = mapped_column(default=0b0011111)
    budget: Mapped[int] = mapped_column(default=2)
    cadences: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    offset_seconds: Mapped[int] = mapped_column(default=0)
    paused_from: Mapped[date | None]
    paused_until: Mapped[date | None]
    shows_streak: Mapped[bool] = mapped_column(default=True)
    welcomed_at: Mapped[datetime | None]
    onboarded_at: Mapped[datetime | None]
    home_opened_at: Mapped[datetime | None]
    unreachable: Mapped[str | None] = mapped_column(String(64))
    guest: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None]
    details_in_dms: Mapped[bool] = mapped_column(default=False)
