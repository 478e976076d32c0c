"""A database's address as an operator writes it, and as each library wants it."""

from pathlib import Path

from sqlalchemy.engine import make_url


def sync_url(address: str) -> str:
    """The address as SQLAlchemy's synchronous engine wants it."""
    return address.replace("postgresql://", "postgresql+psycopg://")


def async_url(address: str) -> str:
    """The address as SQLAlchemy's asynchronous engine wants it."""
    return sync_url(address).replace("sqlite://", "sqlite+turns://")


def is_sqlite(address: str) -> bool:
    return address.startswith("sqlite")


def sqlite_file(address: str) -> Path:
    return Path(make_url(address).database or "")
