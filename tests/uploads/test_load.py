"""The load of an upload: queued, told as it goes, cancelled before it publishes, killed without harm."""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from etl.reading import SoFar
from etl.request import STEPS
from portal import uploads
from portal.clock import utc_now
from portal.db import writing
from portal.errors import ConflictError, InputError
from portal.jobs.upload import CancelledError, Watch, main
from portal.jobs.worker import Worker
from portal.loads import list_loads
from portal.upload_tables import UploadFile
from portal.uploads import Choice, queue
from portal.uploads.queue import CANCELLED, LEASE, PUBLISHING
from tests.etl.shop import MAPPING
from tests.uploads.desk import EMAIL, SHOP, Desk, csv

BEFORE = STEPS[: STEPS.index(PUBLISHING)]
AFTER = STEPS[STEPS.index(PUBLISHING) : -1]


class Interrupted(Watch):
    """A watch at whose step `at` somebody does something."""

    at = ""

    def reached(self, step: str) -> None:
        super().reached(step)
        if step == self.at:
            self.act()

    def act(self) -> None:
        raise NotImplementedError


def served(desk: Desk) -> int | None:
    current = desk.parts.store.current(desk.tenant.id)
    return current.number if current else None


def left_over(desk: Desk) -> list[str]:
    """What a load that was broken off must not leave."""
    return [path.name for path in desk.parts.store.folder(desk.tenant.id).rglob(".building-*")]


def test_a_load_publishes_and_says_what_it_did(desk: Desk) -> None:
    upload = desk.send(csv())
    ending = desk.run(desk.start(upload))
    assert (ending.state, ending.message, ending.load_number) == ("loaded", "2 rows read = 2 loaded.", 1)
    found = uploads.progress(desk.parts.sessions, desk.tenant, upload.id)
    assert (found.state, found.share, found.rows, found.load_number) == ("loaded", 1.0, 2, 1)
    assert (desk.net(), desk.state(upload)) == ("2 rows 11.00", "loaded")


def test_what_was_loaded_is_kept_under_its_name(desk: Desk) -> None:
    upload = desk.send(csv())
    desk.run(desk.start(upload))
    kept = desk.home / "tenants" / "1" / "uploads" / upload.id / "orders.csv"
    assert kept.read_bytes() == csv()
    assert not (desk.home / "tenants" / "1" / "quarantine" / upload.id).exists()


def test_progress_is_that_of_the_pipeline(desk: Desk) -> None:
    upload = desk.send(csv())
    seen: list[tuple[float, int, str]] = []

    class Seen(Watch):
        def reached(self, step: str) -> None:
            super().reached(step)
            now = uploads.progress(desk.parts.sessions, desk.tenant, upload.id)
            seen.append((now.share, now.rows, now.step))

    claim = desk.start(upload)
    desk.run(claim, Seen(desk.settings, desk.parts.sessions, claim))
    assert [share for share, _, _ in seen] == sorted(share for share, _, _ in seen)
    assert (seen[0], seen[-1][0]) == ((0.0, 0, "Starting"), 1.0)
    assert (0.55, 2, "Keeping the clean rows") in seen


def test_within_reading_rows_and_bytes_are_told_by_the_holder_alone(desk: Desk) -> None:
    claim = desk.start(upload := desk.send(csv()))
    watch = Watch(desk.settings, desk.parts.sessions, claim)
    watch.reached("landed")
    watch.read_so_far(SoFar(212_000, 30, 60))
    Watch(desk.settings, desk.parts.sessions, replace(claim, holder="other")).read_so_far(SoFar(1, 1, 1))
    now = uploads.progress(desk.parts.sessions, desk.tenant, upload.id)
    assert (now.rows, now.size, now.whole, now.share, now.step) == (212_000, 30, 60, 0.2, "Reading the file")
    watch.counted(211_990)
    now = uploads.progress(desk.parts.sessions, desk.tenant, upload.id)
    assert (now.rows, now.size, now.whole) == (211_990, 30, 60)


@pytest.mark.parametrize("step", BEFORE)
def test_a_cancelled_load_publishes_nothing(desk: Desk, step: str) -> None:
    upload = desk.send(csv())

    class Cancelled(Interrupted):
        at = step

        def act(self) -> None:
            uploads.cancel(desk.parts.sessions, desk.tenant, upload.id)

    claim = desk.start(upload)
    ending = desk.run(claim, Cancelled(desk.settings, desk.parts.sessions, claim))
    assert (ending.state, ending.message, desk.state(upload)) == ("cancelled", CANCELLED, "cancelled")
    assert (served(desk), left_over(desk)) == (None, [])


