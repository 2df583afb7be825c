from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from etl.land import land

LONG_AGO = time.time_ns() - 3600 * 10**9
HEAD = "order,qty\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A file written an hour ago."""
    path = tmp_path / "files" / "page.csv"
    path.parent.mkdir()
    path.write_text(f"{HEAD}1,1\n")
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    return path


def checksum(page: Path) -> str:
    return land(page.parent, page.parents[1] / "landing")[0].sha256


def forge(page: Path) -> None:
    """Say that the file's content was another one, which only somebody who does not read it believes."""
    notes = page.parents[1] / "landing" / "untouched.json"
    told = json.loads(notes.read_text())
    told["files"][str(page)]["sha256"] = "forged"
    notes.write_text(json.dumps(told))


def test_an_untouched_file_is_not_read_again(page: Path) -> None:
    checksum(page)
    forge(page)
    assert checksum(page) == "forged"


def test_a_file_written_again_is_read_though_size_and_time_are_the_same(page: Path) -> None:
    before = checksum(page)
    page.write_text(f"{HEAD}2,2\n")
    os.utime(page, ns=(LONG_AGO, LONG_AGO))
    assert checksum(page) != before


def test_another_file_of_the_same_name_is_read(page: Path) -> None:
    before = checksum(page)
    other = page.with_name("other")
    other.write_text(f"{HEAD}3,3\n")
    os.utime(other, ns=(LONG_AGO, LONG_AGO))
    other.replace(page)
    assert checksum(page) != before


def test_a_file_written_just_now_is_read_again(page: Path) -> None:
    page.write_text(f"{HEAD}4,4\n")
    checksum(page)
    assert not (page.parents[1] / "landing" / "untouched.json").exists()


def test_after_a_day_all_is_read_again(page: Path) -> None:
    real = checksum(page)
    forge(page)
    notes = page.parents[1] / "landing" / "untouched.json"
    notes.write_text(json.dumps({**json.loads(notes.read_text()), "since": time.time_ns() - 25 * 3600 * 10**9}))
    assert checksum(page) == real


def test_notes_that_are_torn_count_as_none(page: Path) -> None:
    real = checksum(page)
    (page.parents[1] / "landing" / "untouched.json").write_text('{"since": 1')
    assert checksum(page) == real


def test_a_copy_that_is_gone_is_made_again(page: Path) -> None:
    landed = land(page.parent, page.parents[1] / "landing")[0]
    landed.path.unlink()
    assert land(page.parent, page.parents[1] / "landing")[0].path.is_file()
