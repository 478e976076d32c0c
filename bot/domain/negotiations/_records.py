"""The records of negotiations: the sheet, its market facts, and what is noted after the talk."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import ID_LENGTH, Binned, Owned
from bot.storage.types import sealed_json, sealed_list, sealed_maybe, sealed_text


class Negotiation(Binned):
    """A sheet to prepare a talk with. Only the title is required; everything typed is sealed.

    `ask_id` names the ask that it prepares. `reservation` and `alternative` are the limits: nothing shows them but
    the form, the card after a click, and a file where that was ticked. `objections` are up to five pairs of what
    the other side may say and the person's own reply.
    """

    __tablename__ = "negotiations"

    ask_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))

    title = sealed_text()
    target = sealed_maybe()
    anchor = sealed_maybe()
    anchor_reason = sealed_maybe()
    reservation = sealed_maybe()
    alternative = sealed_maybe()
    mine = sealed_maybe()
    theirs = sealed_maybe()
    beyond_pay = sealed_list()
    objections = sealed_json()


class MarketFact(Owned):
    """A fact from outside, where it was found and when."""

    __tablename__ = "market_facts"

    negotiation_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("negotiations.id", ondelete="CASCADE"), index=True
    )
    found_on: Mapped[date]

    fact = sealed_text()
    source = sealed_maybe()


class AfterNote(Owned):
    """What a person notes after the talk; `event_id` names the same words in the ledger of an ask."""

    __tablename__ = "after_notes"

    negotiation_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("negotiations.id", ondelete="CASCADE"), index=True
    )
    on: Mapped[date] = mapped_column("on_date")
    event_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))

    text = sealed_text()
