"""Targets of months, and days people mark."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("dimension", sa.String(40), nullable=False),
        sa.Column("part", sa.String(200), nullable=False),
        sa.Column("amount", sa.Numeric(18, 4), nullable=False),
        *_changed(),
        sa.PrimaryKeyConstraint("id", name="pk_target"),
        sa.UniqueConstraint(
            "tenant_id", "metric", "month", "dimension", "part", name="uq_target_tenant_id_metric_month_dimension_part"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_target_tenant_id"),
    )
    op.create_index("ix_target_tenant_id", "target", ["tenant_id"])
    op.create_table(
        "calendar_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        *_changed(),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_event"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_calendar_event_tenant_id"),
    )
    op.create_index("ix_calendar_event_tenant_id_first_day", "calendar_event", ["tenant_id", "first_day"])


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("calendar_event")
    op.drop_table("target")


def _changed() -> list[sa.Column[object]]:
    """Who changed a row last, and its version."""
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(254), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
    ]
