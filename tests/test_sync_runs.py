"""Slots are claimed once, whoever claims and however often; a killed worker's slot is taken over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from portal import sources
from portal.db import Sessions, open_sessions, writing
from portal.errors import ConflictError
from portal.models import DataSource, SyncRun, Tenant
from portal.sources import NewSource
from portal.sync_runs import LEASE, MOST_ATTEMPTS, Claim, Ending, ask, claim_next, claim_now, finish, release, renew
from portal.tenants import list_tenants
from tests.etl.shop import NOW
from tests.installation import settings_for

KEY = "k3yK3Y-0123456789-abcdefghijklmnop"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PUBLISHED = Ending("published", load_number=1, fingerprint="abc")
Add = Callable[..., DataSource]


@pytest.fixture
def add(sessions: Sessions) -> Add:
    def add(name: str, tenant: int = 0, schedule: str = "every 2 minutes") -> DataSource:
        with writing(sessions) as session:
            ref = list_tenants(session)[tenant]
            return sources.add_source(session, ref, NewSource(name, "imiq", "/data", schedule=schedule), KEY, NOW)

    return add


def claim(sessions: Sessions, now: datetime = NOW, holder: str = "w1") -> Claim | None:
    with writing(sessions) as session:
        return claim_next(session, holder, now)


def end(sessions: Sessions, held: Claim | None, ending: Ending = PUBLISHED, now: datetime = NOW) -> bool:
    assert held is not None
    with writing(sessions) as session:
        return finish(session, held, ending, now)


def test_a_new_source_runs_at_once_and_then_once_a_slot(sessions: Sessions, add: Add) -> None:
    add("Hub")
    first = claim(sessions, NOW + SECOND)
    assert first is not None
    assert first.slot == "2026-03-31T12:00Z/2"
    end(sessions, first)
    assert [claim(sessions, NOW + n * SECOND) for n in (2, 60, 119)] == [None, None, None]
    assert claim(sessions, NOW + 2 * MINUTE) is not None


def test_after_a_long_downtime_one_run_makes_up_for_all(sessions: Sessions, add: Add) -> None:
    add("Hub", schedule="at 06:00")
    end(sessions, claim(sessions))
    later = NOW + timedelta(days=9)
    end(sessions, claim(sessions, later), now=later)
    assert claim(sessions, later) is None


def test_one_tenant_is_synced_by_one_worker_at_a_time(sessions: Sessions, add: Add) -> None:
    add("Hub"), add("Sheet"), add("Hub", tenant=1)
    first, second = claim(sessions), claim(sessions, holder="w2")
    assert first is not None
    assert second is not None
    assert first.tenant_id != second.tenant_id
    assert claim(sessions, holder="w3") is None
    end(sessions, first)
    third = claim(sessions, holder="w3")
    assert third is not None
    assert (third.tenant_id, third.source_id != first.source_id) == (first.tenant_id, True)


def test_a_killed_workers_slot_is_taken_over_after_its_lease(sessions: Sessions, add: Add) -> None:
    add("Hub")
    first = claim(sessions)
    assert claim(sessions, NOW + LEASE - SECOND, "w2") is None
    second = claim(sessions, NOW + LEASE, "w2")
    assert second is not None
    assert (second.run_id, second.slot) == (first.run_id, first.slot)  # type: ignore[union-attr]
    assert not end(sessions, first)
    assert end(sessions, second)


def test_a_renewed_lease_is_kept_and_a_released_one_free(sessions: Sessions, add: Add) -> None:
    add("Hub")
    first = claim(sessions)
    assert first is not None
    with writing(sessions) as session:
        assert renew(session, first, NOW + 40 * SECOND)
    assert claim(sessions, NOW + LEASE, "w2") is None
    with writing(sessions) as session:
        release(session, first, NOW + LEASE)
    assert claim(sessions, NOW + LEASE, "w2") is not None
    with writing(sessions) as session:
        assert not renew(session, first, NOW + LEASE)


def test_what_kills_every_worker_is_given_up_and_said(sessions: Sessions, add: Add) -> None:
    add("Hub")
    for attempt in range(MOST_ATTEMPTS):
        assert claim(sessions, NOW + attempt * LEASE) is not None
    assert claim(sessions, NOW + MOST_ATTEMPTS * LEASE - SECOND) is None
    assert claim(sessions, NOW + MOST_ATTEMPTS * LEASE) is None
    with sessions() as session:
        row = session.scalars(select(DataSource)).one()
    assert row.failures == 1
    assert row.last_error.startswith("The sync was stopped 3 times")


def test_a_failing_source_waits_longer_and_never_stops_another(sessions: Sessions, add: Add) -> None:
    bad, good = add("Bad"), add("Good")
    end(sessions, claim(sessions), Ending("failed", "Nobody answers."))
    second = claim(sessions)
    assert second is not None
    assert second.source_id == good.id
    end(sessions, second)
    later = claim(sessions, NOW + 2 * MINUTE)
    assert later is not None
    assert later.source_id == good.id
    end(sessions, later, now=NOW + 2 * MINUTE)
    again = claim(sessions, NOW + 4 * MINUTE)
    assert again is not None
    assert again.source_id == bad.id


def test_what_somebody_asks_for_goes_first_and_once(sessions: Sessions, add: Add) -> None:
    hub = add("Hub")
    end(sessions, claim(sessions))
    with writing(sessions) as session:
        assert ask(session, hub, "kim@shop.example", NOW)
        assert not ask(session, hub, "kim@shop.example", NOW)
    asked = claim(sessions, NOW + SECOND)
    assert asked is not None
    assert asked.slot.startswith("asked ")


def test_a_paused_source_runs_when_asked_only(sessions: Sessions, add: Add) -> None:
    hub = add("Hub")
    with writing(sessions) as session:
        sources.set_active(session, list_tenants(session)[0], "Hub", is_active=False)
    assert claim(sessions) is None
    with writing(sessions) as session:
        ask(session, hub, "kim@shop.example", NOW)
    assert claim(sessions) is not None


def test_sources_of_a_closed_tenant_are_left_alone(sessions: Sessions, add: Add) -> None:
    row = add("Hub")
    with writing(sessions) as session:
        session.get_one(Tenant, row.tenant_id).is_active = False
    assert claim(sessions) is None


def test_the_console_does_not_start_a_second_sync_of_a_source(sessions: Sessions, add: Add) -> None:
    hub = add("Hub")
    claim(sessions)
    with pytest.raises(ConflictError, match="Hub is being synced"), writing(sessions) as session:
        claim_now(session, hub, "console", NOW + SECOND)


def test_a_success_forgets_failures_and_notes_what_was_seen(sessions: Sessions, add: Add) -> None:
    hub = add("Hub")
    end(sessions, claim(sessions), Ending("failed", "Nobody answers."))
    end(sessions, claim(sessions, NOW + 4 * MINUTE), now=NOW + 4 * MINUTE)
    with sessions() as session:
        row = session.get_one(DataSource, hub.id)
    assert (row.failures, row.last_error, row.fingerprint, row.last_load) == (0, "", "abc", 1)
    assert (row.last_run_at, row.last_success_at) == (NOW + 4 * MINUTE, NOW + 4 * MINUTE)


def test_runs_that_ended_long_ago_are_forgotten(sessions: Sessions, add: Add) -> None:
    add("Hub")
    for day in (0, 15):
        end(sessions, claim(sessions, NOW + timedelta(days=day)), now=NOW + timedelta(days=day))
    with sessions() as session:
        assert session.scalars(select(SyncRun.slot)).all() == ["2026-04-15T12:00Z/2"]


def test_many_workers_at_once_run_each_slot_once(home: Path, sessions: Sessions, add: Add) -> None:
    for tenant in (0, 1):
        add("Hub", tenant)
    start, claimed = Barrier(8), []

    def work(holder: str) -> None:
        own = open_sessions(settings_for(home).database_url)
        start.wait()
        claimed.append(claim(own, holder=holder))
        own.kw["bind"].dispose()

    threads = [Thread(target=work, args=(f"w{n}",)) for n in range(8)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert len(claimed) == 8
    assert sorted(one.source_id for one in claimed if one) == [1, 2]
