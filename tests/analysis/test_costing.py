"""Weighted average cost beside FIFO: the canon's example."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from etl.build.average_cost import Move as CostMove
from etl.build.average_cost import average_costs
from portal.analysis.costing import costing
from portal.analysis.layers import fifo
from tests.analysis.fifo_by_hand import Move, frame


def costed(*told: Move) -> pl.DataFrame:
    """The movements with the cost the ETL gives them."""
    moves = [CostMove(Decimal(m.quantity), None if m.unit_cost is None else Decimal(m.unit_cost)) for m in told]
    amounts = [one.cost_amount for one in average_costs(moves)]
    return frame(list(told)).with_columns(pl.Series("cost_amount", amounts, dtype=pl.Decimal(18, 4)))


def both(*told: Move) -> tuple[object, ...]:
    movements = costed(*told)
    return costing(movements, fifo(movements)).row(0)[2:]


def test_ten_at_100_ten_at_120_fifteen_sold() -> None:
    told = (Move(1, 1, 0, "receipt", 10, 100), Move(1, 1, 1, "receipt", 10, 120), Move(1, 1, 2, "sale", -15))
    assert both(*told) == (1650, 1600, 550, 600)


def test_everything_sold_costs_the_same_either_way() -> None:
    told = (Move(1, 1, 0, "receipt", 2, 3), Move(1, 1, 1, "receipt", 2, 5), Move(1, 1, 2, "sale", -4))
    assert both(*told) == (16, 16, 0, 0)


def test_without_any_cost_nothing_is_known() -> None:
    assert both(Move(1, 1, 0, "receipt", 2), Move(1, 1, 1, "sale", -1)) == (None, None, None, None)
