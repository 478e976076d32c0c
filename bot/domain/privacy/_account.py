"""An account whole: every record of a member and their settings, as one JSON that can be imported again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from bot.domain import members
from bot.domain.privacy._records import kinds
from bot.storage import whole
from bot.storage.identity import Member
from bot.storage.session import MemberSession
from bot.storage.whole import Whole

FORMAT = "sayso-account"
VERSION = 1

Json = dict[str, Any]

# What another account takes over, as long as nothing was chosen there. Whether DMs tell details is asked anew.
SETTINGS = (
    *("zone", "zone_pinned", "checkin_weekday", "checkin_time", "hours_start", "hours_end", "days"),
    *("budget", "cadences", "paused_from", "paused_until", "shows_streak", "onboarded_at"),
)
# It says where the row lies, and nothing about the person.
_OURS = frozenset({"workspace_id"})


@dataclass(frozen=True)
class Account:
    """Everything about one member at one moment; what they wrote is sealed until it is told."""

    exported_on: date
    member: Json
    whole: Whole

    def told(self) -> "Told":
        """Everything opened. It takes its time, and any thread may do it."""
        return Told(
            self.exported_on, self.member, {kind.__tablename__: rows for kind, rows in self.whole.opened()}
        )


@dataclass(frozen=True)
class Told:
    """An account in plain values: the member's row, and the rows of every table by field."""

    exported_on: date
    member: Json
    records: Mapping[str, Sequence[Json]]

    def as_json(self) -> str:
        """What `found_in` reads again."""
        body = {"member": self.member, "records": dict(self.records)}
        head = {"format": FORMAT, "version": VERSION, "exported_on": self.exported_on.isoformat()}
        # Halves of characters, which Slack may hand over, stay what they are only where all is spelt in ASCII.
        return json.dumps({**head, "sum": sum_of(body), **body}, indent=1) + "\n"

    @property
    def called(self) -> Mapping[str, str]:
        """What each record is called: the first that is sealed in it, by its id."""
        return dict(_names(self.records))


async def gather(session: MemberSession) -> Account:
    """The session's member's account, unopened."""
    member = session.member
    columns = {
        name: whole.plain(getattr(member, name)) for name in whole.columns_of(Member) if name not in _OURS
    }
    return Account(members.today(session), columns, await whole.read(session, kinds()))


def sum_of(body: Json) -> str:
    """A sum by which a file shows that it was cut off or changed since; it does not prove who made it."""
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _names(records: Mapping[str, Sequence[Json]]) -> Iterator[tuple[str, str]]:
    sealed = {kind.__tablename__: tuple(whole.sealed_of(kind)) for kind in kinds()}
    for table, rows in records.items():
        for row in rows:
            said = (row.get(name) for name in sealed.get(table, ()))
            name = next((one for one in said if isinstance(one, str) and one.strip()), None)
            if name:
                yield row["id"], name
