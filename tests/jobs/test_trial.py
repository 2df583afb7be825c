"""Trying a source: a first look in a process with a time limit, told plainly, nothing stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import sources
from portal.clock import utc_now
from portal.errors import InputError, SourceError
from portal.jobs.remote import PRIVATE
from portal.jobs.trial import Trial, run_trial
from portal.models import DataSource
from portal.parts import Parts, open_parts
from portal.sources import NewSource
from tests.etl.connect.api import Api, Fault, running
from tests.jobs.desk import Desk


def answer(_path: str, body: Any) -> Any:
    """Three pages of parcels; a detail says the same."""
    if body is None:
        return Fault(404)
    first = body["page"] * 1000
    parcels = [
        {"trackingNumber": str(first + at), "cod": 700, "type": {"code": 10}, "state": {"code": 45},
         "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": "2026-03-01T10:00:00.000Z", "otp": "778899"}
        for at in range(body["limit"])
    ]  # fmt: skip
    return {"data": {"deliveries": parcels, "count": 600}}


@pytest.fixture
def api() -> Iterator[Api]:
    with running(answer) as api:
        yield api


@pytest.fixture
def parts(desk: Desk) -> Parts:
    return open_parts(desk.settings)


def drafted(desk: Desk, wanted: NewSource) -> DataSource:
    return sources.draft(desk.task.tenant, wanted, desk.settings.secret_key, utc_now())


def courier(desk: Desk, api: Api, **options: str) -> DataSource:
    place = f"http://127.0.0.1:{api.port}/api"
    return drafted(desk, NewSource("Courier", "hvar", place, credentials="key-1", options={PRIVATE: "yes", **options}))


def test_an_api_is_asked_for_one_page_only(desk: Desk, parts: Parts, api: Api) -> None:
    found = run_trial(parts, courier(desk, api))
    assert [body["page"] for _, path, body, _ in api.asked if "search" in path] == [1]
    assert len([path for _, path, *_ in api.asked if "business" in path]) == 5
    assert {headers["Authorization"] for *_, headers in api.asked} == {"key-1"}
    assert ("shipment", 200, 0) in found.tables
    assert (found.is_whole, len(found.rows)) == (False, 10)


def test_the_sample_is_what_was_read_without_secrets(desk: Desk, parts: Parts, api: Api) -> None:
    found = run_trial(parts, courier(desk, api))
    assert dict(zip(found.columns, found.rows[0], strict=True))["trackingNumber"] == "1000"
    assert "778899" not in str(found)


def test_nothing_is_stored(desk: Desk, parts: Parts, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    before = {path for path in desk.home.rglob("*") if path.is_dir()}
    run_trial(parts, courier(desk, api))
    assert {path for path in desk.home.rglob("*") if path.is_dir()} == before
    assert list(scratch.iterdir()) == []


def test_a_wrong_key_is_told_without_the_key(desk: Desk, parts: Parts, api: Api) -> None:
    api.faults = [Fault(401)] * 9
    with pytest.raises(SourceError, match="The credentials are not accepted") as told:
        run_trial(parts, courier(desk, api))
    assert "key-1" not in str(told.value)


def test_a_slow_side_is_stopped_with_all_that_was_started(desk: Desk, parts: Parts, api: Api) -> None:
    api.faults = [Fault(body=b" " * 900, pause_between_bytes=0.1)]
    with pytest.raises(SourceError, match="took longer than 3 seconds and was stopped"):
        run_trial(parts, courier(desk, api), seconds=3)


def test_an_address_of_this_machine_needs_the_operators_leave(desk: Desk, parts: Parts, api: Api) -> None:
    typed = drafted(desk, NewSource("Courier", "hvar", f"https://127.0.0.1:{api.port}/api"))
    with pytest.raises(SourceError, match="lies in a private network"):
        run_trial(parts, typed)
    assert api.asked == []


def test_the_setting_is_that_leave(desk: Desk, api: Api) -> None:
    from tests.installation import settings_for

    open_here = open_parts(settings_for(desk.home, PORTAL_PRIVATE_SOURCES="on"))
    typed = drafted(desk, NewSource("Courier", "hvar", f"http://127.0.0.1:{api.port}/api", credentials="key-1"))
    assert run_trial(open_here, typed).tables != ()


def test_a_folder_of_the_tenant_is_read_whole(desk: Desk, tmp_path: Path) -> None:
    from tests.etl.shop import MAPPING
    from tests.installation import settings_for

    root = tmp_path / "imports"
    (root / "1-amber-shop").mkdir(parents=True)
    os.link(desk.files / "a.csv", root / "1-amber-shop" / "a.csv")
    parts = open_parts(settings_for(desk.home, PORTAL_IMPORT_ROOT=str(root)))
    typed = drafted(desk, NewSource("Files", "table", "import://a.csv", "shop.toml", MAPPING))
    found = run_trial(parts, typed)
    assert (found.tables, found.is_whole) == ((("order_line", 1, 0),), True)


def test_a_mapping_that_cannot_be_used_is_the_typists(desk: Desk, parts: Parts) -> None:
    typed = drafted(desk, NewSource("Files", "table", str(desk.files), "shop.toml", "nonsense = ["))
    with pytest.raises(InputError, match=r"shop\.toml is not valid TOML"):
        run_trial(parts, typed)
    assert not (desk.home / "tenants").exists()


def test_an_empty_webhook_has_nothing_yet(desk: Desk, parts: Parts) -> None:
    assert run_trial(parts, drafted(desk, NewSource("Hook", "hvar", "hook://bosta"))) == Trial()
