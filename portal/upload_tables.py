"""Uploaded files and saved mappings in the application database. Times are UTC without zone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models import Record


class UploadFile(Record):
    """One uploaded file: what it is, what was chosen for it, and how its load goes.

    token: the id people's browsers know, random. source, mapping: what is to be loaded, once that was asked for.
    Whoever loads it (holder) renews lease_until. rows, bytes_read: read so far, of bytes_whole. retry_of: load whose
    rejects this one tries again.
    """

    __tablename__ = "upload_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(String(2000), default="")
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(254))
    source: Mapped[str] = mapped_column(String(40), default="")
    mapping: Mapped[str] = mapped_column(Text, default="")
    retry_of: Mapped[int | None]
    asked_by: Mapped[str] = mapped_column(String(254), default="")
    asked_at: Mapped[datetime | None]
    holder: Mapped[str] = mapped_column(String(64), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    is_cancel_asked: Mapped[bool] = mapped_column(default=False)
    step: Mapped[str] = mapped_column(String(40), default="")
    rows: Mapped[int] = mapped_column(default=0)
    bytes_read: Mapped[int] = mapped_column(BigInteger, default=0)
    bytes_whole: Mapped[int] = mapped_column(BigInteger, default=0)
    finished_at: Mapped[datetime | None]
    load_number: Mapped[int | None]


class SavedMapping(Record):
    """What a tenant approved for files of one shape (`etl.mapped.shape`). file_name: the file it was approved for."""

    __tablename__ = "saved_mapping"
    __table_args__ = (UniqueConstraint("tenant_id", "shape"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    shape: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(40))
    mapping: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(String(200))
    saved_by: Mapped[str] = mapped_column(String(254))
    saved_at: Mapped[datetime]
