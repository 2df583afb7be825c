"""Service, points, reviews and pay of the golden shop."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import pytest

from portal.metrics.model import Query
from portal.metrics.query import run
from portal.viewer import operator_viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Ask, Shelf, make_snapshot
from tests.metrics.golden import FEB5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("service_cases", 2), ("service_cost", 6), ("points_issued", 50), ("points_redeemed", 20),
        ("points_balance", 25), ("redemption_rate", D("0.4")), ("reviews", 2), ("average_rating", D("3.5")),
        ("payroll", 85),
    ],
)  # fmt: skip
def test_numbers_after_the_sale(ask: Ask, name: str, expected: object) -> None:
    assert ask(name).value(name) == expected


def test_cases_by_kind_and_state(ask: Ask) -> None:
    assert ask("service_cases", by="case_type,case_status").frame.values.tolist() == [
        ["hub", "closed", 1], ["ticket", "open", 1],
    ]  # fmt: skip


def test_deliveries_by_class_and_outcome(tmp_path: Path) -> None:
    rows = [
        {"shipment_key": key, "shipment_id": f"S{key}", "ship_date": FEB5, "courier_class": kind, "outcome": outcome}
        for key, (kind, outcome) in enumerate(
            [("real_sale", "succeeded"), ("real_sale", "succeeded"), ("operational", "failed"), (None, "open")], 1
        )
    ]
    warehouses = Warehouses(Shelf({1: make_snapshot(tmp_path, GOLDEN, {"fact_shipment": rows})}), None)
    question = Query(("shipments", "succeeded_shipments", "failed_shipments"), ("courier_class",))
    frame = run(question, operator_viewer((GOLDEN,)), (GOLDEN,), warehouses).frame.set_index("courier_class")
    assert frame.loc["real_sale"].tolist() == [2, 2, 0]
    assert frame.loc["operational"].tolist() == [1, 0, 1]
    assert frame["shipments"].sum() == 4
