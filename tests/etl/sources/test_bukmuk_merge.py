"""Merging leads gives what merging them one after the other, row by row, gives."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

import polars as pl

from etl.source import Origin
from etl.sources.bukmuk_merge import LEAD_FIELDS, merge_leads
from etl.sources.sheet import RAW

POINTS = {"phone": 3, "email": 2, "city": 1, "name": 1}
COUNTED = {"phone": "phone", "email": "email", "city": "city", "name": "customer"}
SHEETS = {1: "Contacts", 2: "Main leads", 3: "Walk-ins"}
RANKS = {1: 3, 2: 1, 3: 999}
TEXTS = ("phone", "email", "city", "customer", "lead_status", "note", "lead_id", RAW + "phone_number", RAW + "email")
SCHEMA = {**dict.fromkeys((*LEAD_FIELDS, "note", RAW + "phone_number", RAW + "email"), pl.String),
          "origin_key": pl.Int64, "source_row": pl.Int32}  # fmt: skip

Row = dict[str, Any]


def drawn(chance: random.Random) -> list[Row]:
    rows = []
    for place in range(chance.randint(0, 40)):
        row: Row = dict.fromkeys(SCHEMA)
        row |= {name: chance.choice([None, "", "a", "b", "c", "d"]) for name in TEXTS}
        row |= {name: chance.choice([None, "1", "2", "3", "4", "5"]) for name in ("phone", "email")}
        rows.append(row | {"origin_key": chance.choice([1, 2, 3]), "source_row": place})
    return rows


def merged(rows: list[Row]) -> list[Row]:
    """One row per key, plainly."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for number, row in enumerate(rows):
        groups[row["phone"] or row["email"] or number].append(row)
    return sorted(map(_united, groups.values()), key=lambda row: (row["origin_key"], row["source_row"]))


def _united(group: list[Row]) -> Row:
    def order(row: Row) -> tuple[int, ...]:
        complete = sum(POINTS[name] for name, column in COUNTED.items() if row[column] is not None)
        return -complete, RANKS[row["origin_key"]], row["origin_key"], row["source_row"]

    first, *others = group = sorted(group, key=order)
    told = {name: next((row[name] for row in group if row[name] is not None), None) for name in LEAD_FIELDS}
    notes = " | ".join(dict.fromkeys(row["note"] for row in group if row["note"] is not None)) or None
    by = "phone" if first["phone"] else "email" if first["email"] else None
    gone = [(row["origin_key"], row["source_row"], row["lead_id"], row["lead_status"], row[RAW + "phone_number"],
             row[RAW + "email"]) for row in others]  # fmt: skip
    place = {name: first[name] for name in ("origin_key", "source_row")}
    return {**told, "note": notes, **place, "matched_by": by, "merged": gone}


def test_as_row_by_row() -> None:
    origins = {key: Origin(key, "/a.xlsx", "a.xlsx", sheet, "") for key, sheet in SHEETS.items()}
    chance = random.Random(7)
    for _ in range(60):
        rows = drawn(chance)
        kept = merge_leads(pl.DataFrame(rows, schema=SCHEMA), origins, POINTS).to_dicts()
        found = [row | {"merged": [tuple(gone.values()) for gone in row["merged"]]} for row in kept]
        assert found == merged(rows)
