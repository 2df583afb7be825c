"""The first tables: tenants, people and their sign-ins, loads, policies, saved views, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _make_tenant()
    _make_people()
    _make_sign_in()
    _make_load()
    _make_policy_value()
    _make_saved_view()
    _make_audit_event()


def downgrade() -> None:
    """Take every table away, those that point at others first."""
    for table in (
        "audit_event", "saved_view", "policy_value", "load", "sign_in_attempt", "one_time_link", "sign_in_session",
        "user", "tenant",
    ):  # fmt: skip
        op.drop_table(table)


def _key(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _points_at(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=f"fk_{table}_{other}_id")


def _make_tenant() -> None:
    op.create_table(
        "tenant",
        *_key("tenant"),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("name", name="uq_tenant_name"),
    )


def _make_people() -> None:
    op.create_table(
        "user",
        *_key("user"),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("email", name="uq_user_email"),
        _points_at("user", "tenant"),
    )


def _make_sign_in() -> None:
    for table, end in (("sign_in_session", "ended_at"), ("one_time_link", "used_at")):
        op.create_table(
            table,
            *_key(table),
            sa.Column("token_hash", sa.String(64), nullable=False),
            sa.Column("user_id", sa.Integer(), nullable=False),
            sa.Column("created_at", sa.DateTime(), nullable=False),
            sa.Column("expires_at", sa.DateTime(), nullable=False),
            sa.Column(end, sa.DateTime(), nullable=True),
            sa.UniqueConstraint("token_hash", name=f"uq_{table}_token_hash"),
            _points_at(table, "user"),
        )
        op.create_index(f"ix_{table}_user_id", table, ["user_id"])
    op.create_table(
        "sign_in_attempt",
        *_key("sign_in_attempt"),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("attempted_at", sa.DateTime(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
    )
    op.create_index("sign_in_attempt_recent", "sign_in_attempt", ["key", "attempted_at"])


def _make_load() -> None:
    op.create_table(
        "load",
        *_key("load"),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("path", sa.String(1000), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("snapshot", sa.Integer(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.UniqueConstraint("tenant_id", "number", name="uq_load_tenant_id_number"),
        _points_at("load", "tenant"),
    )
    op.create_index("ix_load_tenant_id", "load", ["tenant_id"])


def _make_policy_value() -> None:
    op.create_table(
        "policy_value",
        *_key("policy_value"),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(254), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("tenant_id", "name", "valid_from", name="uq_policy_value_tenant_id_name_valid_from"),
        _points_at("policy_value", "tenant"),
    )
    op.create_index("ix_policy_value_tenant_id", "policy_value", ["tenant_id"])


def _make_saved_view() -> None:
    op.create_table(
        "saved_view",
        *_key("saved_view"),
        sa.Column("tenant_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("screen", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.String(2000), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("user_id", "screen", "name", name="uq_saved_view_user_id_screen_name"),
        _points_at("saved_view", "tenant"),
        _points_at("saved_view", "user"),
    )
    op.create_index("ix_saved_view_tenant_id", "saved_view", ["tenant_id"])
    op.create_index("ix_saved_view_user_id", "saved_view", ["user_id"])


def _make_audit_event() -> None:
    op.create_table(
        "audit_event",
        *_key("audit_event"),
        sa.Column("tenant_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(254), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(40), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("row_hash", sa.String(64), nullable=False),
        _points_at("audit_event", "tenant"),
    )
    op.create_index("ix_audit_event_tenant_id", "audit_event", ["tenant_id"])
