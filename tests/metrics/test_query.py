"""Asking: exact numbers of the golden shop, one row per group, nothing fanned out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.metrics.model import Period, Query
from portal.metrics.query import run
from portal.viewer import operator_viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Ask, Shelf, make_snapshot
from tests.metrics.golden import FEB20

FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))

TOTALS = {
    "gross_sales": "165", "discounts": "2", "markdown_leakage": "1",
    "returns_value": "9", "net_sales": "154", "sales_before_returns": "163",
    "orders": "5", "invoices": "7", "order_lines": "8", "units": "9", "units_returned": "1", "net_units": "8",
    "aov": "30.8", "upt": "1.8", "asp": "19.25", "cogs": "80", "gross_profit": "74", "contribution_1": "74",
    "costed_sales": "149", "estimated_cogs": "0", "booked_revenue": "167", "realised_totals": "105",
    "realised_refunds": "5", "realised_revenue": "100", "refunds": "5", "order_totals": "217", "all_orders": "6",
    "realisation_rate": "0.4838709677",
    "delivered_orders": "3", "cancelled_orders": "1", "returned_orders": "0", "advances": "31", "outstanding": "50",
    "customers": "2", "buyers": "2", "new_customers": "2", "returning_customers": "0", "repeat_customers": "2",
    "repeat_rate": "1", "sales_per_customer": "77", "on_hand": "23", "inventory_value": "12", "stocked_products": "3",
    "low_stock": "1", "out_of_stock": "1", "days_of_cover": "23", "sell_through": "0.28125", "staff_leads": "19",
    "staff_reported_orders": "3", "staff_ad_spend": "20", "staff_roas": "7.7", "shipments": "3",
    "delivered_shipments": "2", "late_shipments": "1", "on_time_rate": "0.5", "freight_shipments": "2",
    "freight_amount": "5", "shipment_value": "118", "shipped_units": "4", "freight_per_shipment": "2.5",
    "due_shipments": "2", "overdue_shipments": "1", "overdue_value": "50", "courier_charges": "5",
    "cost_per_delivered": "2.5", "sent_shipments": "3", "sent_succeeded": "2", "sent_failed": "0",
    "judged_shipments": "3",
    "judged_succeeded": "2", "immature_shipments": "0", "returned_to_origin": "0", "delivery_success": "0.6666666667",
    "delivery_success_so_far": "0.6666666667", "rto_rate": "0", "attempted_shipments": "2",
    "first_attempt_shipments": "1", "ndr_shipments": "1", "exceptions": "1", "attempts": "4",
    "attempts_per_shipment": "2", "first_attempt_success": "0.5", "ndr_rate": "0.5", "stage_parcels_pickup": "1",
    "stage_hours_pickup_p50": "2", "stage_hours_hub_p90": "3", "stage_hours_out_p50": "4",
    "stage_hours_delivered_p90": "1", "stage_hours_total_p50": "10", "stage_waiting_pickup": "0",
    "shipped_in_time": "1", "shipping_due": "2", "ship_sla_rate": "0.5", "cod_expected": "68", "cod_collected": "18",
    "cod_remitted": "15", "cod_withheld": "2", "cod_gap": "51", "cod_owed": "51", "cod_owed_parcels": "2",
    "cod_overpaid": "0",
    "cod_settled": "17", "cod_settled_rate": "0.25", "cod_parcels": "2", "cod_open_parcels": "2",
    "cod_short_parcels": "1", "cod_short": "1", "cod_skipped": "50", "cod_skipped_parcels": "1", "remit_days_p50": "26",
    "statement_lines": "2", "statement_problems": "2", "statement_collected": "18", "statement_fees": "3",
    "statement_paid": "22", "statement_arithmetic": "1", "statement_short": "1", "statement_over": "0",
    "statement_unknown": "7",
    "units_moved": "3", "leads": "3",
    "won_leads": "1", "closed_leads": "2", "win_rate": "0.5", "lead_conversion": "0.3333333333", "expenses": "45",
    "fulfilment_costs": "9", "marketing_costs": "31", "contribution_2": "65", "contribution_3": "34", "costs": "155",
    "payroll_costs": "85", "running_costs": "30", "net_profit": "-74", "costs_left_out": "60",
    "coupon_redemptions": "1", "coupon_customers": "1", "coupon_campaigns": "1",
    "coupon_discount": "3", "coupon_orders": "1", "coupon_sales": "50", "coupon_margin": "17", "coupon_rate": "0.06",
    "commission_sales": "94", "commission": "2.82", "journal_entries": "2", "journal_unbalanced": "1",
    "journal_difference": "0.01", "journal_debits": "56",
    "journal_credits": "55.99",
    "other_income": "7", "campaign_spend": "60", "campaign_revenue": "90", "campaign_profit": "30",
    "campaign_impressions": "2500", "campaign_clicks": "100", "campaign_conversions": "4", "roas": "1.5",
    "roi": "0.5", "cpa": "15", "ctr": "0.04", "campaign_conversion": "0.04",
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


def test_new_and_returning_customers_are_told_apart_by_month(ask: Ask) -> None:
    frame = ask("buyers,new_customers,returning_customers", by="month").frame
    assert frame.iloc[:, 1:].values.tolist() == [[1, 1, 0], [2, 1, 1], [1, 0, 1]]


def test_cohorts_age_in_whole_months(ask: Ask) -> None:
    frame = ask("customers", by="cohort,cohort_age", where={"has_customer": "yes"}).frame
    months = [(month.month, age, count) for month, age, count in frame.itertuples(index=False)]
    assert months == [(1, 0, 1), (1, 1, 1), (2, 0, 1), (2, 1, 1)]


def test_filters_on_one_dimension_are_alternatives_and_on_several_must_all_hold(ask: Ask) -> None:
    assert ask("net_sales", where={"channel": "web,phone"}).value("net_sales") == 154
    assert ask("net_sales", where={"channel": "web", "category": "Home"}).value("net_sales") == 50


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"line_type": "return"}, -9),
        ({"merchandise": "no"}, 5),
        ({"has_customer": "no"}, 50),
        ({"category": "–"}, 5),
        ({"month": "2026-03"}, 60),
        ({"day": "2026-01-10"}, 23),
        ({"hour": "10"}, 23),
        ({"booked": "no"}, 0),
    ],
)
def test_a_filter_keeps_only_its_rows(ask: Ask, where: dict[str, str], expected: int) -> None:
    assert ask("net_sales", where=where).value("net_sales") == expected


def test_facts_do_not_fan_out_when_they_are_asked_together(ask: Ask) -> None:
    frame = ask("net_sales,on_hand,orders", by="product").frame.set_index("product")
    assert frame.loc["Mug"].tolist() == [49, 3, 3]
    assert frame.loc["Lamp"].tolist() == [100, 0, 2]


def test_a_group_without_rows_is_0_for_what_adds_up_and_missing_for_what_may_be_unknown(ask: Ask) -> None:
    frame = ask("net_sales,orders,cogs,on_hand", by="product").frame.set_index("product")
    assert frame.loc["Chair"].tolist() == [0, 0, None, 20]
    assert frame.loc["Postage"].tolist() == [5, 1, None, None]


def test_a_zero_denominator_is_missing(ask: Ask) -> None:
    frame = ask("days_of_cover", by="product").frame.set_index("product")
    assert frame.loc["Chair", "days_of_cover"] is None


def test_a_ratio_of_totals_is_not_the_mean_of_ratios(ask: Ask) -> None:
    by_channel = ask("aov", by="channel").frame["aov"].tolist()
    assert [str(value) for value in by_channel] == ["50.0000000000", "26.0000000000"]
    assert ask("aov").value("aov") == Decimal("30.8")


def test_nothing_can_be_known_of_a_time_after_the_data(ask: Ask) -> None:
    answer = ask("net_sales,orders", period=Period(date(2026, 4, 1), date(2026, 5, 1)))
    assert answer.frame.values.tolist() == [[None, None]]


def test_gaps_are_filled_only_on_request(ask: Ask) -> None:
    period = Period(date(2026, 3, 1), date(2026, 3, 4))
    assert len(ask("net_sales,aov", by="day", period=period).frame) == 1
    filled = ask("net_sales,aov", by="day", period=period, fill=True).frame
    assert filled.values.tolist()[0] == [date(2026, 3, 1), 0, None]
    assert filled["net_sales"].tolist() == [0, 50, 0]


def test_gaps_are_not_filled_beyond_the_data(ask: Ask) -> None:
    filled = ask("net_sales", by="day", period=Period(date(2026, 3, 30), date(2026, 4, 5)), fill=True).frame
    assert filled["day"].tolist() == [date(2026, 3, 30), date(2026, 3, 31)]


def test_gaps_with_a_second_dimension_fill_every_combination(ask: Ask) -> None:
    filled = ask("net_sales", by="month,channel", fill=True).frame
    assert filled["net_sales"].tolist() == [0, 23, 50, 21, 0, 60]


def test_flags_read_yes_and_no(ask: Ask) -> None:
    assert ask("order_lines", by="booked").frame.values.tolist() == [["yes", 7], ["no", 1]]


def test_the_answer_names_snapshot_day_and_currency(ask: Ask) -> None:
    answer = ask("net_sales")
    assert (answer.snapshots, answer.as_of, answer.currency) == ({"Golden": 1}, date(2026, 3, 31), "GBP")


def test_staff_score_weighs_people_against_the_best(ask: Ask) -> None:
    frame = ask("staff_score,staff_grade", by="employee").frame.set_index("employee")
    # E2: 2 orders of 4 leads, 1 of 3 delivered, 1 of 3 cancelled, aov 50 (the best)
    # 0.35·100 + 0.30·33.33 + 0.15·66.67 + 0.10·100 − 0.10·30
    assert frame.loc["E2"].tolist() == [Decimal("62.0000"), "B"]


def test_a_shipment_that_says_only_when_it_arrived_is_dated_by_that(tmp_path: Path) -> None:
    parcel = {"shipment_key": 1, "shipment_id": "S1", "delivered_date": FEB20, "is_delivered": True}
    warehouses = Warehouses(Shelf({1: make_snapshot(tmp_path, GOLDEN, {"fact_shipment": [parcel]})}), None)
    question = Query(("shipments",), ("month",), FEBRUARY)
    frame = run(question, operator_viewer((GOLDEN,)), (GOLDEN,), warehouses).frame
    assert frame.values.tolist() == [[date(2026, 2, 1), 1]]
