"""The study of what is coming: forecasts of sales with their bounds, and how well such forecasts would have done."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import code, day, key, primary_key, small, whole
from portal.warehouse.schema.sales import fact_order_line
from portal.warehouse.schema.studies import share, studies

study_forecast = Table(
    "study_forecast", studies,
    primary_key("forecast_key"), code("forecast_of"), code("grain"), code("cut"), code("part"), key("product_key"),
    day("forecast_date"), small("step"), share("forecast_value"), share("low80"), share("high80"), share("low95"),
    share("high95"), code("forecast_method"), whole("points"), share("wape"), share("mase"), share("bias"),
    share("skill"), share("coverage80"), share("coverage95"), share("step_wape"), share("step_coverage80"),
    comment="Grain: one day, week or month to come (forecast_date is its first day) of one number (forecast_of: the "
    "name of a metric) for one part of one cut (total, or a dimension; part is its value, '' when not recorded). "
    "Parts of a cut add up to the total. Money in the reporting currency. Bounds hold the value with a chance of 80 "
    "and 95 %, null where too little is known. forecast_method: engine, seasonal naive, mean. Grain landing: the "
    "running month, sales so far and the forecast of its rest. Cut product by day or landing: its share of what its "
    "category is expected to sell, without bounds. Scores are of the whole series, the same on all its rows: rolling "
    "back-tests against what happened (wape, mase, bias, coverage), skill 1 − error ÷ error of repeating the last "
    "season; step_… of forecasts as far ahead as the row. points: values of the past used.",
    info={"from": fact_order_line},
)  # fmt: skip

study_forecast_part = Table(
    "study_forecast_part", studies,
    primary_key("part_key"), code("forecast_of"), code("grain"), code("cut"), code("part"), day("first_date"),
    share("near_value"), share("far_value"), code("forecast_method"), whole("points"), share("wape"), share("mase"),
    share("bias"), share("skill"), share("coverage80"), share("coverage95"),
    comment="Grain: one series of study_forecast: near_value the sum of its next 28 steps (or all), far_value of all; "
    "its scores as there.",
    info={"from": fact_order_line},
)  # fmt: skip

study_price_change = Table(
    "study_price_change", studies,
    primary_key("change_key"), key("product_key"), day("change_date"), share("old_price"), share("new_price"),
    share("sales_share"),
    comment="Grain: one change of the list price of one product (before discounts, in the reporting currency), told "
    "from what it was sold for: change_date is the first day of sales with the new price, which then held for three "
    "days of sales. The 500 products sold for the most in two years; sales_share: their share of net "
    "sales.",
    info={"from": fact_order_line},
)  # fmt: skip
