"""The dry run and the preview say what a load would do, and leave nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal import uploads
from portal.errors import DeliveryError, InputError, QualityError
from portal.uploads import Choice, aside
from portal.uploads.trial import try_upload
from tests.etl.shop import MAPPING
from tests.uploads.desk import GOLDEN, SHOP, Desk, csv

DIRTY = ("1,2026-03-01,P,2,5,C1", "2,2026-03-02,P,many,1,C2", "3,yesterday,P,1,1,C3", "1,2026-03-01,P,2,5,C1")


def dry_run(desk: Desk, upload: uploads.Upload, choice: Choice = SHOP) -> uploads.Trial:
    return try_upload(desk.parts, desk.tenant, upload.id, choice)


def files(desk: Desk) -> set[Path]:
    return {path for path in desk.parts.store.folder(desk.tenant.id).rglob("*") if "quarantine" not in path.parts}


def test_every_row_has_one_fate_and_the_reasons_are_told(desk: Desk) -> None:
    trial = dry_run(desk, desk.send(csv(*DIRTY)))
    (account,) = trial.tables
    assert (account.read, account.outcomes["loaded"], account.outcomes["rejected"]) == (4, 2, 2)
    assert [(group.outcome, group.rule, group.rows) for group in trial.groups] == [
        ("rejected", "date not readable", 1), ("rejected", "number not readable", 1),
    ]  # fmt: skip
    sample = trial.groups[0].samples[0]
    assert (sample.place, sample.row, sample.column, sample.value) == ("orders.csv", 4, "day", "yesterday")


def test_the_control_totals_tie(desk: Desk) -> None:
    trial = dry_run(desk, desk.send(csv()))
    totals = {(tie.table, tie.measure): (str(tie.source_value), tie.is_tied) for tie in trial.ties}
    assert (totals["order_line", "line_amount"], trial.is_tied) == (("11.0000", True), True)


def test_nothing_stays(desk: Desk) -> None:
    upload = desk.send(csv())
    before = files(desk)
    dry_run(desk, upload)
    assert (files(desk), desk.parts.store.current(desk.tenant.id), desk.state(upload)) == (before, None, "checked")


def test_it_says_exactly_what_the_load_then_does(desk: Desk) -> None:
    desk.load(csv("9,2026-03-09,P,1,1,C9"), "earlier.csv")
    upload = desk.send(csv(*DIRTY))
    trial = dry_run(desk, upload)
    ending = desk.run(desk.start(upload))
    assert ending.message == f"{trial.rows_read} rows read = {trial.rows_loaded} loaded + 2 rejected."
    assert desk.net() == "3 rows 21.00"


def test_rows_that_are_there_already_are_duplicates(desk: Desk) -> None:
    keyed = Choice("table", MAPPING.replace('duplicates = "keep"', 'key = ["order_id"]'))
    desk.load(csv(), choice=keyed)
    trial = dry_run(desk, desk.send(csv("1,2026-03-01,P,9,5,C1"), "april.csv"), keyed)
    assert trial.tables[0].outcomes["loaded"] == 1
    assert {tie.explanation for tie in trial.ties if tie.measure == "rows" and tie.table == "order_line"} != {""}


def test_the_same_file_again_is_said_to_change_nothing(desk: Desk) -> None:
    desk.load(csv())
    assert dry_run(desk, desk.send(csv())).is_same
    other = Choice("table", MAPPING.replace('customer_id = "customer"', 'customer = "customer"'))
    assert not dry_run(desk, desk.send(csv()), other).is_same


def test_a_mapping_with_problems_is_not_tried(desk: Desk) -> None:
    with pytest.raises(InputError, match="there is no entity called 'orders'"):
        dry_run(desk, desk.send(csv()), Choice("table", MAPPING.replace("order_line", "orders")))
    with pytest.raises(InputError, match="Say first what the columns"):
        dry_run(desk, desk.send(csv()), Choice("table", ""))


def test_the_preview_shows_rows_before_and_after(desk: Desk) -> None:
    found = uploads.preview(desk.parts, desk.tenant, desk.send(csv(*DIRTY)).id, SHOP)
    (table,) = found.tables
    assert (table.entity, table.headers) == ("order_line", ("order", "day", "product", "qty", "price", "customer"))
    first, second = table.rows[:2]
    assert (first.row, first.raw["qty"], first.values["quantity"], first.values["order_date"]) == (
        2,
        "2",
        "2",
        "2026-03-01",
    )
    assert (second.outcome, second.rule, second.column, second.value, second.values) == (
        "rejected", "number not readable", "qty", "many", {},
    )  # fmt: skip


def test_the_preview_brings_rejected_rows_from_further_down(desk: Desk) -> None:
    rows = [f"{number},2026-03-01,P,1,1,C" for number in range(50)]
    found = uploads.preview(desk.parts, desk.tenant, desk.send(csv(*rows, "x,2026-03-01,P,?,1,C")).id, SHOP, rows=5)
    assert [(row.row, row.outcome) for row in found.tables[0].rows] == [
        (2, "loaded"), (3, "loaded"), (4, "loaded"), (5, "loaded"), (52, "rejected"),
    ]  # fmt: skip


def test_the_preview_shows_what_is_undecided_as_rejected(desk: Desk) -> None:
    upload = desk.send(GOLDEN / "corner_shop" / "orders.csv", "orders.csv")
    found = uploads.preview(desk.parts, desk.tenant, upload.id, desk.look(upload).choice)
    assert {row.rule for row in found.tables[0].rows if row.outcome == "rejected"} == {"date fits two readings"}


def test_a_file_without_a_usable_row_is_tried_all_the_same(desk: Desk) -> None:
    try:
        trial = dry_run(desk, desk.send(csv("1,2026-03-01,P,many,5,C1")))
    except QualityError:
        pytest.fail("the rejects are what somebody wants to see")
    assert (trial.rows_loaded, trial.groups[0].rows) == (0, 1)


def test_the_process_of_its_own_says_exactly_the_same(desk: Desk) -> None:
    desk.load(csv("9,2026-03-09,P,1,1,C9"), "earlier.csv")
    upload = desk.send(csv(*DIRTY))
    assert uploads.dry_run(desk.parts, desk.tenant, upload.id, SHOP) == dry_run(desk, upload)


def test_problems_come_back_as_what_they_are(desk: Desk) -> None:
    upload = desk.send(csv())
    with pytest.raises(InputError, match="there is no entity called 'orders'") as problem:
        uploads.dry_run(desk.parts, desk.tenant, upload.id, Choice("table", MAPPING.replace("order_line", "orders")))
    assert problem.value.field == "mapping"


def test_a_dry_run_that_dies_is_told_plainly(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside.sys, "executable", "/bin/false")
    with pytest.raises(DeliveryError, match="perhaps for want of memory"):
        uploads.dry_run(desk.parts, desk.tenant, desk.send(csv()).id, SHOP)
