"""Adding data, "More choices": how the file is written, rows that are left out, fields that are computed."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callbacks.upload_check import check_step
from callbacks.upload_choice import NO_MORE, choose
from callbacks.upload_fix import fix_step
from callbacks.upload_review import sample_rows
from portal import uploads
from portal.app import create_app
from portal.errors import InputError
from portal.parts import open_parts
from tests.callbacks.test_upload import CALLBACK, PLAIN, case_of, request_of, send, text_of
from tests.installation import Browser, Installation, settings_for
from tests.uploads.desk import Desk

TITLED = b"Export of the shop;;;\n;;;\norder;day;product;qty\n1;2026-03-01;M\xfctze;2\n2;2026-03-02;P;1\n"
"""Two rows before the header, semicolons, and a letter of Windows."""
STATES = b"order,day,product,qty,price,note\n1,2026-03-01,P,2,5,\n2,2026-03-02,P,1,1,Test order\n3,2026-03-02,P,1,1,x\n"


@pytest.fixture(scope="module")
def installation(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home = tmp_path_factory.mktemp("more") / "home"
    shutil.copytree(_template_home, home)
    parts = open_parts(settings_for(home))
    return Installation(parts.settings, parts.sessions, create_app(parts.settings, parts))


@pytest.fixture(scope="module")
def admin(installation: Installation) -> Browser:
    return installation.browser("admin")


@pytest.fixture(autouse=True)
def signed_in(installation: Installation, admin: Browser) -> Iterator[None]:
    with request_of(installation, admin):
        yield


def rule(upload: str, what: str, **told: str) -> Any:
    return choose(case_of(upload), what, "0", json.dumps(told))


def entity(upload: str) -> dict[str, Any]:
    return tomllib.loads(str(case_of(upload).choice.mapping))["entity"][0]


def test_rows_are_left_out_by_a_rule_that_is_named(admin: Browser) -> None:
    upload = send(admin, STATES)
    rule(upload, "exclude", column="note", test="contains", text="test")
    text = text_of(check_step(case_of(upload, "check")))
    assert "3 rows read = 2 would load + 1 excluded" in text
    assert "1 note contains test excluded" in text
    assert "1 chosen" in text_of(fix_step(case_of(upload)))
    rule(upload, "include", name="note contains test")
    assert "exclude" not in entity(upload)


@pytest.mark.parametrize(("test", "text", "left"), [
    ("equals", "TEST ORDER", 1), ("equals", "test", 0), ("starts_with", "test", 1), ("is_blank", "", 1),
])  # fmt: skip
def test_every_question_to_a_cell(admin: Browser, test: str, text: str, left: int) -> None:
    upload = send(admin, STATES)
    rule(upload, "exclude", column="note", test=test, text=text)
    told = text_of(check_step(case_of(upload, "check")))
    assert f"{3 - left} would load" in told


def test_a_field_is_made_of_two_columns(admin: Browser) -> None:
    upload = send(admin, PLAIN)
    rule(upload, "compute", field="line_amount", way="product", first="qty", second="price")
    assert entity(upload)["columns"]["line_amount"] == {"formula": "[qty] * [price]"}
    text = text_of(fix_step(case_of(upload)))
    assert ": qty × price" in text
    assert case_of(upload).problems == ()
    assert "10" in text_of(sample_rows(case_of(upload)))
    rule(upload, "compute", field="line_amount", way=NO_MORE)
    assert "line_amount" not in entity(upload)["columns"]


@pytest.mark.parametrize(("way", "made"), [
    ("sum", {"formula": "[qty] + [price]"}), ("difference", {"formula": "[qty] - [price]"}),
])  # fmt: skip
def test_columns_are_added_up_or_taken_away(admin: Browser, way: str, made: dict[str, str]) -> None:
    upload = send(admin, PLAIN)
    rule(upload, "compute", field="line_amount", way=way, first="qty", second="price")
    assert entity(upload)["columns"]["line_amount"] == made


def test_texts_are_joined_and_a_value_is_the_same_in_every_row(admin: Browser) -> None:
    upload = send(admin, PLAIN)
    rule(upload, "compute", field="city", way="joined", first="product", second="customer")
    rule(upload, "compute", field="shop", way="same", text="Airport")
    assert entity(upload)["columns"]["city"] == ["product", "customer"]
    assert entity(upload)["constants"] == {"shop": "Airport"}
    assert "Airport in every row" in text_of(fix_step(case_of(upload)))
    rule(upload, "compute", field="shop", way=NO_MORE)
    assert "constants" not in entity(upload)


def test_the_row_of_the_header_is_chosen_and_the_columns_follow(admin: Browser) -> None:
    upload = send(admin, TITLED)
    choose(case_of(upload), "header_row", "0", "4")
    assert [one.header for one in case_of(upload).fields.tables[0].columns][1] == "2026-03-01"
    choose(case_of(upload), "header_row", "0", "3")
    case = case_of(upload)
    assert [one.header for one in case.fields.tables[0].columns] == ["order", "day", "product", "qty"]
    assert case.fields.tables[0].stated == {"header_row": "3"}
    assert (case.fields.tables[0].entity, case.problems) == ("order_line", ())


def test_separator_and_letters_are_chosen(admin: Browser) -> None:
    upload = send(admin, TITLED)
    choose(case_of(upload), "header_row", "0", "3")
    choose(case_of(upload), "separator", "0", ";")
    choose(case_of(upload), "encoding", "0", "cp1251")
    assert case_of(upload).fields.tables[0].stated == {"header_row": "3", "separator": ";", "encoding": "cp1251"}
    assert "Mьtze" in text_of(sample_rows(case_of(upload)))
    choose(case_of(upload), "encoding", "0", "cp1252")
    assert "Mütze" in text_of(sample_rows(case_of(upload)))
    assert "2 rows read = 2 would load" in text_of(check_step(case_of(upload, "check")))


def test_the_next_file_of_that_shape_is_read_in_the_same_way(installation: Installation, admin: Browser) -> None:
    upload, desk = send(admin, TITLED, "march.csv"), Desk(installation.settings.home)
    for what, value in (("header_row", "3"), ("encoding", "cp1252")):
        choose(case_of(upload), what, "0", value)
    rule(upload, "exclude", column="product", test="equals", text="P")
    uploads.start(desk.parts, desk.tenant, upload, case_of(upload).choice, "admin@amber.example")
    assert desk.run(desk.claim()).state == "loaded"
    following = case_of(send(admin, TITLED.replace(b"2026-03", b"2026-04"), "april.csv"))
    assert following.recognition.kind == "saved"
    assert [one.header for one in following.fields.tables[0].columns] == ["order", "day", "product", "qty"]
    assert "2 rows read = 1 would load + 1 excluded" in text_of(check_step(following))


@pytest.mark.parametrize(("what", "told"), [
    ("exclude", {"column": "", "test": "equals", "text": "x"}), ("exclude", {"column": "note", "test": "equals"}),
    ("exclude", {"column": "note", "test": "matches", "text": "x"}), ("compute", {"field": "line_amount"}),
    ("compute", {"field": "nothing", "way": "sum", "first": "qty", "second": "price"}),
    ("compute", {"field": "city", "way": "sum", "first": "qty", "second": "price"}),
    ("compute", {"field": "shop", "way": "same", "text": " "}),
])  # fmt: skip
def test_what_is_not_whole_is_refused_and_changes_nothing(admin: Browser, what: str, told: dict[str, str]) -> None:
    upload = send(admin, STATES)
    with pytest.raises(InputError):
        rule(upload, what, **told)
    assert case_of(upload).draft is None


@pytest.mark.parametrize(("what", "value"), [("header_row", "x"), ("header_row", "31"), ("encoding", "utf-7")])
def test_what_no_list_has_is_refused(admin: Browser, what: str, value: str) -> None:
    upload = send(admin, PLAIN)
    with pytest.raises(InputError):
        choose(case_of(upload), what, "0", value)


def test_a_button_asks_for_what_its_form_says(admin: Browser) -> None:
    button = {"type": "upload-do", "what": "exclude", "at": "0", "value": ""}
    parts = [("rule-column", "note"), ("rule-test", "equals"), ("rule-text", "x")]
    body = {
        "output": "upload-choice.data", "outputs": {"id": "upload-choice", "property": "data"},
        "inputs": [[{"id": button, "property": "n_clicks", "value": 1}]],
        "state": [[{"id": {"type": "upload-more", "part": part, "at": "0"}, "property": "value", "value": value}
                   for part, value in parts]],
        "changedPropIds": [f"{json.dumps(button, sort_keys=True, separators=(',', ':'))}.n_clicks"],
    }  # fmt: skip
    told = admin.post(CALLBACK, json=body).get_json()["response"]["upload-choice"]["data"]
    assert (told["what"], told["at"]) == ("exclude", "0")
    assert json.loads(told["value"]) == {"column": "note", "test": "equals", "text": "x"}
