from __future__ import annotations

from decimal import Decimal as D

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.build.discounts import MONEY, allocate_discounts


def allocated(discount: D | None, *amounts: D, kinds: tuple[str, ...] = ()) -> list[D]:
    lines = pl.DataFrame(
        {"source": "s", "order_id": "1", "line_type": [*kinds] or ["sale"] * len(amounts), "net_own": [*amounts]},
        schema_overrides={"net_own": MONEY},
    )
    orders = pl.DataFrame({"source": ["s"], "order_id": ["1"], "discount_amount": [discount]},
                          schema_overrides={"discount_amount": MONEY})  # fmt: skip
    return allocate_discounts(lines, orders)["order_discount"].to_list()


def test_in_proportion_to_the_lines() -> None:
    assert allocated(D(10), D(60), D(40)) == [D(6), D(4)]


def test_the_remainder_goes_to_the_largest_line() -> None:
    assert allocated(D(10), D(1), D(1), D(1)) == [D("3.34"), D("3.33"), D("3.33")]
    assert allocated(D("0.01"), D(1), D(5), D(5)) == [D(0), D("0.01"), D(0)]


def test_returns_and_free_lines_bear_nothing() -> None:
    assert allocated(D(5), D(20), D(0), D(-10), kinds=("sale", "sale", "return")) == [D(5), D(0), D(0)]


def test_without_a_line_to_bear_it_nothing_is_allocated() -> None:
    assert allocated(D(5), D(-10), kinds=("return",)) == [D(0)]
    assert allocated(None, D(10)) == [D(0)]


AMOUNTS = st.lists(st.decimals(min_value="0.01", max_value=99999, places=2), min_size=1, max_size=12)


@settings(deadline=None)
@given(AMOUNTS, st.decimals(min_value="0.0001", max_value=50000, places=4))
def test_the_parts_add_up_exactly(amounts: list[D], discount: D) -> None:
    parts = allocated(discount, *amounts)
    assert sum(parts) == discount
    assert len(parts) == len(amounts)
