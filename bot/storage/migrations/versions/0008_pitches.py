"""Pitches of all kinds: what their forms ask beside the ask, the goal they serve, and to whom they were sent."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was drafted for an audience is of the kind of that name.
    op.execute("ALTER TABLE pitches RENAME COLUMN audience TO kind")
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("window", sa.String(length=16), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("ask_id", sa.String(length=16), nullable=True),
        sa.Column("goal_id", sa.String(length=16), nullable=True),
        *(sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=True) for name in ("more", "sent_to")),
    )
    for column in columns:
        op.add_column("pitches", column)
