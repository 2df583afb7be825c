"""How far a load is, within a step too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing is known of loads that are there."""
    with op.batch_alter_table("upload_file") as table:
        table.add_column(_bytes("bytes_read"))
        table.add_column(_bytes("bytes_whole"))
    with op.batch_alter_table("sync_run") as table:
        table.add_column(sa.Column("step", sa.String(40), nullable=False, server_default=""))
        table.add_column(_bytes("bytes_read"))
        table.add_column(_bytes("bytes_whole"))


def downgrade() -> None:
    """Take the columns away."""
    with op.batch_alter_table("sync_run") as table:
        for name in ("bytes_whole", "bytes_read", "step"):
            table.drop_column(name)
    with op.batch_alter_table("upload_file") as table:
        for name in ("bytes_whole", "bytes_read"):
            table.drop_column(name)


def _bytes(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
