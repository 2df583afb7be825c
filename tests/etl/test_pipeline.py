from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.pipeline import LoadRequest, MappingNeededError, Moment, run
from portal.errors import ConflictError, InputError, QualityError, SourceError, UnknownNameError
from portal.policies import PolicyRow
from tests.etl.shop import HEADER, MAPPING, NOW, TENANT, Hooks, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def loaded(shop: Shop) -> Shop:
    """Two files; 10 + 2 × 5 and 3 × 1 − 1."""
    shop.write("a.csv", "1,2026-03-01,P,1,10,C1", "1,2026-03-01,Q,2,5,C1")
    shop.write("b.csv", "2,2026-03-02,Q,3,1,", "3,2026-03-02,Q,-1,1,C2")
    shop.load()
    return shop


def outcome(report, table: str = "order_line") -> dict[str, int]:
    account = next(one for one in report.tables if one.table == table)
    assert account.read == sum(account.outcomes.values())
    return {name: count for name, count in account.outcomes.items() if count}


def test_files_become_a_tied_snapshot(loaded: Shop) -> None:
    assert loaded.net() == "4 rows 22.00"
    snapshot = loaded.store.current(TENANT.id)
    assert (snapshot.number, snapshot.load_number, snapshot.as_of) == (1, 1, date(2026, 3, 2))
    assert loaded.ask("select count(*) from tie_out where not is_tied") == [(0,)]
    assert loaded.ledger.loads == [[1, "published", ""]]


def test_every_table_of_the_schema_is_there_and_described(loaded: Shop) -> None:
    from portal.warehouse.schema import metadata

    tables = dict(loaded.ask("select table_name, comment from duckdb_tables()"))
    assert tables == {table.name: table.comment for table in metadata.tables.values()}


def test_the_same_files_again_are_no_work(loaded: Shop) -> None:
    report = loaded.load()
    assert (report.status, report.snapshot, outcome(report)) == ("unchanged", 1, {"unchanged": 4})
    assert [one.number for one in loaded.store.snapshots(TENANT.id)] == [1]
    assert not (loaded.store.folder(TENANT.id) / "conformed" / "2").exists()


def test_a_new_file_is_added_and_the_others_are_not_read_again(loaded: Shop) -> None:
    loaded.write("c.csv", "4,2026-03-03,P,1,100,C1")
    report = loaded.load()
    assert outcome(report) == {"loaded": 1, "unchanged": 4}
    assert (loaded.net(), report.as_of) == ("5 rows 122.00", date(2026, 3, 3))


def test_a_file_loaded_again_replaces_its_rows(loaded: Shop) -> None:
    loaded.write("a.csv", "1,2026-03-01,P,1,11,C1")
    report = loaded.load()
    assert outcome(report) == {"loaded": 1, "unchanged": 2}
    assert report.tables[0].withdrawn == 2
    assert loaded.net() == "3 rows 13.00"


def test_a_file_loaded_again_adds_rows_when_the_mapping_says_so(shop: Shop) -> None:
    shop.map('mode = "append"\n' + MAPPING)
    shop.write("a.csv", "1,2026-03-01,P,1,10,C1")
    shop.load()
    shop.write("a.csv", "2,2026-03-02,P,1,7,C1")
    assert outcome(shop.load()) == {"loaded": 1}
    assert shop.net() == "2 rows 17.00"


def test_overlapping_files_count_a_row_once(loaded: Shop) -> None:
    loaded.write("a_and_b.csv", "1,2026-03-01,Q,2,5,C1", "2,2026-03-02,Q,3,1,", "9,2026-03-09,Q,1,1,")
    assert outcome(loaded.load()) == {"loaded": 3, "unchanged": 4}
    assert loaded.net() == "5 rows 23.00"
    account = "select outcome, sum(row_count)::int from row_account group by 1 order by 1"
    assert loaded.ask(account) == [("duplicate", 2), ("loaded", 5)]


def test_two_same_lines_of_one_file_are_two_sales(shop: Shop) -> None:
    shop.write("a.csv", *["1,2026-03-01,P,1,10,C1"] * 2)
    shop.load()
    assert shop.net() == "2 rows 20.00"


def test_a_copy_under_another_name_changes_nothing(loaded: Shop) -> None:
    loaded.write("copy.csv", *(loaded.files / "a.csv").read_text().splitlines()[1:])
    loaded.load()
    assert loaded.net() == "4 rows 22.00"


def test_another_mapping_reads_the_files_anew(loaded: Shop) -> None:
    loaded.map(MAPPING.replace('customer_id = "customer"', ""))
    report = loaded.load()
    assert (report.status, outcome(report)) == ("published", {"loaded": 4})
    assert loaded.ask("select count(*) from dim_customer where customer_key <> 0") == [(0,)]


def test_a_changed_policy_rebuilds_without_reading(loaded: Shop) -> None:
    loaded.policies = (PolicyRow("week_start", 7, date(2026, 1, 1)),)
    report = loaded.load()
    assert (report.status, report.snapshot, outcome(report)) == ("published", 2, {"unchanged": 4})
    assert loaded.ask("select week_start from dim_date where date = '2026-03-03'") == [(date(2026, 3, 1),)]


