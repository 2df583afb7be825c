"""The cards of Forecast: the month, how good forecasts are, what was said before, every part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import polars as pl
from dash import html
from sqlalchemy import select

from callbacks.desk import Desk
from callbacks.forecast_series import CUTS, Series, chosen, last_day_over, rows_of
from callbacks.linked_table import Cell, linked_table
from callbacks.words import bucket_end, change_of, exact_value
from layouts.forecast import BOARD
from layouts.parts import empty_state
from layouts.state import address_of
from layouts.upload import add_link
from portal.charts.chart import Axis, Chart, empty_chart, number
from portal.charts.trend import TrendWords, trend
from portal.forecasts import kept_forecasts
from portal.metrics import CATALOGUE
from portal.metrics.format import MISSING, format_day, format_part, format_value
from portal.metrics.model import Period, Query, Unit
from portal.metrics.query import run_many
from portal.warehouse.schema import study_forecast_part

METHODS = {
    "engine": "Forecast", "seasonal naive": "Last season again", "mean": "Mean of what is known",
    "none": "Too little known",
}  # fmt: skip
GRAINS = {"day": "by day", "week": "by week", "month": "by month"}
_SCORE = study_forecast_part.c
_SCORES = ("wape", "mase", "bias", "skill", "coverage80", "coverage95")
_LEAD = {"day": 7, "week": 1, "month": 1}
"""Steps before it began by which a bucket's forecast is held against what happened."""
_SHOWN, _WEEK = 40, 7
_DAY = timedelta(days=1)
_FEW = 12
NO_SERIES = (
    "Forecasts are kept of everything, and of each category, shop and product. Clear the other filters, or choose "
    "one category."
)
NOTHING = "Nothing can be forecast yet: load some weeks of sales."


def nothing(desk: Desk) -> Any:
    """What a card says when there is no forecast."""
    if not desk.tenants:
        return empty_state("No forecast yet", "Load orders to see what is coming.", add_link(desk.viewer))
    return empty_state("No forecast", NO_SERIES if chosen(desk) is None else NOTHING)


def score_frame(desk: Desk) -> pl.DataFrame:
    """The scorecard of the series shown: one row a number and grain, of the part chosen; empty for several clients."""
    series = chosen(desk)
    if series is None or len(desk.tenants) != 1:
        return pl.DataFrame()
    wanted = select(_SCORE.forecast_of, _SCORE.grain, _SCORE.forecast_method, _SCORE.points,
                    *(_SCORE[name] for name in _SCORES)).where(
        _SCORE.cut == series.cut, _SCORE.part == series.part, _SCORE.grain != "landing"
    )  # fmt: skip
    warehouse = desk.parts.warehouses.open(desk.viewer, desk.tenants[0])
    order = [pl.col(name).replace_strict({one: place for place, one in enumerate(known)}, default=9)
             for name, known in (("forecast_of", BOARD.trends), ("grain", GRAINS))]  # fmt: skip
    return warehouse.frame(wanted).sort(*order)


def score_body(desk: Desk) -> Any:
    """Back-tests of each number and grain of the series shown."""
    scores = score_frame(desk)
    if not scores.height:
        several = "Scores of several clients are not added up. Choose one client."
        return empty_state("No scores", several) if len(desk.tenants) > 1 else nothing(desk)
    head = [("Number", False), ("Error", True), ("Against naive", True), ("Too high or low", True), ("MASE", True),
            ("In the 80 % band", True), ("In the 95 % band", True), ("Compared", True), ("Shown", False)]  # fmt: skip
    rows: list[list[Cell]] = [
        [f"{CATALOGUE[row['forecast_of']].label} {GRAINS[row['grain']]}", _percent(row["wape"]), _skill(row["skill"]),
         _signed(row["bias"]), MISSING if row["mase"] is None else f"{row['mase']:.2f}", _percent(row["coverage80"]),
         _percent(row["coverage95"]), f"{row['points'] or 0:,}", METHODS[row["forecast_method"]]]
        for row in scores.iter_rows(named=True)
    ]  # fmt: skip
    note = (
        "Error: how far off on average, as a share of what came (WAPE). Against naive: how much smaller that is than "
        'the error of repeating the last season; at 0 or below that is what is shown ("Last season again"). MASE: the '
        "error as a multiple of the usual change from season to season. Compared: days, weeks or months in back-tests."
    )
    table = linked_table(head, rows, "How good forecasts are")
    return html.Div([table, html.P(note, className="caption")])


