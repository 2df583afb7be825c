"""Real files through a mapping: the control totals of the reference data, to the penny."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from etl.mapping import load_mapping
from etl.source import Conformed, Origin, RawTable, TenantRules
from etl.sources.table import conform

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the reference data folder shared/data is not beside the checkout"),
]


def raw_tables(archive: Path) -> list[RawTable]:
    """All CSV members, those of one header together, as the reader gives them."""
    groups: dict[tuple[str, ...], list[tuple[Origin, pl.DataFrame]]] = {}
    with zipfile.ZipFile(archive) as members:
        names = sorted(name for name in members.namelist() if name.endswith(".csv"))
        for key, name in enumerate(names, start=1):
            rows = pl.read_csv(io.BytesIO(members.read(name)), infer_schema=False)
            rows = rows.with_columns(
                pl.lit(key, dtype=pl.Int64).alias("origin_key"),
                pl.int_range(2, pl.len() + 2, dtype=pl.Int32).alias("source_row"),
            )
            origin = Origin(key, f"{archive}!{name}", Path(name).name, "", "")
            groups.setdefault(tuple(rows.columns), []).append((origin, rows))
    return [
        RawTable(tuple(one for one, _ in group), pl.concat([rows for _, rows in group])) for group in groups.values()
    ]


@pytest.fixture(scope="module")
def retail() -> Conformed:
    mapping = load_mapping(ROOT / "docs/examples/online_retail.toml")
    tables = raw_tables(DATA / "online_retail" / "online_retail_by_day.zip")
    return conform(tables, TenantRules("GBP", "Europe/London", "GB"), mapping)


@pytest.fixture(scope="module")
def lines(retail: Conformed) -> pl.DataFrame:
    return retail.tables["order_line"]


def test_every_line_of_305_files_is_there(retail: Conformed, lines: pl.DataFrame) -> None:
    assert (len(retail.read), sum(retail.read.values())) == (305, 541_909)
    assert (lines.height, retail.rejects.height) == (541_909, 0)


def test_totals(lines: pl.DataFrame) -> None:
    assert lines["line_amount"].sum() == Decimal("9747747.934")
    assert lines["quantity"].sum() == Decimal(5_176_450)
    assert lines.filter(country="United Kingdom")["line_amount"].sum() == Decimal("8187806.364")


def test_invoices_and_customers(lines: pl.DataFrame) -> None:
    assert lines["order_id"].n_unique() == 25_900
    assert lines["customer_id"].drop_nulls().n_unique() == 4_372
    assert lines["customer_id"].null_count() == 135_080
    assert "17850" in lines["customer_id"]


def test_cancellations_returns_and_prices(lines: pl.DataFrame) -> None:
    cancelled = lines.filter("is_cancellation")
    assert (cancelled.height, cancelled["line_amount"].sum()) == (9_288, Decimal("-896812.49"))
    assert lines["is_return"].sum() == 10_624
    assert lines.select((pl.col("unit_price") == 0).sum(), less=(pl.col("unit_price") < 0).sum()).row(0) == (2_515, 2)


def test_identical_lines_are_kept_apart(lines: pl.DataFrame) -> None:
    assert lines["row_key"].n_unique() == 541_909
    assert lines["row_key"].str.contains("-", literal=True).sum() == 5_268


def test_the_clean_set(lines: pl.DataFrame) -> None:
    clean = lines.filter(
        pl.col("customer_id").is_not_null(),
        ~pl.col("is_cancellation"),
        pl.col("quantity") > 0,
        pl.col("unit_price") > 0,
    )
    assert clean.height == 397_884
    assert (clean["customer_id"].n_unique(), clean["order_id"].n_unique()) == (4_338, 18_532)
    assert clean["line_amount"].sum() == Decimal("8911407.904")


def test_postage_and_fees_are_no_merchandise(lines: pl.DataFrame) -> None:
    codes = lines.filter(~pl.col("is_merchandise"))["product_id"].unique().to_list()
    assert {"POST", "DOT", "m", "M", "AMAZONFEE", "BANK CHARGES"} <= set(codes)
    assert len(codes) == 16


@pytest.fixture(scope="module")
def dialects() -> list[pl.DataFrame]:
    mapping = load_mapping(ROOT / "docs/examples/scms.toml")
    tables = raw_tables(DATA / "scms" / "scms_delivery_history.zip")
    found = [conform([table], TenantRules("USD", "UTC", "US"), mapping) for table in tables]
    assert [one.rejects.height for one in found] == [0, 0]
    return [one.tables["shipment"].sort("shipment_id") for one in found]


def test_both_dialects_are_equal(dialects: list[pl.DataFrame]) -> None:
    first, second = (frame.drop("origin_key", "source_row") for frame in dialects)
    assert first.equals(second)


def test_shipments(dialects: list[pl.DataFrame]) -> None:
    shipments = dialects[0]
    assert (shipments.height, shipments["row_key"].n_unique()) == (10_324, 10_324)
    assert shipments["shipment_amount"].sum() == Decimal("1627584457.29")
    assert (shipments["fee_amount"].count(), shipments["fee_amount"].sum()) == (6_198, Decimal("68817849.41"))


def test_late_by_mode(dialects: list[pl.DataFrame]) -> None:
    late = pl.col("delivered_date") > pl.col("promised_date")
    found = dialects[0].group_by("shipment_mode").agg(late.sum(), pl.len()).sort("shipment_mode", nulls_last=True)
    assert found.rows() == [
        ("Air", 587, 6_113), ("Air Charter", 75, 650), ("Ocean", 65, 371), ("Truck", 455, 2_830), (None, 4, 360),
    ]  # fmt: skip
