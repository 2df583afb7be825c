"""The database of the Bukmuk program, and a workbook from the command line to the numbers."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from sqlalchemy import select

from etl.source import Conformed
from portal.cli import portal
from portal.db import open_sessions
from portal.models import PolicyValue, Tenant
from tests.etl.sources.conformed import INDIA, conform_files, rejected, unaccounted
from tests.installation import settings_for

SCHEMA = """
CREATE TABLE leads (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, full_name TEXT, phone_number TEXT, email TEXT,
    city TEXT, lead_status TEXT DEFAULT 'New Lead', priority TEXT DEFAULT 'Medium', lead_score REAL, assigned_to TEXT,
    source_sheet TEXT, lead_date TEXT, status_updated_date TEXT, last_contact_date TEXT, follow_up_date TEXT,
    follow_up_count INTEGER DEFAULT 0, notes TEXT, created_at TIMESTAMP, updated_at TIMESTAMP);
CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, email TEXT, password_hash TEXT, role TEXT);
CREATE TABLE user_sessions (id INTEGER PRIMARY KEY, user_id INTEGER, session_token TEXT);
CREATE TABLE audit_log (id INTEGER PRIMARY KEY, user_id INTEGER, action TEXT, table_name TEXT, record_id INTEGER,
    old_values TEXT, new_values TEXT, timestamp TIMESTAMP);
INSERT INTO users VALUES (1, 'Asha ', 'Asha@example.com', 'must-be-dropped', 'Admin');
INSERT INTO user_sessions VALUES (1, 1, 'must-be-dropped');
INSERT INTO leads VALUES (7, '1', 'one parent', '6000000201', 'one@example.com', 'delhi', 'Follow Up 1', 'Urgent', 90.0,
    'asha', 'Main', '2025-06-01', '2025-06-05', NULL, NULL, 2, 'likes maps', NULL, '2025-06-05 20:00:00');
INSERT INTO leads VALUES (8, '1', 'One Parent', '+91 60000 00201', NULL, NULL, 'Member', 'Medium', 40.0, NULL, NULL,
    NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL);
INSERT INTO leads VALUES (9, '1', 'Two Parent', '6000000202', NULL, NULL, 'Member', 'Medium', NULL, NULL, NULL,
    NULL, '05/06/2025', NULL, NULL, 0, NULL, NULL, NULL);
"""
LOGGED = (
    (1, "leads", 8, '{"lead_status": "New Lead"}', '{"lead_status": "Member"}', "2025-06-05 20:00:00"),
    (1, "leads", 7, None, "{'lead_status': 'New Lead', 'notes': None}", "2025-06-01 06:00:00"),
    (1, "leads", 7, '{"lead_status": "Interested"}', '{"lead_status": "Interested"}', "2025-06-05 19:00:00"),
    (1, "users", 1, None, "broken", "2025-06-05 19:00:00"),
    (1, "leads", 7, None, "broken", "2025-06-05 19:00:00"),
    (1, "leads", 7, None, '{"lead_status": "asked twice"}', "2025-06-05 19:00:00"),
    (1, "leads", 9, None, '{"lead_status": "Member"}', "yesterday"),
)
HEADER = ["Name ", "Phone number ", "Any response ", "Date"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    path = tmp_path_factory.mktemp("files") / "crm.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA)
        for number, (user, table, record, before, after, at) in enumerate(LOGGED, start=1):
            row = (number, user, "update", table, record, before, after, at)
            connection.execute("INSERT INTO audit_log VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    return conform_files("bukmuk", path, tmp_path_factory.mktemp("landing"), INDIA)


def test_every_row_of_the_database_is_accounted_for(database: Conformed) -> None:
    assert unaccounted(database) == {}
    assert {name: frame.height for name, frame in database.tables.items()} == {
        "lead": 2, "customer": 1, "employee": 1, "lead_event": 2,
    }  # fmt: skip


def test_what_the_database_states_holds(database: Conformed) -> None:
    columns = ("lead_id", "lead_status", "priority", "score", "employee_id", "follow_up_date", "follow_up_count",
               "updated_at")  # fmt: skip
    assert database.tables["lead"].select(columns).rows() == [
        ("7", "Follow Up 1", "Urgent", 90, "asha", date(2025, 6, 10), 2, datetime(2025, 6, 5, 20)),
        ("9", "Member", "Medium", 40, None, date(2025, 7, 5), 0, None),
    ]


def test_changes_of_status_are_events_of_the_lead_that_stays(database: Conformed) -> None:
    columns = ("lead_id", "employee_id", "event_at", "event_date", "from_status", "to_status")
    assert database.tables["lead_event"].select(columns).rows() == [
        ("7", "asha", datetime(2025, 6, 5, 20), date(2025, 6, 6), "New Lead", "Member"),
        ("7", "asha", datetime(2025, 6, 1, 6), date(2025, 6, 1), None, "New Lead"),
    ]


def test_the_rest_of_the_log_is_kept_out_by_name(database: Conformed) -> None:
    assert [(row, rule) for row, rule, _, _ in rejected(database, "lead_event")] == [
        (3, "no change of status"), (4, "not about a lead"), (5, "logged values not readable"), (6, "unknown status"),
        (7, "date not readable"),
    ]  # fmt: skip


def test_people_of_the_program_are_employees_without_their_secrets(database: Conformed) -> None:
    assert database.tables["employee"].select("employee_id", "employee", "role", "email").rows() == [
        ("asha", "Asha", "admin", "asha@example.com")
    ]
    assert all("must-be-dropped" not in str(frame.rows()) for frame in [*database.tables.values(), database.rejects])


def say(*words: str) -> str:
    result = CliRunner().invoke(portal, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def write_book(path: Path, *rows: list[object]) -> None:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


@pytest.fixture
def loaded(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What loading a small workbook says."""
    monkeypatch.setenv("PORTAL_HOME", str(home))
    write_book(
        tmp_path / "leads.xlsx",
        ["June"], HEADER, ["Asha", 6000000101, "Member", "01/06/2025"], ["Bela", 6000000102, "Lost - Price"],
        ["Charu", 6000000103, "maybe"], ["Asha", "+91 6000000101", None], HEADER,
    )  # fmt: skip
    say("tenant", "add", "Library", "--currency", "INR", "--timezone", "Asia/Kolkata", "--country", "IN")
    return say("load", "--tenant", "Library", "--source", "bukmuk", str(tmp_path / "leads.xlsx"))


