"""Forecasts of a shop that sells the same each week: 14 weeks of mugs by weekday and one lamp a day, up to 31 March."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select

from portal.analysis.forecast import Plan
from portal.errors import InputError
from portal.events import CALENDAR_EVENTS
from portal.forecasts import keep_forecasts, kept_forecasts
from portal.metrics.model import Period, Query
from portal.metrics.query import run
from portal.policies import POLICIES
from portal.studies.forecast_parts import forecast_parts
from portal.studies.forecast_rows import known_days
from portal.studies.forecast_series import read_series, whole_history
from portal.studies.shelf import StudyShelf
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouse, Warehouses
from portal.warehouse.schema import study_forecast
from tests.metrics.conftest import EMPTY, GOLDEN, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import SHOP

VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (GOLDEN, EMPTY))
LAST = date(2026, 3, 31)
DAYS = [LAST - timedelta(days=back) for back in range(97, -1, -1)]
LAMPS = 5


def mugs(day: date) -> int:
    """Pounds of mugs sold: 10 on Mondays to 16 on Sundays."""
    return 10 + day.weekday()


def shop_tables() -> dict[str, Any]:
    orders: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for key, day in enumerate(DAYS, start=1):
        shared = {"order_key": key, "source": "table", "order_date": day, "order_hour": 9, "order_status": "delivered",
                  "is_booked": True, "is_realised": True, "has_customer": True, "customer_key": 1, "channel_key": 1,
                  "employee_key": 1, "place_key": 1, "origin_key": 1, "source_row": key}  # fmt: skip
        orders.append({**shared, "order_id": f"O{key}", "document_type": "order", "total_amount": mugs(day) + LAMPS})
        for product, amount in ((1, mugs(day)), (2, LAMPS)):
            lines.append({**shared, "line_key": len(lines) + 1, "line_type": "sale", "product_key": product,
                          "is_merchandise": True, "price_sign": "positive", "quantity": 1, "unit_price": amount,
                          "gross_amount": amount, "discount_amount": 0, "net_amount": amount})  # fmt: skip
    return {**SHOP, "fact_order": orders, "fact_order_line": lines, "fact_stock_level": []}


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    folder: Path = tmp_path_factory.mktemp("forecasts")
    nothing = {**SHOP, "fact_order": [], "fact_order_line": []}
    shelf = Shelf({1: make_snapshot(folder, GOLDEN, shop_tables()), 4: make_snapshot(folder, EMPTY, nothing)})
    return Warehouses(shelf, None, shelf=StudyShelf(StudyStore(folder, shelf)))


@pytest.fixture(scope="module")
def shop(warehouses: Warehouses) -> Warehouse:
    return warehouses.open(VIEWER, GOLDEN)


def rows_of(shop: Warehouse, **wanted: str) -> pl.DataFrame:
    table = study_forecast.c
    return shop.frame(select(study_forecast).where(*(table[name] == value for name, value in wanted.items())))


def test_a_series_has_every_day_that_is_over(shop: Warehouse) -> None:
    series = read_series(shop, "net_sales", "total", "day")
    assert series["ds"].to_list() == DAYS
    assert series["y"].to_list() == [float(mugs(day) + LAMPS) for day in DAYS]


def test_weeks_that_are_cut_do_not_count(shop: Warehouse) -> None:
    weeks = read_series(shop, "net_sales", "category", "week").filter(part="Home")
    assert weeks["ds"].min() == date(2025, 12, 29)
    assert weeks["ds"].max() == date(2026, 3, 23)
    assert set(weeks["y"]) == {7.0 * LAMPS}


def test_the_day_of_the_load_is_not_over(shop: Warehouse) -> None:
    snapshot = shop.snapshot
    object.__setattr__(snapshot, "built_at", datetime(2026, 3, 31, 12))
    try:
        history = whole_history(shop, "day")
        assert history is not None
        assert history.last == date(2026, 3, 30)
    finally:
        object.__setattr__(snapshot, "built_at", datetime(2026, 4, 1, 6))


def test_what_repeats_each_week_is_forecast(shop: Warehouse) -> None:
    days = rows_of(shop, forecast_of="net_sales", grain="day", cut="total").sort("step")
    assert days["forecast_date"].to_list()[:2] == [date(2026, 4, 1), date(2026, 4, 2)]
    assert days["forecast_value"].to_list()[:7] == pytest.approx([17, 18, 19, 20, 21, 15, 16], abs=0.5)
    assert days["wape"].max() == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("grain", ["day", "week", "month", "landing"])
@pytest.mark.parametrize("cut", ["category", "shop", "product"])
def test_parts_add_up_to_everything(shop: Warehouse, cut: str, grain: str) -> None:
    wanted = {"forecast_of": "net_sales", "grain": grain}
    whole = rows_of(shop, **wanted, cut="total").sort("forecast_date")
    parts = rows_of(shop, **wanted, cut=cut).group_by("forecast_date").agg(pl.col("forecast_value").sum())
    assert parts.sort("forecast_date")["forecast_value"].to_list() == pytest.approx(whole["forecast_value"].to_list())


def test_the_month_that_begins_is_all_ahead(shop: Warehouse) -> None:
    landing = rows_of(shop, forecast_of="net_sales", grain="landing", cut="total").row(0, named=True)
    april = sum(mugs(date(2026, 4, day)) + LAMPS for day in range(1, 31))
    assert landing["forecast_date"] == date(2026, 4, 1)
    assert landing["forecast_value"] == pytest.approx(april, rel=0.02)


def test_numbers_of_the_screen_follow_filters(warehouses: Warehouses) -> None:
    question = Query(("forecast_sales_7", "forecast_units_28"), ("category",), Period(DAYS[0], LAST))
    frame: Any = run(question, VIEWER, (GOLDEN,), warehouses).frame.set_index("category")
    assert float(frame.loc["Home", "forecast_sales_7"]) == pytest.approx(7 * LAMPS, abs=0.5)
    assert float(frame.loc["Kitchen", "forecast_units_28"]) == pytest.approx(28, abs=0.5)


def test_without_sales_there_is_no_forecast(warehouses: Warehouses) -> None:
    empty = warehouses.open(VIEWER, EMPTY)
    assert rows_of(empty, cut="total").height == 0
    with pytest.raises(InputError, match="Nothing was sold"):
        forecast_parts(empty, "net_sales", "", Plan("week", 4))


def test_the_console_says_what_the_screen_says(shop: Warehouse) -> None:
    told = forecast_parts(shop, "net_sales", "category", Plan("day", 42)).rows.filter(unique_id="Kitchen")
    shown = rows_of(shop, forecast_of="net_sales", grain="day", cut="category", part="Kitchen").sort("step")
    assert told["forecast"].to_list() == pytest.approx(shown["forecast_value"].to_list())
    assert told["low80"].to_list() == pytest.approx(shown["low80"].to_list())


def test_events_are_days_the_calendar_knows(warehouses: Warehouses) -> None:
    values = {name: policy.default for name, policy in POLICIES.items()}
    marked = {**values, CALENDAR_EVENTS: [["2026-03-02", "2026-03-03", "Spring Sale"]]}
    shelf = Shelf({1: warehouses.open(VIEWER, GOLDEN).snapshot})
    warehouse = Warehouses(shelf, None, lambda _tenant: marked).open(VIEWER, GOLDEN)
    features = known_days(warehouse, date(2026, 3, 1), date(2026, 3, 5)).features
    assert features["event: spring sale"].to_list() == [0, 1, 1, 0, 0]


def test_each_day_is_kept_once_and_read_back(shop: Warehouse, tmp_path: Path) -> None:
    assert keep_forecasts(tmp_path, shop)
    assert not keep_forecasts(tmp_path, shop)
    kept = kept_forecasts(tmp_path, ("net_sales", "week", "category", "Home"))
    assert kept["made_on"].unique().to_list() == [LAST]
    assert kept["forecast_value"].to_list() == pytest.approx([7.0 * LAMPS] * 13, rel=0.02)
    assert kept_forecasts(tmp_path / "none", ("net_sales", "week", "total", "")).height == 0


def test_a_tenant_of_another_country_has_other_holidays(warehouses: Warehouses) -> None:
    snapshot = warehouses.open(VIEWER, GOLDEN).snapshot
    egypt = TenantRef(1, "Golden", "GBP", "Europe/London", "EG")
    viewer = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (egypt,))
    warehouse = Warehouses(Shelf({1: snapshot}), None).open(viewer, egypt)
    assert "ramadan" in known_days(warehouse, date(2026, 1, 1), date(2026, 4, 1)).features.columns
