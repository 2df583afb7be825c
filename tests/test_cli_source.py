"""The verbs of sources, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from portal import audit
from portal.cli import portal
from portal.db import Sessions
from portal.errors import ConflictError, InputError, PortalError, SourceError, UnknownNameError
from portal.models import AuditEvent
from tests.etl.shop import Shop as Files

AMBER = ("--tenant", "Amber Shop")


@pytest.fixture
def files(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """A folder with one clean and one dirty row, and a portal to sync it into."""
    monkeypatch.setenv("PORTAL_HOME", str(home))
    files = Files(tmp_path)
    files.write("a.csv", "1,2026-03-01,P,2,5,C1", "2,2026-03-02,P,,5,C1")
    return files


def say(*words: object, typed: str = "") -> str:
    result: Result = CliRunner().invoke(portal, [str(word) for word in words], input=typed)
    if isinstance(result.exception, PortalError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def add(files: Files, *words: object, typed: str = "") -> str:
    return say("source", "add", "Exports", *AMBER, "--kind", "table", "--location", files.files, "--mapping",
               files.mapping, *words, typed=typed)  # fmt: skip


def test_a_source_is_added_synced_and_told_as_fresh(files: Files) -> None:
    assert add(files).startswith("Added the source Exports (table, every 2 minutes).")
    assert say("source", "list", *AMBER) == (
        "Exports (table, every 2 minutes): waiting. Waiting for its first sync. "
        "Next sync: as soon as a worker is free.\n"
    )
    assert say("source", "sync", "exports", *AMBER) == "Exports: published, load 1, 2 rows read.\n"
    assert "fresh. Last synced just now. Data until 1 Mar 2026." in say("source", "list", *AMBER)


def test_a_ready_made_mapping_is_named(files: Files) -> None:
    say("source", "add", "Exports", *AMBER, "--kind", "table", "--location", files.files, "--mapping", "square_items")
    listed = json.loads(say("source", "list", *AMBER, "--json"))["sources"]
    assert [one["name"] for one in listed] == ["Exports"]
    with pytest.raises(InputError, match="Did you mean square_items"):
        say("source", "add", "Others", *AMBER, "--kind", "table", "--location", files.files, "--mapping", "square_item")


def test_machines_read_json(files: Files) -> None:
    added = json.loads(add(files, "--schedule", "at 6:00", "--json"))
    assert (added["name"], added["schedule"]) == ("Exports", "at 06:00")
    synced = json.loads(say("source", "sync", "Exports", *AMBER, "--json"))
    assert synced == {"name": "Exports", "status": "published", "load": 1, "rows_read": 2}
    (one,) = json.loads(say("source", "list", *AMBER, "--json"))["sources"]
    assert (one["state"], one["data_until"], one["has_credentials"]) == ("fresh", "2026-03-01", False)


def test_credentials_come_from_a_file_and_are_never_shown(files: Files, sessions: Sessions) -> None:
    said = add(files, "--credentials-file", "-", "--json", typed="hub-passphrase\n")
    said += say("source", "list", *AMBER, "--json")
    with sessions() as session:
        kept = str(session.execute(text("SELECT * FROM data_source")).all())
        kept += str(session.execute(text("SELECT * FROM audit_event")).all())
    assert json.loads(say("source", "list", *AMBER, "--json"))["sources"][0]["has_credentials"] is True
    assert "hub-passphrase" not in said + kept


def test_a_trial_says_what_would_come_and_stores_nothing(files: Files) -> None:
    add(files)
    assert say("source", "test", "Exports", *AMBER).splitlines() == [
        "Exports can be read:", "  a.csv: 80 bytes", "  order_line: 2 rows, 1 of them kept out",
    ]  # fmt: skip
    assert "no snapshot yet" in say("snapshots", *AMBER)


def test_a_sync_that_fails_says_why_and_leaves_3(files: Files) -> None:
    add(files)
    (files.files / "a.csv").write_bytes(b"PK\x03\x04")
    with pytest.raises(SourceError, match=r"a\.csv"):
        say("source", "sync", "Exports", *AMBER)
    assert "failing. The last sync failed: a.csv" in say("source", "list", *AMBER)


def test_what_is_done_with_sources_is_in_the_audit_trail(files: Files, sessions: Sessions) -> None:
    add(files)
    for verb in ("pause", "resume", "remove"):
        say("source", verb, "Exports", *AMBER)
    with sessions() as session:
        actions = session.scalars(select(AuditEvent.action)).all()
        assert audit.first_broken_row(session) is None
    assert actions == ["source added", "source paused", "source resumed", "source removed"]
    assert "has no source yet" in say("source", "list", *AMBER)


def test_a_paused_source_says_so(files: Files) -> None:
    add(files)
    say("source", "pause", "Exports", *AMBER)
    assert "paused. Paused. Never synced." in say("source", "list", *AMBER)


def test_names_of_others_are_unknown_and_near_ones_suggested(files: Files) -> None:
    add(files)
    with pytest.raises(UnknownNameError, match="Did you mean Exports"):
        say("source", "sync", "Export", *AMBER)
    for verb in ("sync", "test", "remove", "pause"):
        with pytest.raises(UnknownNameError, match=r"^There is no source called 'Exports'\.$"):
            say("source", verb, "Exports", "--tenant", "Birch Shop")


def test_a_webhook_address_is_made_and_made_anew(files: Files, sessions: Sessions) -> None:
    say("source", "add", "Hook", *AMBER, "--kind", "hvar", "--location", "hook://bosta")
    made = [json.loads(say("source", "hook", "Hook", *AMBER, "--json"))["address"] for _ in range(2)]
    assert all(one.startswith("http://127.0.0.1:8050/hooks/bosta/") for one in made)
    assert made[0] != made[1]
    with sessions() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["source added"] + ["webhook address made"] * 2
        assert made[1].rpartition("/")[2] not in str(session.execute(text("SELECT * FROM data_source")).all())


def test_only_bosta_has_a_webhook(files: Files) -> None:
    with pytest.raises(InputError, match="hook://"):
        say("source", "add", "Hook", *AMBER, "--kind", "imiq", "--location", "hook://bosta")
    add(files)
    with pytest.raises(InputError, match="Exports cannot have a webhook"):
        say("source", "hook", "Exports", *AMBER)


def test_what_cannot_work_is_told_when_it_is_added(files: Files) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean imiq"):
        say("source", "add", "A", *AMBER, "--kind", "imic", "--location", files.files)
    with pytest.raises(InputError, match="needs a mapping"):
        say("source", "add", "A", *AMBER, "--kind", "table", "--location", files.files)
    files.map("nonsense = [")
    with pytest.raises(PortalError, match="mapping"):
        add(files)
    assert "has no source yet" in say("source", "list", *AMBER)


def test_a_second_source_of_a_name_is_refused(files: Files) -> None:
    add(files)
    with pytest.raises(ConflictError, match="already has a source called 'Exports'"):
        add(files)


@pytest.mark.parametrize("verb", ["add", "list", "test", "sync", "pause", "resume", "remove", "hook"])
def test_help_has_an_example(verb: str) -> None:
    assert f"portal source {verb} " in say("source", verb, "--help").partition("Example:")[2]
