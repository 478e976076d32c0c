"""Column types: a UTC moment, and text that is sealed with its owner's key."""

import json
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar, overload

from sqlalchemy import ColumnElement, DateTime, Dialect, LargeBinary, TypeDecorator
from sqlalchemy.orm import mapped_column, object_session
from sqlalchemy.orm.attributes import instance_state

from bot.storage.vault import Sealer

T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always with the UTC zone in Python; SQLite keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        utc = _as_utc(value)
        return utc.replace(tzinfo=None) if utc is not None and dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else _as_utc(value)

    # The same in one step each: moments are read and written by the thousand.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], datetime | str | None]:
        return _as_text if dialect.name == "sqlite" else _as_utc

    def result_processor(self, dialect: Dialect, _coltype: object) -> Callable[[Any], datetime | None]:
        return _from_text if dialect.name == "sqlite" else _as_utc


def _as_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("A moment is stored with its time zone only.")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    utc = _as_utc(value)
    return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class SealedError(RuntimeError):
    """Sealed text was read or written outside its member's session; a fault of ours."""


class Sealed(Generic[T]):
    """An attribute that is stored only sealed, in the column `<name>_sealed`.

    The text is bound to its table, column, member and row, so that a blob moved to another place
    does not open. `encode` gives JSON, which is what an export holds. Nothing is cached: each read opens the blob with the key of the session.
    """

    def __init__(self, encode: Callable[[T], str], decode: Callable[[str], T]) -> None:
        self._encode = encode
        self._decode = decode
        self._nothing = decode("null")

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name
        self._column = f"{name}_sealed"
        self._owner = owner
        setattr(owner, self._column, mapped_column(self._column, LargeBinary, nullable=True))

    @property
    def column(self) -> Any:
        """The column that holds it sealed."""
        return getattr(self._owner, self._column)

    @property
    def is_given(self) -> ColumnElement[bool]:
        """The condition that a row has a value here; what it says cannot be asked of the database."""
        given: ColumnElement[bool] = self.column.is_not(None)
        return given

    @overload
    def __get__(self, row: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type[Any]) -> T: ...
    def __get__(self, row: Any, owner: type[Any]) -> Self | T:
        if row is None:
            return self
        waiting = _waiting(row)
        if self._name in waiting:
            return waiting[self._name]  # type: ignore[no-any-return]
        blob = getattr(row, self._column)
        if blob is None:
            # A list that is given out can be changed by whoever got it, so each gets one of its own.
            return copy(self._nothing)
        return self._decode(_sealer(row).open(blob, self._place(row)))

    def __set__(self, row: Any, value: T) -> None:
        # A new row may still be without its owner, whom the seal is bound to; the flush knows.
        if instance_state(row).key is not None:
            self.seal(row, value)
        else:
            _waiting(row)[self._name] = value

    def seal(self, row: Any, value: T) -> None:
        """Write the value into its column; None becomes an empty column."""
        setattr(row, self._column, self.sealed(row, value, _sealer(row)))

    def sealed(self, row: Any, value: T, sealer: Sealer) -> bytes | None:
        """The value as its column holds it."""
        return None if value is None else sealer.seal(self._encode(value), self._place(row))

    def opened(self, blob: bytes, row_id: str, member_id: str, sealer: Sealer) -> T:
        """What a blob of this column says, where there is no record around it."""
        return self._decode(self._text(blob, row_id, member_id, sealer))

    def as_json(self, blob: bytes, row_id: str, member_id: str, sealer: Sealer) -> Any:
        """The same as plain JSON, which is how every value is encoded before it is sealed."""
        return json.loads(self._text(blob, row_id, member_id, sealer))

    def of_json(self, told: object) -> T:
        """A value out of its plain JSON."""
        return self._decode(json.dumps(told))

    def _text(self, blob: bytes, row_id: str, member_id: str, sealer: Sealer) -> str:
        return sealer.open(blob, f"{self._owner.__tablename__}.{self._name}|{member_id}|{row_id}")

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}.{self._name}|{row.member_id}|{row.id}"


def sealed_text() -> Sealed[str]:
    """Text that is always there."""
    return Sealed(json.dumps, json.loads)


def sealed_maybe() -> Sealed[str | None]:
    """Text that may be missing."""
    return Sealed(json.dumps, json.loads)


def sealed_list() -> Sealed[list[str]]:
    """A list of texts; empty when nothing was stored."""
    return Sealed(json.dumps, lambda text: json.loads(text) or [])


def sealed_json() -> Sealed[Any]:
    """Anything JSON can hold."""
    return Sealed(json.dumps, json.loads)


def seal_waiting(row: Any) -> None:
    """Seal what a new row was given; the session calls this when it flushes."""
    waiting = _waiting(row)
    for name, value in waiting.items():
        getattr(type(row), name).seal(row, value)
    waiting.clear()


def sealed_values(row: Any, sealer: Sealer) -> dict[str, Any]:
    """A new row's columns with what it was given, sealed; the row itself goes on to show it as it was given."""
    values = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    for name, value in _waiting(row).items():
        values[f"{name}_sealed"] = getattr(type(row), name).sealed(row, value, sealer)
    return values


def _waiting(row: Any) -> dict[str, Any]:
    return row.__dict__.setdefault("_waiting_to_be_sealed", {})  # type: ignore[no-any-return]


def _sealer(row: Any) -> Sealer:
    session = object_session(row)
    sealer = session.info.get("sealer") if session else None
    if not isinstance(sealer, Sealer):
        raise SealedError("Sealed text can only be read and written inside its member's session.")
    return sealer
