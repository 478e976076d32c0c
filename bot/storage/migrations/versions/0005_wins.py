"""Wins with all their fields; days of a member's wins are found by an index; the streak can be hidden."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SEALED = ("situation", "task", "action", "my_part", "team_part", "competency", "project", "tags", "apart")


def upgrade() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False, server_default="done"),
        sa.Column("shareable", sa.Boolean(), nullable=False, server_default=sa.false()),
        *(sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=True) for name in _SEALED),
    )
    for column in columns:
        op.add_column("wins", column)
    op.create_index("ix_wins_days", "wins", ["member_id", "occurred_on"])
    op.drop_index("ix_wins_occurred_on", table_name="wins")
    op.add_column(
        "members", sa.Column("shows_streak", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    for table in ("wins", "goals", "pitches"):
        lies = sa.text("deleted_at IS NOT NULL")
        name = f"ix_{table}_deleted_at"
        op.create_index(name, table, ["deleted_at"], sqlite_where=lies, postgresql_where=lies)
