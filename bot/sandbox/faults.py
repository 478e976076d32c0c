"""Faults to order: what a Web API call meets instead of, or after, its proper answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.sandbox.refusals import CannotError
from bot.sandbox.world import Json

_LONGEST = 86_400
KINDS = frozenset(
    {
        "ratelimited",
        "status",
        "html",
        "html_after",
        "drop",
        "drop_after",
        "status_after",
        "hang",
        "slow",
        "slow_after",
        "error",
        "missing_scope",
    }
)
_FITTING: dict[str, Callable[[Any], bool]] = {
    "method": lambda method: isinstance(method, str),
    "times": lambda times: type(times) is int and times > 0,
    "seconds": lambda seconds: type(seconds) in {int, float} and 0 <= seconds < _LONGEST,
    "status": lambda status: type(status) is int and 200 <= status < 600,  # noqa: PLR2004 - HTTP's own
    "error": lambda error: isinstance(error, str),
}


@dataclass(slots=True)
class Fault:
    """`times` is how many calls still meet it; `retry_after` may be missing or no number at all."""

    id: int
    kind: str
    method: str = "*"
    team_id: str | None = None
    times: int = 1
    retry_after: Any = 1
    seconds: float = 0.0
    status: int = 503
    error: str = "internal_error"
    scope: str | None = None

    @property
    def shape(self) -> Json:
        return {name: getattr(self, name) for name in Fault.__slots__}


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._numbers = count(1)

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._faults))

    def add(self, kind: object, **given: Any) -> Fault:
        """Order a fault; the keywords are Fault's fields."""
        if not isinstance(kind, str) or kind not in KINDS:
            raise CannotError("unknown_kind", f"A fault's kind is one of {', '.join(sorted(KINDS))}.")
        try:
            fault = Fault(next(self._numbers), kind, **given)
        except TypeError as unknown:
            raise CannotError("unknown_field", f"A fault has no such field: {unknown}.") from None
        for name, fits in _FITTING.items():
            if not fits(getattr(fault, name)):
                raise CannotError("bad_field", f"A fault's {name} cannot be {getattr(fault, name)!r}.")
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        self._faults.clear()

    def take(self, method: str, team_id: str | None) -> Fault | None:
        """The first fault that this call meets, used up by one."""
        for fault in self._faults:
            if fault.method in {"*", method} and fault.team_id in (None, team_id):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None
