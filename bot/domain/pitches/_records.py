"""The records of pitches: a draft, and its text as it once was."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.pitches._briefs import Brief
from bot.domain.pitches._kinds import FUTURE, KINDS, MANAGER, Kind
from bot.domain.pitches._sentences import Basis, Sentence
from bot.storage.base import ID_LENGTH, Binned, Owned
from bot.storage.types import sealed_json, sealed_list, sealed_maybe, sealed_text


class Pitch(Binned):
    """One draft with its versions: what it is for, where its wins came from, what the form said, whether it was sent.

    `goal_id` is the goal it serves, `ask_id` the ask that was opened or renewed when it was marked as sent: plain ids,
    as what they name may be gone. Whether sending it opened that ask, and put the name on the goal's list, says what
    Undo takes back.
    """

    __tablename__ = "pitches"

    kind: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(64))
    window: Mapped[str | None] = mapped_column(String(16))
    changed_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]
    opened_ask: Mapped[bool] = mapped_column(default=False)
    told_goal: Mapped[bool] = mapped_column(default=False)
    ask_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    goal_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))

    ask = sealed_maybe()
    future = sealed_json()
    more = sealed_json()
    win_ids = sealed_list()
    sent_to = sealed_maybe()

    @property
    def row(self) -> Kind:
        """The rules of its kind; those of a message to the manager where a newer version knows more kinds."""
        return KINDS.get(self.kind, MANAGER)

    @property
    def said(self) -> Mapping[str, str]:
        """What stood in the fields of its form."""
        asked = {"ask": self.ask} if self.ask else {}
        return {**asked, **(self.future or {}), **(self.more or {})}

    @property
    def brief(self) -> Brief:
        """The form as it was sent."""
        return Brief(self.row, self.period, self.said, self.window)

    @property
    def looks_back_only(self) -> bool:
        """Whether the form said nothing of what comes next."""
        return self.brief.looks_back_only

    def write(self, given: Brief) -> None:
        """Let it say what the form says."""
        said = dict(given.said)
        self.kind, self.period, self.window = given.kind.name, given.period, given.window
        self.ask = said.pop("ask", None)
        self.future = {name: said.pop(name) for name in FUTURE if name in said} or None
        self.more = said or None

    def mark_sent(self, to: str, on: date, *, ask_id: str | None, opened_ask: bool, told_goal: bool) -> None:
        """Note to whom it was sent, on which day, and what that changed elsewhere."""
        self.sent_to, self.sent_on, self.ask_id = to, on, ask_id
        self.opened_ask, self.told_goal = opened_ask, told_goal

    def mark_unsent(self) -> None:
        """Take that back."""
        self.sent_to = self.sent_on = self.ask_id = None
        self.opened_ask = self.told_goal = False


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

    def ids(self, kind: str) -> list[str]:
        """What it rests on of one kind, each once, in the order of the text."""
        rests = (basis for sentence in self.sentences for basis in sentence.basis)
        return list(dict.fromkeys(basis.name for basis in rests if basis.kind == kind))