@pytest.mark.parametrize("step", AFTER)
def test_a_load_that_is_being_published_cannot_be_cancelled(desk: Desk, step: str) -> None:
    upload = desk.send(csv())

    class Late(Interrupted):
        at = step

        def act(self) -> None:
            with pytest.raises(ConflictError, match="is being published"):
                uploads.cancel(desk.parts.sessions, desk.tenant, upload.id)

    claim = desk.start(upload)
    assert desk.run(claim, Late(desk.settings, desk.parts.sessions, claim)).state == "loaded"
    assert desk.net() == "2 rows 11.00"


def test_a_long_step_is_interrupted(desk: Desk) -> None:
    upload = desk.send(csv())

    class Slow(Interrupted):
        at = "begun"

        def act(self) -> None:
            uploads.cancel(desk.parts.sessions, desk.tenant, upload.id)
            time.sleep(120)

    claim = desk.start(upload)
    assert desk.run(claim, Slow(desk.settings, desk.parts.sessions, claim)).state == "cancelled"
    with desk.parts.sessions() as session:
        assert [(load.status, load.message) for load in list_loads(session, 1)] == [("failed", CANCELLED)]


@pytest.mark.parametrize("is_swallowed", [True, False])
def test_a_library_that_hides_the_interruption_does_not_publish(desk: Desk, is_swallowed: bool) -> None:
    upload = desk.send(csv())

    class Hidden(Interrupted):
        at = "built"

        def act(self) -> None:
            uploads.cancel(desk.parts.sessions, desk.tenant, upload.id)
            with contextlib.suppress(CancelledError):
                time.sleep(120)
            if not is_swallowed:
                raise RuntimeError("query interrupted")

    claim = desk.start(upload)
    assert desk.run(claim, Hidden(desk.settings, desk.parts.sessions, claim)).state == "cancelled"
    with desk.parts.sessions() as session:
        assert [(load.status, load.message) for load in list_loads(session, 1)] == [("failed", CANCELLED)]
    assert (served(desk), left_over(desk)) == (None, [])


def test_a_load_that_waits_is_cancelled_at_once(desk: Desk) -> None:
    upload = desk.send(csv())
    uploads.start(desk.parts, desk.tenant, upload.id, SHOP, EMAIL)
    assert uploads.progress(desk.parts.sessions, desk.tenant, upload.id).step == "Waiting for a free worker"
    uploads.cancel(desk.parts.sessions, desk.tenant, upload.id)
    assert desk.state(upload) == "cancelled"
    with writing(desk.parts.sessions) as session:
        assert queue.claim_upload(session, "late", set(), utc_now()) is None


def test_a_cancelled_load_can_be_started_again(desk: Desk) -> None:
    upload = desk.send(csv())
    uploads.start(desk.parts, desk.tenant, upload.id, SHOP, EMAIL)
    uploads.cancel(desk.parts.sessions, desk.tenant, upload.id)
    assert desk.run(desk.start(upload)).state == "loaded"


def test_only_a_load_can_be_cancelled(desk: Desk) -> None:
    with pytest.raises(ConflictError, match="This file is not being loaded"):
        uploads.cancel(desk.parts.sessions, desk.tenant, desk.send(csv()).id)


def test_the_same_upload_is_started_once(desk: Desk) -> None:
    upload = desk.send(csv())
    claim = desk.start(upload)
    with pytest.raises(ConflictError, match="is being loaded already"):
        uploads.start(desk.parts, desk.tenant, upload.id, SHOP, EMAIL)
    desk.run(claim)
    with pytest.raises(ConflictError, match="was loaded already"):
        uploads.start(desk.parts, desk.tenant, upload.id, SHOP, EMAIL)


def test_a_load_is_claimed_by_one_worker(desk: Desk) -> None:
    desk.start(desk.send(csv()))
    with writing(desk.parts.sessions) as session:
        assert queue.claim_upload(session, "other", set(), utc_now()) is None
        later = utc_now() + LEASE + timedelta(seconds=1)
        assert queue.claim_upload(session, "other", {desk.tenant.id}, later) is None
        assert queue.claim_upload(session, "other", set(), later) is not None


def test_a_load_that_was_taken_over_is_not_finished_by_the_first(desk: Desk) -> None:
    first = desk.start(desk.send(csv()))
    with writing(desk.parts.sessions) as session:
        queue.claim_upload(session, "other", set(), utc_now() + LEASE * 2)
        assert not queue.note_step(session, first, "read")
        assert not queue.finish_upload(session, first, queue.UploadEnding("loaded", ""), utc_now())


def test_what_stops_three_times_is_given_up(desk: Desk) -> None:
    upload = desk.send(csv())
    uploads.start(desk.parts, desk.tenant, upload.id, SHOP, EMAIL)
    for attempt in range(4):
        with writing(desk.parts.sessions) as session:
            claim = queue.claim_upload(session, f"try {attempt}", set(), utc_now() + LEASE * 2 * attempt)
    assert (claim, desk.state(upload)) == (None, "failed")
    assert "was stopped 3 times" in uploads.get(desk.parts.sessions, desk.tenant, upload.id).message


@pytest.mark.parametrize("seconds", [0.2, 1.5, 2.5])
def test_a_killed_load_is_taken_over_and_loads_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(desk.home))
    claim = desk.start(desk.send(csv()))
    process = desk.process(claim)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    with writing(desk.parts.sessions) as session:
        queue.release_upload(session, claim, utc_now())
    if served(desk) is None:
        assert desk.run(desk.claim()).state == "loaded"
    assert desk.net() == "2 rows 11.00"


def test_a_load_killed_after_publishing_says_what_it_did(desk: Desk) -> None:
    upload = desk.send(csv())
    claim = desk.start(upload)

    class Killed(Interrupted):
        at = "finished"

        def act(self) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.run(claim, Killed(desk.settings, desk.parts.sessions, claim))
    with writing(desk.parts.sessions) as session:
        queue.release_upload(session, claim, utc_now())
    ending = desk.run(desk.claim())
    assert (ending.state, ending.load_number, ending.message) == ("loaded", 1, "2 rows read = 2 unchanged.")


def test_the_process_leaves_a_load_that_is_not_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(desk.home))
    claim = desk.start(desk.send(csv()))
    assert main([str(claim.upload_id), "somebody else"]) == 75


def test_the_worker_loads_what_was_asked_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(desk.home))
    upload = desk.send(csv())
    uploads.start(desk.parts, desk.tenant, upload.id, SHOP, EMAIL)
    worker = Worker(desk.settings, desk.parts.sessions)
    assert worker.step() == 1
    assert worker._running[0][1].wait(120) == 0
    assert (desk.state(upload), desk.net()) == ("loaded", "2 rows 11.00")


def test_a_file_of_the_same_name_replaces_its_rows(desk: Desk) -> None:
    desk.load(csv())
    assert desk.load(csv("1,2026-03-01,P,3,5,C1")).state == "loaded"
    assert desk.net() == "1 rows 15.00"


def test_a_file_of_the_same_name_adds_its_rows_when_the_mapping_says_so(desk: Desk) -> None:
    appending = Choice("table", f'mode = "append"\n{MAPPING}')
    desk.load(csv(), choice=appending)
    desk.load(csv("3,2026-03-03,P,1,4,C3"), choice=appending)
    assert desk.net() == "3 rows 15.00"


def test_a_file_of_another_name_is_another_file(desk: Desk) -> None:
    desk.load(csv())
    desk.load(csv("3,2026-03-03,P,1,4,C3"), "april.csv")
    assert desk.net() == "3 rows 15.00"


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    desk.load(csv())
    ending = desk.load(csv())
    assert ending.message == "Load 1 brought the same rows with the same mapping before; nothing has changed."
    assert (ending.load_number, served(desk)) == (1, 1)


def test_a_load_without_a_usable_row_says_why(desk: Desk) -> None:
    ending = desk.load(csv("1,2026-03-01,P,many,5,C1"))
    assert (ending.state, served(desk)) == ("failed", None)
    assert "None of the 1 rows read could be used, most often because: number not readable" in ending.message


def test_what_is_undecided_is_not_started(desk: Desk) -> None:
    upload = desk.send(csv())
    undecided = Choice("table", MAPPING.replace("[format]", '[format]\nday_first = "?"'))
    with pytest.raises(InputError, match="the dates fit two readings"):
        uploads.start(desk.parts, desk.tenant, upload.id, undecided, EMAIL)
    assert desk.state(upload) == "checked"


def test_a_load_of_one_tenant_reaches_no_other(desk: Desk) -> None:
    desk.load(csv())
    assert desk.parts.store.current(desk.other.id) is None


def test_a_load_that_runs_says_since_when(desk: Desk) -> None:
    upload = desk.send(csv())
    desk.start(upload)
    with writing(desk.parts.sessions) as session:
        row = session.scalars(select(UploadFile).where(UploadFile.token == upload.id)).one()
        row.asked_at = utc_now() - timedelta(seconds=75)
    assert 75 <= uploads.progress(desk.parts.sessions, desk.tenant, upload.id).seconds < 600
