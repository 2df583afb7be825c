"""Sources that are kept in sync, and the slots in which that happened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "data_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        *_settings(),
        *_progress(),
        sa.PrimaryKeyConstraint("id", name="pk_data_source"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_data_source_tenant_id_name"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_data_source_tenant_id"),
    )
    op.create_index("ix_data_source_tenant_id", "data_source", ["tenant_id"])
    op.create_table(
        "sync_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        *_claim(),
        sa.Column("load_number", sa.Integer(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sync_run"),
        sa.UniqueConstraint("source_id", "slot", name="uq_sync_run_source_id_slot"),
        sa.ForeignKeyConstraint(["source_id"], ["data_source.id"], name="fk_sync_run_source_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_sync_run_tenant_id"),
    )
    op.create_index("ix_sync_run_tenant_id", "sync_run", ["tenant_id"])


def downgrade() -> None:
    """Take both tables away."""
    op.drop_table("sync_run")
    op.drop_table("data_source")


def _settings() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("location", sa.String(1000), nullable=False),
        sa.Column("mapping_name", sa.String(200), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("schedule", sa.String(200), nullable=False),
        sa.Column("credentials", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
    )


def _progress() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("watermark", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_run_at", sa.DateTime(), nullable=True),
        sa.Column("last_success_at", sa.DateTime(), nullable=True),
        sa.Column("last_load", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(2000), nullable=False),
        sa.Column("data_until", sa.Date(), nullable=True),
    )


def _claim() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("slot", sa.String(60), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(254), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
    )
