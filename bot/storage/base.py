"""What every record has: a random id, the moment it was made and, for a person's records, the owner."""

import secrets
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.types import UtcDateTime

ID_LENGTH = 16


def new_id() -> str:
    """96 random bits, 16 characters safe in addresses and Slack values."""
    return secrets.token_urlsafe(12)


def new_ids(number: int) -> list[str]:
    """So many new ids, for the price of little more than one."""
    signs = secrets.token_urlsafe(12 * number)
    return [signs[start : start + ID_LENGTH] for start in range(0, ID_LENGTH * number, ID_LENGTH)]


class Record(DeclarativeBase):
    """A row. Ids are made in Python, so that a row's sealed text can be bound to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, sort_order=-3)
    created_at: Mapped[datetime] = mapped_column(sort_order=-1)

    def __init__(self, **values: Any) -> None:
        if unknown := values.keys() - _names(type(self)):
            raise TypeError(f"{type(self).__name__} has no {min(unknown)!r}")
        for name, value in {"id": new_id(), **values}.items():
            setattr(self, name, value)


@cache
def _names(kind: type[Record]) -> frozenset[str]:
    return frozenset(dir(kind))


class Owned(Record):
    """A record that belongs to one member: found, changed and deleted by that member only.

    It `travels` when a copy of it means the same in another account, into which an export is imported.
    """

    __abstract__ = True

    travels: ClassVar[bool] = True

    member_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("members.id", ondelete="CASCADE"), index=True, sort_order=-2
    )


class Binned(Owned):
    """A record that its owner can put into the bin, where it stays for a while (bot/domain/bins.py)."""

    __abstract__ = True

    deleted_at: Mapped[datetime | None]

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        # What lies in bins is found without a look at all that does not, and costs nothing to what never gets there.
        lies, name = cls.__table__.c.deleted_at, f"ix_{cls.__tablename__}_deleted_at"
        Index(name, lies, sqlite_where=lies.is_not(None), postgresql_where=lies.is_not(None))
