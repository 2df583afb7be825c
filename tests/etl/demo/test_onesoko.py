"""The demo marketplace: same bytes twice, what is kept out is exactly the dirt, and it adds up."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from etl.demo.manifest import Manifest
from etl.demo.onesoko import price_on
from etl.demo.onesoko_export import write_onesoko
from etl.source import Conformed
from tests.etl.sources.conformed import unaccounted
from tests.etl.sources.onesoko_tables import conform_document, read_document

LAST_DAY = date(2026, 6, 30)
SCALE = 0.2


@pytest.fixture(scope="module")
def soko(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, Conformed]:
    folder = tmp_path_factory.mktemp("soko")
    manifest = write_onesoko(folder, LAST_DAY, SCALE)
    return manifest, conform_document(read_document(folder / "onesoko_export.json"))


def rules(conformed: Conformed, table: str) -> dict[str, int]:
    kept_out = conformed.rejects.filter(pl.col("staging_table") == table, pl.col("outcome") == "rejected")
    return dict(kept_out.group_by("rule").len().rows())


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("once", "twice"):
        (tmp_path / name).mkdir()
        write_onesoko(tmp_path / name, LAST_DAY, 0.02)
        digests.add(hashlib.sha256((tmp_path / name / "onesoko_export.json").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_rejected_orders_are_exactly_the_dirt(soko: tuple[Manifest, Conformed]) -> None:
    manifest, conformed = soko
    assert rules(conformed, "order") == {
        "unknown status": manifest.dirt["unknown_status"], "missing order_date": manifest.dirt["missing_date"],
        "date not readable": manifest.dirt["unreadable_date"],
    }  # fmt: skip


def test_rejected_items_are_exactly_the_dirt(soko: tuple[Manifest, Conformed]) -> None:
    manifest, conformed = soko
    assert rules(conformed, "order_line") == {
        "its order was rejected": manifest.dirt["items_of_rejected_orders"],
        "no order with this id": manifest.dirt["orphan_items"],
        "quantity is not positive": manifest.dirt["zero_quantity"],
    }  # fmt: skip
    assert rules(conformed, "shipment_event")["unknown status"] == manifest.dirt["unknown_tracking"]


def test_every_record_is_accounted_for(soko: tuple[Manifest, Conformed]) -> None:
    manifest, conformed = soko
    assert unaccounted(conformed) == {}
    twice = manifest.rows["shops"] + manifest.rows["order_analytics"]  # owners and shops, returns and ratings
    assert sum(conformed.read.values()) == sum(manifest.rows.values()) + conformed.tables["shipment"].height + twice


def test_lines_add_up_to_their_orders(soko: tuple[Manifest, Conformed]) -> None:
    tables = soko[1].tables
    sums = tables["order_line"].group_by("order_id").agg(pl.col("line_amount").sum())
    both = tables["order"].unique("order_id").join(sums, on="order_id")
    assert both.height > 900
    assert both.filter(pl.col("line_amount") != pl.col("total_amount")).is_empty()


def test_points_add_up_to_the_balances_without_an_opening(soko: tuple[Manifest, Conformed]) -> None:
    entries = soko[1].tables["loyalty_entry"]
    assert entries.filter(pl.col("entry_type") == "opening_balance")["points"].unique().to_list() == [0]
    assert entries["points"].sum() > 0


def test_nothing_happens_after_the_last_day(soko: tuple[Manifest, Conformed]) -> None:
    tables = soko[1].tables
    days = {"order": "order_date", "shipment_event": "event_date", "return_line": "return_date",
            "loyalty_entry": "entry_date", "review": "review_date"}  # fmt: skip
    assert max(tables[name][column].max() for name, column in days.items()) == LAST_DAY  # type: ignore[type-var]


def test_prices_were_lower_before_and_at_promotions() -> None:
    assert [price_on(1000, age, 0.0) for age in (0, 200, 400)] == [1000, 940, 885]
    assert Decimal(price_on(1000, 0, 0.2)) == 800
