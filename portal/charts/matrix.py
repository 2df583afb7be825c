"""A matrix of shares: cohorts by what became of them; cells that can still change are grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.charts.chart import MISSING, Chart, Column, Table, empty_chart
from portal.charts.theme import HEAT, layout, quiet_axis


@dataclass(frozen=True)
class Cell:
    """One share (0–1, None where there is nothing), how it came about in words, and whether it can still change."""

    share: float | None
    words: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Matrix:
    """Rows and columns of `cells`; `heading` is over the labels of the rows, `summary` one sentence about it all."""

    heading: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    summary: str


def matrix(shown: Matrix, empty: str) -> Chart:
    """The matrix as a heat map with its numbers in the cells; `empty` says what is missing when it has no row."""
    if not shown.rows or all(cell.share is None for row in shown.cells for cell in row):
        return empty_chart(empty)
    head = (Column(shown.heading, is_number=False), *(Column(column) for column in shown.columns))
    rows = [[label, *(_text(cell) for cell in row)] for label, row in zip(shown.rows, shown.cells, strict=True)]
    return Chart(fig_matrix(shown), shown.summary, Table(shown.heading, head, rows))


def fig_matrix(shown: Matrix) -> dict[str, Any]:
    """The figure of `matrix`: sequential blues, first row on top, open cells grey."""
    known = [cell.share for row in shown.cells for cell in row if cell.share is not None and not cell.is_open]
    high = max(known, default=0.0) or 1.0
    places, steps = list(range(len(shown.rows))), list(range(len(shown.columns)))
    over = [[cell.share if not cell.is_open else None for cell in row] for row in shown.cells]
    still = [[1 if cell.is_open and cell.share is not None else None for cell in row] for row in shown.cells]
    hover = [[f"<b>{label} · {column}</b><br>{cell.words or _text(cell)}{'<br>Can still change' * cell.is_open}"
              for column, cell in zip(shown.columns, row, strict=True)]
             for label, row in zip(shown.rows, shown.cells, strict=True)]  # fmt: skip
    shared = {"type": "heatmap", "x": steps, "y": places, "hovertext": hover, "hoverinfo": "text", "xgap": 2, "ygap": 2,
              "hoverongaps": False, "showscale": False}  # fmt: skip
    data = [
        {**shared, "z": over, "zmin": 0, "zmax": high, "colorscale": HEAT},
        {**shared, "z": still, "zmin": 0, "zmax": 1, "colorscale": [[0, "@sunken"], [1, "@grid"]]},
        *_texts(shown, high),
    ]
    return {
        "data": data,
        "layout": layout(
            hovermode="closest", margin={"l": 8, "r": 8, "t": 26, "b": 4, "pad": 4},
            xaxis=quiet_axis(tickmode="array", tickvals=steps, ticktext=list(shown.columns), side="top"),
            yaxis=quiet_axis(tickmode="array", tickvals=places, ticktext=list(shown.rows),
                             range=[len(places) - 0.5, -0.5]),
        ),
    }  # fmt: skip


def _texts(shown: Matrix, high: float) -> list[dict[str, Any]]:
    """The numbers, light on dark cells and dark on light ones."""
    dark: list[tuple[int, int, str]] = []
    light: list[tuple[int, int, str]] = []
    for place, row in enumerate(shown.cells):
        for step, cell in enumerate(row):
            if cell.share is not None:
                is_dark = not cell.is_open and cell.share > 0.55 * high
                (dark if is_dark else light).append((step, place, f"{cell.share * 100:.0f}%"))
    return [
        {"type": "scatter", "mode": "text", "x": [one[0] for one in some], "y": [one[1] for one in some],
         "text": [one[2] for one in some], "textfont": {"size": 12, "color": color}, "hoverinfo": "skip",
         "showlegend": False}
        for some, color in ((dark, "@on-heat"), (light, "@text")) if some
    ]  # fmt: skip


def _text(cell: Cell) -> str:
    if cell.share is None:
        return MISSING
    return f"{cell.share * 100:.1f}%{' (open)' if cell.is_open else ''}"
