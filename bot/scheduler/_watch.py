"""The watch: which claims of other workers nobody has touched for a lease's time."""

from collections.abc import Iterable

from bot.domain.nudges import Sight


class Watch:
    """Tells which claims nobody has touched for a lease's time, by the watcher's own clock only.

    Wall clocks can be wrong and stepped; a claim is taken over only by whoever has itself seen it unchanged
    for that long.
    """

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._since: dict[Sight, float] = {}

    def unchanged(self, sights: Iterable[Sight], now: float) -> list[Sight]:
        self._since = {sight: self._since.get(sight, now) for sight in sights}
        gone = [sight for sight, since in self._since.items() if now - since >= self._lease]
        for sight in gone:
            del self._since[sight]
        return gone
