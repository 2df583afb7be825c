"""The generated Bosta pages: the same bytes each time, and exactly their dirt is kept out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from etl.demo.hvar_pages import write_hvar
from etl.demo.manifest import Manifest
from etl.source import Conformed
from tests.etl.sources.conformed import unaccounted
from tests.etl.sources.hvar_frames import conform_path

LAST_DAY = date(2026, 6, 30)
Made = tuple[Manifest, Conformed]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("pages")
    return write_hvar(folder, LAST_DAY, 0.1), conform_path(folder, tmp_path_factory.mktemp("landing"))


def test_the_same_day_and_size_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_hvar(tmp_path / name, LAST_DAY, 0.02)
    texts = [{path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())} for name in ("a", "b")]
    assert texts[0] == texts[1]


def test_rejected_deliveries_are_exactly_the_dirt(made: Made) -> None:
    manifest, conformed = made
    rejects = conformed.rejects.filter(pl.col("staging_table") == "shipment")
    assert dict(rejects.group_by("rule").len().rows()) == {
        "unknown state": manifest.dirt["unknown_state"], "missing tracking number": manifest.dirt["missing_tracking"],
        "amount not readable": manifest.dirt["unreadable_cod"],
    }  # fmt: skip
    assert unaccounted(conformed) == {}
    told = sum(rows for (_, table), rows in conformed.read.items() if table == "shipment")
    assert sum(rows for name, rows in manifest.rows.items() if name.endswith(".json")) == told


def test_a_product_in_any_digits_or_place_is_one_product(made: Made) -> None:
    _, conformed = made
    products = conformed.tables["order_line"].drop_nulls("product_id")
    assert products["product_id"].n_unique() == 16
    assert products["quantity"].is_between(-3, 3).all()


def test_open_deliveries_are_told_again_by_a_search_page(made: Made) -> None:
    manifest, conformed = made
    shipments = conformed.tables["shipment"]
    assert shipments.height - shipments["shipment_id"].n_unique() == manifest.dirt["poorer_row"] > 0


def test_every_kind_of_follow_up_is_there(tmp_path: Path) -> None:
    write_hvar(tmp_path, LAST_DAY, 0.1)
    page = json.loads((tmp_path / "page_0001.json").read_text(encoding="utf-8"))["data"]["deliveries"]
    assert {one["type"]["code"] for one in page} == {10, 25, 30}
    assert {45, 46, 47, 48, 49} <= {one["state"]["code"] for one in page}
    assert min(one["cod"] for one in page if isinstance(one["cod"], int)) < 0


def test_every_movement_is_there_and_stores_never_give_what_they_lack(made: Made) -> None:
    manifest, conformed = made
    moves = conformed.tables["stock_movement"].sort("movement_id", maintain_order=True)
    assert moves.height == manifest.rows["inventory_transactions.csv"]
    assert set(moves["movement_type"]) == {"receipt", "sale", "return_in", "transfer", "adjustment"}
    held = moves.sort("moved_at", maintain_order=True).select(pl.col("quantity").cum_sum().over("product_id", "hub"))
    assert min(held["quantity"].to_list()) >= -1
    assert moves.filter(pl.col("movement_type") == "transfer")["quantity"].sum() == 0


def test_receipts_have_the_purchase_price(made: Made) -> None:
    moves = made[1].tables["stock_movement"]
    assert moves.filter(pl.col("unit_cost").is_null())["movement_type"].unique().sort().to_list() == [
        "adjustment", "return_in", "sale", "transfer",
    ]  # fmt: skip


def test_two_products_lie_there_and_never_sold(made: Made) -> None:
    tables = made[1].tables
    lying = tables["product"].join(tables["order_line"], on="product_id", how="anti")
    assert lying["list_price"].to_list() == [1400, 480]
