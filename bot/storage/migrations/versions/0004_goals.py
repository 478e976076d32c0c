"""Goals with milestones, progress and moved dates; a win can serve a goal."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)


def upgrade() -> None:
    _create(
        "goals",
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("in_control", sa.String(length=8), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("follows_id", _ID, nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        *_sealed(
            *("statement", "why", "measure", "company_aim", "own_value"),
            *("next_action", "reason", "learned", "knows"),
        ),
        _key("goals", "follows_id", "goals", "SET NULL"),
    )
    _create(
        "milestones",
        sa.Column("goal_id", _ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        *_sealed("title"),
        _key("milestones", "goal_id", "goals", "CASCADE"),
    )
    _create(
        "goal_progress",
        sa.Column("goal_id", _ID, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        *_sealed("value", "note"),
        _key("goal_progress", "goal_id", "goals", "CASCADE"),
    )
    _create(
        "goal_moves",
        sa.Column("goal_id", _ID, nullable=False),
        sa.Column("milestone_id", _ID, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        *_sealed("reason"),
        _key("goal_moves", "goal_id", "goals", "CASCADE"),
        _key("goal_moves", "milestone_id", "milestones", "CASCADE"),
    )
    for table, column in (
        ("goals", "follows_id"),
        ("milestones", "goal_id"),
        ("goal_progress", "goal_id"),
        ("goal_moves", "goal_id"),
        ("goal_moves", "milestone_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    # SQLite adds no constraint to a table that is there, so it is made anew there; nothing refers to a win.
    with op.batch_alter_table("wins") as wins:
        wins.add_column(sa.Column("goal_id", _ID, nullable=True))
        wins.create_foreign_key(op.f("fk_wins_goal_id"), "goals", ["goal_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix_wins_goal_id"), "wins", ["goal_id"])


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
