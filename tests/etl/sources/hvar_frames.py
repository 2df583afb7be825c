"""Deliveries and files of HVAR for tests, read like any other file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from etl.land import land
from etl.reading import Limits, read_tables
from etl.source import Conformed, TenantRules
from etl.sources import SOURCES
from portal.policies import in_force

EGYPT = TenantRules("EGP", "Africa/Cairo", "EG", in_force((), date(2026, 1, 1)), "Hvar")
_LIMITS = Limits(2048, 60)


def conform_path(path: Path, landing: Path, rules: TenantRules = EGYPT) -> Conformed:
    source = SOURCES["hvar"]
    files = land(path, landing, _LIMITS, suffixes=source.suffixes)
    return source.conform(read_tables(files, [], _LIMITS, source.forms), rules, None)


def conform_json(folder: Path, *documents: Any) -> Conformed:
    """JSON documents, one file each, through landing, reading and conforming."""
    (folder / "given").mkdir(parents=True)
    for number, document in enumerate(documents, start=1):
        text = json.dumps(document, ensure_ascii=False)
        (folder / "given" / f"bosta_{number}.json").write_text(text, encoding="utf-8")
    return conform_path(folder / "given", folder / "landing")


def parcel(number: int = 1, kind: int = 10, state: int = 45, cod: Any = 1000, **more: Any) -> dict[str, Any]:
    """A delivery as the courier tells it; dotted names of `more` go into its parts."""
    told: dict[str, Any] = {
        "_id": f"B{number}", "trackingNumber": str(700 + number), "type": {"code": kind}, "state": {"code": state},
        "cod": cod, "creationTimestamp": 1746136800000, "updatedAt": "2025-05-03T10:00:00.000Z",
        "receiver": {"phone": "+201000000001", "firstName": "Mona", "lastName": "-"},
    }  # fmt: skip
    for path, value in more.items():
        *way, last = path.split("__")
        part = told
        for step in way:
            part = part.setdefault(step, {})
        part[last] = value
    return told


def write_file(path: Path, **tables: list[dict[str, Any]]) -> Path:
    """An SQLite file with these tables; columns are those of their first row."""
    with closing(sqlite3.connect(path)) as database:
        for name, rows in tables.items():
            columns = list(rows[0])
            database.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            database.executemany(f"INSERT INTO {name} VALUES ({marks})", [tuple(row.values()) for row in rows])
        database.commit()
    return path
