"""What files look like from outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.errors import SourceError
from portal.jobs.watch import fingerprint, seen, wait_until_quiet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.csv", "deep/b.csv"):
        (folder / name).write_text("x")
        os.utime(folder / name, (1, 1))
    return folder


def test_nothing_changed_looks_the_same(folder: Path) -> None:
    assert fingerprint(folder, "m") == fingerprint(folder, "m")
    assert seen(folder) == [("a.csv", 1, 10**9), ("deep/b.csv", 1, 10**9)]


def test_every_change_shows(folder: Path) -> None:
    looks = {fingerprint(folder), fingerprint(folder, "another mapping")}
    os.utime(folder / "deep/b.csv", (2, 2))
    looks.add(fingerprint(folder))
    (folder / "c.csv").write_text("")
    looks.add(fingerprint(folder))
    (folder / "a.csv").rename(folder / "d.csv")
    looks.add(fingerprint(folder))
    (folder / "c.csv").unlink()
    looks.add(fingerprint(folder))
    assert len(looks) == 6


def test_files_that_programs_leave_beside_data_do_not_count(folder: Path) -> None:
    before = fingerprint(folder)
    (folder / ".DS_Store").write_text("x")
    (folder / "~$orders.xlsx").write_text("x")
    assert fingerprint(folder) == before


def test_a_single_file_is_a_source_too(folder: Path) -> None:
    assert seen(folder / "a.csv") == [("a.csv", 1, 10**9)]


def test_a_missing_place_is_told(folder: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        fingerprint(folder / "gone")


def test_old_files_are_not_waited_for(folder: Path) -> None:
    wait_until_quiet(folder, sleep=lambda _seconds: pytest.fail("waited"))


def test_a_file_that_grows_is_waited_for_until_it_stops(folder: Path) -> None:
    (folder / "a.csv").write_text("half")
    pieces = iter([" of it", " and the rest"])

    def write_on(_seconds: float) -> None:
        with (folder / "a.csv").open("a") as file:
            file.write(next(pieces, ""))

    wait_until_quiet(folder, write_on)
    assert (folder / "a.csv").read_text() == "half of it and the rest"


def test_a_file_that_never_stops_growing_is_not_read(folder: Path) -> None:
    def write_on(_seconds: float) -> None:
        with (folder / "a.csv").open("a") as file:
            file.write("more")

    write_on(0)
    with pytest.raises(SourceError, match="still being written"):
        wait_until_quiet(folder, write_on)
