"""Rejected rows are tried again after the mapping was corrected, and what nobody loads goes away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import uploads
from portal.clock import utc_now
from portal.db import writing
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.models import DataSource, Load, SyncRun
from portal.upload_tables import UploadFile
from portal.uploads import Choice
from portal.uploads.drafts import draft
from portal.uploads.reading import mapping_of
from portal.uploads.sweep import sweep
from portal.uploads.trial import try_upload
from tests.etl.shop import MAPPING
from tests.jobs.desk import Desk as SyncDesk
from tests.uploads.desk import EMAIL, SHOP, Desk, csv

ROWS = ("1,2026-03-01,P,2,5,C1", "2,02/03/2026,P,1,1,C2", "3,03/03/2026,P,1,1,C3", "4,soon,P,1,1,C4")
BETTER = Choice("table", MAPPING.replace('"%Y-%m-%d"', '"%Y-%m-%d", "%d/%m/%Y"'))
"""Reads two of the three dates that the mapping of the shop does not."""


def again(desk: Desk, load: int) -> uploads.Upload:
    return uploads.again(desk.parts, desk.tenant, load, EMAIL)


def test_a_corrected_mapping_brings_the_rejected_rows_in(desk: Desk) -> None:
    desk.load(csv(*ROWS))
    upload = again(desk, 1)
    assert (upload.state, upload.file_name, upload.retry_of) == ("checked", "orders.csv", 1)
    ending = desk.run(desk.start(upload, BETTER))
    assert ending.message == "4 rows read = 3 loaded + 1 rejected. 2 of the 3 rows that load 1 rejected are loaded now."
    assert desk.net() == "3 rows 12.00"


def test_the_dry_run_says_how_many_would_come_in(desk: Desk) -> None:
    desk.load(csv(*ROWS))
    upload = again(desk, 1)
    assert try_upload(desk.parts, desk.tenant, upload.id, BETTER).recovered == 2
    assert try_upload(desk.parts, desk.tenant, upload.id, SHOP).recovered == 0


def test_it_starts_from_what_the_load_was_done_with(desk: Desk) -> None:
    desk.load(csv(*ROWS))
    assert draft(desk.parts.sessions, desk.tenant, again(desk, 1).id) == SHOP


def test_an_old_load_does_not_come_back_over_a_newer_one(desk: Desk) -> None:
    desk.load(csv(*ROWS))
    desk.load(csv("1,2026-03-01,P,2,5,C1"))
    with pytest.raises(ConflictError, match=r"orders\.csv was loaded again since, by load 2"):
        again(desk, 1)


def test_a_load_of_somebody_else_is_not_there(desk: Desk) -> None:
    desk.load(csv(*ROWS))
    with pytest.raises(UnknownNameError):
        uploads.again(desk.parts, desk.other, 1, EMAIL)


def test_a_load_that_kept_nothing_says_so(desk: Desk) -> None:
    desk.load(csv())
    desk.load(csv())
    with pytest.raises(InputError, match="Load 2 kept no rows"):
        again(desk, 2)


def test_what_corrects_a_configured_source_is_how_it_is_read_from_then_on(home: Path, tmp_path: Path) -> None:
    desk = Desk(home)
    folder = SyncDesk(home, desk.parts.sessions, tmp_path / "files")
    folder.write("a.csv", *ROWS)
    folder.add()
    assert folder.sync().load_number == 1
    desk.run(desk.start(again(desk, 1), BETTER))
    with desk.parts.sessions() as session:
        assert session.scalars(select(DataSource.mapping)).one() == BETTER.mapping
    assert (folder.sync().status, desk.net()) == ("unchanged", "3 rows 12.00")


def test_a_source_s_own_kind_of_mapping_is_used_and_checked() -> None:
    with pytest.raises(InputError, match="the mapping"):
        mapping_of(Choice("bukmuk", "colour = 1"))
    assert (mapping_of(Choice("bukmuk", None)), mapping_of(Choice("imiq", "ignored = 1"))) == (None, None)


def aged(desk: Desk, days: int) -> int:
    """What a sweep that many days later deletes."""
    return sweep(desk.settings, desk.parts.sessions, utc_now() + timedelta(days=days))


def test_what_nobody_loads_is_deleted_after_a_week(desk: Desk) -> None:
    desk.send(csv())
    assert (aged(desk, 6), aged(desk, 8)) == (0, 1)
    assert (desk.kept(), uploads.latest(desk.parts.sessions, desk.tenant)) == ([], [])


def test_what_was_loaded_or_is_being_loaded_stays(desk: Desk) -> None:
    desk.load(csv())
    uploads.start(desk.parts, desk.tenant, desk.send(csv(), "b.csv").id, SHOP, EMAIL)
    before = desk.kept()
    assert (aged(desk, 400), desk.kept()) == (0, before)


def test_what_a_broken_off_upload_left_is_deleted_after_a_day(desk: Desk) -> None:
    upload = desk.send(csv())
    with writing(desk.parts.sessions) as session:
        session.delete(session.scalars(select(UploadFile).where(UploadFile.token == upload.id)).one())
    assert (aged(desk, 0), aged(desk, 2), desk.kept()) == (0, 1, [])


def test_the_oldest_uploads_make_room_for_new_ones(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.uploads.sweep.MOST_WAITING", 3)
    desk.load(csv(), "loaded.csv")
    for number in range(5):
        desk.send(csv(), f"{number}.csv")
    names = [one.file_name for one in uploads.latest(desk.parts.sessions, desk.tenant)]
    assert names == ["4.csv", "3.csv", "2.csv", "loaded.csv"]


def test_large_uploads_do_not_fill_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.uploads.sweep.TIMES_LIMIT", 1)
    desk.with_limit(1)
    large = csv(*(f"{number},2026-03-01,P,2,5,C1" for number in range(30_000)))
    theirs = desk.send(large, "theirs.csv", desk.other)
    for number in range(3):
        desk.send(large, f"{number}.csv")
    names = [one.file_name for one in uploads.latest(desk.parts.sessions, desk.tenant)]
    assert (names, uploads.get(desk.parts.sessions, desk.other, theirs.id).state) == (["2.csv", "1.csv"], "checked")


def test_loads_and_syncs_of_other_tenants_do_not_matter(desk: Desk) -> None:
    desk.load(csv(*ROWS))
    with desk.parts.sessions() as session:
        assert (len(session.scalars(select(Load)).all()), session.scalars(select(SyncRun)).all()) == (1, [])
