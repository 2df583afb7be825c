"""Webhooks of sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; sources that are there have no webhook."""
    with op.batch_alter_table("data_source") as table:
        table.add_column(sa.Column("hook_hash", sa.String(64), nullable=True))
        table.add_column(sa.Column("hook_used_at", sa.DateTime(), nullable=True))
    op.create_index("data_source_hook", "data_source", ["hook_hash"], unique=True)


def downgrade() -> None:
    """Take the columns away."""
    op.drop_index("data_source_hook", "data_source")
    with op.batch_alter_table("data_source") as table:
        table.drop_column("hook_used_at")
        table.drop_column("hook_hash")
