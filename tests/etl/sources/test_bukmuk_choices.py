"""Columns of lead workbooks that a person chose."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.sources import SOURCES
from etl.sources.bukmuk_choices import Choices, parse_choices
from portal.errors import InputError
from tests.etl.sources.conformed import INDIA
from tests.etl.sources.test_bukmuk import Desk, leads

GERMAN = [["Mutter", "Telefon", "Stage", "Alter des Kindes"], ["Asha Rao", "6000000101", "Member", "4-6"]]


def chosen(folder: Path, text: str) -> Choices:
    return parse_choices(text, "choices.toml")


def test_chosen_headers_name_their_columns_in_any_language(tmp_path: Path) -> None:
    choices = chosen(
        tmp_path, '[columns]\n"mutter " = "full_name"\n"ALTER des  Kindes" = "child_age"\nStage = "not used"'
    )
    desk = Desk().book({"Leads": GERMAN})
    found = SOURCES["bukmuk"].conform(desk.tables, INDIA, choices)
    assert leads(found, "customer", "phone", "lead_status", "child_age") == [("Asha Rao", "+916000000101", None, "4-6")]
    (note,) = [note for note in found.notes if "→" in note]
    assert "'Mutter' → full_name (chosen)" in note
    assert "Not used: 'Stage'" in note


def test_a_choice_goes_before_the_best_fit(tmp_path: Path) -> None:
    rows = [["Name", "Phone number", "Mobile"], ["Asha", "6000000101", "6000000202"]]
    choices = chosen(tmp_path, '[columns]\nMobile = "phone_number"')
    desk = Desk().book({"Leads": rows})
    assert leads(SOURCES["bukmuk"].conform(desk.tables, INDIA, choices), "phone") == [("+916000000202",)]
    assert leads(desk.conform(), "phone") == [("+916000000101",)]


def test_one_sheet_may_choose_otherwise(tmp_path: Path) -> None:
    rows = [["Name", "Number", "Date contacted"], ["Asha", "6000000101", "2025-03-01"]]
    choices = chosen(tmp_path, '[sheets."Brightr lead"]\n"Date contacted" = "last_contact_date"')
    desk = Desk().book({"brightr lead": rows})
    found = SOURCES["bukmuk"].conform(desk.tables, INDIA, choices)
    days = found.tables["lead"].select("lead_date", "last_contact_date").rows()[0]
    assert [str(day) for day in days] == ["None", "2025-03-01"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[columns]\nPhone = "phone"', r"'Phone' cannot be 'phone'.*phone_number"),
        ('[colums]\nPhone = "phone_number"', r"there is no \[colums\]"),
        ('[columns]\nA = "email"\nB = "email"', "two columns of one sheet cannot both be email"),
        ("[columns", "this is no TOML file"),
        ("columns = 1", "columns must be written as"),
    ],
)
def test_choices_that_cannot_be_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        chosen(tmp_path, text)


def test_other_choices_read_the_files_again(tmp_path: Path) -> None:
    one, other = (chosen(tmp_path, f'[columns]\nA = "{meaning}"').content_hash for meaning in ("email", "city"))
    assert one != other
