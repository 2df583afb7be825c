"""Whom a code is for: found by customer number, e-mail or phone, with the points they have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import InputError, UnknownNameError
from portal.loyalty_tables import LoyaltyCode, PointsMove
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import customer_identity, dim_customer, dim_shop
from portal.warehouse.schema.studies_loyalty import study_points_entry

_WHO = customer_identity.c
_LEAST_DIGITS = 7


@dataclass(frozen=True)
class Member:
    """A customer of a programme.

    Attributes:
        customer_key: in the snapshot it was read from.
        reference: "source:number" (e-mail or phone where there is no number), which stays when keys change.
        name: as the sources have it, "" where none has.
        shop_id: whose programme, "" where shops are not told apart.
        has_bought: an order is known.
    """

    customer_key: int
    reference: str
    name: str
    shop_id: str
    has_bought: bool


def find_member(warehouse: Warehouse, typed: str, shop_id: str = "", least: int = _LEAST_DIGITS) -> Member:
    """The one customer that a number, e-mail or phone belongs to.

    Args:
        warehouse: whose.
        typed: what somebody typed; phones however written.
        shop_id: whose programme, by id or name; "" for the only one, or the one the customer has an account in.
        least: digits that a phone needs.

    Raises:
        InputError: nobody, or several customers, or accounts in several shops.
    """
    wanted = typed.strip()[:300]
    rows = warehouse.frame(_records(wanted, least)) if wanted else None
    keys = rows["customer_key"].unique().to_list() if rows is not None else []
    if len(keys) != 1 or rows is None:
        several = "Several customers have it: give the customer number." if keys else "Check it, or load the customer."
        raise InputError(f"No single customer has the number, e-mail or phone '{wanted}'. {several}", field="customer")
    first = rows.row(0, named=True)
    key = first["customer_id"] or first["email_clean"] or first["phone_e164"]
    shop = _known_shop(warehouse, shop_id) if shop_id else _shop_of(warehouse, keys[0])
    return Member(keys[0], f"{first['source']}:{key}", first["customer"] or "", shop, bool(first["order_count"]))


def _records(wanted: str, least: int) -> Any:
    tests: list[ColumnElement[bool]] = [
        func.lower(_WHO.customer_id) == wanted.lower(), _WHO.email_clean == wanted.lower(),
        _WHO.source + ":" + _WHO.customer_id == wanted,
    ]  # fmt: skip
    digits = re.sub(r"\D", "", wanted).lstrip("0")
    if len(digits) >= least and re.fullmatch(r"[+\d][\d\s()./-]*", wanted):
        tests.append(_WHO.phone_e164.like(f"%{digits}"))
    columns = (_WHO.customer_key, _WHO.source, _WHO.customer_id, _WHO.email_clean, _WHO.phone_e164)
    joined = customer_identity.join(dim_customer, dim_customer.c.customer_key == _WHO.customer_key)
    return (
        select(*columns, dim_customer.c.customer, dim_customer.c.order_count)
        .select_from(joined).where(or_(*tests), _WHO.customer_key != 0)
        .order_by(_WHO.customer_id.is_(None), _WHO.identity_key)
    )  # fmt: skip


def _known_shop(warehouse: Warehouse, wanted: str) -> str:
    """The id of the shop that an id or a name means.

    Raises:
        UnknownNameError: there is none.
    """
    shops = warehouse.frame(select(dim_shop.c.shop_id, dim_shop.c.shop).where(dim_shop.c.shop_key != 0))
    for shop_id, name in shops.iter_rows():
        if wanted in (shop_id, name):
            return str(shop_id)
    raise UnknownNameError("shop", wanted, [name or shop_id for shop_id, name in shops.iter_rows()])


def _shop_of(warehouse: Warehouse, customer_key: int) -> str:
    """The only shop with an account of the customer; "" where shops have no numbers of their own.

    Raises:
        InputError: there are several.
    """
    move, shop = study_points_entry.c, dim_shop.c
    joined = study_points_entry.join(dim_shop, shop.shop_key == move.shop_key)
    accounts = warehouse.frame(
        select(shop.shop_key, shop.shop_id, shop.shop).select_from(joined).where(move.customer_key == customer_key)
        .distinct().order_by(shop.shop_key)
    )  # fmt: skip
    if accounts.height > 1:
        names = " or ".join(str(one) for one in accounts["shop"].fill_null("–").to_list()[:6])
        raise InputError(f"This customer has points in several shops. Choose the shop: {names}.", field="shop")
    known = accounts.filter(accounts["shop_key"] != 0)
    return str(known["shop_id"][0]) if known.height else ""


def points_left(session: Session, warehouse: Warehouse, member: Member) -> int:
    """What a member can still use: the ledger's balance, what codes moved since, less what open codes will take."""
    move, shop = study_points_entry.c, dim_shop.c
    joined = study_points_entry.join(dim_shop, shop.shop_key == move.shop_key)
    own = [move.customer_key == member.customer_key, *([shop.shop_id == member.shop_id] if member.shop_id else [])]
    held = warehouse.frame(select(func.coalesce(func.sum(move.points), 0)).select_from(joined).where(*own)).item()
    tenant_id, built_at, as_of = warehouse.tenant.id, warehouse.snapshot.built_at, warehouse.snapshot.as_of
    mine = (PointsMove.tenant_id == tenant_id, PointsMove.customer == member.reference,
            PointsMove.shop_id == member.shop_id)  # fmt: skip
    later = or_(PointsMove.moved_at > built_at, PointsMove.entry_date > as_of)
    moved = session.scalar(select(func.sum(PointsMove.points)).where(*mine, later)) or 0
    return int(held) + int(moved)


def points_reserved(session: Session, tenant_id: int, member: Member, now: Any) -> int:
    """Points that open reward codes of a member will take."""
    code = LoyaltyCode
    taken = session.scalar(select(func.sum(code.points)).where(
        code.tenant_id == tenant_id, code.customer == member.reference, code.shop_id == member.shop_id,
        code.kind == "reward", code.redeemed_at.is_(None), code.voided_at.is_(None), code.expires_at > now,
    ))  # fmt: skip
    return int(taken or 0)
