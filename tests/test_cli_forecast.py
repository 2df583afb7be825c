"""`portal forecast --file`: what is read, what is printed, what is refused and where."""

from __future__ import annotations

import json
from pathlib import Path

import click
import polars as pl
import pytest
from click.testing import CliRunner

from portal.cli import portal
from portal.cli.forecast import FREQUENCIES, Step
from portal.errors import InputError, PortalError, SourceError

HEAD = "unique_id,ds,y\n"
STEADY = HEAD + "".join(f"shop,2026-{month:02d}-01,5\n" for month in range(1, 13))


def call(*words: str) -> str:
    return CliRunner().invoke(portal, ("forecast", *words), catch_exceptions=False, standalone_mode=False).output


def written(folder: Path, text: str, name: str = "series.csv") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_json_has_rows_and_scores(tmp_path: Path) -> None:
    told = json.loads(call("--file", written(tmp_path, STEADY), "--frequency", "month", "--horizon", "2", "--json"))
    first = told["rows"][0]
    assert [row["ds"] for row in told["rows"]] == ["2027-01-01", "2027-02-01"]
    assert {first[name] for name in ("forecast", "low80", "high80", "low95", "high95")} == {5}
    assert [score["unique_id"] for score in told["scores"]] == ["shop"]


def test_people_get_a_table(tmp_path: Path) -> None:
    lines = call("--file", written(tmp_path, STEADY), "--frequency", "month", "--horizon", "1").splitlines()
    assert lines[0].split() == ["unique_id", "step", "ds", "forecast", "low80", "high80", "low95", "high95", "method"]
    assert lines[1].split()[:4] == ["shop", "1", "2027-01-01", "5.00"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffunique_id;ds;y\nA;1;2\nA;2;\nA;3;4\n", "ds\ty\tunique_id\tnote\n1\t2\tA\tx\n2\tNA\tA\t\n3\t4\tA\t\n",
        'unique_id,ds,y\r\n"A",1,2\r\nA,2,nan\r\nA,3,4\r\n',
    ],
)  # fmt: skip
def test_other_marks_orders_and_line_ends_are_read(tmp_path: Path, text: str) -> None:
    row = json.loads(call("--file", written(tmp_path, text), "--horizon", "1", "--json"))["rows"][0]
    assert (row["ds"], row["forecast"], row["method"]) == (4, 3, "mean")


def test_parquet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "series.parquet"
    pl.DataFrame({"unique_id": ["a"] * 3, "ds": [1, 2, 3], "y": [1.0, None, 3.0]}).write_parquet(path)
    assert json.loads(call("--file", str(path), "--horizon", "1", "--json"))["rows"][0]["forecast"] == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "A,2026-01-05,1\nA,2026-01-12,x\n", "series.csv, row 3, column y: expected a number such as 1234.5, "
         "or nothing where it is not known, found 'x'."),
        (HEAD + "A,2026-02-30,1\n", "series.csv, row 2, column ds: expected a date such as 2026-03-31 or a whole "
         "number, found '2026-02-30'."),
        (HEAD + "A,1,1\nA,2026-01-05,1\n", "row 3, column ds: expected a whole number, as in the first row"),
        (HEAD + "A,1,1\n,2,1\n", "row 3, column unique_id: expected the name of the series, found nothing."),
        (HEAD + "A,1,1\nA,1,2\n", "row 3, column ds: expected each step of a series once, found '1'."),
        ("id,ds,y\nA,1,1\n", "series.csv: column unique_id is not there; found id, ds, y."),
        ("", "series.csv: cannot be read as a table"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_by_row_and_column(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SourceError) as refused:
        call("--file", written(tmp_path, text))
    assert says in str(refused.value)


@pytest.mark.parametrize("name", ["series.csv", "series.parquet"])
def test_what_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)) * 9)
    with pytest.raises(PortalError, match=name):
        call("--file", str(tmp_path / name))


def test_two_days_of_a_week_are_told_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"series\.csv: Series 'A' has two values for the week of 2026-01-06"):
        call("--file", written(tmp_path, HEAD + "A,2026-01-05,1\nA,2026-01-06,1\n"))


def test_a_file_must_be_named_and_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Say what to forecast"):
        call()
    with pytest.raises(SourceError, match="there is no such file"):
        call("--file", str(tmp_path / "gone.csv"))


@pytest.mark.parametrize(("written", "meant"), [("W", "week"), ("weekly", "week"), ("MS", "month"), ("Day", "day")])
def test_frequencies_as_others_write_them(written: str, meant: str) -> None:
    assert Step(FREQUENCIES).convert(written, None, None) == meant


def test_a_frequency_nobody_knows_is_refused() -> None:
    with pytest.raises(click.BadParameter, match="fortnight"):
        Step(FREQUENCIES).convert("fortnight", None, None)
