"""Dates read by arithmetic are read as `etl.dates` reads them, or left to it."""

from __future__ import annotations

import random
from datetime import date, datetime

import polars as pl
import pytest

from etl.dates import ISO, DateRule, moments
from etl.iso_dates import iso_moments

ODD = (
    None, "", " 2026-01-01", "nan", "2026-02-30", "2024-02-29T00:00:00", "1900-01-01T00:00:00+05:30", "2101-01-01",
    "2100-12-31T23:59:59-05:00", "2026-13-10", "2026-01-32 10:00:00", "2026-03-29 02:30:00", "2026-10-25 02:30:00",
    "2026-10-25T01:30:00Z", "2026-01-01T24:00:00", "2026-01-01T10:00:60", "2026-01-01T10:00", "2026-01-01T10:00:00+05",
    "2026-01-01 10:00:00 +05:30", "2026-01-01T10:00:00.1234567Z", "03/02/2026", "٢٠٢٦-٠١-٠١", "2026-01-01t10:00:00",
)  # fmt: skip


def written(chance: random.Random) -> str | None:
    """A moment in one of many spellings, some of them wrong."""
    if chance.random() < 0.1:
        return chance.choice(ODD)
    year = chance.choice([1899, 1900, 1901, 1950, 1969, 2024, 2026, 2099, 2100])
    day = f"{year}-{chance.randint(1, 12):02d}-{chance.randint(1, 31):02d}"
    if chance.random() < 0.2:
        return day
    clock = f"{chance.randint(0, 24):02d}:{chance.randint(0, 60):02d}:{chance.randint(0, 60):02d}"
    fraction = "." + "".join(chance.choices("0123456789", k=chance.randint(1, 7))) if chance.random() < 0.3 else ""
    offset = chance.choice(["Z", "+05:30", "-08:00", "-00:30", "+13:45", "+14:00"]) if chance.random() < 0.5 else ""
    return day + chance.choice("T ") + clock + fraction + offset


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Europe/Berlin", "Africa/Cairo", "UTC"])
def test_what_is_read_is_read_as_by_the_dates(zone: str) -> None:
    chance = random.Random(zone)
    cells = pl.DataFrame({"cell": [written(chance) for _ in range(4000)]}, schema={"cell": pl.String})
    slowly = cells.select(moments(pl.col("cell"), DateRule((ISO,)), zone)).to_series()
    pairs = [(quick, slow) for quick, slow in zip(iso_moments(cells, "cell", zone), slowly, strict=True) if quick]
    assert len(pairs) > 1000
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


def test_day_and_hour_may_be_of_another_zone_than_the_file() -> None:
    chance = random.Random(7)
    cells = pl.DataFrame({"cell": [written(chance) for _ in range(4000)]}, schema={"cell": pl.String})
    slowly = cells.select(moments(pl.col("cell"), DateRule((ISO,)), "UTC", "Africa/Cairo")).to_series()
    found = zip(iso_moments(cells, "cell", "UTC", "Africa/Cairo"), slowly, strict=True)
    assert [pair for pair in found if pair[0] and pair[0] != pair[1]] == []


def test_usual_spellings_are_all_read() -> None:
    usual = ["2026-03-31", "2026-03-31 14:05:00", "2026-03-31T14:05:00.5+05:30", "2026-03-31T23:00:00Z", "31.03.2026"]
    read = iso_moments(pl.DataFrame({"cell": usual}), "cell", "Asia/Kolkata").to_list()
    assert [each and (each["day"], each["at"], each["hour"]) for each in read] == [
        (date(2026, 3, 31), None, None),
        (date(2026, 3, 31), datetime(2026, 3, 31, 8, 35), 14),
        (date(2026, 3, 31), datetime(2026, 3, 31, 8, 35, 0, 500_000), 14),
        (date(2026, 4, 1), datetime(2026, 3, 31, 23), 4),
        None,
    ]
