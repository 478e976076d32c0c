"""The records of feedback: the asker's request and what came of it, and the giver's letter; each side owns its own."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import ID_LENGTH, Binned, Owned
from bot.storage.identity import SLACK_ID
from bot.storage.types import sealed_list, sealed_maybe, sealed_text


class Permission(StrEnum):
    """Whether an answer may be quoted; the words for each stand in templates/feedback/names.j2."""

    YES = "yes"
    UNNAMED = "unnamed"
    NO = "no"


class Status(StrEnum):
    """Where a request to one colleague stands, as the asker may know it."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    CLOSED = "closed"


class Standing(StrEnum):
    """Where a letter stands for its giver; of `unwanted` and `open` the asker sees only that there is no answer."""

    OPEN = "open"
    SENT = "sent"
    DECLINED = "declined"
    UNWANTED = "unwanted"
    CLOSED = "closed"


class Outcome(StrEnum):
    """Whether what was done about an answer changed something."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Request(Owned):
    """What was asked about; the colleagues it went to have a row each."""

    __tablename__ = "feedback_requests"

    due_on: Mapped[date | None]
    win_id: Mapped[str | None] = mapped_column(ForeignKey("wins.id", ondelete="SET NULL"), index=True)
    goal_id: Mapped[str | None] = mapped_column(ForeignKey("goals.id", ondelete="SET NULL"), index=True)

    topic = sealed_text()
    questions = sealed_list()


class Asked(Owned):
    """One colleague who was asked: `letter_id` is the row on their side, which only their own session finds.

    `remind_on` is when the one reminder is due by what was known of the colleague's week, whatever became of it.
    """

    __tablename__ = "feedback_asked"

    request_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("feedback_requests.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str] = mapped_column(String(SLACK_ID))
    letter_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    asked_on: Mapped[date]
    remind_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(16), default=Status.OPEN.value)

    name = sealed_maybe()


class Received(Binned):
    """The asker's copy of an answer, or praise that was heard elsewhere (then nobody was asked)."""

    __tablename__ = "feedback_received"

    asked_id: Mapped[str | None] = mapped_column(
        String(ID_LENGTH), ForeignKey("feedback_asked.id", ondelete="CASCADE"), index=True
    )
    win_id: Mapped[str | None] = mapped_column(ForeignKey("wins.id", ondelete="SET NULL"), index=True)
    received_on: Mapped[date]
    read_at: Mapped[datetime | None]
    permission: Mapped[str] = mapped_column(String(8), default=Permission.NO.value)
    act_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(8))

    name = sealed_maybe()
    topic = sealed_maybe()
    questions = sealed_list()
    answers = sealed_list()
    themes = sealed_list()
    action = sealed_maybe()
    changed = sealed_maybe()

    @property
    def said(self) -> str:
        """All that was answered."""
        return "\n".join(answer for answer in self.answers if answer)


class Letter(Owned):
    """A request as it reached a colleague, with their draft and what they sent; without words where none is wanted."""

    __tablename__ = "feedback_letters"
    # The asker's side names the one that is here.
    travels = False

    asker_id: Mapped[str] = mapped_column(String(SLACK_ID))
    asked_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(16), default=Standing.OPEN.value)
    permission: Mapped[str | None] = mapped_column(String(8))
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    topic = sealed_maybe()
    questions = sealed_list()
    draft = sealed_list()
    answers = sealed_list()

    @property
    def can_change(self) -> bool:
        """Whether it can still be answered, or what was sent still be changed or taken back."""
        return self.status in (Standing.OPEN, Standing.DECLINED) or (
            self.status == Standing.SENT and self.read_at is None
        )
