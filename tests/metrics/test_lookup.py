"""Names and combinations that do not exist get an answer a person can use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.errors import InputError, UnknownNameError
from portal.metrics import CATALOGUE, DIMENSIONS, by_name
from portal.metrics.lookup import can_answer, look_up, metrics_of
from portal.metrics.model import Filter, Metric, Period, Query, Ratio
from portal.metrics.query import run
from portal.metrics.sales import NET_SALES
from portal.metrics.scan import plan_scans
from portal.viewer import operator_viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Ask, Shelf, make_snapshot
from tests.metrics.golden import MAR31, SHOP

STRIP = ("net_sales", "gross_profit", "gross_margin", "cost_coverage", "orders", "aov", "units", "booked_revenue")


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        (Query(("net_sails",)), UnknownNameError, "no metric called 'net_sails'. Did you mean net_sales"),
        (Query(("orders",), ("categroy",)), UnknownNameError, "Did you mean category"),
        (Query(("orders",), (), None, (Filter("chanel", ("web",)),)), UnknownNameError, "Did you mean channel"),
        (Query(()), InputError, "Name at least one metric"),
        (Query(("orders", "orders")), InputError, "'orders' is named twice"),
        (Query(("orders",), ("day", "day")), InputError, "'day' is named twice"),
        (Query(("orders",), (), Period(date(2026, 1, 2), date(2026, 1, 2))), InputError, "period is empty"),
        (Query(("on_hand",), ("day",)), InputError, "on_hand is a state as of the snapshot and has no day"),
        (Query(("sell_through",), ("channel",)), InputError, r"sell_through \(through on_hand\) cannot"),
        (Query(("orders",), ("shipment_mode",)), InputError, "shipment_mode exists for: shipments,"),
        (Query(("staff_score",)), InputError, "only has a meaning by employee"),
    ],
)
def test_a_question_without_answer_says_why(query: Query, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        look_up(query)


@pytest.mark.parametrize(
    ("dimension", "value"), [("booked", "maybe"), ("day", "31.12.2026"), ("hour", "noon"), ("cohort_age", "x")]
)
def test_a_filter_value_of_the_wrong_form_is_refused(ask: Ask, dimension: str, value: str) -> None:
    with pytest.raises(InputError, match=f"{dimension}.*'{value}'|{dimension} is yes or no"):
        ask("order_lines", where={dimension: value})


def test_a_name_can_be_defined_only_once() -> None:
    with pytest.raises(ValueError, match="Two definitions are called 'net_sales'"):
        by_name([NET_SALES, replace(NET_SALES, label="Other")])


def test_metrics_on_one_fact_share_a_scan() -> None:
    scans = plan_scans(look_up(Query(STRIP)).metrics)
    assert [scan.fact.name for scan in scans] == ["fact_order_line", "fact_order"]


def test_the_smaller_fact_is_taken_only_where_it_has_everything() -> None:
    facts = [look_up(Query(("orders",), by)).metrics[0].fact.name for by in ((), ("channel",), ("product",))]
    assert facts == ["fact_order", "fact_order", "fact_order_line"]


@pytest.mark.parametrize("dimension", ["month", "channel", "city", "employee", "has_customer", "order_status"])
def test_the_smaller_fact_gives_the_same_number(tmp_path: Path, dimension: str) -> None:
    """Also where goods came back in another month than they were sold in."""
    late = {**SHOP["fact_order_line"][0], "line_key": 99, "line_type": "return", "order_date": MAR31}
    shop = {**SHOP, "fact_order_line": [*SHOP["fact_order_line"], late]}
    warehouses = Warehouses(Shelf({1: make_snapshot(tmp_path, GOLDEN, shop)}), None)
    names = tuple(name for name, one in CATALOGUE.items() if isinstance(one, Metric) and one.cheaper is not None)
    small, large = (
        run(Query(names, (dimension,), None, filters), operator_viewer((GOLDEN,)), (GOLDEN,), warehouses).frame
        for filters in ((), (Filter("merchandise", ("yes", "no")),))
    )
    assert small.values.tolist() == large.values.tolist()


def test_can_answer_knows_before_asking() -> None:
    assert can_answer("net_sales", ("product", "day"))
    assert not can_answer("inventory_value", ("channel",))


def test_every_part_of_a_formula_is_in_the_catalogue() -> None:
    named = {part for one in CATALOGUE.values() if isinstance(one, Metric) for part in one.parts}
    named |= {metric.name for one in CATALOGUE.values() for metric in metrics_of(one)}
    named |= {side.name for one in CATALOGUE.values() if isinstance(one, Ratio) for side in (one.top, one.bottom)}
    assert named <= set(CATALOGUE)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_definition_reads_like_a_sentence(name: str) -> None:
    measure = CATALOGUE[name]
    assert measure.label
    assert measure.meaning.endswith(".")
    assert measure.strength in {"S", "V", "D"}


def test_no_metric_and_dimension_share_a_name() -> None:
    assert not set(CATALOGUE) & set(DIMENSIONS)
