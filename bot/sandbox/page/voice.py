"""Who is reading and whom they know: what the renderers need to turn ids and moments into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Voice:
    """The names a person sees for ids, and the zone and the moment in which they read."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    now: datetime = field(default_factory=lambda: datetime(1970, 1, 1, tzinfo=UTC))
    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    def person(self, user_id: str, fallback: str = "") -> str:
        return self.people.get(user_id) or fallback or user_id

    def channel(self, channel_id: str, fallback: str = "") -> str:
        return self.channels.get(channel_id) or fallback or channel_id

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)
