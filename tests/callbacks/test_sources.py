"""The Sources screen: what it shows, what its buttons do, and that it is the tenant's own."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal import sources
from portal.app import create_app
from portal.clock import utc_now
from portal.db import writing
from portal.jobs.sync import sync, task_of
from portal.models import AuditEvent, DataSource, SyncRun
from portal.parts import open_parts
from portal.sources import NewSource
from portal.sync_progress import note
from portal.sync_runs import Ending, claim_now, finish
from portal.tenants import list_tenants
from portal.upload_tables import UploadFile
from tests.callbacks.calls import CALLBACK, call
from tests.etl.shop import HEADER, MAPPING, NOW
from tests.installation import Browser, Installation, settings_for


@pytest.fixture(scope="module")
def synced_home(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both tenants have a source; that of Amber Shop was synced and kept two rows out."""
    home = tmp_path_factory.mktemp("sources") / "home"
    shutil.copytree(_template_home, home)
    settings = settings_for(home)
    parts = open_parts(settings)
    files = home.parent / "files"
    files.mkdir()
    (files / "a.csv").write_text(f"{HEADER}\n1,2026-03-01,P,2,5,C1\n2,2026-03-02,P,,5,C1\n3,soon,=P,1,5,C1\n")
    with writing(parts.sessions) as session:
        for tenant, name in zip(list_tenants(session), ("Amber exports", "Birch exports"), strict=True):
            wanted = NewSource(name, "table", str(files), "shop.toml", MAPPING)
            row = sources.add_source(session, tenant, wanted, settings.secret_key, NOW)
            claim = claim_now(session, row, name, NOW)
            first = claim if name == "Amber exports" else None
            if first:
                amber = first
    ending = sync(task_of(settings, parts.sessions, amber.source_id))
    with writing(parts.sessions) as session:
        finish(session, amber, ending, datetime(2026, 3, 31, 12, 1))
    parts.sessions.kw["bind"].dispose()
    return home


