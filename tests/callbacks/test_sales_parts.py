"""Trend, breakdowns, bridge and table of the golden shop."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from callbacks.breakdowns import (
    breakdown_of,
    changes_chart,
    compared_parts,
    first_breakdown,
    moved_parts,
    pareto_chart,
    parts_chart,
    with_rest,
)
from callbacks.causes import bridge_chart, bridge_of, hours_chart, margins_chart
from callbacks.desk import Desk
from callbacks.grid import TableOf, grid_columns, grid_frame, grid_options, rows_of_request
from callbacks.series import trend_chart, trend_points
from layouts.sales import BOARD
from tests.callbacks.conftest import MARCH, QUARTER

Make = Callable[..., Desk]
TABLE = TableOf("product", BOARD.columns)


def test_the_trend_adds_up_to_the_card(desk: Make) -> None:
    points = trend_points(desk(**QUARTER, grain="month"), "net_sales")
    assert points["value"].tolist() == [23.0, 71.0, 60.0]
    assert points["label"].tolist() == ["Jan 2026", "Feb", "Mar"]


def test_days_without_sales_are_zero_and_days_before_stay_beside(desk: Make) -> None:
    points = trend_points(desk(**MARCH), "net_sales")
    assert len(points) == 31
    assert points["value"].iloc[[0, 1, 30]].tolist() == [0.0, 50.0, 10.0]
    assert points["previous"].iloc[[4, 27]].tolist() == [50.0, 0.0]
    assert points["previous"].iloc[28:].isna().all()


def test_a_day_that_is_not_over_is_incomplete(desk: Make) -> None:
    from dataclasses import replace
    from datetime import date

    whole = trend_points(replace(desk(**MARCH), today=date(2026, 3, 31)), "net_sales")["is_whole"]
    assert whole.tolist() == [True] * 30 + [False]
    assert trend_points(desk(**MARCH), "net_sales")["is_whole"].all()


def test_weeks_cut_by_the_period_are_incomplete(desk: Make) -> None:
    points = trend_points(desk(**MARCH, grain="week"), "net_sales")
    assert points["is_whole"].tolist() == [False, True, True, True, True, False]
    assert points["title"].iloc[0] == "Week of 23 Feb 2026 (from 1 Mar)"


def test_parts_sum_to_the_total(desk: Make) -> None:
    parts = compared_parts(desk(**QUARTER), "net_sales", "category")
    assert parts["value"].sum() == 154.0
    assert parts["share"].sum() == pytest.approx(1.0)
    assert parts["where"].tolist() == ["category=Home", "category=Kitchen", "category=–"]


def test_a_part_that_is_gone_is_compared_with_nothing(desk: Make) -> None:
    days = {"period": "custom", "start": "2026-01-29", "end": "2026-02-16"}
    parts = compared_parts(desk(**days), "net_sales", "product").set_index("label")
    assert parts.loc["Postage", "previous"] == 5.0
    assert parts.loc["Postage"].isna()["value"]


def test_the_rest_keeps_the_sum(desk: Make) -> None:
    parts = compared_parts(desk(**QUARTER), "net_sales", "product")
    shown = with_rest(parts, 1, adds_up=True)
    assert shown["label"].tolist() == ["Lamp", "2 others"]
    assert shown["value"].sum() == 154.0
    assert len(with_rest(parts, 1, adds_up=False)) == 1


def test_changes_are_signed_and_ordered(desk: Make) -> None:
    moved = moved_parts(compared_parts(desk(**MARCH), "net_sales", "product"), adds_up=True)
    assert moved[["label", "change"]].to_numpy().tolist() == [["Mug", -11.0]]


def test_the_first_breakdown_with_two_values_is_taken(desk: Make) -> None:
    assert first_breakdown(desk(), ("shop", "channel", "product")) == "channel"
    assert breakdown_of(desk(by="employee"), BOARD) == "employee"
    assert breakdown_of(desk(by="tenant"), BOARD) == "category"


def test_charts_say_why_they_are_empty(desk: Make) -> None:
    none = desk(**MARCH, compare="none")
    assert changes_chart(none, "net_sales", "product").empty == "Choose a comparison to see what changed."
    assert bridge_chart(none).empty == "Choose a comparison to see what changed."
    assert pareto_chart(none, "orders", "product").empty.startswith("Orders of parts does not add up")
    assert all(chart.empty for chart in (parts_chart(desk(tenants=()), "net_sales", "product"),
                                         trend_chart(desk(tenants=()), "net_sales"), hours_chart(desk(tenants=())),
                                         margins_chart(desk(tenants=()))))  # fmt: skip


def test_the_bridge_sums_to_the_change_of_the_card(desk: Make) -> None:
    found = bridge_of(desk(**MARCH))
    assert found is not None
    assert (found.before, found.after) == (Decimal(71), Decimal(60))
    assert found.volume + found.price + found.mix + found.returns == Decimal(-11)


def test_the_table_has_every_metric_and_its_change(desk: Make) -> None:
    frame = grid_frame(desk(**MARCH), TABLE).set_index("label")
    assert frame.loc["Mug", ["net_sales", "previous", "growth"]].tolist() == [10.0, 21.0, pytest.approx(-11 / 21)]
    assert frame.loc["Lamp", "share"] == pytest.approx(50 / 60)


def test_the_table_is_sorted_and_cut_on_the_server(desk: Make) -> None:
    request = {"startRow": 0, "endRow": 1, "sortModel": [{"colId": "net_sales", "sort": "asc"}]}
    answer = rows_of_request(desk(**QUARTER), TABLE, request)
    assert answer["rowCount"] == 3
    assert [row["label"] for row in answer["rowData"]] == ["Postage"]


@pytest.mark.parametrize("request_", [{}, {"startRow": -5, "endRow": "x"}, {"sortModel": [{"colId": "evil"}, 3]}])
def test_a_strange_request_gets_the_first_rows(desk: Make, request_: dict[str, object]) -> None:
    assert len(rows_of_request(desk(**QUARTER), TABLE, request_)["rowData"]) == 3


def test_the_total_row_is_the_total_not_a_sum_of_ratios(desk: Make) -> None:
    total = grid_options(desk(**QUARTER), TABLE)["pinnedBottomRowData"][0]
    assert (total["label"], total["net_sales"], total["orders"]) == ("Total", 154.0, 5.0)
    assert total["aov"] == pytest.approx(30.8)


def test_columns_without_a_comparison_leave_the_change_out(desk: Make) -> None:
    fields = [column["field"] for column in grid_columns(desk(**QUARTER, compare="none"), TABLE)]
    assert "growth" not in fields
    assert fields[:3] == ["label", "net_sales", "share"]
