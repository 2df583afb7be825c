"""Google Sheets: gspread against a local fake of its HTTP surface, into the workbook a load reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from etl.connect import google_sheet
from etl.connect.fetched import Fetched
from etl.connect.remote import Remote
from etl.land import land
from etl.reading import Limits, read_tables
from portal.errors import InputError, SourceError
from tests.etl.connect.api import Api, Fault, running

pytest.importorskip("gspread", reason="the optional part google is not installed")

KEY = "1AbCdEfGhIjKlMnOpQrStUvWxYz"
ADDRESS = f"https://docs.google.com/spreadsheets/d/{KEY}/edit#gid=0"


class Sheet:
    def __init__(self) -> None:
        self.pages: dict[str, list[list[Any]]] = {
            "NewOrders": [["order_id", "phone", "total", "at"], ["ORD1", 919876543210, 10.1, "03/02/2026"], ["ORD2"]],
            "Users": [["user_id", "plain_password", "role"], ["u1", "hunter2", "=admin"], ["u2"]],
            "Empty / page": [],
        }  # fmt: skip

    def answer(self, path: str, _: Any) -> Any:
        if path == "/token":
            return {"access_token": "tok-1", "expires_in": 3600}
        parts = urlsplit(path)
        if parts.path.endswith("values:batchGet"):
            wanted = [unquote(each).strip("'") for each in parse_qs(parts.query)["ranges"]]
            return {"valueRanges": [{"range": name, **({"values": self.pages[name]} if self.pages[name] else {})}
                                    for name in wanted]}  # fmt: skip
        assert parts.path == f"/v4/spreadsheets/{KEY}"
        pages = [{"properties": {"sheetId": at, "title": name, "index": at}} for at, name in enumerate(self.pages)]
        return {"properties": {"title": "CZ"}, "sheets": pages}


@pytest.fixture
def sheet() -> Sheet:
    return Sheet()


@pytest.fixture
def api(sheet: Sheet) -> Iterator[Api]:
    with running(sheet.answer) as api:
        yield api


@pytest.fixture(scope="module")
def account() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return json.dumps({"type": "service_account", "client_email": "a@b.example", "private_key": pem.decode(),
                       "token_uri": "https://evil.example/token"})  # fmt: skip


def fetch(api: Api, into: Path, account: str, watermark: str = "") -> Fetched:
    config = Remote(ADDRESS, {"tokens": f"http://127.0.0.1:{api.port}/token"}, is_private_allowed=True)
    return google_sheet.fetch(config, account, watermark, into, api.http())


def rows(path: Path, landing: Path) -> dict[str, list[tuple[Any, ...]]]:
    tables = read_tables(land(path, landing), [], Limits(1024, 60))
    return {table.origins[0].sheet: table.frame.select(table.columns).rows() for table in tables}


def test_every_page_is_read_like_a_workbook(api: Api, account: str, tmp_path: Path) -> None:
    fetched = fetch(api, tmp_path / "in", account)
    assert [path.name for path in fetched.files] == ["sheet.xlsx"]
    assert rows(fetched.files[0], tmp_path / "landing") == {
        "NewOrders": [("ORD1", "919876543210", "10.1", "03/02/2026"), ("ORD2", None, None, None)],
        "Users": [("u1", None, "=admin"), ("u2", None, None)],
    }


def test_passwords_are_not_stored(api: Api, account: str, tmp_path: Path) -> None:
    path = fetch(api, tmp_path, account).files[0]
    assert land(path, tmp_path / "landing")[0].path.read_bytes() != b""
    assert all("hunter2" not in str(cells) for cells in rows(path, tmp_path / "landing").values())
    assert google_sheet._without_secrets([["otp"], ["hunter2"]]) == [["otp"], [""]]


def test_token_of_the_account_is_sent_and_never_asked_elsewhere(api: Api, account: str, tmp_path: Path) -> None:
    fetch(api, tmp_path, account)
    assert api.asked[0][1] == "/token"
    assert {headers["Authorization"] for _, path, _, headers in api.asked if path != "/token"} == {"Bearer tok-1"}


def test_sheet_without_changes_brings_nothing(api: Api, sheet: Sheet, account: str, tmp_path: Path) -> None:
    first = fetch(api, tmp_path, account)
    assert fetch(api, tmp_path, account, first.watermark) == Fetched((), first.watermark)
    sheet.pages["NewOrders"][1][2] = 11
    assert len(fetch(api, tmp_path, account, first.watermark).files) == 1


def test_quota_is_waited_for(api: Api, account: str, tmp_path: Path) -> None:
    api.faults = [None, Fault(429), Fault(429)]
    assert len(fetch(api, tmp_path, account).files) == 1
    assert api.pauses == [1.0, 2.0]


def test_sheet_that_is_not_shared_is_said(api: Api, account: str, tmp_path: Path) -> None:
    api.faults = [None, Fault(403)]
    with pytest.raises(SourceError, match="The credentials are not accepted"):
        fetch(api, tmp_path, account)


@pytest.mark.parametrize("secret", ["", "{}", "[1]", "not json", '{"client_email": "a", "private_key": "x"}'])
def test_other_credentials_are_refused(api: Api, tmp_path: Path, secret: str) -> None:
    with pytest.raises(InputError, match="must be the JSON key file of a service account"):
        fetch(api, tmp_path, secret)


@pytest.mark.parametrize("address", ["https://example.com/spreadsheets/d/1", "https://docs.google.com/document/d/1"])
def test_other_addresses_are_refused(api: Api, tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match=r"must look like https://docs.google.com/spreadsheets"):
        google_sheet.fetch(Remote(address), "", "", tmp_path, api.http())
