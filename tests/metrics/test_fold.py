"""Adding up in two steps gives the very numbers of one step, and says so for every metric and breakdown."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Select, literal_column

from portal.metrics import CATALOGUE
from portal.metrics.fold import folded
from portal.metrics.lookup import dimensions_of, look_up
from portal.metrics.model import Filter, Metric, Period, Query
from portal.metrics.query import run, run_with_total
from portal.metrics.scan import aggregate_select, plan_scans
from portal.viewer import Viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN

YEAR = Period(date(2025, 4, 1), date(2026, 4, 1))
METRICS = [name for name, one in CATALOGUE.items() if isinstance(one, Metric)]
STRIP = ("net_sales", "gross_profit", "orders", "aov", "return_value_rate", "sell_through", "estimated_cogs", "units")
WEEKLY = ("net_sales", "gross_profit", "orders", "aov", "return_value_rate")


def grouped(found: Select[tuple[object, ...]], by: tuple[str, ...]) -> Select[tuple[object, ...]]:
    return found.group_by(*(literal_column(str(place + 1)) for place in range(len(by))))


def both_ways(names: tuple[str, ...], by: tuple[str, ...], viewer: Viewer, warehouses: Warehouses) -> int:
    """Compare, and say how many scans were added up in two steps."""
    question = look_up(Query(names, by, YEAR))
    opened, compared = warehouses.open(viewer, GOLDEN), 0
    for scan in plan_scans(question.metrics):
        found = folded(scan, question.asked)
        if found is not None:
            one = opened.frame(aggregate_select(scan, question.asked))
            two = opened.frame(grouped(found, by))
            assert two.schema == one.schema
            assert sorted(two.rows(), key=repr) == sorted(one.rows(), key=repr)
            compared += 1
    return compared


@pytest.mark.parametrize("name", METRICS)
def test_every_breakdown_of_a_metric(name: str, viewer: Viewer, warehouses: Warehouses) -> None:
    asked = dimensions_of(name)
    compared = sum(both_ways((name,), (by,), viewer, warehouses) for by in asked)
    assert compared <= len(asked)


@pytest.mark.parametrize("by", [(), ("category",), ("day",), ("product", "month"), ("line_type", "week")])
def test_many_metrics_at_once(by: tuple[str, ...], viewer: Viewer, warehouses: Warehouses) -> None:
    names = tuple(name for name in STRIP if set(by) <= set(dimensions_of(name)))
    assert both_ways(names, by, viewer, warehouses) >= 1


@pytest.mark.parametrize("by", ["day", "week"])
@pytest.mark.parametrize("filters", [(), (Filter("category", ("Shoes",)),), (Filter("customer", ("–",)),)])
@pytest.mark.parametrize("period", [YEAR, Period(date(2027, 1, 1), date(2027, 2, 1)), None])
def test_total_and_parts_of_one_scan(
    period: Period | None, filters: tuple[Filter, ...], by: str, viewer: Viewer, warehouses: Warehouses
) -> None:
    strip = tuple(name for name in STRIP if all(each.dimension in dimensions_of(name) for each in filters))
    total, parts = Query(strip, (), period, filters), Query(WEEKLY, (by,), period, filters)
    found = run_with_total(total, parts, viewer, [GOLDEN], warehouses)
    assert found[0].frame.equals(run(total, viewer, [GOLDEN], warehouses).frame)
    assert found[1].frame.equals(run(parts, viewer, [GOLDEN], warehouses, fill=True).frame)


def test_different_customers_are_counted_in_one_step(viewer: Viewer, warehouses: Warehouses) -> None:
    names = ("customers", "buyers", "returning_customers", "net_sales")
    total, months = Query(names, (), YEAR), Query(names, ("month",), YEAR)
    found = run_with_total(total, months, viewer, [GOLDEN], warehouses)
    assert found[0].frame.equals(run(total, viewer, [GOLDEN], warehouses).frame)
    assert found[1].frame.equals(run(months, viewer, [GOLDEN], warehouses, fill=True).frame)
    assert both_ways(("customers",), ("day",), viewer, warehouses) == 0
