"""What was done already, by the id of what asked for it, so that it is done once."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Record


class Handled(Record):
    """An event, a form or a click that had its effect; kept longer than Slack's 24 h of retries."""

    __tablename__ = "handled"

    id: Mapped[str] = mapped_column(String(255), primary_key=True, sort_order=-3)
