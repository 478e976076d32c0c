"""Who things belong to: workspaces with their sealed tokens, members with their keys and settings."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import ID_LENGTH, Record

SLACK_ID = 32


@dataclass(frozen=True)
class Principal:
    """The person a verified request came from; ids are opaque (an org's user ids are global)."""

    team_id: str
    user_id: str


class Workspace(Record):
    """One Slack workspace that installed the app; its bot token is sealed with its own key."""

    __tablename__ = "workspaces"

    team_id: Mapped[str] = mapped_column(String(SLACK_ID), unique=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    bot_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    bot_user_id: Mapped[str | None] = mapped_column(String(SLACK_ID))
    bot_id: Mapped[str | None] = mapped_column(String(SLACK_ID))
    uninstalled_at: Mapped[datetime | None]


class Member(Record):
    """One person in one workspace: the key to their texts, their zone and their settings."""

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)

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
    paused_until: Mapped[date | None]
    welcomed_at: Mapped[datetime | None]
    onboarded_at: Mapped[datetime | None]
    home_opened_at: Mapped[datetime | None]
    unreachable: Mapped[str | None] = mapped_column(String(64))
