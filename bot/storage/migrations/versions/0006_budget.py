"""When a message took room in the budget is kept, so that a nudge that comes again changes nothing about it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("nudges", sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True))
    # Whatever went out without a check-in took room.
    op.execute(
        "UPDATE nudges SET spent_at = asked_at WHERE asked_at IS NOT NULL AND NOT EXISTS ("
        "SELECT 1 FROM nudges AS free WHERE free.member_id = nudges.member_id "
        "AND free.asked_at = nudges.asked_at AND free.kind = 'check_in')"
    )
