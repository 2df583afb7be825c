"""Things to do that people put off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "task_snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("task", sa.String(200), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_task_snooze"),
        sa.UniqueConstraint("user_id", "scope", "task", name="uq_task_snooze_user_id_scope_task"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_task_snooze_user_id"),
    )
    op.create_index("ix_task_snooze_user_id", "task_snooze", ["user_id"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("task_snooze")
