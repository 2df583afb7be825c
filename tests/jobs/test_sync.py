"""One sync: what is new is loaded, what is not costs nothing, what fails is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from portal.jobs import sync as syncing
from portal.jobs.sync import look, sync
from portal.jobs.trial import try_source
from portal.loads import list_loads
from portal.models import DataSource
from tests.etl.shop import MAPPING
from tests.jobs.desk import Desk


def test_a_sync_loads_and_notes_how_far_the_data_reaches(desk: Desk) -> None:
    assert desk.sync().status == "published"
    row = desk.source
    assert (row.data_until, row.last_load, row.failures, row.last_error) == (date(2026, 3, 1), 1, 0, "")
    assert desk.net() == "1 rows 10.00"


def test_nothing_changed_is_no_load_at_all(desk: Desk) -> None:
    desk.sync()
    assert desk.sync().status == "unchanged"
    with desk.sessions() as session:
        assert [load.number for load in list_loads(session, desk.source.tenant_id)] == [1]


def test_a_new_file_and_a_changed_one_are_loaded(desk: Desk) -> None:
    desk.sync()
    desk.write("a.csv", "1,2026-03-01,P,3,5,C1")
    desk.write("b.csv", "2,2026-03-02,P,1,7,C1")
    assert desk.sync().status == "published"
    assert desk.net() == "2 rows 22.00"


def test_a_changed_mapping_is_a_change(desk: Desk) -> None:
    desk.sync()
    with desk.sessions.begin() as session:
        session.get_one(DataSource, desk.source.id).mapping = MAPPING.replace("customer_id = ", "channel = ")
    assert look(desk.task) is None
    assert desk.sync().status == "published"


def test_a_failure_is_an_ending_with_what_to_do_and_leaves_the_snapshot(desk: Desk) -> None:
    desk.sync()
    (desk.files / "broken.csv").write_bytes(b"PK\x03\x04")
    ending = desk.sync()
    assert (ending.status, desk.net()) == ("failed", "1 rows 10.00")
    assert "broken.csv" in desk.source.last_error
    assert desk.source.failures == 1


def test_a_missing_folder_is_a_failure_not_a_crash(desk: Desk, tmp_path: Path) -> None:
    desk.files.rename(tmp_path / "elsewhere")
    assert desk.sync().message.endswith("there is no such file or folder. Check the location of the source.")


def test_a_bug_is_a_failure_that_points_at_the_log(desk: Desk, monkeypatch) -> None:
    def break_down(*_anything: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(syncing, "run_load", break_down)
    assert sync(desk.task).message.startswith("The sync stopped on a fault of the portal")


def test_a_trial_counts_and_keeps_nothing(desk: Desk) -> None:
    desk.write("b.csv", "2,2026-03-02,P,,7,C1")
    found = try_source(desk.task)
    assert [name for name, _size in found.files] == ["a.csv", "b.csv"]
    assert found.tables == (("order_line", 2, 1),)
    assert not (desk.home / "tenants" / str(desk.task.tenant.id) / "landing").exists()
