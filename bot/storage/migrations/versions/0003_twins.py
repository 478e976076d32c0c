"""Twins of wins are found by a mark of their words, in an index that also finds a member's wins."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wins", sa.Column("twin_mark", sa.LargeBinary(), nullable=True))
    op.create_index("ix_wins_twins", "wins", ["member_id", "twin_mark"])
    op.drop_index("ix_wins_member_id", table_name="wins")
