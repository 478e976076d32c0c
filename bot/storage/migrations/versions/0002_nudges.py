"""The nudge engine: deliveries become columns of nudges; pace, stops, hours, absences."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name, kind in (
        ("next_slot_at", _MOMENT),
        ("per_second", sa.Double()),
        ("slowed_at", _MOMENT),
        ("held_until", _MOMENT),
    ):
        op.add_column("workspaces", sa.Column(name, kind, nullable=True))
    op.create_table(
        "stops",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stops")),
    )
    _widen_members()
    _replace_nudges()


def _widen_members() -> None:
    for column in (
        sa.Column("hours_start", sa.Time(), nullable=False, server_default="08:00:00.000000"),
        sa.Column("hours_end", sa.Time(), nullable=False, server_default="21:00:00.000000"),
        sa.Column("days", sa.Integer(), nullable=False, server_default="31"),
        sa.Column("budget", sa.Integer(), nullable=False, server_default="2"),
        sa.Column("cadences", sa.JSON(), nullable=True),
        sa.Column("offset_seconds", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("paused_from", sa.Date(), nullable=True),
    ):
        op.add_column("members", column)
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("member_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_absences_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_member_id"), "absences", ["member_id"], unique=False)


def _replace_nudges() -> None:
    # The names of constraints are taken until the old table is gone, so the rows wait beside it.
    op.execute(
        "CREATE TABLE nudges_kept AS SELECT nudges.*, deliveries.key, deliveries.attempts, deliveries.ts, "
        "deliveries.error, deliveries.lease_until FROM nudges "
        "LEFT JOIN deliveries ON deliveries.id = nudges.delivery_id"
    )
    op.drop_table("nudges")
    op.drop_table("deliveries")
    op.create_table(
        "nudges",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("member_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("local_on", sa.Date(), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("paced", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", _MOMENT, nullable=True),
        sa.Column("asked_at", _MOMENT, nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_nudges_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
        sa.UniqueConstraint(
            "member_id", "kind", "subject", "local_on", name=op.f("uq_nudges_member_id_kind_subject_local_on")
        ),
    )
    op.execute(
        "INSERT INTO nudges (id, member_id, created_at, kind, subject, local_on, planned_at, due_at, paced, state, "
        "key, attempts, claimed_at, asked_at, ts, unanswered, error) "
        "SELECT id, member_id, created_at, kind, subject, local_on, due_at, due_at, false, "
        "CASE state WHEN 'failed' THEN 'missed' ELSE state END, key, COALESCE(attempts, 0), "
        "lease_until, asked_at, ts, 0, error FROM nudges_kept"
    )
    _keep_one_waiting()
    op.drop_table("nudges_kept")
    for name, columns, where, unique in (
        (
            "ix_nudges_planned",
            ["member_id", "kind", "subject"],
            "state = 'waiting' AND asked_at IS NULL",
            True,
        ),
        ("ix_nudges_due", ["due_at"], "state = 'waiting'", False),
        ("ix_nudges_claimed", ["claimed_at"], "state = 'claimed'", False),
    ):
        condition = sa.text(where)
        op.create_index(
            name, "nudges", columns, unique=unique, sqlite_where=condition, postgresql_where=condition
        )


def _keep_one_waiting() -> None:
    """One nudge of a kind waits to be asked for the first time; a member who was unreachable waits with theirs."""
    # "failed" was said of a member who could not be reached, and nothing came after it.
    op.execute(
        "UPDATE nudges SET state = 'waiting', key = NULL WHERE asked_at IS NULL "
        "AND id IN (SELECT id FROM nudges_kept WHERE state = 'failed') "
        "AND NOT EXISTS (SELECT 1 FROM nudges_kept AS other WHERE other.member_id = nudges.member_id "
        "AND other.kind = nudges.kind AND other.subject = nudges.subject AND other.asked_at IS NULL "
        "AND (other.state = 'waiting' OR (other.state = 'failed' AND other.local_on > nudges.local_on)))"
    )
    # One that was planned beside another that was given back comes after that anyway.
    op.execute(
        "DELETE FROM nudges WHERE state = 'waiting' AND asked_at IS NULL "
        "AND EXISTS (SELECT 1 FROM nudges AS sooner WHERE sooner.member_id = nudges.member_id "
        "AND sooner.kind = nudges.kind AND sooner.subject = nudges.subject AND sooner.asked_at IS NULL "
        "AND sooner.state = 'waiting' AND sooner.local_on < nudges.local_on)"
    )
