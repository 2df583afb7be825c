"""The demo generator: same bytes twice, rejects are exactly the dirt, and the shape of a real shop."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from etl.demo.demand import Loyalty, Peak, Season, daily_demand, draw_purchases, peak_lift, two_years
from etl.demo.easy_ecom import write_easy_ecom
from etl.demo.imiq import list_price, state_after
from etl.demo.imiq_book import write_imiq
from etl.demo.manifest import Manifest
from etl.demo.shops import KAVERI, MAPLE, prepare
from etl.source import Conformed
from tests.etl.sources.conformed import AMERICA, INDIA, conform_files, unaccounted

LAST_DAY = date(2026, 6, 30)
SCALE = 0.05


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, Conformed]:
    folder = tmp_path_factory.mktemp("desk")
    manifest = write_imiq(folder, LAST_DAY, SCALE)
    return manifest, conform_files("imiq", folder, tmp_path_factory.mktemp("landing"), INDIA)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, Conformed]:
    folder = tmp_path_factory.mktemp("store")
    manifest = write_easy_ecom(folder, LAST_DAY, SCALE)
    return manifest, conform_files("easy_ecom", folder, tmp_path_factory.mktemp("landing"), AMERICA)


def rules(conformed: Conformed, table: str) -> dict[str, int]:
    kept_out = conformed.rejects.filter(pl.col("staging_table") == table)
    return dict(kept_out.group_by("rule").len().rows())


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("write", [write_imiq, write_easy_ecom])
def test_the_same_day_gives_the_same_bytes(write: object, tmp_path: Path) -> None:
    for name in ("once", "twice"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, LAST_DAY, 0.02)  # type: ignore[operator]
    assert digests(tmp_path / "once") == digests(tmp_path / "twice")


def test_rejected_orders_are_exactly_the_dirt(desk: tuple[Manifest, Conformed]) -> None:
    manifest, conformed = desk
    assert rules(conformed, "order") == {
        "date not readable": manifest.dirt["unreadable_date"], "missing order_date": manifest.dirt["missing_date"],
        "unknown status": manifest.dirt["unknown_status"], "missing quantity": manifest.dirt["missing_quantity"],
        "repeated header row": manifest.dirt["repeated_header"],
    }  # fmt: skip


def test_doubled_orders_are_exactly_the_dirt(desk: tuple[Manifest, Conformed]) -> None:
    manifest, conformed = desk
    orders = conformed.tables["order"]
    assert orders.height - orders["row_key"].n_unique() == manifest.dirt["status_update"] + manifest.dirt["exact_copy"]


def test_harmless_mess_is_understood(desk: tuple[Manifest, Conformed]) -> None:
    manifest, conformed = desk
    orders = conformed.tables["order"]
    assert orders["total_amount"].null_count() == manifest.dirt["money_missing"]
    assert orders["is_total_estimated"].sum() == manifest.dirt["total_from_parts"]
    assert orders["order_status"].null_count() == manifest.dirt["missing_status"]
    assert set(orders["payment_method"]) == {"COD", "Prepaid"}
    assert set(conformed.tables["order_line"]["product_id"]) <= set(conformed.tables["product"]["product_id"])


def test_every_generated_row_is_accounted_for(
    desk: tuple[Manifest, Conformed], store: tuple[Manifest, Conformed]
) -> None:
    manifest, conformed = desk
    assert unaccounted(conformed) == unaccounted(store[1]) == {}
    read = sum(rows for (_, table), rows in conformed.read.items() if table == "order")
    assert read == manifest.rows["NewOrders"] - manifest.dirt["empty_row"]


def test_orders_run_to_the_last_day_and_not_beyond(desk: tuple[Manifest, Conformed]) -> None:
    days = desk[1].tables["order"]["order_date"]
    assert days.max() == LAST_DAY
    assert days.filter(days < LAST_DAY - timedelta(days=729)).is_empty()


def test_kept_out_sales_are_exactly_the_dirt(store: tuple[Manifest, Conformed]) -> None:
    manifest, conformed = store
    assert rules(conformed, "order_line") == {
        "date not readable": manifest.dirt["unreadable_date"], "missing order_date": manifest.dirt["missing_date"],
        "number not readable": manifest.dirt["unreadable_quantity"],
        "repeated header row": manifest.dirt["repeated_header"],
    }  # fmt: skip
    assert any(f"sales: {manifest.dirt['total_differs']} rows" in note for note in conformed.notes)


def test_identical_sales_lines_all_stay(store: tuple[Manifest, Conformed]) -> None:
    manifest, conformed = store
    twins = conformed.tables["order_line"].filter(pl.col("row_key").str.contains("-"))
    assert twins.height == manifest.dirt["twin"]


def test_goods_come_back_after_they_were_sold(store: tuple[Manifest, Conformed]) -> None:
    lines = store[1].tables["order_line"]
    returned = lines.filter("is_return")
    assert 0 < returned.height < lines.height * 0.05
    assert returned["line_amount"].max() < 0


def test_files_of_today_are_not_made_again(tmp_path: Path) -> None:
    made = prepare(MAPLE, tmp_path, LAST_DAY, 0.02)
    before = (made.source / "sales.csv").stat().st_mtime_ns
    assert (prepare(MAPLE, tmp_path, LAST_DAY, 0.02).source / "sales.csv").stat().st_mtime_ns == before


def test_files_of_another_day_are_made_anew(tmp_path: Path) -> None:
    prepare(KAVERI, tmp_path, LAST_DAY, 0.02).note_loaded(1, 1)
    later = prepare(KAVERI, tmp_path, LAST_DAY + timedelta(days=1), 0.02)
    assert later.facts["last_day"] == "2026-07-01"
    assert not later.was_loaded_as(1, 1)


def test_loaded_files_are_known_by_snapshot_and_version(tmp_path: Path) -> None:
    made = prepare(MAPLE, tmp_path, LAST_DAY, 0.02)
    made.note_loaded(3, 1)
    assert [made.was_loaded_as(3, 1), made.was_loaded_as(4, 1), made.was_loaded_as(3, 2)] == [True, False, False]


def test_two_years_end_with_the_last_day() -> None:
    days = two_years(LAST_DAY)
    assert (len(days), days[-1]) == (730, LAST_DAY)


def test_a_peak_rises_to_its_last_day() -> None:
    days = [date(2026, 1, day) for day in range(1, 7)]
    lift = peak_lift(days, [Peak(date(2026, 1, 5), 4, 3.0, 0.0)])
    assert lift.tolist() == [1.0, 1.5, 2.0, 2.5, 3.0, 1.0]


def test_demand_has_mean_one_and_the_rhythm_of_the_week() -> None:
    season = Season((1, 1, 1, 1, 1, 2, 1), (1,) * 12, 0.0, 0.0, ())
    demand = daily_demand(two_years(LAST_DAY), season, np.random.default_rng(1))
    assert demand.mean() == pytest.approx(1)
    assert demand.max() / demand.min() == pytest.approx(2)


def test_every_buyer_of_the_period_buys_and_some_buy_again() -> None:
    buyer, day = draw_purchases(np.ones(730), Loyalty(500, 0, 0.01, 300.0), np.random.default_rng(1))
    assert set(buyer.tolist()) == set(range(500))
    assert len(buyer) > 600
    assert (np.diff(day) >= 0).all()


@pytest.mark.parametrize(("age", "state"), [(0, "Pending"), (2, "Processing"), (5, "Shipped"), (8, "In Transit"),
                                            (9, "Out for Delivery"), (10, "RTO"), (99, "RTO")])  # fmt: skip
def test_an_order_moves_forward_with_age(age: int, state: str) -> None:
    assert state_after(age, 10, "RTO") == state


def test_list_prices_were_lower_before() -> None:
    assert [list_price(999, LAST_DAY - timedelta(days=back), LAST_DAY) for back in (0, 200, 400)] == [999, 929, 859]
