"""Uploaded files, and the mappings approved for files of one shape."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "upload_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        *_file(),
        *_load(),
        sa.PrimaryKeyConstraint("id", name="pk_upload_file"),
        sa.UniqueConstraint("token", name="uq_upload_file_token"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_upload_file_tenant_id"),
    )
    op.create_index("ix_upload_file_tenant_id", "upload_file", ["tenant_id"])
    op.create_table(
        "saved_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(64), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("saved_by", sa.String(254), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_mapping"),
        sa.UniqueConstraint("tenant_id", "shape", name="uq_saved_mapping_tenant_id_shape"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_saved_mapping_tenant_id"),
    )
    op.create_index("ix_saved_mapping_tenant_id", "saved_mapping", ["tenant_id"])


def downgrade() -> None:
    """Take both tables away."""
    op.drop_table("saved_mapping")
    op.drop_table("upload_file")


def _file() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("received_by", sa.String(254), nullable=False),
    )


def _load() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("retry_of", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(254), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("is_cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("load_number", sa.Integer(), nullable=True),
    )
