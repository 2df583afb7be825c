"""Codes for rewards and referrals, and the points they moved. Times are UTC without zone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models import Record


class LoyaltyCode(Record):
    """One code for a reward or a referral. code_hash is a keyed hash (portal.sealing): the code itself is kept nowhere.

    customer: "source:key" of whom it was issued to. points: what redeeming takes from (reward) or gives to (referral)
    that customer; friend_points: what the one who brings a referral code gets. A code is open until redeemed_at,
    voided_at or expires_at.
    """

    __tablename__ = "loyalty_code"
    __table_args__ = (UniqueConstraint("tenant_id", "code_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    customer: Mapped[str] = mapped_column(String(300))
    shop_id: Mapped[str] = mapped_column(String(100), default="")
    reward: Mapped[str] = mapped_column(String(120), default="")
    points: Mapped[int] = mapped_column(default=0)
    friend_points: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime]
    redeemed_at: Mapped[datetime | None]
    redeemed_by: Mapped[str] = mapped_column(String(254), default="")
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str] = mapped_column(String(254), default="")


class PointsMove(Record):
    """Points a redeemed code took (below 0) or gave; never changed. entry_date is the tenant's business date."""

    __tablename__ = "points_move"
    __table_args__ = (UniqueConstraint("code_id", "customer"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("loyalty_code.id"))
    customer: Mapped[str] = mapped_column(String(300))
    shop_id: Mapped[str] = mapped_column(String(100), default="")
    entry_type: Mapped[str] = mapped_column(String(40))
    points: Mapped[int]
    entry_date: Mapped[date]
    moved_at: Mapped[datetime]
