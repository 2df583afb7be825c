"""What a connector of a source can be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; sources that are there have no options."""
    with op.batch_alter_table("data_source") as table:
        table.add_column(sa.Column("options", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Take the column away."""
    with op.batch_alter_table("data_source") as table:
        table.drop_column("options")
