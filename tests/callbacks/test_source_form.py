"""Adding, testing and changing a source on the screen: what is kept, what is refused, and that secrets go one way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from portal import sources
from portal.app import create_app
from portal.clock import utc_now
from portal.db import Sessions, writing
from portal.models import AuditEvent, DataSource
from portal.parts import open_parts
from portal.source_types import Typed, wanted_source
from portal.sources import NewSource
from portal.tenants import list_tenants
from tests.callbacks.calls import call
from tests.installation import Browser, Installation, settings_for

COURIER = {
    "source-client": "1", "source-type": "bosta", "source-system": "hvar", "source-name": "Courier",
    "source-address": "https://app.bosta.co/api/v2", "source-secret": "key-of-the-courier",
    "source-schedule": "every 15 minutes", "source-when": "",
}  # fmt: skip


@pytest.fixture
def portal(home: Path, sessions: Sessions) -> Installation:
    settings = settings_for(home)
    return Installation(settings, sessions, create_app(settings, open_parts(settings)))


def save(browser: Browser, **changes: Any) -> str:
    return call(browser, "source-save", {**COURIER, "source-save": 1, **changes})


def rows(portal: Installation) -> list[DataSource]:
    with portal.sessions() as session:
        return list(session.scalars(select(DataSource)))


def everything(portal: Installation) -> str:
    with portal.sessions() as session:
        tables = ("data_source", "audit_event", "sync_run")
        return str([session.execute(text(f"SELECT * FROM {table}")).all() for table in tables])


def test_a_source_is_added_with_its_credentials_sealed(portal: Installation) -> None:
    told = save(portal.browser("admin"))
    (row,) = rows(portal)
    assert (row.tenant_id, row.name, row.kind, row.schedule) == (1, "Courier", "hvar", "every 15 minutes")
    assert (row.location, row.options) == ("https://app.bosta.co/api/v2", {})
    assert sources.open_credentials(row, portal.settings.secret_key) == "key-of-the-courier"
    assert "key-of-the-courier" not in told + everything(portal)
    with portal.sessions() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.actor, event.action, event.target) == ("admin@amber.example", "source added", "Courier")


def test_the_tenant_is_the_sessions_whatever_is_sent(portal: Installation) -> None:
    assert "There is no client" in save(portal.browser("admin"), **{"source-client": "2"})
    assert rows(portal) == []


@pytest.mark.parametrize(("changes", "words"), [
    ({"source-address": "/etc/passwd"}, "cannot be the address"),
    ({"source-address": "file:///etc/passwd"}, "cannot be the address"),
    ({"source-address": "http://app.bosta.co/api"}, "cannot be the address"),
    ({"source-address": "https://key@app.bosta.co/"}, "cannot be the address"),
    ({"source-address": "https://app.bosta.co/?key=1"}, "cannot be the address"),
    ({"source-address": "import://a.csv"}, "cannot be the address"),
    ({"source-address": ""}, "nothing was typed"),
    ({"source-secret": " "}, "API key: nothing was typed"),
    ({"source-type": "files", "source-system": "imiq", "source-address": "a.csv"}, "no kind of source"),
    ({"source-type": "folder"}, "no kind of source"),
    ({"source-system": "imiq"}, "no source system"),
    ({"source-schedule": "now"}, "is not a schedule"),
    ({"source-schedule": "other", "source-when": "at 25:00"}, "is not a schedule"),
    ({"source-name": ""}, "cannot be the name"),
    ({"source-type": "postgresql", "source-system": "easy_ecom", "source-address": "postgresql://a:b@h/d"},
     "cannot be the address"),
    ({"source-type": "sheet", "source-system": "imiq", "source-address": "https://example.com/spreadsheets/d/x"},
     "cannot be the address"),
])  # fmt: skip
def test_what_cannot_work_is_told_and_not_kept(portal: Installation, changes: dict[str, str], words: str) -> None:
    assert words in json.loads(save(portal.browser("admin"), **changes))["response"]["source-form-result"]["children"][
        "props"]["children"][1]["props"]["children"]  # fmt: skip
    assert rows(portal) == []


def test_a_name_is_taken_once(portal: Installation) -> None:
    admin = portal.browser("admin")
    save(admin)
    assert "already has a source called" in save(admin)
    assert len(rows(portal)) == 1


def test_a_webhook_is_added_with_an_address_shown_once(portal: Installation) -> None:
    admin = portal.browser("admin")
    told = save(admin, **{"source-type": "bosta_hook"})
    address = told.replace("\\u002f", "/").partition("http://127.0.0.1:8050")[2].partition('"')[0]
    sent = portal.server.test_client().post(address, json={}, base_url=portal.settings.base_url)
    assert sent.status_code == 200
    assert address.rpartition("/")[2] not in everything(portal) + call(admin, "sources-tick", {})


def test_name_schedule_and_credentials_change_and_nothing_else(portal: Installation) -> None:
    admin = portal.browser("admin")
    save(admin)
    number = rows(portal)[0].id
    edited = {"source-form-edited": {"source": number}}
    changes = {"source-name": "Bosta", "source-secret": "another-key", "source-schedule": "at 06:00"}
    said = save(admin, **edited, **changes, **{"source-address": "https://evil.example/"})
    (row,) = rows(portal)
    assert (row.name, row.schedule, row.location) == ("Bosta", "at 06:00", "https://app.bosta.co/api/v2")
    assert sources.open_credentials(row, portal.settings.secret_key) == "another-key"
    assert "another-key" not in said + everything(portal)
    with portal.sessions() as session:
        details = session.scalars(select(AuditEvent.details)).all()[-1]
    assert details == {"changed": ["name", "schedule", "credentials"], "before": "Courier"}


def test_empty_credentials_keep_the_stored_ones_under_a_new_name(portal: Installation) -> None:
    admin = portal.browser("admin")
    save(admin)
    edited = {"source-form-edited": {"source": rows(portal)[0].id}}
    save(admin, **edited, **{"source-name": "Bosta", "source-secret": ""})
    assert sources.open_credentials(rows(portal)[0], portal.settings.secret_key) == "key-of-the-courier"


def test_nobody_changes_or_tests_the_source_of_another(portal: Installation) -> None:
    save(portal.browser("admin"))
    birch, edited = portal.browser("admin", "Birch Shop"), {"source-form-edited": {"source": rows(portal)[0].id}}
    said = [save(birch, **edited), call(birch, "source-test", {**COURIER, **edited, "source-test": 1})]
    assert all("There is no source called" in each for each in said)
    assert rows(portal)[0].name == "Courier"


def test_a_test_of_an_address_in_a_private_network_is_refused_and_audited(portal: Installation) -> None:
    typed = {**COURIER, "source-test": 1, "source-address": "https://169.254.169.254/latest"}
    said = call(portal.browser("admin"), "source-test", typed)
    assert "lies in a private network" in said
    assert rows(portal) == []
    with portal.sessions() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.details["location"]) == ("source tested", "https://169.254.169.254/latest")


def test_too_many_tests_are_held_back(portal: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbacks.source_form.TESTS", 1)
    admin, typed = portal.browser("admin"), {**COURIER, "source-test": 1, "source-address": "https://127.0.0.1/"}
    said = [call(admin, "source-test", typed) for _ in range(2)]
    assert ["That were many tests" in each for each in said] == [False, True]


def test_a_file_of_the_server_is_tested_by_the_operator_only(portal: Installation) -> None:
    with writing(portal.sessions) as session:
        wanted = NewSource("Exports", "imiq", "/etc/passwd")
        row = sources.add_source(session, list_tenants(session)[0], wanted, portal.settings.secret_key, utc_now())
    said = call(portal.browser("admin"), "source-test", {
        **COURIER, "source-test": 1, "source-secret": "", "source-form-edited": {"source": row.id}})  # fmt: skip
    assert "Only the operator can test files of the server" in said


def test_the_next_three_runs_are_told_in_the_tenants_zone(portal: Installation) -> None:
    said = call(portal.browser("admin"), "source-when", {"source-client": "1", "source-schedule": "other",
                                                         "source-when": "at 6:00"})  # fmt: skip
    text = json.loads(said)["response"]["source-next"]["children"]
    assert (text.count("06:00"), text.endswith("(Europe/London).")) == (3, True)
    assert "is not a schedule" in call(portal.browser("admin"), "source-when", {
        "source-client": "1", "source-schedule": "other", "source-when": "often"})  # fmt: skip


def test_the_import_folder_is_offered_where_the_operator_has_one(
    home: Path, sessions: Sessions, tmp_path: Path
) -> None:
    (tmp_path / "in" / "1-amber-shop").mkdir(parents=True)
    (tmp_path / "in" / "1-amber-shop" / "orders.xlsx").touch()
    settings = settings_for(home, PORTAL_IMPORT_ROOT=str(tmp_path / "in"))
    with sessions() as session:
        amber = list_tenants(session)[0]
    wanted = wanted_source(settings, amber, Typed("files", "imiq", "Desk", "orders.xlsx", "", "every minute"))
    assert (wanted.location, wanted.credentials) == ("import://orders.xlsx", "")


def test_the_panel_stays_while_the_list_paints_itself_again(portal: Installation) -> None:
    admin = portal.browser("admin")
    stays = json.loads(call(admin, "source-form-saved", {"source-form-saved": "open 2026-04-01"}))
    assert stays["response"] == {}
    opened = json.loads(call(admin, "source-add", {"source-add": 1}))["response"]
    closed = json.loads(call(admin, "source-form-saved", {"source-form-saved": "2026-04-01"}))["response"]
    assert (opened["source-form"]["hidden"], closed["source-form"]["hidden"]) == (False, True)


def test_a_source_is_opened_without_its_credentials(portal: Installation) -> None:
    admin = portal.browser("admin")
    save(admin)
    button = {"type": "source-edit", "source": rows(portal)[0].id}
    opened = json.loads(call(admin, "source-add", {}, button))["response"]
    assert (opened["source-name"]["value"], opened["source-secret"]["value"]) == ("Courier", "")
    assert "key-of-the-courier" not in json.dumps(opened)
    assert "There is no source called" in call(portal.browser("admin", "Birch Shop"), "source-add", {}, button)