def test_rows_that_break_a_rule_are_rejected_and_accounted_for(loaded: Shop) -> None:
    loaded.write("bad.csv", "5,2026-03-05,P,one,10,C1", "5,2026-03-05,P,,10,C1", "5,2026-03-05,P,1,10,C1")
    report = loaded.load()
    assert outcome(report) == {"loaded": 1, "unchanged": 4, "rejected": 2}
    assert (report.rows_read, report.rows_rejected, report.is_tied) == (7, 2, True)
    rows = "select source_value::int, warehouse_value::int, explained_value::int from tie_out where measure = 'rows'"
    assert loaded.ask(rows + " and staging_table = 'order_line'") == [(7, 5, 2)]


def test_a_load_continues_from_what_is_served_after_a_rollback(loaded: Shop) -> None:
    loaded.write("wrong.csv", "4,2026-03-03,P,1,999,C1")
    loaded.load()
    loaded.store.rollback(TENANT.id, 1)
    (loaded.files / "wrong.csv").unlink()
    loaded.write("right.csv", "4,2026-03-03,P,1,3,C1")
    assert (loaded.load().snapshot, loaded.net()) == (3, "5 rows 25.00")


def test_the_load_after_a_rollback_reads_the_rolled_back_file_again(loaded: Shop) -> None:
    loaded.write("c.csv", "4,2026-03-03,P,1,3,C1")
    loaded.load()
    loaded.store.rollback(TENANT.id, 1)
    assert outcome(loaded.load()) == {"loaded": 1, "unchanged": 4}


def test_a_file_without_one_usable_row_does_not_replace_what_is_served(loaded: Shop) -> None:
    loaded.write("a.csv", "1,soon,P,one,10,C1", "1,later,Q,two,5,C1")
    with pytest.raises(QualityError, match="None of the 2 rows read could be used"):
        loaded.load()
    assert loaded.net() == "4 rows 22.00"
    assert loaded.ledger.loads[-1][:2] == [2, "failed"]


def test_a_file_in_a_currency_without_rates_does_not_replace_what_is_served(loaded: Shop) -> None:
    loaded.map('currency = "JPY"\n' + MAPPING)
    with pytest.raises(QualityError, match=r"None of the 4 rows read could be used, .* no rate JPY to GBP"):
        loaded.load()
    assert loaded.net() == "4 rows 22.00"


def test_an_unknown_source_suggests_the_nearest(shop: Shop) -> None:
    request = LoadRequest(TENANT, "tabel", shop.files)
    with pytest.raises(UnknownNameError, match="Did you mean table"):
        run(request, shop.store, shop.ledger, Moment(NOW))
    assert shop.ledger.loads == []


def test_without_a_mapping_one_is_proposed_and_nothing_loaded(loaded: Shop) -> None:
    with pytest.raises(MappingNeededError) as needed:
        run(LoadRequest(TENANT, "table", loaded.files), loaded.store, loaded.ledger, Moment(NOW))
    assert 'name = "order_line"' in needed.value.proposal
    assert (needed.value.exit_code, len(loaded.ledger.loads)) == (2, 1)


def test_a_missing_mapping_file_is_told_before_anything_happens(shop: Shop) -> None:
    shop.mapping.unlink()
    with pytest.raises(InputError, match="There is no mapping file"):
        shop.load()
    assert shop.ledger.loads == []


def test_an_unreadable_file_leaves_what_is_served(loaded: Shop) -> None:
    (loaded.files / "c.csv").write_bytes(b"PK\x03\x04 this is no table")
    with pytest.raises(SourceError, match=r"c\.csv"):
        loaded.load()
    assert (loaded.net(), loaded.ledger.loads[-1][1]) == ("4 rows 22.00", "failed")


def test_a_second_load_at_once_is_refused_and_told_who_is_at_work(loaded: Shop) -> None:
    with loaded.store.lock(TENANT.id, "a load of big.zip", 0), pytest.raises(ConflictError, match=r"load of big\.zip"):
        loaded.load()
    assert loaded.load().status == "unchanged"


def test_a_second_load_that_waits_says_so(loaded: Shop) -> None:
    told: list[str] = []
    request = loaded.request(wait_seconds=0.3)
    with loaded.store.lock(TENANT.id, "a load of big.zip", 0), pytest.raises(ConflictError):
        run(request, loaded.store, loaded.ledger, Moment(NOW), Hooks(on_wait=told.append))
    assert len(told) == 1
    assert told[0].startswith("Waiting up to 0.3 s for a load of big.zip (process ")


def test_secrets_are_blanked_and_told(shop: Shop) -> None:
    shop.write("a.csv", "1,2026-03-01,P,1,10,C1,hunter2", header=f"{HEADER},password")
    report = shop.load()
    assert any("password" in note for note in report.notes)
    assert all(b"hunter2" not in path.read_bytes() for path in shop.store.home.rglob("*") if path.is_file())


def test_the_report_reads_well_and_says_the_same_to_machines(loaded: Shop) -> None:
    loaded.write("bad.csv", "5,2026-03-05,P,,10,C1", "5,2026-03-05,P,1,10,C1")
    report = loaded.load()
    text = report.to_text()
    assert "Load 2 of Shop: snapshot 2 is published, data until 2026-03-05." in text
    assert "order_line: 6 rows read = 1 loaded + 4 unchanged + 0 duplicate + 0 excluded + 1 rejected" in text
    assert "rejected 1: missing quantity" in text
    told = report.to_json()
    assert (told["rows_read"], told["rows_rejected"], told["tables"][0]["unchanged"]) == (6, 1, 4)
    assert told["tables"][0]["rules"] == [{"outcome": "rejected", "rule": "missing quantity", "rows": 1}]
