"""The worked examples of the canon: loaded from files, then asked for like any number."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import pytest

from etl.pipeline import LoadRequest, Moment, run
from portal.metrics.explain import explain
from portal.metrics.model import Filter, Query
from portal.policies import POLICIES
from portal.studies.shelf import StudyShelf
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.store import SnapshotStore
from tests.etl.shop import NOW, MemoryLedger

TENANT = TenantRef(1, "Examples", "USD", "UTC", "US")
VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (TENANT,))
MAPPING = """
name = "Worked examples"
[[entity]]
name = "stock_movement"
files = ["movements.csv"]
columns = { product_id = "product", movement_date = "day", quantity = "quantity", unit_cost = "cost" }
[[entity]]
name = "order_line"
files = ["lines.csv"]
constants = { order_status = "delivered" }
[entity.columns]
order_id = "order"
order_date = "day"
customer_id = "customer"
product_id = "product"
product = "product"
quantity = "quantity"
line_amount = "amount"
[[entity]]
name = "loyalty_entry"
files = ["points.csv"]
columns = { customer_id = "customer", order_id = "order", entry_date = "day", points = "points", entry_type = "kind" }
"""
MOVEMENTS = """product,day,quantity,cost
Kettle,2026-03-01,10,100
Kettle,2026-03-02,10,120
Lamp,2026-03-16,5,1
Lamp,2026-02-14,2,1
"""
LINES = """order,day,customer,product,quantity,amount
1,2026-03-03,,Kettle,15,3000
2,2026-03-31,ann,Hall,1,100000
"""
POINTS = """customer,order,day,points,kind
ann,2,2026-03-31,10000,earned_purchase
"""


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    folder = tmp_path_factory.mktemp("examples")
    mapping = Path(tmp_path_factory.mktemp("mapping")) / "examples.toml"
    for path, text in (
        (mapping, MAPPING), (folder / "movements.csv", MOVEMENTS), (folder / "lines.csv", LINES),
        (folder / "points.csv", POINTS),
    ):  # fmt: skip
        path.write_text(text)
    store = SnapshotStore(tmp_path_factory.mktemp("home"), keep=3)
    assert run(LoadRequest(TENANT, "table", folder, mapping), store, MemoryLedger(), Moment(NOW)).is_tied
    values = {name: policy.default for name, policy in POLICIES.items()} | {"point_value": 1}
    return Warehouses(store, None, lambda _: values, StudyShelf(store))


@pytest.mark.parametrize(
    ("name", "product", "expected"),
    [
        ("cogs", "Kettle", "1650"), ("fifo_cogs", "Kettle", "1600"), ("inventory_value", "Kettle", "550"),
        ("fifo_value", "Kettle", "600"), ("stock_age", "Lamp", "23.57"), ("points_liability", "", "8842.30"),
    ],
)  # fmt: skip
def test_the_example_as_it_is_explained(examples: Warehouses, name: str, product: str, expected: str) -> None:
    filters = (Filter("product", (product,)),) if product else ()
    found = explain(name, Query((), (), None, filters), VIEWER, [TENANT], examples)
    assert round(D(str(found.value)), 2) == D(expected)
