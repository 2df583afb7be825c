"""What comes in at the door: honest files are kept without secrets, hostile ones are refused by name and deleted."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from etl.read.process import run_limited
from portal import uploads
from portal.errors import InputError, PortalError, SourceError, UnknownNameError
from portal.models import AuditEvent
from portal.upload_tables import UploadFile
from portal.uploads import arrival
from portal.uploads.kept import clean_name, kept_files, quarantine_folder
from tests.uploads.desk import EMAIL, Desk, csv, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(desk: Desk, content: bytes, name: str) -> str:
    """Why a file is refused; it is checked that nothing of it is left, and that the refusal is written down."""
    with pytest.raises(PortalError) as problem:
        desk.send(content, name)
    with desk.parts.sessions() as session:
        row = session.scalars(select(UploadFile)).one()
    assert (row.state, row.message, desk.kept()) == ("refused", str(problem.value), [])
    return str(problem.value)


def with_locked_member() -> bytes:
    packed = bytearray(zipped(orders_csv=csv()))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def test_an_honest_file_is_checked_and_kept(desk: Desk) -> None:
    upload = desk.send(csv())
    assert (upload.state, upload.size, upload.file_name, upload.received_by) == (
        "checked",
        len(csv()),
        "orders.csv",
        EMAIL,
    )
    (file,) = kept_files(quarantine_folder(desk.settings, desk.tenant.id, upload.id))
    assert (file.origin_path, file.path.read_bytes()) == ("upload:orders.csv", csv())


def test_members_of_a_zip_are_named_inside_it(desk: Desk) -> None:
    upload = desk.send(zipped(orders_csv=csv(), more_csv=csv("3,2026-03-03,P,1,2,C")), "both.zip")
    files = kept_files(quarantine_folder(desk.settings, desk.tenant.id, upload.id))
    assert [file.origin_path for file in files] == ["upload:both.zip!more.csv", "upload:both.zip!orders.csv"]


def test_secrets_are_never_kept(desk: Desk) -> None:
    upload = desk.send(b"name,password\nAnn,hunter2\n", "people.csv")
    assert upload.message == "password looks like a secret and was emptied before storing."
    stored = [path for path in desk.home.rglob("*") if path.is_file() and path.suffix not in {".db-wal", ".db-shm"}]
    assert [path for path in stored if b"hunter2" in path.read_bytes()] == []


def test_ids_cannot_be_guessed_and_files_belong_to_us_alone(desk: Desk) -> None:
    one, two = desk.send(csv()), desk.send(csv())
    folder = quarantine_folder(desk.settings, desk.tenant.id, one.id)
    assert len(one.id) == 32
    assert one.id != two.id
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "orders.csv", "the file is empty (0 bytes)"),
        (OLE + b"x" * 600, "orders.xlsx", "by its name this is an Excel workbook"),
        (OLE + "EncryptedPackage".encode("utf-16-le") * 4, "orders.xlsx", "password-protected"),
        (b"%PDF-1.7 nothing", "orders.csv", "it really is a PDF document"),
        (b"PK\x03\x04 cut off", "orders.csv", "it really is a zip archive"),
        (b"MZ\x90 program", "orders.xlsx", "it really is a program"),
        (csv(), "orders.exe", "files of this kind are not read"),
        (csv(), "orders.xlsm", "a workbook with macros"),
        (csv(), "orders", "files of this kind are not read"),
        (b"<!doctype html><html>", "orders.csv", "a web page"),
        (with_locked_member(), "orders.zip", "it is protected by a password"),
        (zipped(orders_csv=b"0" * (60 << 20)), "bomb.zip", "as only a harmful file does"),
        (zipped(inner_zip=zipped(orders_csv=csv())), "nested.zip", "an archive inside an archive is not opened"),
        (zipped(readme_md=b"hello"), "notes.zip", "there is no table file in it"),
    ],
)  # fmt: skip
def test_what_is_not_an_honest_table_is_refused(guarded_desk: Desk, content: bytes, name: str, said: str) -> None:
    assert said in refusal(guarded_desk, content, name)


def test_a_zip_whose_members_lead_out_is_refused(desk: Desk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../orders.csv", csv())
    assert "a name that leads out of the archive is not allowed" in refusal(desk, packed.getvalue(), "out.zip")


def test_a_file_that_is_too_large_is_stopped_while_it_arrives(desk: Desk) -> None:
    said = refusal(desk.with_limit(1), b"a,b\n" * 300_000, "orders.csv")
    assert said.startswith("orders.csv: the file is larger than 1 MB.")


def test_a_zip_may_not_unpack_to_many_times_the_limit(desk: Desk) -> None:
    packed = zipped(**{f"part{number}_csv": bytes(range(256)) * 4_096 for number in range(9)})
    assert "its members would unpack to 9 MB, more than 8 MB" in refusal(desk.with_limit(1), packed, "a.zip")


def test_a_broken_off_upload_leaves_nothing(desk: Desk) -> None:
    class Cut(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(PortalError, match="could not be stored"):
        uploads.receive(desk.parts, desk.tenant, EMAIL, "orders.csv", Cut())
    assert desk.kept() == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"), ("C:\\Users\\Ann\\orders.csv", "orders.csv"), ("..csv", "csv"),
        (".hidden.csv", "hidden.csv"), ("a\x00b\nc.csv", "a b c.csv"), ("inv\u202eoice.csv", "inv oice.csv"),
        ("x" * 5_000 + ".csv", "x" * 120 + ".csv"), ("طلبات مارس.csv", "طلبات مارس.csv"),
        ("a" + "é" * 300 + ".xlsx", "a" + "é" * 117 + ".xlsx"),
    ],
)  # fmt: skip
def test_names_are_cleaned(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@pytest.mark.parametrize("name", ["", "/", "..", "\u202e", "   "])
def test_a_file_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="The file has no name"):
        clean_name(name)


def test_a_path_in_the_name_stays_inside_the_quarantine(desk: Desk) -> None:
    before = {path for path in desk.home.rglob("*") if "tenants" not in path.parts}
    upload = desk.send(csv(), "../../../../orders.csv")
    assert upload.file_name == "orders.csv"
    assert {path for path in desk.home.rglob("*") if "tenants" not in path.parts} == before


def test_another_tenant_cannot_see_it(desk: Desk) -> None:
    upload = desk.send(csv())
    with pytest.raises(UnknownNameError) as foreign:
        uploads.get(desk.parts.sessions, desk.other, upload.id)
    with pytest.raises(UnknownNameError) as unknown:
        uploads.get(desk.parts.sessions, desk.other, "x" * 32)
    assert str(foreign.value).replace(upload.id, "") == str(unknown.value).replace("x" * 32, "")


def test_who_sent_what_is_in_the_audit_trail(desk: Desk) -> None:
    desk.send(csv())
    with pytest.raises(SourceError):
        desk.send(b"", "empty.csv")
    with desk.parts.sessions() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(one.actor, one.action, one.target) for one in events[-2:]] == [
        (EMAIL, "upload checked", "orders.csv"), (EMAIL, "upload refused", "empty.csv"),
    ]  # fmt: skip


def test_the_look_at_a_file_happens_in_the_limited_process(guarded_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[str] = []

    def seen(job: str, *rest: Any) -> Any:
        jobs.append(job)
        return run_limited(job, *rest)

    monkeypatch.setattr(arrival, "run_limited", seen)
    guarded_desk.send(csv())
    assert jobs == ["land"]


def test_a_folder_cannot_be_the_home_of_an_upload(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError):
        uploads.recognise(desk.parts, desk.tenant, str(tmp_path))
