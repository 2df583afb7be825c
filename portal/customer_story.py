"""Everything the sources tell of one customer, in the order it happened, each with the file and row it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Numeric, Select, String, Table, case, cast, func, literal, null, select

from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import (
    customer_identity,
    dim_customer,
    dim_origin,
    dim_product,
    fact_lead,
    fact_loyalty,
    fact_order,
    fact_order_link,
    fact_referral,
    fact_return,
    fact_review,
    fact_service_case,
    fact_shipment,
    study_customer,
)

MAX_EVENTS = 300
_NOTHING: ColumnElement[Any] = null()
_CUSTOMER = "customer_key"


@dataclass(frozen=True)
class _Chapter:
    """What one table tells: kind in words, when, what, its state, and the money, sign as it flows to the merchant."""

    kind: ColumnElement[Any] | str
    table: Table
    day: ColumnElement[Any]
    what: ColumnElement[Any]
    state: ColumnElement[Any]
    money: ColumnElement[Any] = _NOTHING
    person: str = _CUSTOMER


def read_customer(warehouse: Warehouse, key: int) -> dict[str, Any] | None:
    """The person and their standing; None when there is no such customer, standing missing when they never bought.

    Columns of dim_customer, then those of study_customer that it has not.
    """
    own = [column for column in study_customer.c if column.name not in dim_customer.c]
    source = dim_customer.outerjoin(study_customer, dim_customer.c.customer_key == study_customer.c.customer_key)
    rows = select(*dim_customer.c, *own).select_from(source)
    found = warehouse.frame(rows.where(dim_customer.c.customer_key == key, dim_customer.c.customer_key != 0))
    return found.row(0, named=True) if found.height else None


def read_records(warehouse: Warehouse, key: int) -> pl.DataFrame:
    """The records that were taken for this person: source, customer_id, phone, email, rule, confidence."""
    own = customer_identity.c
    columns = (own.source, own.customer_id, own.phone, own.email, own.rule, own.confidence)
    return warehouse.frame(select(*columns).where(own.customer_key == key).order_by(own.identity_key))


def read_story(warehouse: Warehouse, key: int) -> pl.DataFrame:
    """Events of a customer, newest first, at most `MAX_EVENTS`.

    Columns day, kind, what, state, money (reporting currency), confidence (0–1, of the link to the sale a delivery
    follows; missing elsewhere), source, file_name, source_row.
    """
    frames = [warehouse.frame(_told(chapter, key)) for chapter in _chapters()]
    both = pl.concat(frames, how="vertical_relaxed")
    return both.sort("day", "kind", "what", descending=True, nulls_last=True).head(MAX_EVENTS)


def _told(chapter: _Chapter, key: int) -> Select[Any]:
    own, link = chapter.table.c, fact_order_link.c
    is_parcel = chapter.table is fact_shipment
    confidence: ColumnElement[Any] = func.max(link.confidence) if is_parcel else null()
    if is_parcel:
        confidence = select(func.max(link.confidence)).where(link.shipment_key == own.shipment_key).scalar_subquery()
    source = chapter.table.join(dim_origin, own.origin_key == dim_origin.c.origin_key)
    if chapter.table is fact_return:
        source = source.join(dim_product, own.product_key == dim_product.c.product_key)
    kind = literal(chapter.kind) if isinstance(chapter.kind, str) else chapter.kind
    columns = (
        chapter.day.label("day"), kind.label("kind"), cast(chapter.what, String).label("what"),
        cast(chapter.state, String).label("state"), cast(chapter.money, Numeric(18, 4)).label("money"),
        cast(confidence, Numeric(18, 8)).label("confidence"), dim_origin.c.source, dim_origin.c.file_name,
        own.source_row,
    )  # fmt: skip
    rows = select(*columns).select_from(source).where(own[chapter.person] == key)
    return rows.order_by(chapter.day.desc().nulls_last()).limit(MAX_EVENTS)


def _chapters() -> tuple[_Chapter, ...]:
    lead, order, parcel, back = fact_lead.c, fact_order.c, fact_shipment.c, fact_return.c
    ticket, points, review, referral = fact_service_case.c, fact_loyalty.c, fact_review.c, fact_referral.c
    document = case((order.document_type == "order", "Order"), else_="Credit note")
    sent = func.coalesce(parcel.ship_date, parcel.created_date, parcel.delivered_date)
    parcel_name = parcel.shipment_id + func.coalesce(" · " + parcel.courier_class, " · " + parcel.shipment_type, "")
    given = cast(points.points, String) + " points" + func.coalesce(" · " + points.reward, "")
    stars = cast(review.rating, String) + " of 5" + func.coalesce(" · " + review.title, "")
    came_back = func.coalesce(dim_product.c.product, dim_product.c.product_id, back.return_id)
    return (
        _Chapter("Lead", fact_lead, lead.lead_date, func.coalesce(lead.lead_source, lead.lead_id), lead.lead_status,
                 lead.value_amount),
        _Chapter(document, fact_order, order.order_date, order.order_id, order.order_status, order.total_amount),
        _Chapter("Parcel", fact_shipment, sent, parcel_name, parcel.shipment_status, parcel.cod_amount),
        _Chapter("Return", fact_return, back.return_date, came_back, func.coalesce(back.reason, back.return_status),
                 -back.return_amount),
        _Chapter("Service", fact_service_case, ticket.opened_date, func.coalesce(ticket.subject, ticket.case_type),
                 ticket.case_status, -ticket.cost_amount),
        _Chapter("Points", fact_loyalty, points.entry_date, given, points.entry_type),
        _Chapter("Review", fact_review, review.review_date, stars, review.review_status),
        _Chapter("Referral", fact_referral, referral.created_date, literal("brought somebody"),
                 referral.referral_status, person="referrer_key"),
        _Chapter("Referral", fact_referral, referral.created_date, literal("was brought"), referral.referral_status,
                 person="referee_key"),
    )  # fmt: skip
