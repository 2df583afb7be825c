"""`portal forecast`: what is to be expected, with bounds and how good such forecasts were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.cli.answer import JSON
from portal.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from portal.analysis.forecast import Forecast, Plan

FREQUENCIES = ("hour", "day", "week", "month", "quarter", "year")
_HELP = """Forecast a tenant's sales, or series of a file.

A tenant's forecasts are those of the screen: of everything, or of each value of a dimension (--by), added up to
everything, with the holidays of its country and its own events. A file is CSV or Parquet, one row a series and step:
unique_id, ds (a date such as 2026-03-31, or a whole number), y (empty where it is not known, which is not zero).
low80 and high80 are the bounds in which four of five values are expected to lie, low95 and high95 those for nineteen
of twenty.

\b
Examples:
  portal forecast --tenant Acme --grain day --horizon 28
  portal forecast --tenant Acme --by category --grain week --horizon 13 --json
  portal forecast --file series.csv --frequency week --horizon 13
  portal forecast --file series.parquet --frequency month --horizon 6 --json
"""
_SPELLINGS = {
    spelling: name for name, spellings in {
        "hour": "h hourly", "day": "d daily", "week": "w weekly", "month": "m ms me monthly",
        "quarter": "q qs qe quarterly", "year": "y a ys ye yearly annual",
    }.items() for spelling in spellings.split()
}  # fmt: skip
_MEASURES = ("net_sales", "units", "orders")


class Step(click.Choice[str]):
    """A frequency, also as others write it: W, weekly, MS, quarterly."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name we use."""
        text = str(value).strip().lower()
        return super().convert(_SPELLINGS.get(text, text), param, ctx)


@click.command(help=_HELP)
@click.option("--tenant", default="", metavar="NAME", help="Whose sales.")
@click.option("--by", default="", metavar="DIM", help="Each value of a dimension: category, shop, product …")
@click.option(
    "--metric", type=click.Choice(_MEASURES), default="net_sales", show_default=True, help="What of a tenant."
)
@click.option(
    "--grain", type=click.Choice(("day", "week", "month")), help="Step of a tenant's forecast; week if not given."
)
@click.option("--file", "path", type=click.Path(path_type=Path), help="CSV or Parquet with unique_id, ds and y.")
@click.option(
    "--frequency", type=Step(FREQUENCIES), default="week", show_default=True, help="Step of ds; W and weekly do too."
)
@click.option("--horizon", type=int, default=13, show_default=True, help="Steps ahead.")
@click.option("--season", type=int, help="Steps of one cycle, 1 for none; the usual one of the frequency if not given.")
@JSON
def forecast(tenant: str, path: Path | None, as_json: bool, **options: Any) -> None:
    """Print forecasts as a table or as JSON."""
    from portal.analysis.forecast import Plan

    if bool(tenant) == (path is not None):
        raise InputError("Say what to forecast: either --tenant NAME or --file FILE.", field="file")
    if path is not None:
        click.echo(forecast_file(path, Plan(options["frequency"], options["horizon"], options["season"]), as_json))
        return
    asked = Plan(options["grain"] or "week", options["horizon"])
    click.echo(forecast_tenant(tenant, options["metric"], options["by"], asked, as_json))


def forecast_tenant(name: str, metric: str, by: str, asked: Plan, as_json: bool) -> str:
    """The answer for a tenant."""
    from portal.cli.context import open_context
    from portal.studies.forecast_parts import forecast_parts

    context = open_context()
    tenant = context.tenant_ref(name)
    warehouse = context.warehouses.open(context.viewer(tenant), tenant)
    made = forecast_parts(warehouse, metric, by, asked)
    return forecast_json(made) if as_json else forecast_table(made)


def forecast_file(path: Path, plan: Plan, as_json: bool) -> str:
    """The answer for the series of a file."""
    from portal.analysis.forecast import forecast as forecast_series
    from portal.cli.series_file import read_series

    series = read_series(path)
    try:
        made = forecast_series(series, plan)
    except InputError as error:
        raise InputError(f"{path.name}: {error}", field=error.field) from error
    return forecast_json(made) if as_json else forecast_table(made)


def forecast_json(made: Forecast) -> str:
    """One object: rows, scores (by series), steps (scores by series and step ahead)."""
    frames = {"rows": made.rows, "scores": made.scores, "steps": made.steps}
    return json.dumps({name: frame.to_dicts() for name, frame in frames.items()}, ensure_ascii=False, default=str)


def forecast_table(made: Forecast) -> str:
    """Aligned columns: the forecasts, then how good they were in back-tests."""
    rows = _aligned(made.rows, {name: _amount for name in made.rows.columns[3:-1]})
    rates = {name: _percent for name in made.scores.columns if name not in {"unique_id", "points", "mase"}}
    scores = _aligned(made.scores, {**rates, "mase": _amount})
    return f"{rows}\n\nBack-tests (the end of each series forecast from what came before it)\n{scores}"


def _aligned(frame: pl.DataFrame, formats: dict[str, Any]) -> str:
    columns = [[name, *(formats.get(name, _plain)(value) for value in frame[name])] for name in frame.columns]
    widths = [max(map(len, column)) for column in columns]
    is_text = [str(frame[name].dtype) == "String" for name in frame.columns]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(row, widths, is_text, strict=True)
        ).rstrip()
        for row in zip(*columns, strict=True)
    )


def _plain(value: Any) -> str:
    return "–" if value is None else str(value)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:,.1f}%"


def _amount(value: float | None) -> str:
    """Two decimals, or four digits of what is small."""
    if value is None:
        return "–"
    return f"{value:,.2f}" if value == 0 or 1 <= abs(value) < 1e15 else f"{value:.4g}"
