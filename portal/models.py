"""The application database: tenants, users, sessions, loads, policies, audit. Times are UTC without zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Record(DeclarativeBase):
    """Root of the mapped classes. Constraints have names, so that later revisions can change them on SQLite too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Tenant(Record):
    """One merchant."""

    __tablename__ = "tenant"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    timezone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class User(Record):
    """One person who can sign in. tenant_id is null for a superadmin only."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(20))
    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SignInSession(Record):
    """One signed-in browser; token_hash is the SHA-256 of the cookie's token."""

    __tablename__ = "sign_in_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OneTimeLink(Record):
    """A link that sets a password once; token_hash is the SHA-256 of the token in the address."""

    __tablename__ = "one_time_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempt(Record):
    """One attempt to sign in, for throttling. key is a hash of the e-mail or of the peer address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("sign_in_attempt_recent", "key", "attempted_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    attempted_at: Mapped[datetime]
    succeeded: Mapped[bool]


class Load(Record):
    """One run of the ETL for one tenant. number counts per tenant from 1; snapshot is null until published."""

    __tablename__ = "load"
    __table_args__ = (UniqueConstraint("tenant_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    number: Mapped[int]
    source: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(String(1000))
    status: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    snapshot: Mapped[int | None]
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_rejected: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    message: Mapped[str] = mapped_column(String(2000), default="")


class DataSource(Record):
    """One place a tenant's data comes from, and how it went last time. credentials are sealed (portal.sealing).

    fingerprint: what the files looked like at the last sync that succeeded; watermark: how far an API was read.
    failures: syncs that failed since the last success. data_until: latest business date of this kind of source.
    hook_hash: SHA-256 of the token in the address of its webhook; hook_used_at: when something last arrived there.
    """

    __tablename__ = "data_source"
    __table_args__ = (UniqueConstraint("tenant_id", "name"), Index("data_source_hook", "hook_hash", unique=True))
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    location: Mapped[str] = mapped_column(String(1000))
    mapping_name: Mapped[str] = mapped_column(String(200), default="")
    mapping: Mapped[str] = mapped_column(Text, default="")
    schedule: Mapped[str] = mapped_column(String(200))
    credentials: Mapped[str] = mapped_column(Text, default="")
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    watermark: Mapped[str] = mapped_column(Text, default="")
    failures: Mapped[int] = mapped_column(default=0)
    last_run_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_load: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(2000), default="")
    data_until: Mapped[date | None]
    hook_hash: Mapped[str | None] = mapped_column(String(64))
    hook_used_at: Mapped[datetime | None]


class SyncRun(Record):
    """One slot of one source, claimed once. A worker that holds it renews lease_until; after that it is free again.

    step: completed last (`portal.load_steps`). rows_read, bytes_read: while it runs, so far; bytes_whole: of all files.
    """

    __tablename__ = "sync_run"
    __table_args__ = (UniqueConstraint("source_id", "slot"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("data_source.id"))
    slot: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    holder: Mapped[str] = mapped_column(String(64), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    asked_by: Mapped[str] = mapped_column(String(254), default="")
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    load_number: Mapped[int | None]
    rows_read: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(40), default="")
    bytes_read: Mapped[int] = mapped_column(BigInteger, default=0)
    bytes_whole: Mapped[int] = mapped_column(BigInteger, default=0)
    message: Mapped[str] = mapped_column(String(2000), default="")


class PolicyValue(Record):
    """One value of one policy from a day on. The row with the latest valid_from ≤ day is in force."""

    __tablename__ = "policy_value"
    __table_args__ = (UniqueConstraint("tenant_id", "name", "valid_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    set_by: Mapped[str] = mapped_column(String(254))
    set_at: Mapped[datetime]


class SavedView(Record):
    """A named screen state of one user."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "screen", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    screen: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime]


class AuditEvent(Record):
    """One thing that happened and must be explainable later; each row carries the hash of the row before it."""

    __tablename__ = "audit_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"), index=True)
    actor: Mapped[str] = mapped_column(String(254))
    action: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    request_id: Mapped[str] = mapped_column(String(40), default="")
    happened_at: Mapped[datetime]
    previous_hash: Mapped[str] = mapped_column(String(64))
    row_hash: Mapped[str] = mapped_column(String(64))
