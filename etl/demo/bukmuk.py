"""A fictional children's library in India and its leads: workbooks of many hands, as XLSX.

Sheets: Main leads, Storytelling event, brightr lead (a blank header over the names), Walk-ins (no header), Contacts (a
title above the header), Empty. Every lead of `Leads` stands once; the dirt is put in on top of them and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from etl.demo.manifest import Manifest
from etl.demo.people import CITIES, FIRST_NAMES, LAST_NAMES, PLACEHOLDER_PHONE

SEED = 20_250_601
FILE_NAME = "Library_leads.xlsx"
_LEADS = 4_000
_STATUSES = ("New Lead", "Initial Contact", "Follow Up 1", "follow up 2", "Interested", "Trial Membership", "Member",
             "Lost - No Response", "Lost – Price", "Re-engage Later", "Qualified")  # fmt: skip
_STATUS_SHARES = (0.22, 0.15, 0.1, 0.06, 0.12, 0.05, 0.12, 0.08, 0.05, 0.03, 0.02)
_TYPES = ("Walk in", "Event", "Referral", "Instagram")
_DAYS = 730
_REPEATED_HEADERS = 5

Row = list[Any]


@dataclass(frozen=True)
class Part:
    """One sheet: how many of the leads stand on it, its header (None: none), titles above it, columns in order."""

    name: str
    share: float
    columns: tuple[str, ...]
    header: tuple[str | None, ...] | None
    titles: tuple[str, ...] = ()


PARTS = (
    Part("Main leads", 0.55, ("name", "phone", "email", "city", "age", "type", "date", "note", "status"),
         ("Name ", "Phone number ", "Email id ", "City ", "Child Age ", "Lead type ", "Date", "Comments ", "Status ")),
    Part("Storytelling event", 0.15, ("name", "email", "phone", "date", "answer", "note"),
         ("Name ", "Email id ", "Phone number ", "Date contacted ", "Shared details about the library",
          "Further action comments ")),
    Part("brightr lead", 0.1, ("name", "phone", "status", "date", "age"),
         (None, "Number ", "Any response ", "Date contacted ", "Age group ")),
    Part("Walk-ins", 0.1, ("name", "email", "phone", "city"), None),
    Part("Contacts", 0.1, ("name", "phone", "email", "status"), ("Full Name", "Mobile", "E-mail", "Status"),
         ("Contact list of the library", "kept by hand")),
)  # fmt: skip


def write_bukmuk(folder: Path, last_day: date, scale: float = 1.0) -> Manifest:
    """Write the workbook into `folder`.

    Args:
        folder: an existing folder.
        last_day: the last day a lead came in.
        scale: 1 is two years with some four thousand leads.

    Returns:
        rows: sheet to rows below its header, titles included. dirt: besides rows kept out (title, repeated_header,
        duplicate, nobody) the cells that cannot be read (broken_email, unreadable_phone, unreadable_date,
        unknown_status), the leads without phone and e-mail (no_contact) and the members.
    """
    rng = np.random.default_rng(SEED)
    drawn = draw_leads(max(round(_LEADS * scale), 200), last_day, rng)
    mixed = np.random.default_rng(SEED).permutation(len(drawn) - 1)
    leads = [drawn[-1], *(drawn[place] for place in mixed)]  # the last one stands where days are kept
    ends = np.cumsum([round(part.share * len(leads)) for part in PARTS[:-1]]).tolist()
    pieces = [leads[start:end] for start, end in zip([0, *ends], [*ends, len(leads)], strict=True)]
    dirt: dict[str, int] = {}
    sheets = {part.name: _rows(part, piece, dirt, rng) for part, piece in zip(PARTS, pieces, strict=True)}
    _write(folder / FILE_NAME, sheets, last_day)
    counts = {name: len(rows) - (PARTS[place].header is not None) for place, (name, rows) in enumerate(sheets.items())}
    return Manifest(last_day, counts, dirt)


def draw_leads(count: int, last_day: date, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Leads in order of the day they came in; phone numbers and e-mail addresses are each somebody's own."""
    days = np.sort(rng.integers(0, _DAYS, count))
    days[-1] = _DAYS - 1
    statuses = rng.choice(len(_STATUSES), count, p=_STATUS_SHARES)
    cities = rng.choice(len(CITIES), count, p=np.array([weight for _, _, weight in CITIES]) / 100)
    ages, types = rng.integers(2, 13, count), rng.integers(0, len(_TYPES), count)
    return [
        {
            "name": f"{FIRST_NAMES[n % 36]} {LAST_NAMES[n // 36 % 26]}", "phone": PLACEHOLDER_PHONE + 5_000_000 + n,
            "email": f"reader{n}@example.com", "city": CITIES[cities[n]][0], "age": int(ages[n]),
            "type": _TYPES[types[n]], "date": last_day - timedelta(days=int(_DAYS - 1 - days[n])), "note": "",
            "answer": ("Yes", "No")[n % 2], "status": _STATUSES[statuses[n]],
        }
        for n in range(count)
    ]  # fmt: skip


