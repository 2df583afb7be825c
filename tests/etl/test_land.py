"""Landing: what was received is stored once, whole, under its checksum; secrets are not stored at all."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from etl import emptied
from etl.land import land
from etl.read.process import run_limited
from etl.read.secret_columns import is_secret
from etl.reading import Limits, read_tables
from portal.errors import DeliveryError, SourceError


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_file_is_stored_as_it_is_under_its_checksum(tmp_path: Path, landing: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a;b\r\n1;\xe9\r\n")
    (file,) = land(tmp_path / "a.csv", landing)
    assert (file.file_name, file.origin_path, file.size) == ("a.csv", str(tmp_path / "a.csv"), 10)
    assert file.path == landing / sha(b"a;b\r\n1;\xe9\r\n")
    assert file.path.read_bytes() == b"a;b\r\n1;\xe9\r\n"
    assert [each.name for each in landing.iterdir()] == [file.sha256]


def test_same_content_again_is_no_work(tmp_path: Path, landing: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("a\n1\n")
    first = land(tmp_path / "a.csv", landing)[0].path.stat()
    second = land(tmp_path / "b.csv", landing)[0].path.stat()
    assert (first.st_ino, first.st_mtime_ns) == (second.st_ino, second.st_mtime_ns)


def test_folder_is_landed_with_its_folders_in_order_without_system_files(tmp_path: Path, landing: Path) -> None:
    folder = tmp_path / "in"
    for name in ("b.csv", "a/z.tsv", "~$b.xlsx", ".hidden.csv", "a/.git/x.csv", "notes.md", "c.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    assert [file.origin_path.removeprefix(f"{folder}/") for file in land(folder, landing)] == [
        "a/z.tsv",
        "b.csv",
        "c.json",
    ]


def test_zip_is_landed_member_by_member(tmp_path: Path, landing: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("day/2.csv", "day/1.csv", "__MACOSX/day/._1.csv", "readme.md"):
            archive.writestr(name, "a\n" + name)
    files = land(tmp_path / "in.zip", landing)
    assert [(file.origin_path, file.file_name) for file in files] == [
        (f"{tmp_path}/in.zip!day/1.csv", "1.csv"),
        (f"{tmp_path}/in.zip!day/2.csv", "2.csv"),
    ]
    assert files[0].path.read_text() == "a\nday/1.csv"


def test_stored_files_are_for_their_owner_only(tmp_path: Path, landing: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    (file,) = land(tmp_path / "a.csv", landing)
    assert (landing.stat().st_mode & 0o077, file.path.stat().st_mode & 0o077) == (0, 0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.csv", "there is no such file or folder. Check the path"),
        ("empty", "there is no table file in it. Tables are files that end with .csv, .db, .json"),
        ("pipe.csv", "this is no ordinary file"),
        ("picture.png", "files of this kind are not read"),
        ("old.xls", "old.xls: this is an old Excel workbook"),
        ("nested.zip", "nested.zip, member inner.zip: an archive inside an archive is not opened"),
        ("wrong.zip", "wrong.zip, member a.csv: by its name .* really is a picture"),
        ("linked", "x.csv: this is a link to a file outside of the folder"),
    ],
)
def test_what_cannot_be_landed_is_named(tmp_path: Path, landing: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/x.csv").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.csv")
    for plain in ("picture.png", "old.xls"):
        (tmp_path / plain).write_bytes(b"\x89PNG")
    for outer, member in {"nested.zip": "inner.zip", "wrong.zip": "a.csv"}.items():
        with zipfile.ZipFile(tmp_path / outer, "w") as archive:
            archive.writestr(member, b"\x89PNG")
    with pytest.raises(SourceError, match=message):
        land(tmp_path / name, landing)


@pytest.mark.parametrize("name", [b"a\nb.csv", b"caf\xe9.csv"])
def test_name_that_cannot_be_shown_is_refused(tmp_path: Path, landing: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_text("a\n1\n")
    with pytest.raises(SourceError, match=r"the name has characters that cannot be shown. Rename it"):
        land(path, landing)


def test_refused_file_leaves_nothing_behind(tmp_path: Path, landing: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    with pytest.raises(SourceError):
        land(tmp_path / "a.xlsx", landing)
    assert list(landing.iterdir()) == []


def test_landing_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    (tmp_path / "landing").write_text("a file where the folder should be")
    with pytest.raises(DeliveryError, match=r"The landing folder .* cannot be written"):
        land(tmp_path / "a.csv", tmp_path / "landing")


@pytest.mark.parametrize(
    ("header", "expected"),
    [(header, True) for header in (
        "password", "plain_password", "password_hash", "plainPassword", "User Password", "userpassword", "otp", "OTP",
        "token", "whatsapp_access_token", "api_key", "apiKey", "API Key", "client_secret", "card_number", "Card No",
        "cardNumber", "credit card", "cvv", "CVV2", "private_key", "Passwort",
    )]
    + [(header, False) for header in (
        "card_type", "tokens_count", "token_count", "pincode", "session_id", "password_changed_at", "has_password",
        "otp_verified", "loyalty_card_number", "card", "key", "product_key", "secretary", "hotpot", "keyword",
        "passport", "customer", "", "123", "total_card_sales",
    )],
)  # fmt: skip
def test_which_headers_are_secrets(header: str, expected: bool) -> None:
    assert is_secret(header) is expected


@pytest.mark.parametrize(
    ("content", "stored"),
    [
        (b"user,password,n\nann,hunter2,1\n", b"user,password,n\nann,,1\n"),
        (b"Staff\r\nuser;OTP\r\n\"a;b\";hunter2\r\n", b"Staff\r\nuser;OTP\r\n\"a;b\";\r\n"),
        (b"\xef\xbb\xbfuser\ttoken\nann\thunter2", b"\xef\xbb\xbfuser\ttoken\nann\t\n"),
        (b"user,token\rann,hunter2\r", b"user,token\rann,\r"),
        ("user,token\nJosé,hunter2\n".encode("cp1252"), "user,token\nJosé,\n".encode("cp1252")),
        ("\ufeffuser,token\nann,hunter2\n".encode("utf-16-le"), "\ufeffuser,token\nann,\n".encode("utf-16-le")),
        (b"user,token,n\nann,hun,ter2,1\n", b"user,token,n\nann,,,\n"),
    ],
    ids=["csv", "title", "bom", "cr", "cp1252", "utf16", "shifted"],
)  # fmt: skip
def test_secrets_are_blanked_in_the_stored_text(tmp_path: Path, landing: Path, content: bytes, stored: bytes) -> None:
    (tmp_path / "users.csv").write_bytes(content)
    (file,) = land(tmp_path / "users.csv", landing)
    assert len(file.blanked_columns) == 1
    assert (file.sha256, file.path.name) == (sha(content), sha(content))
    assert file.path.read_bytes() == stored


def test_secrets_are_blanked_in_a_workbook_and_nothing_else_changes(tmp_path: Path, landing: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        for name, header in {"Users": ["user", "plain_password", "otp"], "Orders": ["id", "total", "note"]}.items():
            page = book.add_worksheet(name)
            page.write_row(1, 1, header)
            page.write_row(2, 1, [17850.0, "hunter2", 1234])
            page.write_comment(2, 2, "hunter2")
    (file,) = land(tmp_path / "book.xlsx", landing)
    users, orders = read_tables([file], [], Limits())
    assert file.blanked_columns == ("plain_password", "otp")
    assert (users.frame.rows(), orders.frame.rows()) == (
        [("17850", None, None, 1, 3)],
        [("17850", "hunter2", "1234", 2, 3)],
    )


def test_no_trace_of_a_secret_is_left_in_the_landing_folder(tmp_path: Path, landing: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        page = book.add_worksheet()
        page.write_column(0, 0, ["password", "hunter2"])
        page.write_comment(1, 0, "hunter2")
    (tmp_path / "b.csv").write_text("password\nhunter2\n")
    pl.DataFrame({"password": ["hunter2"], "n": [1]}).write_parquet(tmp_path / "c.parquet")
    for name in ("book.xlsx", "b.csv", "c.parquet"):
        assert land(tmp_path / name, landing)[0].blanked_columns == ("password",)
    stored = [path.read_bytes() for path in landing.iterdir()]
    stored += [archive.read(part) for path in landing.iterdir() if zipfile.is_zipfile(path)
               for archive in [zipfile.ZipFile(path)] for part in archive.namelist()]  # fmt: skip
    assert len(stored) > 3
    assert not any(b"hunter2" in content for content in stored)


def test_hostile_workbook_is_named_and_costs_nothing(tmp_path: Path, landing: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "far.xlsx") as book:
        book.add_worksheet().write(1048575, 16383, "x")
    with pytest.raises(SourceError, match=r"^far.xlsx, xl/worksheets/sheet1.xml: the cells reach to XFD1048576"):
        land(tmp_path / "far.xlsx", landing)


def test_text_in_an_encoding_that_only_the_mapping_knows_is_landed(tmp_path: Path, landing: Path) -> None:
    (tmp_path / "a.csv").write_bytes("имя,token\nЃЌ,hunter2\n".encode("cp1251"))
    (file,) = land(tmp_path / "a.csv", landing)
    assert file.path.read_bytes() == "имя,token\nЃЌ,\n".encode("cp1251")


def test_small_files_with_secrets_share_a_process(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def noted(job: str, request: dict[str, Any], folder: Path, limits: Limits) -> Any:
        asked.append([each["name"] for each in request["files"]])
        return run_limited(job, request, folder, limits)

    monkeypatch.setattr(emptied, "run_limited", noted)
    monkeypatch.setattr(emptied, "TOGETHER", 2 * len("name,password\na,secret\n"))
    (tmp_path / "files").mkdir()
    for name in "abc":
        (tmp_path / "files" / f"{name}.csv").write_text(f"name,password\n{name},secret\n")
    landed = land(tmp_path / "files", landing)
    assert [[Path(name).name for name in names] for names in sorted(asked)] == [["a.csv", "b.csv"], ["c.csv"]]
    assert [file.path.read_text() for file in landed] == [f"name,password\n{name},\n" for name in "abc"]
