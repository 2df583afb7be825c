"""Codes for rewards and referrals, and the points they moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "loyalty_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        *_offer(),
        *_life(),
        sa.PrimaryKeyConstraint("id", name="pk_loyalty_code"),
        sa.UniqueConstraint("tenant_id", "code_hash", name="uq_loyalty_code_tenant_id_code_hash"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_loyalty_code_tenant_id"),
    )
    op.create_index("ix_loyalty_code_tenant_id", "loyalty_code", ["tenant_id"])
    op.create_table(
        "points_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(300), nullable=False),
        sa.Column("shop_id", sa.String(100), nullable=False),
        sa.Column("entry_type", sa.String(40), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_points_move"),
        sa.UniqueConstraint("code_id", "customer", name="uq_points_move_code_id_customer"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_points_move_tenant_id"),
        sa.ForeignKeyConstraint(["code_id"], ["loyalty_code.id"], name="fk_points_move_code_id"),
    )
    op.create_index("ix_points_move_tenant_id", "points_move", ["tenant_id"])


def downgrade() -> None:
    """Take both tables away."""
    op.drop_table("points_move")
    op.drop_table("loyalty_code")


def _offer() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("customer", sa.String(300), nullable=False),
        sa.Column("shop_id", sa.String(100), nullable=False),
        sa.Column("reward", sa.String(120), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("friend_points", sa.Integer(), nullable=False),
    )


def _life() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_by", sa.String(254), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(), nullable=True),
        sa.Column("redeemed_by", sa.String(254), nullable=False),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("voided_by", sa.String(254), nullable=False),
    )