def steps_chart(desk: Desk) -> Chart:
    """The error of the series shown by how many steps ahead."""
    series = chosen(desk)
    rows = rows_of(desk, series) if series and desk.tenants else pl.DataFrame()
    if not rows.height or rows["step_wape"].null_count() == rows.height:
        return empty_chart("No back-test yet: the history is too short, or several clients are shown.")
    assert series is not None
    per = _WEEK if series.grain == "day" else 1
    unit = "week" if series.grain == "day" else series.grain
    told = rows.group_by((pl.col("step") - 1) // per + 1, maintain_order=True).agg(pl.col("step_wape").mean())
    points = pd.DataFrame({
        "label": [str(step) for step in told["step"]],
        "title": [f"{step} {unit}{'s' if step > 1 else ''} ahead" for step in told["step"]],
        "value": told["step_wape"].to_list(), "previous": float("nan"), "is_whole": True,
    })  # fmt: skip
    return trend(points, Axis("Error", Unit.RATE, ""), TrendWords(f"Error, by {unit}s ahead"))


def said_before(desk: Desk, series: Series) -> dict[date, float]:
    """What was forecast for a bucket a week (a step) before it began; only with one client."""
    if len(desk.tenants) != 1:
        return {}
    kept = _kept(desk, series)
    lead = _LEAD[series.grain]
    return dict(kept.filter(pl.col("step") == lead).select("forecast_date", "forecast_value").iter_rows())


def _kept(desk: Desk, series: Series) -> pl.DataFrame:
    folder = desk.parts.store.folder(desk.tenants[0].id)
    return kept_forecasts(folder, (series.measure, series.grain, series.cut, series.part))


def said_frame(desk: Desk, series: Series) -> pl.DataFrame:
    """Every forecast kept of which something is over, newest first: made_on, buckets, forecast_value, came, wape, held.

    Only days, weeks and months that are over count: of a running one too little has come.
    """
    kept, last = _kept(desk, series), last_day_over(desk)
    over = [last is not None and bucket_end(day, series.grain) <= last + _DAY for day in kept["forecast_date"]]
    known = kept.filter(pl.Series(over, dtype=pl.Boolean))
    if not known.height or last is None:
        return pl.DataFrame()
    start = known["forecast_date"].min()
    assert isinstance(start, date)
    question = Query((series.measure,), (series.grain,), Period(start, last + _DAY), series.filters)
    frame = run_many([question], desk.viewer, desk.tenants, desk.parts.warehouses, True)[0].frame
    came = pl.DataFrame({"forecast_date": [pd.Timestamp(day).date() for day in frame[series.grain]],
                         "came": pd.to_numeric(frame[series.measure]).astype(float).to_list()})  # fmt: skip
    known = known.join(came, on="forecast_date")
    held = pl.col("came").is_between(pl.col("low80"), pl.col("high80")).mean()
    off = (pl.col("forecast_value") - pl.col("came")).abs().sum() / pl.col("came").abs().sum()
    told = known.group_by("made_on").agg(
        pl.len().alias("buckets"), pl.col("forecast_value").sum(), pl.col("came").sum(), off.alias("wape"),
        held.alias("held"),
    )  # fmt: skip
    return told.sort("made_on", descending=True)


def said_body(desk: Desk) -> Any:
    """Past forecasts of the series shown against what happened."""
    series = chosen(desk)
    if series is None or not desk.tenants:
        return nothing(desk)
    if len(desk.tenants) > 1:
        return empty_state("One client at a time", "Choose one client to see what was said before.")
    if series.cut == "product":
        return empty_state("Not kept by product", "Forecasts are kept of everything, of each category and each shop.")
    told = said_frame(desk, series)
    if not told.height:
        text = "Each day's forecast is kept from now on. Once days it spoke of are over, they are compared here."
        return empty_state("Nothing to compare yet", text)
    head = [("Known up to", False), (f"{series.grain.capitalize()}s", True), ("Forecast", True), ("Came", True),
            ("Error", True), ("In the 80 % band", True)]  # fmt: skip
    rows: list[list[Cell]] = [
        [format_day(row["made_on"]), f"{row['buckets']:,}", exact_value(desk, series.measure, row["forecast_value"]),
         exact_value(desk, series.measure, row["came"]), _percent(row["wape"]), _percent(row["held"])]
        for row in told.head(_FEW).iter_rows(named=True)
    ]  # fmt: skip
    return linked_table(head, rows, "Forecasts kept")


def parts_body(desk: Desk) -> Any:
    """Categories, shops or products: what is expected of each, against what it sold."""
    cut, measure = BOARD.view(desk.state), BOARD.metric(desk.state)
    parts = parts_frame(desk, cut, measure)
    if not parts.height:
        return nothing(desk)
    head = [(CUTS[cut], False), ("Next 28 days", True), ("Last 28 days", True), ("Change", True), ("Error", True),
            ("Against naive", True), ("Shown", False)]  # fmt: skip
    everything = html.A("Everything", href=address_of(BOARD.path, desk.state.changed(focus="", category=[])))
    rows = [_part_row(desk, (cut, measure), row) for row in parts.head(_SHOWN).iter_rows(named=True)]
    more = f" {parts.height - _SHOWN:,} more are in the table below." if parts.height > _SHOWN else ""
    note: list[Any] = [everything, " is what its parts add up to." + more]
    return html.Div([linked_table(head, rows, "What is expected where"), html.P(note, className="caption")])


def _part_row(desk: Desk, of: tuple[str, str], row: Mapping[str, Any]) -> list[Cell]:
    cut, measure = of
    unit, better = CATALOGUE[measure].unit, CATALOGUE[measure].better
    change = change_of(row["near_value"], row["last_value"], unit, better)
    state = desk.state.changed(focus=f"{cut}={row['part']}", category=[])
    name = html.A(format_part(cut, row["part"]), href=address_of(BOARD.path, state))
    return [name, exact_value(desk, measure, number(row["near_value"])),
            exact_value(desk, measure, number(row["last_value"])), html.Span(change.text, className=change.look),
            _percent(row["wape"]), _skill(row["skill"]), METHODS[row["forecast_method"]]]  # fmt: skip


def parts_frame(desk: Desk, cut: str, measure: str) -> pl.DataFrame:
    """part, near_value (28 days), last_value (the 28 days before), wape, skill, forecast_method; largest first.

    Of products the scores are those by week. Empty for several clients, or a number that is not forecast by part.
    """
    if len(desk.tenants) != 1:
        return pl.DataFrame()
    warehouse = desk.parts.warehouses.open(desk.viewer, desk.tenants[0])
    wanted = select(_SCORE.part, _SCORE.grain, _SCORE.near_value, _SCORE.wape, _SCORE.skill, _SCORE.forecast_method,
                    _SCORE.first_date).where(_SCORE.forecast_of == measure, _SCORE.cut == cut)  # fmt: skip
    told = warehouse.frame(wanted)
    days = told.filter(pl.col("grain") == "day").select("part", "near_value", "first_date").group_by("part").agg(
        pl.col("near_value").sum(), pl.col("first_date").min()
    )  # fmt: skip
    if not days.height:
        return pl.DataFrame()
    by = "week" if cut == "product" else "day"
    scores = told.filter(pl.col("grain") == by).select("part", "wape", "skill", "forecast_method")
    start = days["first_date"][0]
    last = _sold(desk, (measure, cut), Period(start - timedelta(days=28), start))
    joined = days.join(scores, on="part", how="left").join(last, on="part", how="left")
    filled = joined.with_columns(pl.col("last_value").fill_null(0.0), pl.col("forecast_method").fill_null("none"))
    return filled.sort("near_value", "part", descending=[True, False])


def _sold(desk: Desk, of: tuple[str, str], period: Period) -> pl.DataFrame:
    measure, cut = of
    frame = run_many([Query((measure,), (cut,), period)], desk.viewer, desk.tenants, desk.parts.warehouses)[0].frame
    values = pd.to_numeric(frame[measure], errors="coerce").astype(float).to_list()
    parts = ["" if part is None else str(part) for part in frame[cut]]
    return pl.DataFrame({"part": parts, "last_value": values}, schema={"part": pl.String, "last_value": pl.Float64})


def _percent(value: float | None) -> str:
    return MISSING if value is None else format_value(value, Unit.RATE, "")


def _signed(value: float | None) -> str:
    if value is None:
        return MISSING
    return f"{format_value(abs(value), Unit.RATE, '')} too {'high' if value > 0 else 'low'}"


def _skill(value: float | None) -> Cell:
    """How much better than the naive, in colour and with a sign."""
    if value is None:
        return MISSING
    look = "chip chip-good" if value > 0 else "chip chip-bad"
    return html.Span(f"{'▲ +' if value > 0 else '▼ −'}{format_value(abs(value), Unit.RATE, '')}", className=look)
