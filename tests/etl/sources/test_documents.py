"""Rows of one document: cells filled down, first rows, numbered keys, formulas."""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.mapped.documents import filled_down, further_rows
from etl.mapping import parse_mapping
from portal.errors import InputError
from tests.etl.sources.test_table import load, raw

ORDERS = """
[[entity]]
name = "order"
files = ["*.csv"]
first_row_of = "No"
[entity.columns]
order_id = "No"
total_amount = "Total"
shipping_amount = { formula = "sum([Post] * [Qty] - [Off]) - sum([Paid])", optional = true }
"""
LINES = """
[[entity]]
name = "order_line"
files = ["*.csv"]
key = ["order_id", "#"]
[entity.fill_down]
by = "No"
columns = ["Day"]
[entity.columns]
order_id = "No"
order_date = "Day"
quantity = "Qty"
"""


def frame(*rows: tuple[str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"No": pl.String, "Day": pl.String}, orient="row").with_columns(
        pl.lit(1, pl.Int64).alias("origin_key")
    )


def test_a_blank_cell_takes_the_cell_above_of_its_own_document_only() -> None:
    rows = frame(("1", "a"), ("2", None), ("1", " "), (None, None), ("2", "b"), ("2", ""))
    assert filled_down(rows, "No", ["Day"])["Day"].to_list() == ["a", None, "a", None, "b", "b"]


def test_a_file_does_not_fill_another() -> None:
    rows = frame(("1", "a"), ("1", None)).with_columns(pl.Series("origin_key", [1, 2]))
    assert filled_down(rows, "No", ["Day"])["Day"].to_list() == ["a", None]


def test_further_rows_are_all_but_the_first_of_a_document() -> None:
    assert further_rows(frame(("1", ""), ("2", ""), ("1", ""), (None, ""), (None, "")), "No").to_list() == [
        False, False, True, False, False,
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["1", "2", None]), st.sampled_from(["a", "b", None])), max_size=12))
def test_filling_down_is_what_a_person_would_do(rows: list[tuple[str | None, str | None]]) -> None:
    seen: dict[str, str | None] = {}
    expected = []
    for number, day in rows:
        if number is not None:
            day = seen[number] = day or seen.get(number)  # noqa: PLW2901
        expected.append(day)
    assert filled_down(frame(*rows), "No", ["Day"])["Day"].to_list() == expected


def test_a_total_that_every_line_repeats_counts_once() -> None:
    found = load(ORDERS, raw("a.csv", {"No": "1", "Total": "9"}, {"No": "1", "Total": "9"}, {"No": "2", "Total": "5"}))
    assert found.tables["order"]["total_amount"].to_list() == [9, 5]
    assert found.rejects["rule"].to_list() == ["further row of the same document"]


def order(**cells: str | None) -> dict[str, str | None]:
    return {"No": "1", "Total": "9", "Post": "2", "Qty": "3", "Off": None, "Paid": None, **cells}


def test_a_formula_adds_up_over_the_document() -> None:
    found = load(ORDERS, raw("a.csv", order(Paid="1"), order(Off="0.50"), order(No="2", Paid="2")))
    assert found.tables["order"]["shipping_amount"].to_list() == [Decimal("10.5"), Decimal(4)]


def test_a_missing_sum_leaves_the_formula_without_a_value() -> None:
    assert load(ORDERS, raw("a.csv", order())).tables["order"]["shipping_amount"].to_list() == [None]


def test_a_cell_of_a_formula_that_is_no_amount_rejects_its_row() -> None:
    found = load(ORDERS, raw("a.csv", order(Post="free")))
    assert found.rejects.select("rule", "column", "value").rows() == [("amount not readable", "Post", "free")]


def test_a_numbered_key_counts_refused_rows_too() -> None:
    rows = [{"No": "1", "Day": "2026-02-03", "Qty": "x"}, {"No": "1", "Day": None, "Qty": "2"}]
    found = load(LINES, raw("a.csv", *rows)).tables["order_line"]
    assert found.select("row_key", "order_date").rows() == [("1|2", found["order_date"][0])]


def test_filled_cells_stay_within_their_file_when_files_are_read_together() -> None:
    one = raw("a.csv", {"No": "1", "Day": "2026-02-03", "Qty": "1"})
    other = raw("b.csv", {"No": "1", "Day": None, "Qty": "2"}, key=2)
    assert load(LINES, one, other).tables["order_line"]["order_date"].null_count() == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('first_row_of = "No"\n', "", "shipping_amount adds up over a document: say which with first_row_of"),
        ("[Post] *", "Post *", "'Post * [Qty] - [Off]) - sum([Paid])' is not understood"),
        ("- sum([Paid])", "-", "it ends too early"),
        ("- [Off])", "- [Off]", "a bracket is not closed"),
        ("sum([Post]", "* sum([Post]", "'*' stands in the wrong place"),
        ("sum([Paid])", "sum([Paid]))", "')' is too much"),
    ],
)
def test_what_is_wrong_with_a_formula_is_said(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        parse_mapping(ORDERS.replace(old, new), "shop.toml")


def test_only_amounts_are_computed_and_only_used_cells_filled() -> None:
    with pytest.raises(InputError, match="only amounts and quantities can be computed"):
        parse_mapping(ORDERS.replace("shipping_amount", "city"), "shop.toml")
    with pytest.raises(InputError, match=r"fill_down fills 'Dya', which no column uses. Did you mean Day"):
        parse_mapping(LINES.replace('["Day"]', '["Dya"]'), "shop.toml")
