"""The webhook: only its holder gets in, what is sent is kept once, and order and repetition change nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import hooks, sources, throttle
from portal.app import create_app
from portal.app.hooks import MOST_BYTES, PER_STRANGER
from portal.clock import utc_now
from portal.db import Sessions, writing
from portal.errors import InputError
from portal.jobs.remote import inbox_of
from portal.models import DataSource, SyncRun, Tenant
from portal.parts import open_parts
from portal.places import HOOK
from portal.sources import NewSource
from portal.tenants import list_tenants
from tests.installation import Installation, settings_for
from tests.jobs.desk import Desk


@pytest.fixture
def portal(home: Path, sessions: Sessions) -> Installation:
    """A portal whose first tenant has a source that is nothing but a webhook."""
    settings = settings_for(home)
    add(sessions, NewSource("Courier", "hvar", HOOK))
    return Installation(settings, sessions, create_app(settings, open_parts(settings)))


def add(sessions: Sessions, wanted: NewSource) -> None:
    with writing(sessions) as session:
        tenant = list_tenants(session)[0]
        session.get_one(Tenant, tenant.id).currency = "EGP"
        sources.add_source(session, tenant, wanted, "k3yK3Y-0123456789-abcdefghijklmnop", utc_now())


def address(portal: Installation) -> str:
    """A new address of the webhook, without the host."""
    with writing(portal.sessions) as session:
        given = hooks.new_hook(session.scalars(select(DataSource)).one(), portal.settings)
    return given.removeprefix(portal.settings.base_url)


def tell(portal: Installation, path: str, body: Any, **options: Any) -> TestResponse:
    """Send as a program does: no page, no cookie, no Origin."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"content_type": "application/json", "base_url": portal.settings.base_url, **options}
    return portal.server.test_client().post(path, data=content, **given)


def inbox(portal: Installation) -> list[Path]:
    with portal.sessions() as session:
        source = session.scalars(select(DataSource)).one()
    return sorted(path for path in inbox_of(portal.settings, source).rglob("*") if path.is_file())


def parcel(number: str, state: int, minute: int) -> dict[str, Any]:
    return {
        "trackingNumber": number, "type": {"code": 10}, "cod": 900, "state": {"code": state},
        "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": f"2026-03-01T10:{minute:02d}:00.000Z",
    }  # fmt: skip


def test_what_is_sent_is_kept_and_a_sync_is_asked_for(portal: Installation) -> None:
    answer = tell(portal, address(portal), parcel("7000001", 45, 1))
    assert (answer.status_code, answer.get_json()) == (200, {"message": "Taken."})
    (kept,) = inbox(portal)
    assert json.loads(kept.read_bytes()) == parcel("7000001", 45, 1)
    with portal.sessions() as session:
        assert session.scalars(select(SyncRun.asked_by)).all() == ["webhook"]
        assert session.scalars(select(DataSource.hook_used_at)).one() is not None


def test_the_token_is_nowhere_in_the_database(portal: Installation) -> None:
    token = address(portal).rpartition("/")[2]
    with portal.sessions() as session:
        kept = session.scalars(select(DataSource.hook_hash)).one()
    assert (len(token), kept != token, len(kept)) == (43, True, 64)


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é", "a" * 4000])
def test_a_wrong_token_is_nothing(portal: Installation, token: str) -> None:
    address(portal)
    answer = tell(portal, f"/hooks/bosta/{token}", parcel("7000001", 45, 1))
    assert (answer.status_code, inbox(portal)) == (404, [])


def test_a_source_without_a_webhook_is_reached_by_no_word(portal: Installation) -> None:
    assert [tell(portal, f"/hooks/bosta/{word}", {}).status_code for word in ("None", "-", "null")] == [404] * 3


def test_a_new_address_ends_the_old_one(portal: Installation) -> None:
    old, new = address(portal), address(portal)
    assert [tell(portal, path, {}).status_code for path in (old, new)] == [404, 200]


