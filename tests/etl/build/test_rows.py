from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from etl.build.orders import build_orders
from etl.build.rows import has_no_twins, in_order
from tests.etl.frames import rules, sourced

DAYS = st.none() | st.sampled_from([date(2026, 1, 1), date(2026, 1, 2)])
TEXTS = st.none() | st.sampled_from(["", "#4222", "#42225678901", "#42225678902", "#4222567890é", "#422256789\0"])
SOURCES = st.sampled_from(["imiq", "table"])
MONEY = pl.Decimal(18, 4)
TOLD = ("order_id", "order_date", "order_key", "total_amount", "tax_amount", "document_type", "line_rows")
SCHEMA = {"day": pl.Date, "source": pl.String, "text": pl.String}


@given(st.lists(st.tuples(DAYS, SOURCES, TEXTS), max_size=12))
def test_rows_are_ordered_by_numbers_then_whole_texts(rows: list[tuple[date | None, str, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row").with_row_index("place")
    expected = sorted(
        enumerate(rows),
        key=lambda each: [(cell is None, cell.encode() if isinstance(cell, str) else cell or 0) for cell in each[1]],
    )
    assert in_order(frame, *SCHEMA)["place"].to_list() == [place for place, _ in expected]


def test_rows_without_a_text_come_first_where_nulls_do() -> None:
    frame = pl.DataFrame({"text": ["b", None, "a"]})
    assert in_order(frame, "text", nulls_last=False)["text"].to_list() == [None, "a", "b"]
    assert in_order(frame, "text")["text"].to_list() == ["a", "b", None]


def test_rows_differ_when_one_of_the_columns_does() -> None:
    rows = pl.DataFrame({"source": ["a", "b", "a"], "order_id": ["1", "1", None]})
    assert has_no_twins(rows, ["source", "order_id"])
    assert not has_no_twins(rows, ["source"])
    assert not has_no_twins(pl.concat([rows, rows[2]]), ["source", "order_id"])


def lines(*orders: str) -> pl.DataFrame:
    """Lines of 10 each, the second not booked, tax told by the first alone."""
    plain = sourced("order_line", [{"order_id": order, "order_date": date(2026, 1, 5 - place)}
                                   for place, order in enumerate(orders)])  # fmt: skip
    number = pl.int_range(pl.len())
    return plain.with_columns(
        pl.lit("GBP").alias("source_currency"), pl.lit(1).cast(pl.Decimal(18, 8)).alias("fx_rate"),
        pl.lit("sale").alias("line_type"), (number != 1).alias("is_booked"), pl.lit(10).cast(MONEY).alias("net_own"),
        number.cast(MONEY).alias("order_discount"), pl.when(number == 0).then(2).cast(MONEY).alias("tax_amount"),
    )  # fmt: skip


def test_lines_that_are_one_order_each_give_what_grouping_them_gives() -> None:
    orders = sourced("order", []).with_columns(
        pl.lit(None, MONEY).alias("source_total_amount"), pl.lit(None, pl.String).alias("source_currency"),
        pl.lit(None, pl.Decimal(18, 8)).alias("fx_rate"),
    )  # fmt: skip
    single = build_orders(orders, lines("c", "b", "a"), rules())
    assert single.select(TOLD).rows() == [
        ("a", date(2026, 1, 3), 1, 8, None, "order", [2]),
        ("b", date(2026, 1, 4), 2, 9, None, "order", [1]),
        ("c", date(2026, 1, 5), 3, 12, 2, "order", [0]),
    ]
    grouped = build_orders(orders, lines("c", "b", "a", "a"), rules())
    assert grouped.select(single.columns)[1:].equals(single[1:])
    assert grouped.select(TOLD).row(0) == ("a", date(2026, 1, 3), 1, 15, None, "order", [2, 3])
