"""Files that are taken out of a folder: kept and told, or withdrawn when the tenant's policy says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from etl.job import WITHDRAW
from portal.policies import PolicyRow
from tests.etl.shop import HEADER, Shop

SET = (PolicyRow(WITHDRAW, True, date(2026, 1, 1)),)


def filled(folder: Path, **more: Any) -> Shop:
    shop = Shop(folder, **more)
    shop.write("march.csv", "1,2026-03-01,P,1,10,C")
    shop.write("april.csv", "2,2026-03-02,P,1,10,C", "3,2026-03-02,P,1,10,C")
    return shop


def lines(shop: Shop) -> int:
    return int(str(shop.ask("select count(*) from fact_order_line")[0][0]))


def test_rows_of_a_file_that_is_gone_stay_and_the_load_says_so(tmp_path: Path) -> None:
    shop = filled(tmp_path)
    shop.load()
    (shop.files / "april.csv").unlink()
    report = shop.load()
    assert (report.status, lines(shop)) == ("unchanged", 3)
    assert report.notes[0].startswith("april.csv is no longer in files. The rows stay. To have the rows")
    assert report.notes[0] in report.to_text()


@pytest.mark.parametrize("patch_from", [0, 200_000])
def test_rows_of_a_file_that_is_gone_are_withdrawn_by_policy(tmp_path: Path, patch_from: int) -> None:
    shop = filled(tmp_path, policies=SET, patch_from=patch_from)
    shop.load()
    (shop.files / "april.csv").unlink()
    shop.write("may.csv", "4,2026-03-03,P,1,10,C")
    report = shop.load()
    assert (report.status, lines(shop), report.is_tied) == ("published", 2, True)
    assert report.notes == ("april.csv is no longer in files: the rows were withdrawn.",)
    assert {one.table: one.withdrawn for one in report.tables} == {"order_line": 2}
    assert shop.load().status == "unchanged"


def test_withdrawing_alone_is_a_load_too(tmp_path: Path) -> None:
    shop = filled(tmp_path, policies=SET)
    shop.load()
    (shop.files / "april.csv").unlink()
    assert (shop.load().status, lines(shop)) == ("published", 1)


def test_a_file_that_is_back_is_loaded_again(tmp_path: Path) -> None:
    shop = filled(tmp_path, policies=SET)
    shop.load()
    (shop.files / "april.csv").unlink()
    shop.load()
    shop.write("april.csv", "2,2026-03-02,P,1,10,C")
    assert (shop.load().status, lines(shop)) == ("published", 2)


def test_a_single_file_withdraws_nothing_of_its_folder(tmp_path: Path) -> None:
    shop = filled(tmp_path, policies=SET)
    shop.load()
    shop.write("march.csv", "1,2026-03-01,P,2,10,C")
    assert (shop.load(shop.files / "march.csv").notes, lines(shop)) == ((), 3)


def test_what_a_complete_fetch_does_not_bring_again_is_withdrawn(tmp_path: Path) -> None:
    shop = filled(tmp_path)
    inbox = tmp_path / "home" / "tenants" / "1" / "inbox" / "1"
    inbox.mkdir(parents=True)
    for name in ("page1.csv", "page2.csv"):
        (inbox / name).write_text(f"{HEADER}\n{name[4]},2026-03-01,P,1,10,C\n")
    shop.load(inbox)
    (inbox / "page2.csv").unlink()
    report = shop.load(inbox)
    assert (lines(shop), report.notes) == (1, ("page2.csv is no longer in the source: the rows were withdrawn.",))
