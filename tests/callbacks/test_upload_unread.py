"""A file that cannot be read as it is: how it is written is said right there, and the next one like it is known."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from callbacks.upload_check import check_step
from callbacks.upload_choice import choose
from callbacks.upload_review import sample_rows
from portal import uploads
from portal.app import create_app
from portal.errors import InputError
from portal.parts import open_parts
from tests.callbacks.test_upload import case_of, paint, request_of, send, text_of
from tests.installation import Browser, Installation, settings_for
from tests.uploads.desk import Desk

HEADER = "order,day,product,qty,price"
ARABIC = f"{HEADER}\n1,2026-03-01,گلاب,2,5\n2,2026-03-02,چاپ,1,1\n".encode("cp1256")
"""Two bytes of it are no letters of Western Europe, nor is it UTF-8."""


@pytest.fixture(scope="module")
def installation(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home = tmp_path_factory.mktemp("unread") / "home"
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


def body(browser: Browser, upload: str, step: str = "review") -> str:
    return str(paint(browser, {"upload": upload, "step": step})["upload-body"]["children"])


def test_letters_are_asked_for_where_the_reading_failed(admin: Browser) -> None:
    upload = send(admin, ARABIC)
    for step in ("review", "fix", "check"):
        shown = body(admin, upload, step)
        assert "neither UTF-8 nor Windows text" in shown
        assert "Letters are written in" in shown
    choose(case_of(upload), "encoding", "", "cp1256")
    assert "cannot be read" not in body(admin, upload)
    assert "گلاب" in text_of(sample_rows(case_of(upload)))
    assert "2 rows read = 2 would load" in text_of(check_step(case_of(upload, "check")))


def test_what_was_said_can_be_corrected_like_everything_else(admin: Browser) -> None:
    upload = send(admin, ARABIC)
    choose(case_of(upload), "encoding", "", "cp1251")
    assert case_of(upload).fields.tables[0].stated == {"encoding": "cp1251"}
    choose(case_of(upload), "encoding", "0", "cp1256")
    assert "چاپ" in text_of(sample_rows(case_of(upload)))


def test_a_statement_that_does_not_help_stays_and_another_can_be_made(admin: Browser) -> None:
    upload = send(admin, ARABIC.replace(b",", b";"))
    choose(case_of(upload), "separator", "", ";")
    choose(case_of(upload), "encoding", "", "utf-8")
    shown = body(admin, upload)
    assert "the text is not utf-8" in shown
    assert "'value': 'utf-8'" in shown
    choose(case_of(upload), "encoding", "", "cp1256")
    assert case_of(upload).fields.tables[0].stated == {"encoding": "cp1256", "separator": ";"}
    assert "2 rows read = 2 would load" in text_of(check_step(case_of(upload, "check")))


def test_the_next_file_like_it_is_read_at_once(installation: Installation, admin: Browser) -> None:
    desk, upload = Desk(installation.settings.home), send(admin, ARABIC, "march.csv")
    choose(case_of(upload), "encoding", "", "cp1256")
    uploads.start(desk.parts, desk.tenant, upload, case_of(upload).choice, "admin@amber.example")
    assert desk.run(desk.claim()).state == "loaded"
    following = case_of(send(admin, ARABIC.replace(b"2026-03", b"2026-04"), "april.csv"))
    assert following.recognition.kind == "saved"
    assert "2 rows read = 2 would load" in text_of(check_step(following))


def test_nonsense_and_other_files_are_refused_as_before(admin: Browser) -> None:
    upload = send(admin, ARABIC.replace(b"day", b"den"))
    with pytest.raises(InputError, match="cannot be said about a file"):
        choose(case_of(upload), "encoding", "", "utf-7")
    broken = send(admin, b"[1, 2", "list.json")
    assert "Letters are written in" not in body(admin, broken)
    assert "This cannot be shown" in body(admin, broken)