def _rows(part: Part, leads: list[dict[str, Any]], dirt: dict[str, int], rng: np.random.Generator) -> list[Row]:
    """The rows of one sheet from its titles on, with dirt in them."""
    rows = [_row(part, _soiled(part, lead, number, dirt)) for number, lead in enumerate(leads)]
    for number in range(20, len(leads), 40):
        again = {**leads[number], "email": None, "city": None}
        rows.insert(int(rng.integers(number, len(rows))), _row(part, {**again, "phone": f"+91 {again['phone']}"}))
        _count(dirt, "duplicate")
    if part.header is not None:
        for place in range(_REPEATED_HEADERS):
            rows.insert(len(rows) * (place + 1) // (_REPEATED_HEADERS + 1), list(part.header))
        rows.insert(len(rows) // 2, ["", "", "", "  "])
        rows.append([None] * (len(part.columns) - 1) + ["end of list"])
        _count(dirt, "repeated_header", _REPEATED_HEADERS)
        _count(dirt, "nobody")
        rows.insert(0, list(part.header))
    _count(dirt, "title", len(part.titles))
    return [[title] for title in part.titles] + rows


def _row(part: Part, lead: dict[str, Any]) -> Row:
    return [lead[column] for column in part.columns]


def _soiled(part: Part, lead: dict[str, Any], number: int, dirt: dict[str, int]) -> dict[str, Any]:
    """A lead as somebody typed it: other spellings that mean the same, and now and then a cell nobody can read.

    Leads that stand twice (number 20, 60 …) keep their phone.
    """
    found = {**lead, "city": (lead["city"].lower(), lead["city"].upper(), f"{lead['city']} ")[number % 3]}
    found["name"] = (lead["name"], lead["name"].lower(), lead["name"].upper())[number % 3]
    phone = lead["phone"]
    found["phone"] = (phone, f"+91 {phone}", f"0{phone}", f"91{phone}", f"{phone}.0", float(phone))[number % 6]
    day = lead["date"]
    found["date"] = (day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"{day:%-d %B %Y}", day)[number % 5]
    for column, at, kind, text in (
        ("email", 13, "broken_email", "not given@"), ("phone", 27, "unreadable_phone", "ask at desk"),
        ("date", 33, "unreadable_date", "31.13.2025"), ("status", 37, "unknown_status", "rang, no answer"),
    ):  # fmt: skip
        if number % 40 == at and column in part.columns:
            found[column] = text
            _count(dirt, kind)
    if number % 40 == 39:
        found["phone"] = found["email"] = None
        _count(dirt, "no_contact")
    is_member = "status" in part.columns and found["status"] == "Member"
    _count(dirt, "member", int(is_member))
    return found


def _count(dirt: dict[str, int], kind: str, rows: int = 1) -> None:
    dirt[kind] = dirt.get(kind, 0) + rows


def _write(path: Path, sheets: dict[str, list[Row]], last_day: date) -> None:
    """Write the sheets and an empty one; the document date is fixed, so that equal content gives equal bytes."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"created": datetime(last_day.year, last_day.month, last_day.day)})
        shown_as_day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in {**sheets, "Empty": []}.items():
            page = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(number, place, value)
                    elif isinstance(value, date):
                        page.write_datetime(number, place, datetime(value.year, value.month, value.day), shown_as_day)
                    elif value is not None:
                        page.write_number(number, place, value)
