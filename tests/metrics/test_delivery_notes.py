"""Bands of cash at their limits, and what a parcel says of itself; counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.metrics.model import Query
from portal.metrics.query import run
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Shelf, make_snapshot
from tests.metrics.golden import SHOP
from tests.metrics.test_governance import VIEWER


def parcel(key: int, cash: float | None, **more: Any) -> dict[str, Any]:
    return {**SHOP["fact_shipment"][0], "shipment_key": key, "shipment_id": str(key), "cod_amount": cash, **more}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    noted = [{**row, "note": {1: "2 * mug", 2: "  "}.get(row["order_key"])} for row in SHOP["fact_order"]]
    parcels = [
        parcel(1, 500.01, product_key=1, order_key=1), parcel(2, 500, product_key=1, order_key=2),
        parcel(3, 0.5, product_key=0, order_key=1), parcel(4, 0, product_key=1, order_key=0),
        parcel(5, -20, product_key=0, order_key=0), parcel(6, None, product_key=0, order_key=3),
    ]  # fmt: skip
    folder: Path = tmp_path_factory.mktemp("notes")
    tables = {**SHOP, "fact_order": noted, "fact_shipment": parcels}
    return Warehouses(Shelf({1: make_snapshot(folder, GOLDEN, tables)}), None)


def test_cash_falls_into_bands(shop: Warehouses) -> None:
    frame = run(Query(("shipments",), ("cod_band",)), VIEWER, (GOLDEN,), shop).frame
    assert dict(zip(frame["cod_band"], frame["shipments"], strict=True)) == {
        "High value": 1, "Low value": 2, "No cash": 1, "Refund": 1, None: 1,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "count"), [("documented_parcels", 1), ("parcels_with_goods", 3),
                                             ("parcels_with_notes", 2)])  # fmt: skip
def test_a_blank_note_is_none(shop: Warehouses, name: str, count: int) -> None:
    assert run(Query((name,)), VIEWER, (GOLDEN,), shop).value(name) == count


def test_documented_is_a_way_to_break_parcels_down(shop: Warehouses) -> None:
    frame = run(Query(("shipments",), ("documented",)), VIEWER, (GOLDEN,), shop).frame
    assert dict(zip(frame["documented"], frame["shipments"], strict=True)) == {"yes": 1, "no": 5}
