"""What is coming: forecasts as of the snapshot, and how well such forecasts would have done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, cast, func

from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import study_forecast, study_forecast_part

_ROW, _SERIES = study_forecast.c, study_forecast_part.c
_BASIS = "Made from whole days that are over, as of the snapshot; what it rests on and how well it does is on Forecast."


def _expected(measure: str, grain: str, steps: int = 0) -> ColumnElement[bool]:
    """Rows of products of one number, up to a number of steps ahead."""
    near = [_ROW.step <= steps] if steps else []
    return and_(_ROW.forecast_of == measure, _ROW.grain == grain, _ROW.cut == "product", *near)


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The sum of an estimate, as a number metrics can divide exactly."""
    return cast(func.sum(column), Numeric(38, 10))


def _score(column: ColumnElement[Any]) -> dict[str, Any]:
    """What metrics of the scorecard of net sales by day, all parts together, have in common."""
    return {
        "fact": study_forecast_part, "date_column": None, "is_additive": False, "adds_clients": False, "strength": "S",
        "where": and_(_SERIES.forecast_of == "net_sales", _SERIES.grain == "day", _SERIES.cut == "total"),
        "value": cast(func.max(column), Numeric(38, 10)),
    }  # fmt: skip


FORECAST_7 = Metric(
    name="forecast_sales_7", label="Net sales, next 7 days", unit=Unit.MONEY, date_column=None, strength="S",
    meaning=f"Net sales expected in the seven days to come. {_BASIS}",
    fact=study_forecast, value=_sum(_ROW.forecast_value), where=_expected("net_sales", "day", 7),
    formula="forecasts of the next 7 days, summed",
)  # fmt: skip
FORECAST_28 = Metric(
    name="forecast_sales_28", label="Net sales, next 28 days", unit=Unit.MONEY, date_column=None, strength="S",
    meaning=f"Net sales expected in the four weeks to come. {_BASIS}",
    fact=study_forecast, value=_sum(_ROW.forecast_value), where=_expected("net_sales", "day", 28),
    formula="forecasts of the next 28 days, summed",
)  # fmt: skip
FORECAST_UNITS_28 = Metric(
    name="forecast_units_28", label="Units, next 28 days", unit=Unit.QUANTITY, date_column=None, strength="S",
    meaning=f"Units expected to be sold in the four weeks to come, before returns. {_BASIS}",
    fact=study_forecast, value=_sum(_ROW.forecast_value), where=_expected("units", "day", 28),
    formula="forecasts of the next 28 days, summed",
)  # fmt: skip
FORECAST_LANDING = Metric(
    name="forecast_landing", label="Net sales of this month, expected", unit=Unit.MONEY, date_column=None, strength="S",
    meaning="Where the running month is expected to end: net sales of its days that are over, and the forecast of the "
    f"rest. {_BASIS}",
    fact=study_forecast, value=_sum(_ROW.forecast_value), where=_expected("net_sales", "landing"),
    formula="net sales so far + forecasts of the rest of the month",
)  # fmt: skip
FORECAST_ORDERS_28 = Metric(
    name="forecast_orders_28", label="Orders, next 28 days", unit=Unit.COUNT, date_column=None, strength="S",
    meaning=f"Orders expected in the four weeks to come. {_BASIS}",
    fact=study_forecast_part, value=_sum(_SERIES.near_value),
    where=and_(_SERIES.forecast_of == "orders", _SERIES.grain == "day", _SERIES.cut == "total"),
    formula="forecasts of the next 28 days, summed",
)  # fmt: skip
FORECAST_ERROR = Metric(
    name="forecast_error", label="Forecast error", unit=Unit.RATE, better=Better.DOWN,
    meaning="How far forecasts of daily net sales up to six weeks ahead were off in back-tests, as a share of what was "
    "sold (WAPE): the last weeks are hidden three times and forecast from what came before.",
    formula="Σ|sold − forecast| ÷ Σ|sold|", **_score(_SERIES.wape),
)  # fmt: skip
FORECAST_SKILL = Metric(
    name="forecast_skill", label="Better than last week", unit=Unit.RATE,
    meaning="How much smaller the error of forecasts of daily net sales is than that of repeating the last week "
    "(seasonal naive), in back-tests. At 0 or below the last week is repeated instead, and the screen says so.",
    formula="1 − error of the forecast ÷ error of repeating the last week", **_score(_SERIES.skill),
)  # fmt: skip
FORECAST_COVERAGE = Metric(
    name="forecast_coverage", label="Days within the 80 % band", unit=Unit.RATE, better=Better.NEITHER,
    meaning="Share of days in back-tests whose net sales lay within the band that should hold 80 % of them.",
    formula="days within the band ÷ days", **_score(_SERIES.coverage80),
)  # fmt: skip
FORECAST_PRICE = Ratio(
    name="forecast_price_28", label="Price per unit, next 28 days", unit=Unit.MONEY, top=FORECAST_28,
    bottom=FORECAST_UNITS_28, better=Better.NEITHER, strength="D",
    meaning="Expected net sales per expected unit of the four weeks to come.",
)  # fmt: skip

FORECASTS: tuple[Measure, ...] = (
    FORECAST_7, FORECAST_28, FORECAST_UNITS_28, FORECAST_LANDING, FORECAST_ORDERS_28, FORECAST_ERROR, FORECAST_SKILL,
    FORECAST_COVERAGE, FORECAST_PRICE,
)  # fmt: skip
