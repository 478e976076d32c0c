"""Feedback: requests and what came of them on one side, letters on the other; a nudge can say which colleague asks."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)
_USER = sa.String(length=32)


def upgrade() -> None:
    _create(
        "feedback_requests",
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("win_id", _ID, nullable=True),
        sa.Column("goal_id", _ID, nullable=True),
        *_sealed("topic", "questions"),
        _key("feedback_requests", "win_id", "wins", "SET NULL"),
        _key("feedback_requests", "goal_id", "goals", "SET NULL"),
    )
    _create(
        "feedback_asked",
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("user_id", _USER, nullable=False),
        sa.Column("letter_id", _ID, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        *_sealed("name"),
        _key("feedback_asked", "request_id", "feedback_requests", "CASCADE"),
    )
    _create(
        "feedback_received",
        sa.Column("asked_id", _ID, nullable=True),
        sa.Column("win_id", _ID, nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("permission", sa.String(length=8), nullable=False),
        sa.Column("act_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        *_sealed("name", "topic", "questions", "answers", "themes", "action", "changed"),
        _key("feedback_received", "asked_id", "feedback_asked", "CASCADE"),
        _key("feedback_received", "win_id", "wins", "SET NULL"),
    )
    _create(
        "feedback_letters",
        sa.Column("asker_id", _USER, nullable=False),
        sa.Column("asked_id", _ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("permission", sa.String(length=8), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        *_sealed("topic", "questions", "draft", "answers"),
    )
    for table, column in (
        ("feedback_requests", "win_id"),
        ("feedback_requests", "goal_id"),
        ("feedback_asked", "request_id"),
        ("feedback_received", "asked_id"),
        ("feedback_received", "win_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    lies = sa.text("deleted_at IS NOT NULL")
    op.create_index(
        "ix_feedback_received_deleted_at",
        "feedback_received",
        ["deleted_at"],
        sqlite_where=lies,
        postgresql_where=lies,
    )
    op.add_column("nudges", sa.Column("asked_by", _USER, nullable=True))
    op.add_column("members", sa.Column("guest", sa.Boolean(), nullable=False, server_default=sa.false()))


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


def _sealed(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=True) for name in names]


def _key(table: str, column: str, other: str, then: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=then)
