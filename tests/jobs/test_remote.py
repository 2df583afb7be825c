"""Sources that are an API: fetched into an inbox and loaded, whole or not at all, and never twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from portal import sources
from portal.clock import utc_now
from portal.db import writing
from portal.errors import InputError
from portal.jobs.hook import keep_payload
from portal.jobs.remote import PRIVATE, check_location, fetch, inbox_of
from portal.models import DataSource, Tenant
from portal.sources import NewSource
from portal.tenants import list_tenants
from tests.etl.connect.api import Api, Fault, running
from tests.jobs.desk import Desk


class Courier:
    """Parcels by number, told as the search of the courier tells them."""

    def __init__(self) -> None:
        self.minutes = {"7000001": 1, "7000002": 2}

    def answer(self, _path: str, _body: Any) -> Any:
        parcels = [
            {"trackingNumber": number, "cod": 10, "type": {"code": 10}, "state": {"code": 45, "value": "Delivered"},
             "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": f"2026-03-01T10:{minute:02d}:00.000Z"}
            for number, minute in sorted(self.minutes.items(), key=lambda pair: -pair[1])
        ]  # fmt: skip
        return {"success": True, "data": {"deliveries": parcels, "count": len(parcels)}}


@pytest.fixture
def courier() -> Courier:
    return Courier()


@pytest.fixture
def api(courier: Courier) -> Iterator[Api]:
    with running(courier.answer) as api:
        yield api


@pytest.fixture
def remote(desk: Desk, api: Api) -> Desk:
    """The only source is the courier's API."""
    options = {"details": "no", PRIVATE: "yes"}
    wanted = NewSource("Courier", "hvar", f"http://127.0.0.1:{api.port}/api", credentials="key-1", options=options)
    with writing(desk.sessions) as session:
        tenant = list_tenants(session)[0]
        session.get_one(Tenant, tenant.id).currency = "EGP"
        sources.remove_source(session, tenant, "Exports")
        sources.add_source(session, tenant, wanted, desk.settings.secret_key, utc_now())
    return desk


def parcels(desk: Desk) -> int:
    return int(desk.ask("select count(*) from fact_shipment"))


def test_what_is_fetched_is_loaded_and_the_key_is_sent(remote: Desk, api: Api) -> None:
    ending = remote.sync()
    assert (ending.status, ending.message) == ("published", "")
    assert parcels(remote) == 2
    assert {headers["Authorization"] for *_, headers in api.asked} == {"key-1"}
    assert remote.source.watermark != ""


def test_nothing_new_is_no_load_and_a_change_is_one(remote: Desk, courier: Courier) -> None:
    remote.sync()
    assert remote.sync().status == "unchanged"
    courier.minutes |= {"7000001": 30, "7000003": 31}
    assert (remote.sync().status, parcels(remote)) == ("published", 3)


def test_a_load_that_was_stopped_is_made_up_for(remote: Desk) -> None:
    fetch(remote.settings, remote.source, remote.task.path)
    assert (remote.sync().status, parcels(remote)) == ("published", 2)


def test_a_watermark_that_was_lost_brings_nothing_twice(remote: Desk) -> None:
    remote.sync()
    with remote.sessions.begin() as session:
        row = session.get_one(DataSource, remote.source.id)
        row.watermark, row.fingerprint = "", ""
    assert (remote.sync().status, parcels(remote)) == ("unchanged", 2)
    assert [path.name for path in remote.task.path.iterdir() if path.name.isdecimal()] == ["00000001"]


def test_a_refusal_is_a_failure_and_changes_nothing(remote: Desk, api: Api) -> None:
    remote.sync()
    before = remote.source.watermark
    api.faults = [Fault(401)] * 20
    assert remote.sync().status == "failed"
    assert "key-1" not in remote.source.last_error
    assert (remote.source.watermark, parcels(remote)) == (before, 2)


def test_the_inbox_is_the_tenants_own(remote: Desk) -> None:
    remote.sync()
    inbox = inbox_of(remote.settings, remote.source)
    assert inbox.parent == remote.home / "tenants" / "1" / "inbox"
    assert inbox.stat().st_mode & 0o777 == 0o700


def test_what_a_webhook_told_is_read_beside_what_the_api_tells(remote: Desk, courier: Courier) -> None:
    remote.sync()
    told = courier.answer("", None)["data"]["deliveries"][0]
    late = {**told, "trackingNumber": "7000009"}
    old = {**told, "state": {"code": 10}, "updatedAt": "2026-03-01T09:00:00.000Z"}
    for payload in (late, old):
        keep_payload(remote.settings, remote.source, json.dumps(payload).encode(), date(2026, 3, 1))
    assert (remote.sync().status, parcels(remote)) == ("published", 3)
    assert (
        remote.ask("select count(distinct shipment_status), min(shipment_status) from fact_shipment") == "1 delivered"
    )
    assert remote.sync().status == "unchanged"


def test_a_source_never_reads_what_one_that_was_removed_brought(remote: Desk) -> None:
    remote.sync()
    before = remote.source
    again = DataSource(id=before.id, tenant_id=before.tenant_id, created_at=before.created_at + timedelta(seconds=1))
    assert inbox_of(remote.settings, before).exists()
    assert not inbox_of(remote.settings, again).exists()


@pytest.mark.parametrize(("kind", "location", "message"), [
    ("imiq", "https://host/", "An API can be read for hvar and onesoko, not for imiq"),
    ("hvar", "postgresql://u@h/d", "A database can be read for easy_ecom and onesoko, not for hvar"),
    ("hvar", "ftp://host/", "start with ftp:// are not read"),
])  # fmt: skip
def test_an_address_without_a_connector_is_told_when_it_is_added(kind: str, location: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_location(kind, location)


def test_a_password_in_an_address_is_refused_and_not_repeated(desk: Desk) -> None:
    wanted = NewSource("Base", "onesoko", "postgresql://reader:hub-passphrase@db.example/shop")
    with pytest.raises(InputError, match="does not belong into an address") as told, writing(desk.sessions) as session:
        sources.add_source(session, list_tenants(session)[0], wanted, desk.settings.secret_key, utc_now())
    assert "hub-passphrase" not in str(told.value)
