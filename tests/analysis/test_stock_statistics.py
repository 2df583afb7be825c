"""Ageing, classes, cover, reorder point, derived openings: small frames in, worked values out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.ageing import aged, bucket_names, mean_age
from portal.analysis.classes import abc, demand, pattern, xyz
from portal.analysis.cover import daily_levels, days_of_cover, recent
from portal.analysis.openings import derived_openings
from portal.analysis.reorder import Supply, demand_seen, reorder_point, suggested_quantity

DAY = date(2026, 3, 31)
LIMITS = [30, 60, 90, 180, 365]
UNITS = pl.Decimal(18, 4)


def layers(*rows: tuple[int, int, int | None]) -> pl.DataFrame:
    """(days ago, units, unit cost) as layers."""
    told = [(DAY - timedelta(days=ago), units, cost) for ago, units, cost in rows]
    return pl.DataFrame(told, schema={"received": pl.Date, "remaining": UNITS, "unit_cost": UNITS}, orient="row")


def test_five_units_of_15_days_and_two_of_45_are_23_57_days_old() -> None:
    assert mean_age(aged(layers((15, 5, 1), (45, 2, 1)), DAY, LIMITS)) == pytest.approx(165 / 7)
    assert round(165 / 7, 2) == 23.57


def test_buckets_hold_their_last_day() -> None:
    assert bucket_names(LIMITS) == ["0–30", "31–60", "61–90", "91–180", "181–365", "> 365"]
    found = aged(layers((30, 1, 2), (31, 1, 2), (365, 1, 2), (366, 3, 2)), DAY, LIMITS)
    assert found["age_bucket"].to_list() == ["0–30", "31–60", "181–365", "> 365"]
    assert found["remaining_amount"].to_list() == [2, 2, 2, 6]


def test_units_without_a_cost_have_an_age_and_no_value() -> None:
    found = aged(layers((0, 4, None)), DAY, LIMITS)
    assert found.select("age_days", "remaining_amount").rows() == [(0, None)]
    assert mean_age(found.clear()) is None


def test_abc_by_cumulative_revenue() -> None:
    found = pl.DataFrame({"x": [5, 80, 15, 0, None]}).select(abc(pl.col("x"))).to_series().to_list()
    assert found == ["C", "A", "B", "C", "C"]


def test_the_only_product_is_an_a() -> None:
    assert pl.DataFrame({"x": [3.0]}).select(abc(pl.col("x"))).item() == "A"


def test_demand_varies_by_hand() -> None:
    weekly = pl.DataFrame({"product": [1, 1], "units": [2, 6]})
    found = demand(weekly, pl.DataFrame({"product": [1, 2], "weeks": [4, 4]}))
    assert found.row(0) == (1, pytest.approx(sqrt(6) / 2), 2.0, 0.25)  # weeks 2 6 0 0: mean 2, variance 6; 4 ± 2
    assert found.row(1) == (2, None, None, None)


def test_kinds_of_demand_at_the_limits_of_the_paper() -> None:
    cells = pl.DataFrame({"adi": [1.31, 1.31, 1.32, 1.32, None], "cv2": [0.48, 0.49, 0.48, 0.49, None]})
    found = cells.select(pattern(pl.col("adi"), pl.col("cv2"))).to_series().to_list()
    assert found == ["smooth", "erratic", "intermittent", "lumpy", None]


def test_x_y_z_hold_their_limits() -> None:
    found = pl.DataFrame({"cv": [0.25, 0.5, 0.51, None]}).select(xyz(pl.col("cv"), [0.25, 0.5])).to_series().to_list()
    assert found == ["X", "Y", "Z", None]


def days(*rows: tuple[int, float, float]) -> pl.DataFrame:
    """(day of March, on hand at its end, sold) of one product."""
    told = [(1, 1, date(2026, 3, day), on_hand, sold) for day, on_hand, sold in rows]
    return pl.DataFrame(told, schema=["product", "place", "day", "quantity", "sold"], orient="row")


def test_means_are_those_of_days_in_stock() -> None:
    found = recent(days((1, 4, 2), (2, 0, 4), (3, 0, 0), (4, 0, 0), (5, 9, 0)), date(2026, 3, 5), 5).to_dicts()[0]
    assert (found["in_stock_days"], found["out_days"], found["units"]) == (3, 2, 6)
    assert (found["daily_units"], found["daily_deviation"]) == (2.0, 2.0)


def test_days_of_cover_need_sales() -> None:
    cells = pl.DataFrame({"left": [20.0, -1.0, 5.0], "daily": [2.0, 2.0, None]})
    assert cells.select(days_of_cover(pl.col("left"), pl.col("daily"))).to_series().to_list() == [10.0, 0.0, None]


def test_levels_of_every_day() -> None:
    begin, nowhere = date(2026, 2, 1), {"place": pl.Int64}
    changes = pl.DataFrame({
        "product": [1, 1, 1], "place": [None] * 3, "quantity": [Decimal(5), Decimal(-2), Decimal(1)],
        "day": [begin, date(2026, 3, 2), date(2026, 3, 4)],
    }, schema_overrides=nowhere)  # fmt: skip
    listed = pl.DataFrame({"product": [1], "place": [None], "listed_from": [begin]}, schema_overrides=nowhere)
    found = daily_levels(changes, listed, date(2026, 3, 1), date(2026, 3, 4))
    assert found["quantity"].to_list() == [5, 3, 3, 4]


def supply(**changes: Any) -> Supply:
    return Supply(**{"lead_days": 9.0, "lead_deviation": 2.0, "service": 0.95, "cover_days": 10.0, **changes})


def test_reorder_point_by_hand() -> None:
    """9 days at 4 ± 2: 36 + 1.6449·√(9·4 + 16·4) = 36 + 16.449."""
    cells = pl.DataFrame({"daily": [4.0, None], "spread": [2.0, None]})
    found = cells.select(reorder_point(pl.col("daily"), pl.col("spread"), supply())).to_series().to_list()
    assert found == [pytest.approx(52.4485, abs=1e-4), None]


def test_an_order_is_suggested_at_or_below_the_point() -> None:
    cells = pl.DataFrame({"left": [53, 50, -2], "point": [52.5] * 3, "daily": [4.0] * 3})
    asked = suggested_quantity(pl.col("left"), pl.col("point"), pl.col("daily"), supply())
    assert cells.select(asked).to_series().to_list() == [0.0, 43.0, 95.0]  # up to 52.5 + 40


def test_demand_of_past_lead_times() -> None:
    sold = days(*((day, 9, day % 2) for day in range(1, 12)))
    found = demand_seen(sold, supply(lead_days=2.0)).to_dicts()[0]
    assert found["demand_seen"] == 1.0


def counted(quantity: int) -> pl.DataFrame:
    types = {"product": pl.Int64, "place": pl.Int64, "quantity": UNITS, "unit_cost": UNITS}
    return pl.DataFrame([(1, 1, quantity, 2)], schema=types, orient="row")


SOLD = pl.DataFrame({"product": [1, 1, 1], "day": [date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)],
                     "quantity": [4, 3, 2]}, schema_overrides={"quantity": UNITS})  # fmt: skip


def test_counted_stock_replaced_what_was_sold_last() -> None:
    found = derived_openings(counted(4), SOLD, date(2026, 1, 1))
    assert found.select("day", "quantity").rows() == [(date(2026, 2, 5), 2), (date(2026, 3, 5), 2)]


def test_counted_stock_beyond_all_sales_lies_there_since_the_first() -> None:
    found = derived_openings(counted(12), SOLD, date(2026, 1, 1))
    assert found.group_by("day").agg(pl.col("quantity").sum()).sort("day").row(0) == (date(2026, 1, 5), 7)
    assert found["quantity"].sum() == 12


def test_counted_stock_nobody_bought_lies_there_since_the_data_begins() -> None:
    found = derived_openings(counted(3), SOLD.clear(), date(2026, 1, 1))
    assert found.select("day", "quantity").rows() == [(date(2026, 1, 1), 3)]


@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), unique_by=lambda row: row[0]))
def test_derived_layers_add_up_to_the_count(count: int, sales: list[tuple[int, int]]) -> None:
    told = [(1, DAY - timedelta(days=ago), units) for ago, units in sales]
    sold = pl.DataFrame(told, schema={"product": pl.Int64, "day": pl.Date, "quantity": UNITS}, orient="row")
    found = derived_openings(counted(count), sold, DAY - timedelta(days=90))
    assert found["quantity"].sum() == count
    assert found["quantity"].min() > 0  # type: ignore[operator]
