"""Row keys: the same row, the same key, in every load, file and process."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from etl.row_key import content_hash, with_row_key


def rows(origin: int = 1, **columns: list[object]) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        pl.lit(origin, dtype=pl.Int64).alias("origin_key"), pl.int_range(2, pl.len() + 2).alias("source_row")
    )


def keys(frame: pl.DataFrame, natural_key: tuple[str, ...] = ()) -> list[str]:
    return with_row_key(frame, None, natural_key)["row_key"].to_list()


def test_a_natural_key_is_its_value() -> None:
    assert keys(rows(id=["A", "B"]), ("id",)) == ["A", "B"]


def test_parts_of_a_natural_key_cannot_run_into_each_other() -> None:
    assert keys(rows(one=["a|b", "a"], two=["c", "b|c"]), ("one", "two")) == ["a\\|b|c", "a|b\\|c"]


def test_a_row_without_its_natural_key_is_keyed_by_content() -> None:
    first, second, third = keys(rows(id=["A", None, None], x=["1", "2", "2"]), ("id",))
    assert first == "A"
    assert second.startswith("#")
    assert third == f"{second}-2"


def digest(*cells: str) -> str:
    """The documented sum: halves of the MD5 of every cell as little-endian numbers, added up modulo 2⁶⁴."""
    digests = [hashlib.md5(cell.encode()).digest() for cell in cells]
    halves = [sum(int.from_bytes(one[at : at + 8], "little") for one in digests) % 2**64 for at in (0, 8)]
    return "#" + b"".join(half.to_bytes(8, "little") for half in halves).hex()


def test_one_cell_alone_is_its_md5() -> None:
    assert keys(rows(x=["a"])) == ["#" + hashlib.md5(b"x\x1fa").hexdigest()]


def test_the_key_is_the_sum_that_is_documented() -> None:
    frame = rows(b=[Decimal("1.5000")], a=["é"], c=[None], d=[date(2026, 1, 2)], e=[datetime(1970, 1, 1, 0, 0, 1)])
    cells = ("a\x1fé", "b\x1f1.5000", "d\x1f2026-01-02", "e\x1f1000000")
    assert keys(frame) == [digest(*cells)]


def test_occurrences_are_counted_within_a_file() -> None:
    both = pl.concat([rows(1, x=["a", "b", "a"]), rows(2, x=["a"])])
    one, other, again, elsewhere = keys(both)
    assert again == f"{one}-2"
    assert elsewhere == one
    assert other != one


def test_a_new_empty_column_changes_no_key() -> None:
    assert keys(rows(x=["a"])) == keys(rows(x=["a"], y=[None]))


def test_the_order_of_columns_changes_no_key() -> None:
    assert keys(rows(x=["a"], y=["b"])) == keys(rows(y=["b"], x=["a"]))


def test_values_in_different_columns_differ() -> None:
    assert keys(rows(x=["a"], y=[None])) != keys(rows(x=[None], y=["a"]))


def test_lineage_is_no_content() -> None:
    late = rows(x=["a"]).with_columns(source_row=pl.lit(99))
    assert keys(late) == keys(rows(x=["a"]))


def test_only_the_named_columns_are_content() -> None:
    frame = rows(x=["a", "a"], y=["1", "2"])
    one, other = with_row_key(frame, ["x"], ())["row_key"].to_list()
    assert other == f"{one}-2"


def test_no_rows() -> None:
    assert keys(rows(x=["a"]).clear()) == []
    assert with_row_key(rows(x=["a"]).clear(), None, ("x",)).columns == ["x", "origin_key", "source_row", "row_key"]


def test_order_is_kept_over_many_batches() -> None:
    frame = pl.DataFrame({"x": pl.int_range(200_000, eager=True).cast(pl.String)})
    found = content_hash(frame, ["x"])
    assert f"#{found[199_999]}" == digest("x\x1f199999")


def test_a_row_that_says_nothing_has_a_key() -> None:
    assert keys(rows(x=[None, "a"]))[0] == f"#{'0' * 32}"
    assert keys(rows(x=[None])) == [f"#{'0' * 32}"]


def test_another_process_gives_the_same_keys() -> None:
    code = "from tests.etl.test_row_key import rows, keys; print(keys(rows(x=['a', 'a'], y=['é', 'é'])))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == str(keys(rows(x=["a", "a"], y=["é", "é"])))


def test_columns_of_few_and_of_many_values_are_digested_alike() -> None:
    few, many = ["a", None, "b", "a", "a", "b"], ["1", "2", None, "4", "5", "1"]
    named = (
        [[f"few\x1f{one}"] * (one is not None) for one in few],
        [[f"many\x1f{one}"] * (one is not None) for one in many],
    )
    expected = [digest(*left, *right) for left, right in zip(*named, strict=True)]
    assert [f"#{one}" for one in content_hash(rows(few=few, many=many), ["few", "many"])] == expected
