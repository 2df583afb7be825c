"""Every board: what it declares exists, and it paints with data, without data, under filters and for every choice."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from plotly.io.json import to_json_plotly  # type: ignore[attr-defined]

import callbacks
from callbacks.board import above, below
from callbacks.breakdowns import breakdown_of
from callbacks.desk import Desk
from callbacks.grid import TableOf, grid_columns, grid_options, rows_of_request
from layouts.board import Board
from portal.errors import QualityError
from portal.metrics import CATALOGUE, DIMENSIONS
from tests.callbacks.conftest import QUARTER

Make = Callable[..., Desk]


def _boards() -> dict[str, Any]:
    modules = [importlib.import_module(f"callbacks.{each.name}") for each in pkgutil.iter_modules(callbacks.__path__)]
    return {module.BOARD.name: module for module in modules if hasattr(module, "PAINTERS")}


BOARDS = _boards()
each_board = pytest.mark.parametrize("name", sorted(BOARDS))


def painted(desk: Desk, name: str) -> dict[str, Any]:
    module = BOARDS[name]
    both = {**above(desk, module.BOARD, module.PAINTERS), "below": below(desk, module.BOARD, module.PAINTERS)}
    found: dict[str, Any] = orjson.loads(to_json_plotly(both))  # type: ignore[no-untyped-call]
    return found


@each_board
def test_what_a_board_names_exists(name: str) -> None:
    board: Board = BOARDS[name].BOARD
    assert {*board.kpis, *board.trends, *board.columns} <= {*CATALOGUE}
    assert {*board.breakdowns, *board.first_by} <= {*DIMENSIONS}
    ahead = [board.ahead.name] if board.ahead else []
    assert {*ahead, *(card.name for card in board.cards)} == {*BOARDS[name].PAINTERS}
    assert len(board.kpis) == 6


@each_board
def test_a_board_paints(desk: Make, name: str) -> None:
    screen = painted(desk(**QUARTER), name)
    assert {*screen["kpis"]} == {*BOARDS[name].BOARD.kpis}
    assert "NaN" not in str(screen)


@each_board
def test_an_empty_tenant_is_told_what_to_do(desk: Make, name: str) -> None:
    screen = painted(desk(tenants=()), name)
    assert screen["trend"]["empty"]
    assert {leaves["value"] for leaves in screen["kpis"].values()} == {"–"}


@each_board
def test_a_filter_nobody_has_values_for_breaks_nothing(desk: Make, name: str) -> None:
    assert painted(desk(**QUARTER, channel=["Nowhere"], category=["None"]), name)["kpis"]


@each_board
def test_every_choice_paints(desk: Make, name: str) -> None:
    board: Board = BOARDS[name].BOARD
    views = [view for card in board.cards for view in card.views] or [""]
    for metric in board.trends:
        assert painted(desk(**QUARTER, metric=metric), name)["trend_title"].startswith(CATALOGUE[metric].label)
    for view in views:
        assert painted(desk(**QUARTER, view=view, compare="none"), name)["below"]


@each_board
def test_the_table_of_a_board(desk: Make, name: str) -> None:
    board: Board = BOARDS[name].BOARD
    for by in board.breakdowns:
        here = desk(**QUARTER, by=by)
        table = TableOf(breakdown_of(here, board), board.columns)
        assert grid_columns(here, table)[0]["headerName"] == DIMENSIONS[by].label
        assert rows_of_request(here, table, {})["rowCount"] >= 0
        assert "pinnedBottomRowData" in grid_options(here, table)


def test_what_cannot_be_told_stands_on_its_card_alone(desk: Make) -> None:
    def fail(_desk: Desk) -> Any:
        raise QualityError("Built by an older version.")

    module = BOARDS["sales"]
    painters = {**module.PAINTERS, "pareto": fail}
    cards = below(desk(**QUARTER), module.BOARD, painters)["cards"]
    assert cards["pareto"]["content"]["empty"] == "Built by an older version."
    assert not cards["heat"]["content"]["empty"]
