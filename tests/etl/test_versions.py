"""Payloads that tell a part each: versions of a delivery complete each other, whichever was loaded first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import polars as pl

from etl.conformed import partitions_of, replace_partitions, save_load
from etl.live import LiveRows, unite_loads
from etl.source import Origin
from portal.warehouse.snapshot import Partition
from tests.etl.frames import load_rows


def parcel(hour: int, **told: Any) -> dict[str, Any]:
    return {"row_key": "7", "shipment_id": "7", "order_id": "7", "updated_at": datetime(2026, 3, 1, hour), **told}


DETAIL = parcel(9, shipment_status="new", product="kettle", cod_amount=700, fee_amount=70)
PAGE = parcel(10, shipment_status="delivered", cod_amount=650)
NOTICE = parcel(11, shipment_status="returned", product="iron")


def united(*versions: dict[str, Any], source: str = "hvar") -> LiveRows:
    return unite_loads([load_rows(number, source, shipment=[one]) for number, one in enumerate(versions, start=1)])


def test_the_newest_version_wins_and_is_completed_in_any_order_of_loads() -> None:
    told = ("shipment_status", "product", "cod_amount", "fee_amount")
    found = [united(*each).tables["shipment"].select(told).rows() for each in permutations((DETAIL, PAGE, NOTICE))]
    assert found == [[("returned", "iron", Decimal(650), Decimal(70))]] * 6


def test_a_number_that_moves_to_the_newest_version_counts_once() -> None:
    live = united(DETAIL, PAGE, NOTICE)
    both = pl.concat([live.tables["shipment"], live.duplicates["shipment"]])
    assert (both["cod_amount"].sum(), both["fee_amount"].sum(), both.height) == (1350, 70, 3)


def test_what_is_only_true_of_a_state_is_not_taken_from_an_older_one() -> None:
    delivered = parcel(9, shipment_status="delivered", delivered_at=datetime(2026, 3, 1, 9))
    assert united(delivered, NOTICE).tables["shipment"]["delivered_at"].to_list() == [None]


def test_rows_of_other_sources_say_everything_themselves() -> None:
    assert united(DETAIL, NOTICE, source="table").tables["shipment"]["fee_amount"].to_list() == [None]


def test_a_parcel_that_is_no_sale_any_more_withdraws_its_order() -> None:
    sale = {"order_id": "7", "row_key": "7", "updated_at": datetime(2026, 3, 1, 9)}
    first = load_rows(1, "hvar", shipment=[DETAIL], order=[sale], order_line=[{**sale, "quantity": 1}])
    live = unite_loads([first, load_rows(2, "hvar", shipment=[{**PAGE, "order_id": None}])])
    assert [live.tables[name].height for name in ("shipment", "order", "order_line")] == [1, 0, 0]
    assert [live.duplicates[name].height for name in ("shipment", "order", "order_line")] == [1, 1, 1]


def test_receipts_outlive_a_file_whose_own_sync_erased_them(tmp_path: Path) -> None:
    receipt = {"row_key": "hub_receipt|7", "case_id": "7", "case_type": "hub_receipt"}
    live: tuple[Partition, ...] = ()
    for number, tables in ((1, {"service_case": [receipt]}), (2, {"expense": [{"row_key": "e"}]})):
        origin = Origin(1, "/crm.db", "crm.db", "pending_orders", f"sha{number}")
        load = replace(load_rows(number, "hvar", **tables), origins=(origin,))
        save_load(tmp_path, load)
        new = partitions_of(load, "r", "replace")
        live, withdrawn = replace_partitions(tmp_path, live, new, load, ("pending_orders",))
    assert (withdrawn, [one.origin_keys for one in live]) == ({}, [(2_000_001,), (1_000_001,)])
