"""Metrics that count different values of one column are told from one row per value: the same numbers as one by one."""

from __future__ import annotations

from datetime import date

import pytest

from portal.metrics import CATALOGUE
from portal.metrics.lookup import dimensions_of, look_up
from portal.metrics.model import Filter, Metric, Period, Query
from portal.metrics.query import run, run_with_total
from portal.metrics.scan import key_of, plan_scans
from portal.viewer import Viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN

YEAR = Period(date(2025, 4, 1), date(2026, 4, 1))
NEVER = Period(date(2020, 1, 1), date(2020, 2, 1))
PEOPLE = ("buyers", "new_customers", "returning_customers", "repeat_customers", "orders")
KEYED = tuple(name for name, one in CATALOGUE.items() if isinstance(one, Metric) and key_of(one) is not None)
WAYS = sorted({by for name in KEYED for by in dimensions_of(name)})


def test_all_that_count_customers_are_one_scan_and_orders_go_along() -> None:
    scans = plan_scans(look_up(Query((*PEOPLE, "net_sales"), ("month",))).metrics)
    assert [[metric.name for metric in scan.metrics] for scan in scans] == [list(PEOPLE), ["net_sales"]]


def test_one_that_counts_different_values_alone_is_a_plain_scan() -> None:
    (scan,) = plan_scans(look_up(Query(("buyers",))).metrics)
    assert scan.key is None


@pytest.mark.parametrize(("by", "period"), [*((by, YEAR) for by in WAYS), ("month", NEVER), ("category", None)])
def test_together_they_are_what_they_are_alone(
    by: str, period: Period | None, viewer: Viewer, warehouses: Warehouses
) -> None:
    names = [name for name in KEYED if by in dimensions_of(name)]
    together = run(Query(tuple(names), (by,), period), viewer, (GOLDEN,), warehouses).frame.set_index(by)
    for name in names:
        alone = run(Query((name,), (by,), period), viewer, (GOLDEN,), warehouses).frame.set_index(by)[name]
        some = together[name][[value not in {0, None} for value in together[name]]]
        assert some.to_dict() == {key: value for key, value in alone.to_dict().items() if value not in {0, None}}


@pytest.mark.parametrize("filters", [(), (Filter("category", ("Shoes",)),)])
@pytest.mark.parametrize("period", [YEAR, NEVER, None])
def test_with_their_total(
    filters: tuple[Filter, ...], period: Period | None, viewer: Viewer, warehouses: Warehouses
) -> None:
    whole, split = Query(PEOPLE, (), period, filters), Query(PEOPLE[1:], ("week",), period, filters)
    total, parts = run_with_total(whole, split, viewer, (GOLDEN,), warehouses)
    assert total.frame.equals(run(whole, viewer, (GOLDEN,), warehouses).frame)
    assert parts.frame.equals(run(split, viewer, (GOLDEN,), warehouses, fill=True).frame)
