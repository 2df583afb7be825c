"""Classes and outcomes of deliveries, and which sale a delivery follows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal as D
from typing import Any

import pytest

from tests.etl.frames import Rows, rules, star

SALE = date(2025, 3, 1)


def parcel(number: int, cod: float | None, sent: date = SALE, arrived: date | None = None, **columns: Any) -> Rows:
    status = {"shipment_status": "delivered"} if arrived else {}
    told = {"shipment_id": f"S{number}", "cod_amount": cod, "ship_date": sent, "delivered_date": arrived}
    return [{**told, "phone": "01000000001", **status, **columns}]


def sale(number: int, arrived: date, **columns: Any) -> Rows:
    return parcel(number, 1250, arrived, arrived, **columns)


def found(rows: Rows, **policies: Any) -> list[dict[str, Any]]:
    return star("hvar", rules("EGP", "EG", **policies), shipment=rows).tables["fact_shipment"].to_dicts()


def links(rows: Rows, **policies: Any) -> list[tuple[Any, ...]]:
    """(child, main, relation, days, rule, confidence) with ids instead of keys."""
    tables = star("hvar", rules("EGP", "EG", **policies), shipment=rows).tables
    ids = dict(tables["fact_shipment"].select("shipment_key", "shipment_id").iter_rows())
    return [
        (ids[row["shipment_key"]], ids[row["main_shipment_key"]], row["relation"], row["gap_days"], row["rule"],
         row["confidence"])
        for row in tables["fact_order_link"].to_dicts()
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "cod", "expected"),
    [
        ("delivered", 501, "real_sale"), ("delivered", 500, "maintenance"), ("delivered", 0.01, "maintenance"),
        ("delivered", 0, "service"), ("delivered", -1, "refund"), ("returned", -1250, "refund"),
        ("returned", 900, "operational"), ("new", 700, "operational"), (None, 700, "operational"),
        ("delivered", None, None),
    ],
)  # fmt: skip
def test_a_delivery_is_classed_by_state_and_cash(status: str, cod: float | None, expected: str | None) -> None:
    assert found(parcel(1, cod, shipment_status=status))[0]["courier_class"] == expected


def test_the_limit_and_the_sources_are_policies() -> None:
    rows = parcel(1, 300, SALE, SALE)
    assert found(rows, service_cod_limit=200)[0]["courier_class"] == "real_sale"
    assert found(rows, courier_class_sources=["table"])[0]["courier_class"] is None


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("send", "returned", "failed"), ("return_to_origin", "returned", "failed"), (None, "returned", "failed"),
        ("return_pickup", "returned", "succeeded"), ("Customer Return Pickup", "returned", "succeeded"),
        ("exchange", "returned", "succeeded"), ("Sign & Return", "returned", "succeeded"),
        ("send", "delivered", "succeeded"), ("return_pickup", "cancelled", "failed"), ("send", "terminated", "failed"),
        ("send", "lost", "failed"), ("send", "in_transit", "open"), ("send", None, "open"),
    ],
)  # fmt: skip
def test_coming_back_is_a_success_only_of_what_was_sent_to_come_back(kind: str, status: str, expected: str) -> None:
    assert found(parcel(1, 0, shipment_type=kind, shipment_status=status))[0]["outcome"] == expected


def test_a_sale_its_maintenance_and_its_return_are_one_chain() -> None:
    rows = [
        *sale(1, date(2025, 3, 3)), *parcel(2, 300, date(2025, 4, 2), date(2025, 4, 4)),
        *parcel(3, -1250, date(2025, 4, 20), shipment_type="return_pickup", shipment_status="returned"),
    ]  # fmt: skip
    assert links(rows) == [
        ("S2", "S1", "maintenance", 30, "only_main", D("0.95")), ("S3", "S1", "return", 48, "only_main", D("0.95")),
    ]  # fmt: skip


def test_the_nearest_earlier_sale_wins() -> None:
    rows = [*sale(1, date(2025, 3, 1)), *sale(2, date(2025, 6, 1)), *sale(3, date(2025, 7, 1)),
            *parcel(4, 0, date(2025, 6, 20), date(2025, 6, 22))]  # fmt: skip
    assert links(rows) == [("S4", "S2", "service", 19, "nearest_main", D("0.95"))]


def test_sales_of_the_same_week_compete() -> None:
    rows = [*sale(1, date(2025, 5, 25)), *sale(2, date(2025, 6, 1)), *parcel(4, -5, date(2025, 6, 20))]
    assert links(rows) == [("S4", "S2", "refund", 19, "several_mains", D("0.475"))]
    assert links(rows, order_link_rival_days=6)[0][4:] == ("nearest_main", D("0.95"))


def test_of_two_sales_of_one_day_the_later_hour_is_nearest() -> None:
    early, late = datetime(2025, 6, 1, 9), datetime(2025, 6, 1, 18)
    rows = [*sale(1, date(2025, 6, 1), delivered_at=late), *sale(2, date(2025, 6, 1), delivered_at=early),
            *parcel(4, 100, date(2025, 6, 1), date(2025, 6, 2))]  # fmt: skip
    assert links(rows) == [("S4", "S1", "maintenance", 0, "several_mains", D("0.475"))]


@pytest.mark.parametrize(("days", "count"), [(365, 1), (366, 0)])
def test_a_sale_longer_ago_than_the_policy_is_none(days: int, count: int) -> None:
    sent = date.fromordinal(SALE.toordinal() + days)
    assert len(links([*sale(1, SALE), *parcel(2, 0, sent, sent)])) == count


@pytest.mark.parametrize(
    "child",
    [
        parcel(2, 0, date(2025, 2, 28), date(2025, 3, 9)),
        parcel(2, 0, date(2025, 4, 1), date(2025, 4, 2), phone="01000000002"),
        parcel(2, 0, date(2025, 4, 1), date(2025, 4, 2), phone=None),
        parcel(2, 300, date(2025, 4, 1), shipment_status="returned"),
        parcel(2, 0, date(2025, 4, 1), shipment_type="return_pickup", shipment_status="cancelled"),
    ],
    ids=["sent before", "another customer", "nobody", "never delivered", "cancelled"],
)
def test_what_follows_no_sale_is_not_linked(child: Rows) -> None:
    assert links([*sale(1, SALE), *child]) == []


def test_a_link_is_no_surer_than_that_the_customer_is_one_person() -> None:
    rows = [*sale(1, SALE, customer="Ann"), *parcel(2, 0, date(2025, 4, 1), date(2025, 4, 2), customer="Ben"),
            *parcel(3, 0, date(2025, 4, 3), date(2025, 4, 4), customer_id="C")]  # fmt: skip
    assert [row[5] for row in links(rows)] == [D("0.6"), D("0.6")]


def test_the_orders_of_child_and_main_are_kept() -> None:
    orders = [{"order_id": "O1", "order_date": SALE}, {"order_id": "O2", "order_date": date(2025, 4, 1)}]
    rows = [*sale(1, SALE, order_id="O1"), *parcel(2, 300, date(2025, 4, 1), date(2025, 4, 2), order_id="O2")]
    link = star("hvar", rules("EGP", "EG"), shipment=rows, order=orders).tables["fact_order_link"]
    assert link.select("order_key", "main_order_key").rows() == [(2, 1)]


def test_steps_find_their_parcel() -> None:
    steps = [{"shipment_id": "S1", "event_status": "picked_up", "event_date": SALE, "is_failed_attempt": True},
             {"shipment_id": "S9", "event_status": "new", "event_date": SALE}]  # fmt: skip
    events = star("hvar", rules("EGP", "EG"), shipment=sale(1, SALE), shipment_event=steps).tables[
        "fact_shipment_event"
    ]
    assert events.select("shipment_key", "event_status", "is_failed_attempt").rows() == [
        (1, "picked_up", True), (0, "new", False),
    ]  # fmt: skip
