"""The calendar: ISO weeks, the tenant's weeks, fiscal year and 4-4-5 retail periods, public holidays."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from etl.build.shape import star_frame
from etl.source import TenantRules
from portal.warehouse.schema import dim_date

_LONGEST_YEARS = 200


def date_range(days: list[date | None]) -> tuple[date, date]:
    """First day of the first year and last day of the last year of the dates given.

    A span of more than 200 years is cut at the newest 200: such dates are wrong, and shown by a check.
    """
    known = [day for day in days if day is not None]
    first, last = min(known).year, max(known).year
    return date(max(first, last - _LONGEST_YEARS), 1, 1), date(last, 12, 31)


def build_calendar(first: date, last: date, rules: TenantRules) -> pl.DataFrame:
    """dim_date from `first` to `last`, both included."""
    month, week = rules.policies["fiscal_year_start_month"], rules.policies["week_start"]
    days = pl.DataFrame({"date": pl.date_range(first, last, "1d", eager=True)})
    day = pl.col("date")
    calendar = days.with_columns(
        day.dt.weekday().alias("weekday"), day.dt.strftime("%A").alias("weekday_name"),
        day.dt.week().alias("iso_week"), day.dt.iso_year().alias("iso_year"),
        day.dt.truncate("1mo").alias("month_start"), day.dt.truncate("1q").alias("quarter_start"),
        day.dt.truncate("1y").alias("year_start"), day.dt.weekday().is_in([6, 7]).alias("is_weekend"),
        (day - pl.duration(days=(day.dt.weekday().cast(pl.Int32) - week) % 7)).alias("week_start"),
        ((day.dt.month().cast(pl.Int32) - month) % 12 + 1).alias("fiscal_month"),
        (day.dt.year() + ((day.dt.month() >= month) & pl.lit(month > 1)).cast(pl.Int32)).alias("fiscal_year"),
    ).with_columns(((pl.col("fiscal_month") - 1) // 3 + 1).alias("fiscal_quarter"))  # fmt: skip
    retail = build_retail_weeks(first, last, month, week)
    complete = calendar.join(retail, on="week_start", how="left").join(
        build_holidays(first, last, rules.country), on="date", how="left"
    )
    return star_frame(dim_date, complete.sort("date"))


def build_holidays(first: date, last: date, country: str) -> pl.DataFrame:
    """Columns date, holiday_name, is_holiday: public holidays of an ISO 3166 country; none where it is not known."""
    import holidays  # a load that changes a few orders makes no calendar, and should not wait for it

    schema = {"date": pl.Date, "holiday_name": pl.String, "is_holiday": pl.Boolean}
    try:  # asking for the list of countries would import every one of them
        found = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    except NotImplementedError:
        return pl.DataFrame(schema=schema)
    return pl.DataFrame([(day, name, True) for day, name in sorted(found.items())], schema=schema, orient="row")


def build_retail_weeks(first: date, last: date, month: int, week: int) -> pl.DataFrame:
    """4-4-5 weeks: columns week_start, retail_year, retail_week (1 to 53), retail_period (1 to 12).

    A retail year begins on the week start nearest to the first day of the fiscal year and is named like it. Periods
    have 4, 4 and 5 weeks, four times; a 53rd week belongs to period 12.
    """
    rows = []
    for year in range(first.year - 1, last.year + 2):
        start, end = _retail_start(year, month, week), _retail_start(year + 1, month, week)
        for index in range((end - start).days // 7):
            quarter, within = divmod(min(index, 51), 13)
            period = quarter * 3 + min(within // 4, 2) + 1
            name = year + 1 if month > 1 else year
            rows.append((start + timedelta(weeks=index), name, index + 1, period))
    schema = {"week_start": pl.Date, "retail_year": pl.Int16, "retail_week": pl.Int16, "retail_period": pl.Int16}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _retail_start(year: int, month: int, week: int) -> date:
    start = date(year, month, 1)
    back = (start.isoweekday() - week) % 7
    return start - timedelta(days=back) if back <= 3 else start + timedelta(days=7 - back)
