"""Whether marking a pitch as sent opened its ask and put a name on its goal's list, so that Undo takes back just that."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("opened_ask", "told_goal"):
        op.add_column("pitches", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
