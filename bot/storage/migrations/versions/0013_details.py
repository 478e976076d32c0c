"""Whether a member wants what a DM asks about named in it; nobody does who has not said so."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "members", sa.Column("details_in_dms", sa.Boolean(), nullable=False, server_default=sa.false())
    )
