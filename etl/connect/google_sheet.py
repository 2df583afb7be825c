"""A Google Sheet, as one workbook, read with a service account.

Numbers are the numbers themselves and dates the text that the sheet shows, so a cell reads as it would from the
workbook that Google's own download gives. Columns that look like secrets are emptied before anything is stored.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import xlsxwriter

from etl.connect.fetched import Fetched, Inbox
from etl.connect.http import Http, Reach, Request
from etl.connect.remote import GOOGLE_SHEET, Remote
from etl.connect.rest import parsed
from etl.read.header import SEARCHED_ROWS
from etl.read.secret_cells import SecretCells
from etl.read.secret_columns import is_secret
from portal.errors import ConfigError, InputError, SourceError

API = "https://sheets.googleapis.com"
TOKENS = "https://oauth2.googleapis.com/token"
PAYLOAD = "sheet.xlsx"
_SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def fetch(config: Remote, secret: str, watermark: str, into: Path, http: Http) -> Fetched:
    """Fetch all sheets into the inbox as `sheet.xlsx`, unless nothing in them has changed.

    Args:
        config: address of the sheet, as the browser shows it. It must be shared with the service account. Option
            `tokens`: address where the account signs in, instead of Google's, in a private network.
        secret: the key file of the service account (JSON).
        watermark: of the fetch before.
        into: the inbox.
        http: reaches the API of Google Sheets.

    Raises:
        ConfigError: the optional part google is not installed.
        InputError: the secret is no key file.
        SourceError: not reached, not shared with the account, or not a sheet.
    """
    found = GOOGLE_SHEET.fullmatch(config.address.strip())
    if found is None:
        raise SourceError("The address of the sheet must look like https://docs.google.com/spreadsheets/d/…/edit.")
    place = config.options.get("tokens", TOKENS) if config.is_private_allowed else TOKENS
    tokens = Http(Reach(place, config.is_private_allowed))
    session = _Session(http, _token(secret, tokens))
    sheets = {name: _without_secrets(rows) for name, rows in _values(found[1], session).items()}
    told = hashlib.sha256(json.dumps(sheets, sort_keys=True).encode()).hexdigest()
    inbox = Inbox(into, watermark)
    if told == watermark and inbox.is_known and (into / PAYLOAD).is_file():
        inbox.discard()
        return Fetched((), watermark)
    _write(sheets, inbox.folder / PAYLOAD)
    return Fetched(inbox.replace([PAYLOAD], (), told), told)


def _token(secret: str, tokens: Http) -> str:
    """A token of the account, for reading sheets only. Where to get it is not left to the key file."""
    try:
        from google.oauth2.service_account import Credentials
    except ModuleNotFoundError:
        raise ConfigError("Reading Google Sheets needs an optional part: install souk[google].") from None
    try:
        info = {**json.loads(secret), "token_uri": TOKENS}
        untyped: Any = Credentials
        credentials = untyped.from_service_account_info(info, scopes=[_SCOPE])
    except (ValueError, TypeError):
        raise InputError("The credentials must be the JSON key file of a service account.", "credentials") from None

    def sign_in(url: str, method: str, body: bytes, headers: Mapping[str, str], **_: Any) -> _Answer:
        return _Answer(tokens.ask(Request(_below(url), method, headers, body)), tokens.host)

    credentials.refresh(sign_in)
    return str(credentials.token)


def _below(url: str) -> str:
    """Path and query of an address; which host is asked is the business of Http."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class _Answer:
    """What the libraries want to see of an answer."""

    data: bytes
    host: str
    ok: bool = True
    status: int = 200

    def json(self) -> Any:
        return parsed(self.data, self.host)


class _Session:
    """Stands in for the session of gspread, so that its requests are as bounded as all others."""

    def __init__(self, http: Http, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    def request(self, method: str, url: str, params: Mapping[str, Any] | None = None, **_: Any) -> _Answer:
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        return _Answer(self._http.ask(Request(_below(url) + query, method.upper(), self._headers)), self._http.host)


def _values(key: str, session: _Session) -> dict[str, list[list[Any]]]:
    """Sheet name to its rows."""
    import gspread
    from gspread.utils import absolute_range_name

    client: Any = gspread.Client  # its session is ours, so it signs in nowhere itself
    book = client(auth=None, session=session).open_by_key(key)
    names = [sheet.title for sheet in book.worksheets()]
    told = book.values_batch_get(
        [absolute_range_name(name) for name in names],
        {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "FORMATTED_STRING"},
    )["valueRanges"]
    if len(told) != len(names):
        raise SourceError(f"The sheet has {len(names)} pages, but {len(told)} were given. The next sync tries again.")
    return {name: each.get("values", []) for name, each in zip(names, told, strict=True)}


def _without_secrets(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows whose cells below a secret-looking header are empty, and those that hold a secret as a setting's value."""
    emptied = [list(row) for row in rows]
    for number, row in enumerate(emptied[:SEARCHED_ROWS]):
        for column in (at for at, cell in enumerate(row) if isinstance(cell, str) and is_secret(cell)):
            for below in emptied[number + 1 :]:
                below[column : column + 1] = [""] * len(below[column : column + 1])
    cells = SecretCells([str(cell) for cell in emptied[0]] if emptied else [])
    return [row if number == 0 else list(cells.emptied(row)) for number, row in enumerate(emptied)]


def _write(sheets: Mapping[str, list[list[Any]]], path: Path) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent.parent)}) as book:
        taken: set[str] = set()
        for name, rows in sheets.items():
            page = book.add_worksheet(_page_name(name, taken))
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    _write_cell(page, at, column, cell)


def _page_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows and no other page has."""
    plain = _NOT_IN_NAMES.sub(" ", name).strip("'")[:31] or "Sheet"
    number = 2
    unique = plain
    while unique.lower() in taken:
        unique, number = f"{plain[:27]} {number}", number + 1
    taken.add(unique.lower())
    return unique


def _write_cell(page: Any, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell)
    elif cell and page.write_string(row, column, str(cell)) != 0:
        raise SourceError(f"{page.name}, row {row + 1}: a cell is too long for a workbook.")
