"""Building anew from the rows that are there: only when it would come out differently, with the same rows."""

from __future__ import annotations

from datetime import date

from portal.clock import utc_now
from portal.db import writing
from portal.jobs.rebuild import is_outdated, rebuild
from portal.jobs.studies import Studying
from portal.policies import PolicyRow, save_policy
from portal.tenants import list_tenants
from portal.viewer import TenantRef
from tests.jobs.desk import Desk
from tests.jobs.test_studies import started, stepped


def tenant_of(desk: Desk) -> TenantRef:
    with desk.sessions() as session:
        return list_tenants(session)[0]


def cap(desk: Desk, value: float) -> None:
    with writing(desk.sessions) as session:
        row = PolicyRow("discount_cap", value, date(2020, 1, 1))
        save_policy(session, tenant_of(desk).id, row, ("a test", utc_now()))


def test_what_would_come_out_the_same_is_left_alone(desk: Desk) -> None:
    desk.sync()
    report = rebuild(desk.settings, desk.sessions, tenant_of(desk))
    assert report is not None
    assert (report.status, report.snapshot) == ("unchanged", 1)


def test_another_policy_builds_anew_from_the_same_rows(desk: Desk) -> None:
    desk.sync()
    before = desk.net()
    cap(desk, 0.1)
    assert is_outdated(desk.settings, desk.sessions, tenant_of(desk))
    report = rebuild(desk.settings, desk.sessions, tenant_of(desk))
    assert report is not None
    assert (report.status, report.snapshot, report.is_tied, desk.net()) == ("published", 2, True, before)
    assert not is_outdated(desk.settings, desk.sessions, tenant_of(desk))


def test_a_tenant_without_data_has_nothing_to_build(desk: Desk) -> None:
    assert rebuild(desk.settings, desk.sessions, tenant_of(desk)) is None
    assert not is_outdated(desk.settings, desk.sessions, tenant_of(desk))


def test_the_worker_looks_again_when_a_policy_changes(desk: Desk) -> None:
    desk.sync()
    studying, tenants = started(desk)
    stepped(studying)
    cap(desk, 0.1)
    again = Studying(desk.settings, desk.sessions, studying._start)
    again._done = studying._done
    stepped(again)
    assert tenants == [1, 1]


def test_a_policy_that_only_numbers_read_builds_nothing(desk: Desk) -> None:
    desk.sync()
    with writing(desk.sessions) as session:
        row = PolicyRow("vip_value", 100, date(2020, 1, 1))
        save_policy(session, tenant_of(desk).id, row, ("a test", utc_now()))
    assert not is_outdated(desk.settings, desk.sessions, tenant_of(desk))