@pytest.mark.parametrize(("body", "kind", "status"), [
    (b"{", "application/json", 400), (b"7", "application/json", 400), (b'{"a": NaN}', "application/json", 400),
    (b"[" * 20 + b"]" * 20, "application/json", 400), (b'{"a": "\\ud800"}', "application/json", 400),
    (b"{}", "text/plain", 415), (b"{}", "application/x-www-form-urlencoded", 415),
    (b'"' + b"a" * MOST_BYTES + b'"', "application/json", 413),
])  # fmt: skip
def test_what_is_no_delivery_is_refused_and_not_kept(portal: Installation, body: bytes, kind: str, status: int) -> None:
    assert tell(portal, address(portal), body, content_type=kind).status_code == status
    assert inbox(portal) == []


def test_the_same_payload_again_is_one_file_and_no_second_sync(portal: Installation) -> None:
    path = address(portal)
    tell(portal, path, parcel("7000001", 45, 1))
    with portal.sessions.begin() as session:
        session.scalars(select(SyncRun)).one().status = "published"
    assert tell(portal, path, parcel("7000001", 45, 1)).status_code == 200
    with portal.sessions() as session:
        assert session.scalars(select(SyncRun.status)).all() == ["published"]
    assert len(inbox(portal)) == 1


def test_secrets_are_not_stored(portal: Installation) -> None:
    tell(portal, address(portal), {**parcel("7000001", 45, 1), "pickupRequestOTP": "778899"})
    assert b"778899" not in inbox(portal)[0].read_bytes()


def test_a_paused_source_keeps_what_arrives_and_asks_for_nothing(portal: Installation) -> None:
    path = address(portal)
    with portal.sessions.begin() as session:
        session.scalars(select(DataSource)).one().is_active = False
    assert tell(portal, path, {}).status_code == 200
    with portal.sessions() as session:
        assert session.scalars(select(SyncRun)).all() == []
    assert len(inbox(portal)) == 1


def test_who_tries_many_tokens_is_told_to_wait_and_the_right_one_still_works(portal: Installation) -> None:
    path = address(portal)
    with writing(portal.sessions) as session:
        for _ in range(PER_STRANGER):
            throttle.take_turn(session, "wrong hook", "127.0.0.1", PER_STRANGER, utc_now())
    refused = tell(portal, "/hooks/bosta/wrong", {})
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert tell(portal, path, {}).status_code == 200


def test_a_source_may_not_send_without_end(portal: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.app.hooks.PER_SOURCE", 2)
    path = address(portal)
    assert [tell(portal, path, {"a": number}).status_code for number in range(3)] == [200, 200, 429]
    assert len(inbox(portal)) == 2


def test_a_closed_tenants_webhook_is_nothing(portal: Installation) -> None:
    path = address(portal)
    with portal.sessions.begin() as session:
        session.get_one(Tenant, session.scalars(select(DataSource.tenant_id)).one()).is_active = False
    assert tell(portal, path, {}).status_code == 404


def test_opening_the_address_in_a_browser_shows_nothing(portal: Installation) -> None:
    assert portal.stranger().get(address(portal)).status_code == 302


def test_only_bostas_api_and_webhook_can_have_one(portal: Installation) -> None:
    with portal.sessions() as session:
        source = session.scalars(select(DataSource)).one()
        source.location = "/data/deliveries"
        with pytest.raises(InputError, match="Courier cannot have a webhook"):
            hooks.new_hook(source, portal.settings)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 1, 0, 2, 0), (2, 0, 2, 1)])
def test_order_and_repetition_change_nothing(portal: Installation, tmp_path: Path, order: tuple[int, ...]) -> None:
    told = [parcel("7000001", 30, 1), parcel("7000001", 45, 9), parcel("7000002", 46, 5)]
    desk, path = Desk(portal.settings.home, portal.sessions, tmp_path), address(portal)
    for place in order:
        assert tell(portal, path, told[place]).status_code == 200
        assert desk.sync().status in {"published", "unchanged"}
    states = desk.ask(
        "select string_agg(tracking_id || ' ' || shipment_status, ', ' order by tracking_id) from fact_shipment"
    )
    assert states == "7000001 delivered, 7000002 returned"
    assert desk.ask("select count(*), sum(net_amount)::decimal(18,2) from fact_order_line") == "3 900.00"


def test_nothing_arrived_is_nothing_to_do(portal: Installation, tmp_path: Path) -> None:
    assert Desk(portal.settings.home, portal.sessions, tmp_path).sync().status == "unchanged"
