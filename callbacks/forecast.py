"""Forecast: what is coming, how sure that is, and whether the month will reach its target."""

from __future__ import annotations

from callbacks.board import Painter, Titled, register_board
from callbacks.desk import Desk
from callbacks.export_tables import Exports, facts_of
from callbacks.forecast_cards import (
    NO_SERIES,
    NOTHING,
    parts_body,
    said_before,
    said_body,
    score_body,
    score_frame,
    steps_chart,
)
from callbacks.forecast_series import BOUNDS, Series, chosen, points_of
from callbacks.forecast_target import pace_body, register_target
from callbacks.series import axis_of, marks_on
from layouts.forecast import BOARD
from portal.charts.chart import empty_chart
from portal.charts.fan import FanWords, fan
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE
from portal.metrics.model import Unit
from portal.wiring import Wiring

_BEFORE = {"day": "Forecast a week before", "week": "Forecast a week before", "month": "Forecast a month before"}


def ahead_chart(desk: Desk) -> Titled:
    """The past and the forecast of the series shown."""
    series = chosen(desk)
    label = CATALOGUE[BOARD.metric(desk.state)].label
    if series is None or not desk.tenants:
        return Titled((empty_chart(NO_SERIES if desk.tenants else NOTHING), label))
    said = said_before(desk, series)
    points = points_of(desk, series, said)
    if not points["forecast"].notna().any():
        return Titled((empty_chart(NOTHING), f"{label} of {series.name}"))
    before = _BEFORE[series.grain] if points["earlier"].notna().any() else ""
    words = FanWords(label, "Forecast", before, marks_on(desk, points, series.grain))
    return Titled((fan(points, axis_of(desk, series.measure), words), f"{label} of {series.name}"))


def ahead_table(desk: Desk) -> ExportTable:
    """Every step ahead of the series shown, with its bounds."""
    series = chosen(desk)
    points = points_of(desk, series, {}) if series and desk.tenants else None
    unit = CATALOGUE[BOARD.metric(desk.state)].unit
    names = ("From 80 %", "To 80 %", "From 95 %", "To 95 %")
    columns = (ExportColumn("First day"), ExportColumn("Happened", unit), ExportColumn("Forecast", unit),
               *(ExportColumn(name, unit) for name in names))  # fmt: skip
    told = [] if points is None else points.to_dict("records")
    rows = [[row[name] for name in ("bucket", "value", "forecast", *BOUNDS)] for row in told]
    return ExportTable(_title(desk, series), columns, rows, facts_of(desk))


def scores_table(desk: Desk) -> ExportTable:
    """The scorecard of the series shown."""
    scores = score_frame(desk)
    columns = (
        ExportColumn("Number"), ExportColumn("By"), ExportColumn("Shown"), ExportColumn("Compared", Unit.COUNT),
        ExportColumn("WAPE", Unit.RATE), ExportColumn("MASE", Unit.NUMBER), ExportColumn("Bias", Unit.RATE),
        ExportColumn("Skill against naive", Unit.RATE), ExportColumn("In the 80 % band", Unit.RATE),
        ExportColumn("In the 95 % band", Unit.RATE),
    )  # fmt: skip
    return ExportTable("How good forecasts are", columns, [list(row) for row in scores.iter_rows()], facts_of(desk))


def _title(desk: Desk, series: Series | None) -> str:
    label = CATALOGUE[BOARD.metric(desk.state)].label
    return f"Forecast of {label}, {series.name}" if series else f"Forecast of {label}"


EXPORTS: Exports = {"forecast/ahead": ahead_table, "forecast/scores": scores_table}

PAINTERS: dict[str, Painter] = {
    "ahead": ahead_chart, "pace": pace_body, "score": score_body, "steps": steps_chart, "said": said_body,
    "parts": parts_body,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
    register_target(app)
