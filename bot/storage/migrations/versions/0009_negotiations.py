"""Setbacks, and sheets for negotiations with market facts and notes after the talk."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)


def upgrade() -> None:
    _create(
        "setbacks",
        sa.Column("ask_id", _ID, nullable=True),
        sa.Column("look_on", sa.Date(), nullable=False),
        sa.Column("let_go_on", sa.Date(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        *_sealed("tried", "happened", "in_control", "learned", "next_attempt"),
    )
    _create(
        "negotiations",
        sa.Column("ask_id", _ID, nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        *_sealed("title", "target", "anchor", "anchor_reason", "reservation", "alternative"),
        *_sealed("mine", "theirs", "beyond_pay", "objections"),
    )
    _create(
        "market_facts",
        sa.Column("negotiation_id", _ID, nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        *_sealed("fact", "source"),
        _key("market_facts", "negotiation_id", "negotiations"),
    )
    _create(
        "after_notes",
        sa.Column("negotiation_id", _ID, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("event_id", _ID, nullable=True),
        *_sealed("text"),
        _key("after_notes", "negotiation_id", "negotiations"),
    )
    for table in ("setbacks", "negotiations"):
        lies = sa.text("deleted_at IS NOT NULL")
        op.create_index(
            f"ix_{table}_deleted_at", table, ["deleted_at"], sqlite_where=lies, postgresql_where=lies
        )
    for table in ("market_facts", "after_notes"):
        op.create_index(op.f(f"ix_{table}_negotiation_id"), table, ["negotiation_id"])


def _create(table: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("member_id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *parts,
        _key(table, "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_member_id"), table, ["member_id"])


def _sealed(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=True) for name in names]


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )
