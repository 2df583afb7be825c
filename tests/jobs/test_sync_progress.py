"""How far syncs are: noted by the holder of the run alone, and waiting when nobody holds it any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from etl.reading import SoFar
from etl.request import STEPS, Hooks
from portal.clock import utc_now
from portal.db import writing
from portal.jobs.child import Teller
from portal.jobs.sync import sync
from portal.models import SyncRun
from portal.sync_progress import Running, running
from portal.sync_runs import LEASE, Claim, ask, claim_next, claim_now
from tests.jobs.desk import Desk

WAITS = Running("Waiting for a free worker.", 0.0, True)


def claimed(desk: Desk) -> tuple[Claim, Teller]:
    with writing(desk.sessions) as session:
        claim = claim_now(session, desk.source, "test", utc_now())
    return claim, Teller(desk.sessions, claim)


def shown(desk: Desk, later: timedelta = timedelta()) -> dict[int, Running]:
    with desk.sessions() as session:
        return running(session, [desk.task.tenant.id], utc_now() + later)


def test_a_sync_tells_each_step_and_how_much_is_read(desk: Desk) -> None:
    assert shown(desk) == {}
    _, teller = claimed(desk)
    teller.reached("landed")
    teller.read_so_far(SoFar(212_000, 30 << 20, 60 << 20))
    (one,) = shown(desk).values()
    assert one == Running("Reading the file, 212,000 rows, 30.0 of 60.0 MB read, 0 s so far.", 0.2)


def test_the_steps_are_those_of_the_load(desk: Desk) -> None:
    seen: list[str] = []
    assert sync(replace(desk.task, hooks=Hooks(reached=seen.append))).status == "published"
    assert seen == list(STEPS)


def test_a_run_that_was_taken_over_tells_nothing_any_more(desk: Desk) -> None:
    claim, teller = claimed(desk)
    teller.reached("landed")
    assert shown(desk, LEASE * 2) == {claim.source_id: WAITS}
    with writing(desk.sessions) as session:
        taken = claim_next(session, "other", utc_now() + LEASE * 2)
    assert taken is not None
    teller.reached("built")
    with desk.sessions() as session:
        assert session.get_one(SyncRun, claim.run_id).step == ""


def test_what_was_asked_for_waits_and_other_tenants_are_not_shown(desk: Desk) -> None:
    with writing(desk.sessions) as session:
        ask(session, desk.source, "somebody", utc_now())
    assert list(shown(desk).values()) == [WAITS]
    with desk.sessions() as session:
        assert running(session, [desk.task.tenant.id + 1], utc_now()) == {}
