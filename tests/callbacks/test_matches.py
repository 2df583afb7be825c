"""The card of customer matches: a tenant's own, parted from the snapshot that was looked at, undone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal import sources
from portal.app import create_app
from portal.clock import utc_now
from portal.db import writing
from portal.jobs.sync import sync, task_of
from portal.models import AuditEvent, SyncRun
from portal.parts import open_parts
from portal.sources import NewSource
from portal.sync_runs import claim_now, finish
from portal.tenants import list_tenants
from tests.callbacks.calls import call
from tests.installation import Browser, Installation, settings_for
from tests.jobs.test_matches import LINES, MAPPING


@pytest.fixture(scope="module")
def matched_home(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Amber Shop with two matches; Birch Shop without data."""
    home = tmp_path_factory.mktemp("matches") / "home"
    shutil.copytree(_template_home, home)
    settings = settings_for(home)
    parts = open_parts(settings)
    files = home.parent / "files"
    files.mkdir()
    (files / "a.csv").write_text(LINES)
    with writing(parts.sessions) as session:
        wanted = NewSource("Exports", "table", str(files), "shop.toml", MAPPING)
        row = sources.add_source(session, list_tenants(session)[0], wanted, settings.secret_key, utc_now())
        claim = claim_now(session, row, "test", utc_now())
    ending = sync(task_of(settings, parts.sessions, claim.source_id))
    with writing(parts.sessions) as session:
        finish(session, claim, ending, utc_now())
    parts.sessions.kw["bind"].dispose()
    return home


@pytest.fixture
def portal(matched_home: Path, tmp_path: Path) -> Installation:
    shutil.copytree(matched_home, tmp_path / "home")
    settings = settings_for(tmp_path / "home")
    parts = open_parts(settings)
    return Installation(settings, parts.sessions, create_app(settings, parts))


def look(browser: Browser, **values: str) -> dict[str, Any]:
    return json.loads(call(browser, "matches-search", {f"matches-{name}": text for name, text in values.items()}))[
        "response"
    ]


def part(browser: Browser, identity: int, snapshot: int, client: str = "1") -> str:
    """Click "These are two people"; the list of undo buttons is empty."""
    button = {"type": "matches-part", "identity": identity, "snapshot": snapshot}
    return press(browser, button, client)


def press(browser: Browser, button: dict[str, Any], client: str = "1") -> str:
    clicked = {"id": button, "property": "n_clicks", "value": 1}
    lists = [[clicked], []] if button["type"] == "matches-part" else [[], [clicked]]
    body = {
        "output": "..matches-said.children...matches-changed.data..",
        "outputs": [{"id": "matches-said", "property": "children"}, {"id": "matches-changed", "property": "data"}],
        "inputs": lists, "state": [{"id": "matches-client", "property": "value", "value": client}],
        "changedPropIds": [f"{json.dumps(button, separators=(',', ':'), sort_keys=True)}.n_clicks"],
    }  # fmt: skip
    return browser.post("/_dash-update-component", json=body).text


def keys(answer: dict[str, Any]) -> list[int]:
    """Identity keys of the buttons shown."""
    return [int(part.partition(":")[2].partition(",")[0].strip()) for part in
            json.dumps(answer["matches-body"]).split('"identity"')[1:]]  # fmt: skip


def test_matches_are_the_tenants_own(portal: Installation) -> None:
    amber, birch = look(portal.browser("admin")), look(portal.browser("admin", "Birch Shop"), client="1")
    assert amber["matches-note"]["children"] == "2 records joined to another, the least sure first"
    assert (birch["matches-note"]["children"], keys(birch)) == ("Nothing has been loaded yet", [])
    assert ("Ann Bell" in json.dumps(amber) or "Ben Bell" in json.dumps(amber), "Bell" in json.dumps(birch)) == (
        True,
        False,
    )


def test_a_search_narrows_them(portal: Installation) -> None:
    assert look(portal.browser("admin"), search="cy orr")["matches-note"]["children"].startswith("1 record ")


def test_two_people_are_parted_shown_as_such_and_undone(portal: Installation) -> None:
    admin = portal.browser("admin")
    first = keys(look(admin))[0]
    assert "C1 (A table, by mapping) and C2 (A table, by mapping) are two people" in part(admin, first, 1)
    painted = json.dumps(look(admin))
    assert ("Parted, the numbers follow" in painted, "Parted by hand" in painted) == (True, True)
    mark = painted.partition('"mark": "')[2].partition('"')[0]
    assert "may be one person again" in press(admin, {"type": "matches-undo", "mark": mark})
    assert "Parted by hand" not in json.dumps(look(admin))
    with portal.sessions() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["customers separated", "separation undone"]
        assert session.scalars(select(SyncRun.asked_by).where(SyncRun.status == "waiting")).all() == [
            "admin@amber.example"
        ]


@pytest.mark.parametrize(("identity", "snapshot", "words"), [
    (1, 2, "loaded anew meanwhile"), (999, 1, "There is no match"), (-1, 1, "There is no match"),
])  # fmt: skip
def test_what_is_not_there_any_more_is_not_parted(
    portal: Installation, identity: int, snapshot: int, words: str
) -> None:
    assert words in part(portal.browser("admin"), identity, snapshot)
    with portal.sessions() as session:
        assert session.scalars(select(AuditEvent)).all() == []


def test_nobody_parts_the_customers_of_another(portal: Installation) -> None:
    admin = portal.browser("admin")
    first = keys(look(admin))[0]
    part(portal.browser("admin", "Birch Shop"), first, 1)
    assert keys(look(admin)) == keys(look(admin)) != []
    with portal.sessions() as session:
        assert session.scalars(select(AuditEvent)).all() == []


@pytest.mark.parametrize("role", ["viewer", "agent", "manager"])
def test_whoever_may_not_manage_sources_sees_no_matches(portal: Installation, role: str) -> None:
    browser = portal.browser(role)
    assert browser.get("/admin/sources").status_code == 403
    assert "role does not allow" in part(browser, 1, 1)
