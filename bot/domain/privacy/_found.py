"""The account that a file holds: read, checked and made ready to be saved, all without a database."""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Date, Integer, String, Time

from bot.core.errors import Invalid
from bot.domain.privacy._account import FORMAT, VERSION, Json, sum_of
from bot.domain.privacy._records import kinds
from bot.storage import whole
from bot.storage.base import ID_LENGTH, Owned
from bot.storage.types import UtcDateTime

ENTRY = "sayso.json"
MOST_BYTES = 50_000_000
TEXT_LENGTH = 1_000_000

# What is planned around a date of another time ends beyond the calendar.
_YEARS = range(1900, 2200)
_NUMBERS = 2**31


@dataclass(frozen=True)
class Found:
    """The rows of an account by kind, each ready to be stored but for its id, and how many cannot be taken."""

    exported_on: date
    member: Json
    rows: Mapping[type[Owned], Sequence[Json]]
    left_out: int = 0

    @property
    def ids(self) -> Iterator[tuple[type[Owned], str]]:
        for kind, rows in self.rows.items():
            for row in rows:
                yield kind, row["id"]


def found_in(content: bytes) -> Found | None:
    """The account in an export or in the JSON out of it; None for any other file. Invalid where it cannot be taken."""
    text = _unpacked(content)
    if text is None or f'"{FORMAT}"'.encode() not in text[:200]:
        return None
    if len(text) > MOST_BYTES:
        raise Invalid("file", "too_big", limit=MOST_BYTES)
    try:
        told = json.loads(text)
        body = {"member": told["member"], "records": told["records"]}
        if told["version"] > VERSION:
            raise Invalid("file", "account_is_newer")
        if told["sum"] != sum_of(body):
            raise Invalid("file", "account_was_changed")
        return _found(date.fromisoformat(told["exported_on"]), body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Invalid("file", "account_was_changed") from None


def _unpacked(content: bytes) -> bytes | None:
    if not content.startswith(b"PK\x03\x04"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            # Ours are packed so; other ways may claim gigabytes to unpack with.
            if packed.getinfo(ENTRY).compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
                return None
            with packed.open(ENTRY) as entry:
                # However small it was packed, no more is unpacked than is taken.
                return entry.read(MOST_BYTES + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        OSError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ):
        return None


def _found(exported_on: date, body: Json) -> Found:
    rows, left_out = {}, 0
    for kind in kinds():
        told = body["records"].get(kind.__tablename__, [])
        if kind.travels:
            read = [one for one in map(_reader(kind), told) if one]
            rows[kind], left_out = list(_after_what_they_name(kind, read)), left_out + len(told) - len(read)
    return Found(exported_on, dict(body["member"]), rows, left_out)


def _after_what_they_name(kind: type[Owned], rows: Sequence[Json]) -> Iterator[Json]:
    """The rows of one table in an order in which each may name those before it."""
    names = [column.key for column in links(kind).values() if column.references(whole.table_of(kind).c.id)]
    waiting = {row["id"]: row for row in rows}
    for first in rows:
        chain: list[Json] = []
        row = waiting.pop(first["id"], None)
        while row is not None:
            chain.append(row)
            row = next((waiting.pop(row[name]) for name in names if row[name] in waiting), None)
        yield from reversed(chain)


def links(kind: type[Owned]) -> Mapping[str, Column[Any]]:
    """The columns of a kind that name other records: by a foreign key, or as plain ids."""
    return {
        name: column
        for name, column in whole.columns_of(kind).items()
        if column.foreign_keys or (name.endswith("_id") and _length(column) == ID_LENGTH)
    }


def _length(column: Column[Any]) -> int | None:
    return column.type.length if isinstance(column.type, String) else None


def _reader(kind: type[Owned]) -> Callable[[object], Json | None]:
    columns, sealed = whole.columns_of(kind), whole.sealed_of(kind)

    def read(told: object) -> Json | None:
        if not isinstance(told, dict):
            return None
        try:
            row = {name: value_of(column, told.get(name)) for name, column in columns.items()}
            for name, field in sealed.items():
                row[name] = _sealable(told.get(name))
                field.of_json(row[name])
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        return {name: whole.plain(value) for name, value in row.items()}

    return read


def _sealable(value: Any) -> Any:
    if len(json.dumps(value)) > TEXT_LENGTH:
        raise ValueError
    return value


def value_of(column: Column[Any], told: Any) -> Any:
    """A column's value out of JSON; ValueError or TypeError where the column cannot hold it."""
    if told is None:
        if not column.nullable:
            raise ValueError
        return None
    return _READERS[type(column.type)](column, told) if type(column.type) in _READERS else told


def _text(column: Column[Any], told: Any) -> str:
    if not isinstance(told, str) or not told.isprintable() or len(told) > (_length(column) or ID_LENGTH):
        raise ValueError
    return told


def _number(_column: Column[Any], told: Any) -> int:
    if not isinstance(told, int) or abs(told) >= _NUMBERS:
        raise ValueError
    return told


def _on(_column: Column[Any], told: Any) -> date:
    on = date.fromisoformat(told)
    if on.year not in _YEARS:
        raise ValueError
    return on


def _moment(_column: Column[Any], told: Any) -> datetime:
    at = datetime.fromisoformat(told)
    if at.tzinfo is None or at.year not in _YEARS:
        raise ValueError
    return at.astimezone(UTC)


_READERS: Mapping[type, Callable[[Column[Any], Any], Any]] = MappingProxyType(
    {
        String: _text,
        Integer: _number,
        Date: _on,
        UtcDateTime: _moment,
        Time: lambda _column, told: time.fromisoformat(told),
    }
)
