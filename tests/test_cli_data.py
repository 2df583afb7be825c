"""The verbs that move data, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etl.publish import WarehouseWriter, account_for
from etl.request import KnownLoads, LoadRequest
from portal.cli import portal
from portal.cli.data import contents
from portal.db import open_sessions
from portal.errors import ConflictError, InputError, PortalError, UnknownNameError
from portal.loads import LoadLedger, list_loads
from portal.warehouse.store import Draft, SnapshotStore
from tests.etl.frames import TODAY, star
from tests.etl.shop import HEADER, MAPPING, NOW, TENANT
from tests.etl.shop import Shop as Files
from tests.installation import settings_for


@pytest.fixture
def files(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """A shop's folder with one clean and one dirty row, and a portal to load it into."""
    monkeypatch.setenv("PORTAL_HOME", str(home))
    files = Files(tmp_path)
    files.write("a.csv", "1,2026-03-01,P,2,5,C1", "2,2026-03-02,P,,5,C1")
    say("tenant", "add", "Corner", "--currency", "GBP", "--timezone", "Europe/London")
    return files


def say(*words: object, code: int = 0) -> str:
    result: Result = CliRunner().invoke(portal, [str(word) for word in words])
    if isinstance(result.exception, PortalError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def load(files: Files, *words: object) -> str:
    return say("load", "--tenant", "Corner", "--source", "table", files.files, "--mapping", files.mapping, *words)


def test_load_check_and_rejects_tell_the_same(files: Files) -> None:
    assert "order_line: 2 rows read = 1 loaded + 0 unchanged + 0 duplicate + 0 excluded + 1 rejected" in load(files)
    assert "table order_line rows: source 2 = warehouse 1 + explained 1 (rejected, missing quantity: 1): tied" in say(
        "check", "--tenant", "Corner"
    )
    assert say("rejects", "--tenant", "Corner").splitlines() == [
        "a.csv, row 3 (order_line): rejected, missing quantity, qty = None", "1 rows kept out.",
    ]  # fmt: skip


def test_machines_read_json(files: Files) -> None:
    told = json.loads(load(files, "--json"))
    assert (told["status"], told["snapshot"], told["rows_read"], told["is_tied"]) == ("published", 1, 2, True)
    assert json.loads(say("rejects", "--tenant", "Corner", "--load", 1, "--json")) == {"rejects": [
        {"place": "a.csv", "row": 3, "table": "order_line", "outcome": "rejected", "rule": "missing quantity",
         "column": "qty", "value": None},
    ]}  # fmt: skip
    checks = json.loads(say("check", "--tenant", "Corner", "--json"))
    assert (checks["is_tied"], checks["findings"][0]["name"]) == (True, "missing_cost")
    kept = json.loads(say("snapshots", "--tenant", "Corner", "--json"))["snapshots"]
    assert [(one["number"], one["is_current"], one["load"]) for one in kept] == [(1, True, 1)]


def test_rows_without_an_exchange_rate_are_listed_too(files: Files) -> None:
    files.map(MAPPING.replace("[entity.columns]", "[entity.columns]\ncurrency = 'money'"))
    files.write("a.csv", "1,2026-03-01,P,1,5,C1,USD", "2,2026-03-01,P,1,5,C1,GBP", header=f"{HEADER},money")
    load(files)
    expected = "a.csv, row 2 (order_line): rejected, no rate USD to GBP on 2026-03-01, currency = 'USD'"
    assert expected in say("rejects", "--tenant", "Corner")
    assert expected in say("rejects", "--tenant", "Corner", "--load", 1)


def test_rollback_and_snapshots(files: Files) -> None:
    load(files)
    files.write("b.csv", "3,2026-03-03,P,1,7,C1")
    load(files)
    assert say("rollback", "--tenant", "Corner", "--to", 1).startswith("Corner now shows snapshot 1 (load 1")
    marks = [line[:6] for line in say("snapshots", "--tenant", "Corner").splitlines()]
    assert marks == ["     2", "*    1"]
    with pytest.raises(UnknownNameError, match="no kept snapshot called '7'"):
        say("rollback", "--tenant", "Corner", "--to", 7)


def test_without_a_mapping_the_proposal_goes_to_the_output_and_nothing_is_loaded(files: Files) -> None:
    result = CliRunner().invoke(portal, ["load", "--tenant", "Corner", "--source", "table", str(files.files)])
    assert isinstance(result.exception, InputError)
    assert result.exception.exit_code == 2
    assert 'name = "order_line"' in result.stdout
    assert "no snapshot yet" in say("snapshots", "--tenant", "Corner")


@pytest.mark.parametrize("verb", ["rejects", "snapshots", "check"])
def test_an_unknown_tenant_suggests_the_nearest(files: Files, verb: str) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean Corner"):
        say(verb, "--tenant", "Korner")


def test_what_is_not_there_yet_is_said(files: Files) -> None:
    with pytest.raises(InputError, match="Corner has no snapshot yet"):
        say("check", "--tenant", "Corner")
    with pytest.raises(UnknownNameError, match="no load with rows of its own called '3'"):
        say("rejects", "--tenant", "Corner", "--load", 3)
    assert say("rejects", "--tenant", "Corner") == "No rows were kept out.\n"


def tenant_number(home: Path) -> int:
    return int(next((home / "tenants").iterdir()).name)


def test_check_leaves_with_4_when_a_total_is_not_tied(files: Files, home: Path) -> None:
    load(files)
    found = star(order_line=[{"order_id": "1", "quantity": 1, "line_amount": 10}])
    found.tables["fact_order_line"] = found.tables["fact_order_line"].clear()
    draft = Draft(2, NOW, None, "GBP")
    write = WarehouseWriter(found, account_for(found), TODAY, lambda _step: None)
    SnapshotStore(home, 3).publish(tenant_number(home), draft, write)
    assert "NOT TIED" in say("check", "--tenant", "Corner", code=4)


def test_a_wait_of_zero_refuses_at_once(files: Files, home: Path) -> None:
    load(files)
    held = SnapshotStore(home, 3).lock(tenant_number(home), "a load of x.zip", 0)
    with held, pytest.raises(ConflictError, match=r"x\.zip"):
        load(files, "--wait", 0)


def test_loads_are_noted_with_their_end(files: Files, home: Path) -> None:
    load(files)
    load(files)
    (files.files / "broken.csv").write_bytes(b"PK\x03\x04")
    with pytest.raises(PortalError):
        load(files)
    with open_sessions(settings_for(home).database_url)() as session:
        noted = [(one.number, one.status, one.snapshot, one.rows_read) for one in list_loads(session, 3)]
    assert noted == [(3, "failed", None, 0), (2, "unchanged", 1, 2), (1, "published", 1, 2)]


def test_a_killed_load_is_noted_as_what_it_was(home: Path, tmp_path: Path) -> None:
    ledger = LoadLedger(open_sessions(settings_for(home).database_url))
    request = LoadRequest(TENANT, "table", tmp_path)
    assert [ledger.begin(request, NOW, KnownLoads(0, {})) for _ in range(2)] == [1, 2]
    assert ledger.begin(request, NOW, KnownLoads(9, {2: 5})) == 10
    with open_sessions(settings_for(home).database_url)() as session:
        noted = [(one.number, one.status, one.snapshot) for one in list_loads(session, TENANT.id)]
    assert noted == [(10, "running", None), (2, "published", 5), (1, "failed", None)]


def test_a_mapping_with_a_wrong_column_is_told_with_the_nearest(files: Files) -> None:
    files.map(MAPPING.replace('"qty"', '"qtty"'))
    with pytest.raises(PortalError, match="qty"):
        load(files)


@pytest.mark.parametrize("verb", ["load", "rejects", "snapshots", "rollback", "check"])
def test_help_has_an_example(verb: str) -> None:
    assert f"portal {verb} --tenant" in say(verb, "--help")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"fact_order_line": 1200, "fact_shipment": 5000}, "1,200 order lines"),
        ({"fact_order_line": 0, "fact_shipment": 1300, "dim_place": 9}, "1,300 shipments"),
        ({"fact_lead": 2, "fact_loyalty": 3, "fact_session": 1}, "3 rows of loyalty, 2 leads"),
        ({"dim_date": 365}, "no rows"),
    ],
)
def test_a_snapshot_is_named_by_what_it_has(counts: dict[str, int], words: str) -> None:
    assert contents(counts) == words
