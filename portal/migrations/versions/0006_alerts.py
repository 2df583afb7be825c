"""Alert rules, alerts, who does not want to see them for a while, and what people are to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the four tables."""
    _rules()
    _alerts()
    op.create_table(
        "alert_snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_snooze"),
        sa.UniqueConstraint("alert_id", "user_id", name="uq_alert_snooze_alert_id_user_id"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_alert_snooze_alert_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_alert_snooze_user_id"),
    )
    op.create_index("ix_alert_snooze_user_id", "alert_snooze", ["user_id"])
    op.create_table(
        "alert_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_alert_notice"),
        sa.UniqueConstraint("alert_id", "kind", name="uq_alert_notice_alert_id_kind"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_alert_notice_alert_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_alert_notice_tenant_id"),
    )
    op.create_index("ix_alert_notice_tenant_id", "alert_notice", ["tenant_id"])


def downgrade() -> None:
    """Take the four tables away."""
    for table in ("alert_notice", "alert_snooze", "alert", "alert_rule"):
        op.drop_table(table)


def _rules() -> None:
    op.create_table(
        "alert_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(40), nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("dimension", sa.String(40), nullable=False),
        sa.Column("comparison", sa.String(20), nullable=False),
        sa.Column("direction", sa.String(10), nullable=False),
        *_limits(),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen", sa.String(64), nullable=False),
        sa.Column("changed_by", sa.String(254), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_rule"),
        sa.UniqueConstraint("tenant_id", "origin", name="uq_alert_rule_tenant_id_origin"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_alert_rule_tenant_id"),
    )
    op.create_index("ix_alert_rule_tenant_id", "alert_rule", ["tenant_id"])


def _limits() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("level", sa.Double(), nullable=True),
        sa.Column("least_share", sa.Double(), nullable=False),
        sa.Column("least_money", sa.Double(), nullable=False),
        sa.Column("least_volume", sa.Double(), nullable=False),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
    )


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        *_found(),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(254), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("rule_id", "label", "day", name="uq_alert_rule_id_label_day"),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rule.id"], name="fk_alert_rule_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_alert_tenant_id"),
    )
    op.create_index("ix_alert_tenant_id", "alert", ["tenant_id"])
    op.create_index("alert_by_state", "alert", ["tenant_id", "state"])


def _found() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("dimension", sa.String(40), nullable=False),
        sa.Column("comparison", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("found", "expected", "low", "high", "money")),
    )
