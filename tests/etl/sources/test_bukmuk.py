"""Bukmuk: small lead workbooks whose every row is accounted for by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import hypothesis
import hypothesis.strategies as st
import polars as pl
import pytest

from etl.read.cells import cell_text
from etl.source import Conformed, Origin, RawTable, TenantRules
from etl.sources import SOURCES
from etl.staging import STAGING
from portal.errors import SourceError
from tests.etl.sources.conformed import INDIA, conform_files, fixture_folder, rejected, unaccounted

PLACE = {"origin_key": pl.Int64, "source_row": pl.Int32}
Rows = Sequence[Sequence[Any]]
HEADER = ["Name ", "Phone number ", "Email id ", "City "]


class Desk:
    """Sheets of lead workbooks as the reader gives them, row for row."""

    def __init__(self) -> None:
        self.tables: list[RawTable] = []

    def book(self, sheets: dict[str, Rows], name: str = "leads.xlsx") -> Desk:
        for title, rows in sheets.items():
            cells = [[cell_text(cell) or None for cell in row] for row in rows]
            width = max(map(len, cells), default=0)
            wide = {f"column_{place + 1}": [row[place] if place < len(row) else None for row in cells]
                    for place in range(width)}  # fmt: skip
            origin = Origin(len(self.tables) + 1, f"/{name}", name, title, "")
            place = {"origin_key": [origin.key] * len(cells), "source_row": range(1, len(cells) + 1)}
            frame = pl.DataFrame(wide | place, schema=dict.fromkeys(wide, pl.String) | PLACE)
            filled = frame.filter(pl.any_horizontal(pl.col(c).str.strip_chars() != "" for c in wide) if wide else False)
            self.tables += [RawTable((origin,), filled)] if filled.height else []
        return self

    def conform(self, rules: TenantRules = INDIA) -> Conformed:
        conformed = SOURCES["bukmuk"].conform(self.tables, rules, None)
        assert unaccounted(conformed) == {}
        return conformed


@pytest.fixture
def desk() -> Desk:
    return Desk()


def leads(conformed: Conformed, *columns: str) -> list[tuple[Any, ...]]:
    return conformed.tables["lead"].select(columns).rows()


def one(desk: Desk, column: str, cell: Any, *read: str) -> tuple[Any, ...]:
    """What is read of one lead with one more column."""
    sheet = [[*HEADER, column], ["Asha Rao", 6000000101, None, None, cell]]
    [found] = leads(desk.book({"S": sheet}).conform(), *read)
    return found


def test_date_contacted_never_becomes_the_phone(desk: Desk) -> None:
    rows = [["Name ", "Date contacted ", "Phone number "], ["Asha", "2025-07-04", "6000000101"]]
    assert leads(desk.book({"S": rows}).conform(), "phone", "last_contact_date") == [
        ("+916000000101", date(2025, 7, 4))
    ]


def test_words_within_words_and_the_name_of_a_sheet_mean_nothing(desk: Desk) -> None:
    header = [*HEADER, "source_sheet", "page", "percentage"]
    conformed = desk.book({"S": [header, ["Asha", 6000000101, None, None, "Main", 5, 7]]}).conform()
    assert leads(conformed, "lead_source", "note") == [(None, "Sheet: Main")]
    assert "Not used: 'page', 'percentage'." in conformed.notes[0]


def test_the_best_header_wins_and_each_meaning_is_found_once(desk: Desk) -> None:
    header = ["Name", "Alternate phone number", "Contact number", "Phone number"]
    conformed = desk.book({"S": [header, ["Asha", "6000000109", "6000000108", "6000000101"]]}).conform()
    assert leads(conformed, "phone") == [("+916000000101",)]
    assert "'Phone number' → phone_number (fit 100)" in conformed.notes[0]


def test_a_header_that_says_little_needs_fitting_values(desk: Desk) -> None:
    rows = [["Number", "Name", "Mobile no"], [1, "Asha", 6000000101], [2, "Bela", 6000000102]]
    assert leads(desk.book({"S": rows}).conform(), "phone") == [("+916000000101",), ("+916000000102",)]


@pytest.mark.parametrize("header", ["Birth date", "Date of joining", "Event name", "Phone model", "Update"])
def test_one_word_of_two_is_not_enough(desk: Desk, header: str) -> None:
    conformed = desk.book({"S": [["Phone", header], [6000000101, "2019-06-01"]]}).conform()
    assert conformed.notes[0].endswith(f"Not used: '{header}'.")


def test_phones_and_emails_are_found_under_any_header(desk: Desk) -> None:
    rows = [["Mother", "Parent's mobile", "Where to write", "City"], ["Asha", 6000000101, "a@example.com", "Pune"]]
    assert leads(desk.book({"S": rows}).conform(), "phone", "email") == [("+916000000101", "a@example.com")]


def test_the_first_lead_of_a_sheet_without_header_is_a_lead(desk: Desk) -> None:
    rows = [["Asha Rao", "asha@example.com", 6000000109, "Gurgaon"], ["Bela Iyer", None, 6000000110, "Pune"]]
    conformed = desk.book({"no header": rows}).conform()
    assert leads(conformed, "customer", "phone", "email", "city", "source_row") == [
        ("Asha Rao", "+916000000109", "asha@example.com", "Gurgaon", 1),
        ("Bela Iyer", "+916000000110", None, "Pune", 2),
    ]
    assert (
        "no header row, columns by content. column A → full_name (by content: 2 of 2 are names)" in conformed.notes[0]
    )


def test_a_narrow_first_lead_above_wider_ones_is_not_lost(desk: Desk) -> None:
    rows = [["Asha", 6000000101], ["Bela Iyer", None, "bela@example.com", "Delhi"], ["Charu", 6000000103, None, None]]
    assert [row[0] for row in leads(desk.book({"S": rows}).conform(), "customer")] == ["Asha", "Bela Iyer", "Charu"]


def test_a_column_without_header_and_meaning_is_kept_in_the_note(desk: Desk) -> None:
    rows = [["Asha Rao", 6000000101, "likes 2 books"], ["Bela Iyer", 6000000102, None]]
    assert leads(desk.book({"S": rows}).conform(), "note") == [("Column C: likes 2 books",), (None,)]


def test_a_blank_header_over_names_is_the_name(desk: Desk) -> None:
    rows = [[None, "Number ", "Any response ", "Date contacted ", "Age group "],
            ["Asha Rao", 6000000107, "Interested", "10/07/2025", "3-5"]]  # fmt: skip
    conformed = desk.book({"brightr lead": rows}).conform()
    assert leads(conformed, "customer", "phone", "lead_status", "lead_date", "last_contact_date", "note") == [
        ("Asha Rao", "+916000000107", "Interested", date(2025, 7, 10), None, "Child age: 3-5")
    ]


def test_title_rows_above_the_header_are_excluded_by_name(desk: Desk) -> None:
    rows = [["Contact list - demo"], [], ["June 2025"], HEADER, ["Asha", 6000000101, None, None]]
    conformed = desk.book({"S": rows}).conform()
    assert rejected(conformed, "lead") == [
        (1, "title row above the header", "first_cell", "Contact list - demo"),
        (3, "title row above the header", "first_cell", "June 2025"),
    ]
    assert leads(conformed, "source_row") == [(5,)]


def test_a_header_pasted_again_is_excluded_by_name(desk: Desk) -> None:
    lead = ["Asha", 6000000101, "asha@example.com", "Pune"]
    conformed = desk.book({"S": [HEADER, lead, HEADER]}).conform()
    assert rejected(conformed, "lead") == [(3, "repeated header row", "first_cell", "Name")]


def test_leads_above_a_header_are_leads(desk: Desk) -> None:
    rows = [["All leads"], ["Bela", 6000000102, None, "Agar"], HEADER, ["Asha", 6000000101, None, "Pune"], HEADER]
    conformed = desk.book({"S": rows}).conform()
    assert leads(conformed, "customer", "city", "source_row") == [("Bela", "Agar", 2), ("Asha", "Pune", 4)]
    assert [row[:2] for row in rejected(conformed, "lead")] == [
        (1, "title row above the header"), (5, "repeated header row"),
    ]  # fmt: skip


def test_empty_sheets_and_blank_rows_count_nothing(desk: Desk) -> None:
    conformed = desk.book(
        {"Empty": [], "S": [HEADER, [" ", None, "", None], ["Asha", 6000000101, None, None]]}
    ).conform()
    assert conformed.read == {(1, "lead"): 1}


def test_a_sheet_without_leads_is_excluded_and_named(desk: Desk) -> None:
    conformed = desk.book(
        {"S": [HEADER, ["Asha", 6000000101, None, None]], "Sum": [["Month", "Total"], ["June", 4]]}
    ).conform()
    assert conformed.read == {(1, "lead"): 1, (2, "unused"): 2}
    assert conformed.notes[-1].startswith("leads.xlsx, sheet Sum: no leads found here")


def test_a_load_without_leads_is_refused(desk: Desk) -> None:
    with pytest.raises(SourceError, match=r"No leads found in leads\.xlsx, sheet Sum"):
        desk.book({"Sum": [["Month", "Total"], ["June", 4]]}).conform()


def test_a_row_about_nobody_is_rejected(desk: Desk) -> None:
    conformed = desk.book({"S": [HEADER, ["Asha", 6000000101, None, None], [None, None, None, "Pune"]]}).conform()
    assert rejected(conformed, "lead") == [(3, "no name, phone or e-mail", "first_cell", "Pune")]


@pytest.mark.parametrize(
    "written", [6000000101, 6000000101.0, "6000000101", "6000000101.0", "+91 60000 00101", "916000000101",
                "06000000101", "(600) 000-0101", "0091-6000000101", "'6000000101"]
)  # fmt: skip
def test_every_spelling_of_a_phone_is_one_number(desk: Desk, written: Any) -> None:
    rows = [HEADER, ["Asha", written, None, None], ["Bela", "+916000000102", None, None]]
    assert leads(desk.book({"S": rows}).conform(), "phone") == [("+916000000101",), ("+916000000102",)]


@pytest.mark.parametrize("written", ["call later", "12345", "9999999999", "6000000101/6000000102", "6.0E+09"])
def test_a_phone_that_cannot_be_read_is_kept_as_written_and_told(desk: Desk, written: str) -> None:
    conformed = desk.book({"S": [HEADER, ["Asha", written, "a@example.com", None]]}).conform()
    assert leads(conformed, "phone", "note") == [(None, f"Phone number as written: {written}")]
    expected = f"phone_number not readable, lead kept without it, 1 rows: leads.xlsx, sheet S, row 2: '{written}'."
    assert conformed.notes[-1] == expected


@pytest.mark.parametrize(
    ("written", "email"),
    [(" Parent1@Example.com ", "parent1@example.com"), ("parent2@example", None), ("a@b.c, d@e.f", None),
     ("N/A", None)],
)  # fmt: skip
def test_emails_are_checked(desk: Desk, written: str, email: str | None) -> None:
    conformed = desk.book({"S": [HEADER, ["Asha", 6000000101, written, None]]}).conform()
    assert leads(conformed, "email") == [(email,)]


def test_names_and_cities_are_written_alike(desk: Desk) -> None:
    rows = [HEADER, ["ASHA RAO", 6000000101, None, "new delhi "], ["Bela McIver", 6000000102, None, "PUNE"]]
    assert leads(desk.book({"S": rows}).conform(), "customer", "city") == [
        ("Asha Rao", "New Delhi"), ("Bela McIver", "Pune"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "day"),
    [("03/02/2026", date(2026, 2, 3)), ("3-2-26", date(2026, 2, 3)), (45809, date(2025, 6, 1)),
     (datetime(2025, 6, 1), date(2025, 6, 1)), ("3 June 2025", date(2025, 6, 3)),
     ("2025-06-01 10:30", date(2025, 6, 1)), ("31.13.2025", None), ("soon", None)],
)  # fmt: skip
def test_the_day_comes_first_and_serials_are_days(desk: Desk, written: Any, day: date | None) -> None:
    assert one(desk, "Date", written, "lead_date") == (day,)


def test_a_lead_with_an_unreadable_date_is_kept_and_told(desk: Desk) -> None:
    conformed = desk.book({"S": [[*HEADER, "Date"], ["Asha", 6000000101, None, None, "31.13.2025"]]}).conform()
    assert leads(conformed, "lead_date", "note") == [(None, "Lead date as written: 31.13.2025")]
    assert conformed.notes[-1] == (
        "lead_date not readable, lead kept without it, 1 rows: leads.xlsx, sheet S, row 2: '31.13.2025'."
    )


@pytest.mark.parametrize(
    ("written", "status"),
    [("New Lead", "New Lead"), ("follow up 1", "Follow Up 1"), ("Lost – Price", "Lost - Price"),
     ("re-engage later ", "Re-engage Later"), ("Qualified", "Interested"), ("Proposal", "Proposal Sent"),
     ("Closed Won", "Member"), ("Closed Lost", "Lost - No Response")],
)  # fmt: skip
def test_the_words_of_both_vocabularies_are_statuses(desk: Desk, written: str, status: str) -> None:
    assert one(desk, "Status", written, "lead_status", "note") == (status, None)


def test_text_that_is_no_status_is_a_note_and_the_status_stays_missing(desk: Desk) -> None:
    read = one(desk, "Status", "will call back", "lead_status", "follow_up_date", "note")
    assert read == (None, None, "Lead status as written: will call back")


@pytest.mark.data
def test_every_documented_status_has_its_days_and_its_end(desk: Desk) -> None:
    listed = pl.read_csv(fixture_folder("bukmuk") / "statuses.csv").select("status", "follow_up_days", "group")
    rows = [[6000000200 + place, status, "2025-06-01"] for place, status in enumerate(listed["status"])]
    found = desk.book({"S": [["Phone", "Status", "Date"], *rows]}).conform().tables["lead"]
    days = (pl.col("follow_up_date") - date(2025, 6, 1)).dt.total_days()
    assert found.select("lead_status", days).rows() == listed.select("status", "follow_up_days").rows()


@pytest.mark.parametrize(
    ("columns", "day"),
    [({"Status updated date": "2025-06-10", "Date contacted": "2025-06-05"}, date(2025, 6, 13)),
     ({"Date contacted": "2025-06-05", "Date": "2025-06-01"}, date(2025, 6, 8)),
     ({"Date": "2025-06-01"}, date(2025, 6, 4)),
     ({"Follow up date": "2025-07-01", "Date": "2025-06-01"}, date(2025, 7, 1)), ({}, None)],
)  # fmt: skip
def test_the_follow_up_is_due_some_days_after_the_status(desk: Desk, columns: dict[str, str], day: date | None) -> None:
    rows = [["Phone", "Status", *columns], [6000000101, "Interested", *columns.values()]]
    assert leads(desk.book({"S": rows}).conform(), "follow_up_date") == [(day,)]


@pytest.mark.parametrize(
    ("cells", "score", "priority"),
    [((6000000101, "a@example.com", "Pune", "5", None), 100, "High"),
     ((6000000101, None, "Pune", None, "Event"), 65, "Medium"),
     ((6000000101, None, None, None, None), 40, "Medium"), ((None, "a@example.com", None, None, None), 35, "Low"),
     ((None, "a@example", "Pune", "5", "Event"), 25, "Low")],
)  # fmt: skip
def test_score_and_priority(desk: Desk, cells: tuple[Any, ...], score: int, priority: str) -> None:
    rows = [["Name", "Phone", "Email", "City", "Child age", "Lead type"], ["Asha", *cells]]
    assert leads(desk.book({"S": rows}).conform(), "score", "priority") == [(score, priority)]


def test_a_stated_priority_holds(desk: Desk) -> None:
    assert one(desk, "Priority", "urgent", "priority", "score") == ("Urgent", 40)


def test_policies_change_score_priority_and_follow_up(desk: Desk) -> None:
    policies = {"lead_score_points": {"phone": 80}, "lead_high_priority": 90, "lead_follow_up_days": {"Member": 5}}
    rules = TenantRules("INR", "Asia/Kolkata", "IN", policies)
    rows = [["Phone", "Status", "Date"], [6000000101, "Member", "2025-06-01"]]
    conformed = desk.book({"S": rows}).conform(rules)
    assert leads(conformed, "score", "priority", "follow_up_date") == [(80, "Medium", date(2025, 6, 6))]


def test_rows_without_phone_and_email_never_collapse(desk: Desk) -> None:
    rows = [HEADER, *[["Asha", None, "", "Pune"]] * 3]
    conformed = desk.book({"S": rows}).conform()
    assert conformed.tables["lead"]["row_key"].n_unique() == 3


def test_the_most_complete_row_stays_and_the_others_are_named(desk: Desk) -> None:
    poor, rich = ["Asha", "6000000101", None, None], ["Asha", "+91 6000000101", "asha@example.com", "Pune"]
    conformed = desk.book({"Main": [HEADER, poor], "Other": [HEADER, rich]}).conform()
    assert leads(conformed, "origin_key", "email") == [(2, "asha@example.com")]
    assert rejected(conformed, "lead") == [
        (
            2,
            "same phone as the row that is kept",
            "phone_number",
            "6000000101 → merged into leads.xlsx, sheet Other, row 2",
        )
    ]
    assert conformed.rejects["outcome"].to_list() == ["duplicate"]


@pytest.mark.parametrize(
    ("sheets", "kept"),
    [(("Contacts", "All leads", "Main list"), "Main list"), (("Contacts", "Leads 2"), "Leads 2"),
     (("Domain", "Contacts"), "Contacts"), (("Zebra", "Apple"), "Zebra")],
)  # fmt: skip
def test_equal_rows_go_by_the_name_of_their_sheet_then_by_place(
    desk: Desk, sheets: tuple[str, ...], kept: str
) -> None:  # fmt: skip
    row = ["Asha", 6000000101, None, None]
    conformed = desk.book({name: [HEADER, row] for name in sheets}).conform()
    assert [sheets[key - 1] for (key,) in leads(conformed, "origin_key")] == [kept]


def test_what_the_kept_row_lacks_comes_from_the_others_in_order(desk: Desk) -> None:
    header = [*HEADER, "Comments", "Status"]
    rows = [header, ["Asha", 6000000101, "a@example.com", None, "first", None],
            ["Asha R", 6000000101, None, None, "second", "Member"],
            ["Asha", 6000000101, None, "Pune", None, "Interested"]]  # fmt: skip
    conformed = desk.book({"S": rows}).conform()
    assert leads(conformed, "customer", "email", "city", "lead_status", "note", "score") == [
        ("Asha", "a@example.com", "Pune", "Interested", "first | second", 90)
    ]
    assert rejected(conformed, "lead")[0][3] == "6000000101 (Member) → merged into leads.xlsx, sheet S, row 2"
    assert conformed.notes[-1] == (
        "2 rows were merged into 1 leads; see the rejects for each. 1 of them said another status; that of the most "
        "complete row counts."
    )


def test_without_a_phone_the_email_tells(desk: Desk) -> None:
    rows = [HEADER, ["Asha", None, "A@example.com", None], ["Asha Rao", None, "a@example.com", "Pune"],
            ["Asha", 6000000101, "a@example.com", None]]  # fmt: skip
    conformed = desk.book({"S": rows}).conform()
    assert leads(conformed, "source_row") == [(3,), (4,)]
    assert rejected(conformed, "lead")[0][1] == "same e-mail as the row that is kept"


def test_one_person_in_two_workbooks_is_one_lead(desk: Desk) -> None:
    row = ["Asha", 6000000101, None, None]
    desk.book({"S": [HEADER, row]}, "a.xlsx").book({"S": [HEADER, [*row[:3], "Pune"]]}, "b.xlsx")
    conformed = desk.conform()
    assert leads(conformed, "origin_key", "city") == [(2, "Pune")]
    assert rejected(conformed, "lead")[0][3] == "6000000101 → merged into b.xlsx, sheet S, row 2"


def test_a_lead_keeps_its_key_whatever_else_changes() -> None:
    sheets = [[["Asha", 6000000101, None, "Pune"]], [["Asha Rao", "+91 60000 00101", "a@example.com", None]]]
    loads = [Desk().book({"S": [HEADER, *rows]}).conform().tables["lead"] for rows in sheets]
    assert loads[0]["row_key"].equals(loads[1]["row_key"])


def test_no_phone_or_email_stands_in_a_key(desk: Desk) -> None:
    conformed = desk.book({"S": [HEADER, ["Asha", 6000000101, "a@example.com", None]]}).conform()
    assert "6000000101" not in conformed.tables["lead"]["row_key"][0]


def test_members_are_customers_of_the_day_they_became_one(desk: Desk) -> None:
    rows = [["Name", "Phone", "Status", "Date"], ["Asha", 6000000101, "Member", "2025-06-01"],
            ["Bela", 6000000102, "Interested", "2025-06-01"], ["Charu", None, "Member", None]]  # fmt: skip
    conformed = desk.book({"S": rows}).conform()
    assert conformed.tables["customer"].select("customer", "phone", "created_date").rows() == [
        ("Asha", "+916000000101", date(2025, 6, 1))
    ]
    assert rejected(conformed, "customer") == [(4, "member without phone or e-mail", "full_name", "Charu")]


def test_answers_to_long_questions_are_kept_in_the_note(desk: Desk) -> None:
    question = "Storytelling event on 5 July: have you contacted the parent by phone"
    assert one(desk, question, "Yes, twice", "phone", "note") == ("+916000000101", f"{question}: Yes, twice")


CELLS = st.sampled_from(
    [None, "", " ", "Name ", "Phone number ", "Email id ", "Date", "contact", "6000000101", "a@example.com", "a@",
     "Pune", "Member", "maybe", "31.13.2025", "2025-06-01", "45809", "1e400", "☃", "Asha Rao", "urgent", "+", "("]
)  # fmt: skip


@hypothesis.given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
@hypothesis.settings(max_examples=30)
def test_no_row_is_lost_whatever_stands_in_it(rows: list[list[str | None]]) -> None:
    desk = Desk().book({"S": [["Phone"], ["6000000199"]], "T": rows})
    conformed = desk.conform()
    below = sum(count for (key, table), count in conformed.read.items() if key == 2 and table != "customer")
    filled = sum(table.frame.height for table in desk.tables if table.origins[0].key == 2)
    is_named = any("sheet T: header in row" in note for note in conformed.notes)
    assert below == filled - is_named


def test_staging_frames_have_exactly_the_canonical_columns(desk: Desk) -> None:
    conformed = desk.book({"S": [[*HEADER, "Status"], ["Asha", 6000000101, None, None, "Member"]]}).conform()
    assert {name: frame.schema for name, frame in conformed.tables.items()} == {
        name: STAGING[name].schema() for name in ("lead", "customer")
    }


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    path = fixture_folder("bukmuk") / "leads_synthetic.xlsx"
    return conform_files("bukmuk", path, tmp_path_factory.mktemp("landing"), INDIA)


@pytest.mark.data
def test_every_row_of_the_fixture_is_accounted_for(workbook: Conformed) -> None:
    assert unaccounted(workbook) == {}
    assert workbook.read == {(1, "lead"): 7, (2, "lead"): 2, (3, "lead"): 2, (4, "lead"): 2, (5, "lead"): 3,
                             (5, "customer"): 1}  # fmt: skip
    assert {name: frame.height for name, frame in workbook.tables.items()} == {"lead": 12, "customer": 1}


@pytest.mark.data
def test_rows_of_the_fixture_that_are_no_leads_of_their_own(workbook: Conformed) -> None:
    kept_out = workbook.rejects.sort("origin_key", "source_row").select("origin_key", "source_row", "outcome", "rule")
    assert kept_out.rows() == [
        (1, 3, "duplicate", "same phone as the row that is kept"), (1, 5, "excluded", "repeated header row"),
        (1, 8, "duplicate", "same phone as the row that is kept"), (5, 1, "excluded", "title row above the header"),
    ]  # fmt: skip


@pytest.mark.data
def test_leads_of_the_fixture(workbook: Conformed) -> None:
    assert leads(workbook, "customer", "phone", "score", "lead_status")[:6] == [
        ("Test Parent One", "+916000000101", 100, None), ("Test Parent Three", "+916000000103", 55, None),
        ("Test Parent Four", None, 15, None), ("Test Parent Five", None, 0, None),
        ("Test Parent Six", "+916000000106", 75, None), ("Test Parent Two", "+916000000102", 100, None),
    ]  # fmt: skip
    assert leads(workbook, "customer", "phone", "score", "lead_status")[6:] == [
        ("Test Parent Seven", "+916000000107", 50, "Interested"),
        ("Test Parent Eight", "+916000000108", 50, "Lost - Price"),
        ("Test Parent Nine", "+916000000109", 90, None), ("Test Parent Ten", "+916000000110", 90, None),
        ("Test Parent Eleven", "+916000000111", 75, "Member"),
        ("Test Parent Twelve", "+916000000112", 40, "Trial Membership"),
    ]  # fmt: skip