def test_leads_by_status_from_the_command_line(loaded: str) -> None:
    answer = json.loads(say("query", "leads,won_leads", "--by", "lead_status", "--tenant", "Library", "--json"))
    assert sorted((row["lead_status"], row["leads"], row["won_leads"]) for row in answer["rows"]) == [
        ("Lost - Price", 1, 0), ("Member", 1, 1), ("unknown", 1, 0),
    ]  # fmt: skip


def test_the_load_tells_its_mapping_and_every_row(loaded: str) -> None:
    assert "lead: 6 rows read = 3 loaded + 0 unchanged + 1 duplicate + 2 excluded + 0 rejected" in loaded
    assert "leads.xlsx, sheet Sheet: header in row 2. 'Name' → full_name (fit 100)" in loaded
    assert "all exact" in loaded
    listed = say("rejects", "--tenant", "Library")
    assert "leads.xlsx, sheet Sheet, row 6 (lead): duplicate, same phone as the row that is kept" in listed


def test_the_same_file_is_read_again_only_after_a_change_of_policy(loaded: str, home: Path, tmp_path: Path) -> None:
    again = ("load", "--tenant", "Library", "--source", "bukmuk", str(tmp_path / "leads.xlsx"))
    assert "nothing has changed" in say(*again)
    with open_sessions(settings_for(home).database_url).begin() as session:
        tenant = session.scalars(select(Tenant.id).where(Tenant.name == "Library")).one()
        session.add(PolicyValue(tenant_id=tenant, name="lead_high_priority", value=40, valid_from=date(2020, 1, 1),
                                set_by="a@example.com", set_at=datetime(2020, 1, 1)))  # fmt: skip
    assert "3 loaded" in say(*again)


def test_a_csv_file_is_read_like_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("List,,\nName ,Phone number ,City \nAsha,6000000101,pune\n")
    conformed = conform_files("bukmuk", path, tmp_path / "landing", INDIA)
    assert conformed.tables["lead"].select("customer", "phone", "city", "source_row").rows() == [
        ("Asha", "+916000000101", "Pune", 3)
    ]
    assert rejected(conformed, "lead") == [(1, "title row above the header", "first_cell", "List")]


def test_a_changed_workbook_gives_the_same_as_loading_all_anew(loaded: str, tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    write_book(folder / "a.xlsx", HEADER, ["Asha", 6000000101, "Interested"])
    write_book(folder / "b.xlsx", HEADER, ["Asha", 6000000101, "Member"], ["Bela", 6000000102, "Member"])
    say("tenant", "add", "Fresh", "--currency", "INR", "--timezone", "Asia/Kolkata", "--country", "IN")
    say("tenant", "add", "Steady", "--currency", "INR", "--timezone", "Asia/Kolkata", "--country", "IN")
    say("load", "--tenant", "Steady", "--source", "bukmuk", str(folder))
    write_book(folder / "b.xlsx", HEADER, ["Asha", 6000000101, "Member", "01/06/2025"])
    for tenant in ("Steady", "Fresh"):
        say("load", "--tenant", tenant, "--source", "bukmuk", str(folder))
    asked = [say("query", "leads", "--by", "lead_status", "--tenant", tenant) for tenant in ("Steady", "Fresh")]
    assert asked[0].split("Snapshot")[0] == asked[1].split("Snapshot")[0]
    assert say("rejects", "--tenant", "Steady") == say("rejects", "--tenant", "Fresh")