@pytest.fixture(scope="module")
def portal(synced_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An app for tests that change nothing."""
    return installation_in(synced_home, tmp_path_factory.mktemp("shared") / "home")


@pytest.fixture
def own_portal(synced_home: Path, tmp_path: Path) -> Installation:
    """An app for a test that changes something."""
    return installation_in(synced_home, tmp_path / "home")


def installation_in(synced_home: Path, home: Path) -> Installation:
    shutil.copytree(synced_home, home)
    settings = settings_for(home)
    parts = open_parts(settings)
    return Installation(settings, parts.sessions, create_app(settings, parts))


def paint(browser: Browser, load: str | None = None, **wanted: str) -> str:
    """The list, or the rows a load kept out."""
    if load is None:
        return call(browser, "sources-tick", {})
    return call(
        browser, "sources-load", {"sources-load": load, **{f"kept-{name}": text for name, text in wanted.items()}}
    )


def press(browser: Browser, do: str, source: int) -> str:
    """Click a button of the list."""
    target = {"do": do, "source": source, "type": "source-do"}
    body = {
        "output": "..sources-notice.children...sources-done.data..",
        "outputs": [{"id": "sources-notice", "property": "children"}, {"id": "sources-done", "property": "data"}],
        "inputs": [[{"id": target, "property": "n_clicks", "value": 1}]], "state": [],
        "changedPropIds": [f"{json.dumps(target, separators=(',', ':'), sort_keys=True)}.n_clicks"],
    }  # fmt: skip
    return browser.post(CALLBACK, json=body).text


def rows(portal: Installation) -> dict[str, DataSource]:
    with portal.sessions() as session:
        return {row.name: row for row in session.scalars(select(DataSource))}


def test_each_tenant_sees_its_own_sources_and_loads(portal: Installation) -> None:
    amber, birch = paint(portal.browser("admin")), paint(portal.browser("admin", "Birch Shop"))
    assert ("Amber exports" in amber, "Birch exports" in amber, '"Load 1' in amber) == (True, False, True)
    assert ("Amber exports" in birch, "Birch exports" in birch, '"Load 1' in birch) == (False, True, False)


def test_the_operator_sees_all_with_their_clients(portal: Installation) -> None:
    text = paint(portal.browser("superadmin"))
    assert "Amber Shop: Amber exports" in text
    assert "Birch Shop: Birch exports" in text


def test_a_load_says_what_became_of_its_rows(portal: Installation) -> None:
    text = paint(portal.browser("admin"))
    assert '"3 sources' not in text
    assert '"1 source' in text
    assert "Published" in text


def test_a_sync_that_runs_is_shown_with_how_far_it_is(portal: Installation) -> None:
    with writing(portal.sessions) as session:
        claim = claim_now(session, session.scalars(select(DataSource)).first(), "now", utc_now())
        note(session, claim, {"step": "landed", "rows_read": 5, "bytes_read": 10, "bytes_whole": 40})
    text = call(portal.browser("admin"), "sources-run-tick", {})
    assert "Reading the file, 5 rows read, 0 s so far." in text
    assert json.loads(text)["response"]["sources-ran"]["data"] == "Amber exports"
    assert json.loads(text)["response"]["sources-run-tick"]["interval"] == 1500
    assert "Amber exports" not in call(portal.browser("admin", "Birch Shop"), "sources-run-tick", {})
    with writing(portal.sessions) as session:
        finish(session, claim, Ending("unchanged"), utc_now())


def test_rows_kept_out_are_shown_with_their_raw_rows(portal: Installation) -> None:
    answer = json.loads(paint(portal.browser("admin"), "1-1"))["response"]
    assert answer["sources-rejects-note"]["children"] == "2 rows"
    assert answer["kept-rule"]["options"] == [
        {"label": "date not readable (1)", "value": "date not readable"},
        {"label": "missing quantity (1)", "value": "missing quantity"},
    ]
    assert answer["kept-outcome"]["options"] == [{"label": "Rejected (2)", "value": "rejected"}]
    assert answer["kept-place"]["options"] == [{"label": "a.csv (2)", "value": "a.csv"}]
    assert [answer[name]["hidden"] for name in ("sources-csv", "kept-again", "kept-read")] == [False, False, True]
    assert raw_of(answer) == [
        {"order": "2", "day": "2026-03-02", "product": "P", "price": "5", "customer": "C1"},
        {"order": "3", "day": "soon", "product": "=P", "qty": "1", "price": "5", "customer": "C1"},
    ]


def raw_of(answer: dict[str, Any]) -> list[dict[str, str]]:
    """The raw rows of the table that is shown."""
    table = answer["sources-rejects-body"]["children"]["props"]["children"][0]["props"]["children"]
    lines = table["props"]["children"][2]["props"]["children"]
    facts = [line["props"]["children"][-1]["props"]["children"]["props"]["children"][1]["props"] for line in lines]
    texts = [[each["props"]["children"] for each in one["children"]] for one in facts]
    return [dict(zip(one[::2], one[1::2], strict=True)) for one in texts]


@pytest.mark.parametrize(("wanted", "count"), [
    ({"rule": "missing quantity"}, "1 row"), ({"table": "order_line"}, "2 rows"), ({"place": "a.csv"}, "2 rows"),
    ({"outcome": "excluded"}, "This load kept no such rows out"),
    ({"rule": "x", "table": "order_line"}, "This load kept no such rows out"),
])  # fmt: skip
def test_rows_kept_out_are_filtered(portal: Installation, wanted: dict[str, str], count: str) -> None:
    answer = json.loads(paint(portal.browser("admin"), "1-1", **wanted))["response"]
    assert answer["sources-rejects-note"]["children"].startswith(count)


def test_the_download_has_the_raw_row_beside_each(portal: Installation) -> None:
    admin = portal.browser("admin")
    lines = admin.get("/export/rejects/1-1.csv").get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines == [
        "File,Row,Table,Outcome,Reason,Column,Value,order,day,product,qty,price,customer",
        "a.csv,3,order_line,rejected,missing quantity,qty,,2,2026-03-02,P,,5,C1",
        "a.csv,4,order_line,rejected,date not readable,day,soon,3,soon,'=P,1,5,C1",
    ]
    chosen = admin.get("/export/rejects/1-1.csv?rule=missing+quantity").get_data(as_text=True).splitlines()
    assert len(chosen) == 2


def test_raw_rows_are_read_once_and_told_when_the_copy_is_gone(own_portal: Installation) -> None:
    tenant = own_portal.settings.home / "tenants" / "1"
    (landed,) = (tenant / "landing").iterdir()
    kept = landed.read_bytes()
    landed.unlink()
    admin = own_portal.browser("admin")
    assert "The stored copy of a.csv is not there any more" in paint(admin, "1-1")
    landed.write_bytes(kept)
    paint(admin, "1-1")
    landed.unlink()
    assert "The stored copy" not in paint(admin, "1-1")


def test_large_files_are_read_when_asked_only(own_portal: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.jobs.kept_out.READ_UNASKED", 1)
    admin = own_portal.browser("admin")
    first = json.loads(paint(admin, "1-1"))["response"]
    assert (first["kept-read"]["hidden"], "which are read when you ask" in json.dumps(first)) == (False, True)
    asked = json.loads(call(admin, "kept-read", {"sources-load": "1-1", "kept-read": 1}))["response"]
    assert (asked["kept-read"]["hidden"], len(raw_of(asked))) == (True, 2)


def test_pages_are_turned(portal: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.jobs.kept_out.PAGE_ROWS", 1)
    monkeypatch.setattr("callbacks.kept_out.PAGE_ROWS", 1)
    admin, values = portal.browser("admin"), {"sources-load": "1-1"}
    pages = [paint(admin, "1-1")]
    pages += [call(admin, "sources-load", values, {"type": "kept-page", "to": "Next", "page": page}) for page in (1, 9)]
    assert ["Page 1 of 2" in pages[0], "Page 2 of 2" in pages[1], "missing quantity" in pages[0]] == [True] * 3
    assert [len(raw_of(json.loads(page)["response"])) for page in pages[:2]] == [1, 1]
    assert json.loads(pages[2])["response"]["sources-rejects-body"]["children"] == []


@pytest.mark.parametrize("load", ["1-1", "1-9", "x", "1-../../2", "2-1", "1-²"])
def test_rows_of_others_and_of_nothing_are_none(portal: Installation, load: str) -> None:
    birch = portal.browser("admin", "Birch Shop")
    assert "missing quantity" not in paint(birch, load)
    assert "missing quantity" not in birch.get(f"/export/rejects/{load}.csv").get_data(as_text=True)


def test_buttons_ask_pause_resume_and_remove(own_portal: Installation) -> None:
    admin, number = own_portal.browser("admin"), rows(own_portal)["Amber exports"].id
    assert "is synced as soon as a worker is free" in press(admin, "sync", number)
    assert "is paused" in press(admin, "pause", number)
    assert not rows(own_portal)["Amber exports"].is_active
    assert "synced on its schedule again" in press(admin, "resume", number)
    with own_portal.sessions() as session:
        assert session.scalars(select(SyncRun.asked_by).where(SyncRun.status == "waiting")).all() == [
            "admin@amber.example"
        ]
    assert "Removed the source Amber exports" in press(admin, "remove", number)
    with own_portal.sessions() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-4:] == ["source sync asked", "source paused", "source resumed", "source removed"]
    assert list(rows(own_portal)) == ["Birch exports"]


@pytest.mark.parametrize("do", ["sync", "pause", "remove", "hook", "nonsense"])
def test_nobody_touches_the_sources_of_another(portal: Installation, do: str) -> None:
    number = rows(portal)["Amber exports"].id
    assert "is synced" not in press(portal.browser("admin", "Birch Shop"), do, number)
    with portal.sessions() as session:
        assert session.scalars(select(SyncRun).where(SyncRun.status == "waiting")).all() == []
    assert (list(rows(portal)), rows(portal)["Amber exports"].is_active) == (["Amber exports", "Birch exports"], True)


@pytest.mark.parametrize("role", ["viewer", "agent", "manager"])
def test_whoever_may_not_manage_sources_is_turned_away(portal: Installation, role: str) -> None:
    browser = portal.browser(role)
    assert browser.get("/admin/sources").status_code == 403
    assert browser.get("/export/rejects/1-1.csv").status_code == 403
    press(browser, "remove", rows(portal)["Amber exports"].id)
    assert "Amber exports" in rows(portal)


def test_rejected_rows_are_tried_again_with_what_reads_the_source_now(own_portal: Installation) -> None:
    admin, sessions = own_portal.browser("admin"), own_portal.sessions
    with sessions.begin() as session:
        session.scalars(select(DataSource).where(DataSource.name == "Amber exports")).one().mapping = MAPPING.replace(
            'duplicates = "keep"', 'duplicates = "keep"\n[entity.constants]\ncurrency = "GBP"'
        )
        session.scalars(select(SyncRun).where(SyncRun.source_id == 1)).one().load_number = 1
    retry = json.loads(call(admin, "kept-again", {"kept-again": 1, "sources-load": "1-1"}))["response"]["kept-retry"]
    told = call(admin, "kept-retry-tick", {"kept-retry": retry["data"]})
    assert "Load 1 is tried again: waiting for a free worker" in told
    with sessions() as session:
        upload = session.scalars(select(UploadFile)).one()
    assert (upload.retry_of, upload.state, upload.source, 'currency = "GBP"' in upload.mapping) == (
        1, "loading", "table", True)  # fmt: skip


@pytest.mark.parametrize("load", ["2-1", "1-7", "x", ""])
def test_what_is_no_load_of_ours_is_not_tried_again(own_portal: Installation, load: str) -> None:
    call(own_portal.browser("admin"), "kept-again", {"kept-again": 1, "sources-load": load})
    with own_portal.sessions() as session:
        assert session.scalars(select(UploadFile)).all() == []


def test_nobody_follows_the_upload_of_another(own_portal: Installation) -> None:
    with own_portal.sessions.begin() as session:
        session.scalars(select(SyncRun).where(SyncRun.source_id == 1)).one().load_number = 1
    asked = call(own_portal.browser("admin"), "kept-again", {"kept-again": 1, "sources-load": "1-1"})
    upload = json.loads(asked)["response"]["kept-retry"]["data"]["upload"]
    forged = {"load": "2-1", "upload": upload, "problem": ""}
    told = call(own_portal.browser("admin", "Birch Shop"), "kept-retry-tick", {"kept-retry": forged})
    assert "tried again" not in told
