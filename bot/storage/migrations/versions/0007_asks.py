"""Asks with their ledger of events and the conditions of a yes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)


def upgrade() -> None:
    _create(
        "asks",
        sa.Column("status", sa.String(length=20), nullable=False),
        *_days("wanted_on", "asked_on", "promised_on", "follow_up_on", "reask_on", "closed_on"),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("goal_id", _ID, nullable=True),
        sa.Column("pitch_id", _ID, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        *_sealed(
            "need", "request", "to", "reason", "future_value", "fallback", "their_words", "promised", "plan"
        ),
    )
    binned = sa.text("deleted_at IS NOT NULL")
    op.create_index(
        "ix_asks_deleted_at", "asks", ["deleted_at"], sqlite_where=binned, postgresql_where=binned
    )
    _create(
        "ask_events",
        sa.Column("ask_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        *_days("from_on", "to_on"),
        sa.Column("pitch_id", _ID, nullable=True),
        sa.Column("condition_id", _ID, nullable=True),
        *_sealed("text", "before"),
        _key("ask_events", "ask_id", "asks", "CASCADE"),
    )
    _create(
        "ask_conditions",
        sa.Column("ask_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=True),
        *_days("due_on", "met_on"),
        *_sealed("text"),
        _key("ask_conditions", "ask_id", "asks", "CASCADE"),
        _key("ask_conditions", "event_id", "ask_events", "SET NULL"),
    )
    for table, column in (
        ("ask_events", "ask_id"),
        ("ask_conditions", "ask_id"),
        ("ask_conditions", "event_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _create(table: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("member_id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *parts,
        _key(table, "member_id", "members", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_member_id"), table, ["member_id"])


def _days(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Date(), nullable=True) for name in names]


def _sealed(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=True) for name in names]


def _key(table: str, column: str, other: str, then: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=then)
