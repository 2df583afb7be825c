"""Asking: exact numbers of the golden shop, one row per group, nothing fanned out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.metrics.model import Period
from tests.metrics.conftest import Ask

FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))

TOTALS = {
    "gross_sales": "165", "discounts": "2", "returns_value": "9", "net_sales": "154", "sales_before_returns": "163",
    "orders": "5", "invoices": "7", "order_lines": "8", "units": "9", "units_returned": "1", "net_units": "8",
    "aov": "30.8", "upt": "1.8", "asp": "19.25", "cogs": "80", "gross_profit": "74", "contribution_1": "74",
    "costed_sales": "149", "estimated_cogs": "0", "booked_revenue": "167", "realised_totals": "105",
    "realised_refunds": "5", "realised_revenue": "100", "refunds": "5", "order_totals": "217", "all_orders": "6",
    "delivered_orders": "3", "cancelled_orders": "1", "returned_orders": "0", "advances": "31", "outstanding": "50",
    "customers": "2", "buyers": "2", "new_customers": "2", "returning_customers": "0", "repeat_customers": "2",
    "repeat_rate": "1", "sales_per_customer": "77", "on_hand": "23", "inventory_value": "12", "stocked_products": "3",
    "low_stock": "1", "out_of_stock": "1", "days_of_cover": "345", "sell_through": "0.28125", "staff_leads": "19",
    "staff_reported_orders": "3", "staff_ad_spend": "20", "staff_roas": "7.7", "shipments": "3",
    "delivered_shipments": "2", "late_shipments": "1", "on_time_rate": "0.5", "freight_shipments": "2",
    "freight_amount": "5", "shipment_value": "118", "shipped_units": "4", "freight_per_shipment": "2.5",
}  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), TOTALS.items())
def test_totals_are_those_added_up_by_hand(ask: Ask, name: str, expected: str) -> None:
    assert Decimal(ask(name).value(name)) == Decimal(expected)  # type: ignore[arg-type]


def test_an_answer_has_exactly_the_columns_asked_for(ask: Ask) -> None:
    assert list(ask("aov,net_sales", by="month,channel").frame.columns) == ["month", "channel", "aov", "net_sales"]


def test_by_month_runs_along_time(ask: Ask) -> None:
    frame = ask("net_sales", by="month").frame
    assert frame["month"].tolist() == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert frame["net_sales"].tolist() == [23, 71, 60]


def test_a_period_ends_before_its_last_day(ask: Ask) -> None:
    assert ask("net_sales", period=FEBRUARY).value("net_sales") == 71
    assert ask("net_sales", period=Period(date(2026, 2, 1), date(2026, 2, 5))).value("net_sales") == 0
