"""Workspaces know their org, scopes and when they installed the app; members when their account went; states of OAuth."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("enterprise_id", sa.String(length=32), nullable=True))
    op.add_column("workspaces", sa.Column("scopes", sa.String(length=1000), nullable=True))
    op.add_column("workspaces", sa.Column("installed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_workspaces_enterprise_id", "workspaces", ["enterprise_id"])
    op.add_column("members", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    left = sa.text("left_at IS NOT NULL")
    op.create_index("ix_members_left_at", "members", ["left_at"], sqlite_where=left, postgresql_where=left)
    op.create_table(
        "oauth_states",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_states"),
    )
    op.create_index("ix_oauth_states_expires_at", "oauth_states", ["expires_at"])
