"""What is counted over all rows, brought up to date by what a small load changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import duckdb
import polars as pl

from etl.build.calendar import build_calendar, date_range
from etl.build.days import BUSINESS_DATES, CALENDAR_DATES
from etl.build.dimensions import build_origins
from etl.build.prepare import Effect
from etl.build.shape import star_frame
from etl.build.star import Star
from etl.partial.closure import NotLocalError
from etl.partial.sides import Sides
from etl.source import TenantRules
from etl.tieout import Totals, build_row_account, source_totals
from etl.tieout_effects import ELSEWHERE, build_effects
from portal.warehouse.schema import row_account

_PLACE = ("origin_key", "staging_table", "outcome", "rule")
_ELSEWHERE = """
    select source, -count(*) from dim_product where product_key <> 0
    and (source, product_id) not in (select (source, product_id) from product_rows) group by source
"""


def account_after(file: duckdb.DuckDBPyConnection, old: Star, new: Star) -> pl.DataFrame:
    """row_account: the counts there were, less those of the old rows, plus those of the new ones."""
    there = file.execute("select * from row_account").pl()
    parts = [(there, 1), (build_row_account(old), -1), (build_row_account(new), 1)]
    every = pl.concat(
        frame.select(*_PLACE, (pl.col("row_count").cast(pl.Int64) * sign).alias("row_count")) for frame, sign in parts
    )
    summed = every.group_by(_PLACE).agg(pl.col("row_count").sum()).filter(pl.col("row_count") != 0)
    return star_frame(row_account, summed.sort(_PLACE))


def sources_after(file: duckdb.DuckDBPyConnection, old: Star, new: Star) -> Totals:
    """The source side of every control total."""
    there = file.execute("select source, staging_table, measure, source_value from tie_out").fetchall()
    totals: Totals = {(source, table, measure): Decimal(value) for source, table, measure, value in there}
    for star, sign in ((old, -1), (new, 1)):
        for place, value in source_totals(star).items():
            totals[place] = totals.get(place, Decimal(0)) + sign * value
    return totals


def effects_after(file: duckdb.DuckDBPyConnection, old: Star, new: Star) -> list[Effect]:
    """Every named rule between source and warehouse; products known from elsewhere are counted in the file."""
    there = file.execute("select source, staging_table, measure, rule, amount from tie_effect").fetchall()
    amounts = {(source, table, measure, rule): Decimal(amount) for source, table, measure, rule, amount in there}
    for star, sign in ((old, -1), (new, 1)):
        for effect in build_effects(star):
            place = (effect.source, effect.staging_table, effect.measure, effect.rule)
            amounts[place] = amounts.get(place, Decimal(0)) + sign * effect.amount
    amounts = {place: amount for place, amount in amounts.items() if place[3] != ELSEWHERE}
    file.register("product_rows", new.live.tables["product"].select("source", "product_id").to_arrow())
    for source, count in file.execute(_ELSEWHERE).fetchall():
        amounts[source, "product", "rows", ELSEWHERE] = Decimal(count)
    file.unregister("product_rows")
    return [Effect(*place, amount) for place, amount in amounts.items() if amount]


def origins_after(file: duckdb.DuckDBPyConnection, sides: Sides) -> pl.DataFrame:
    """dim_origin without the files that went, with those that came."""
    there = file.execute("select * from dim_origin where origin_key <> 0").pl()
    stay = there.filter(~pl.col("origin_key").is_in(sorted(sides.gone)))
    every = pl.concat([stay, sides.new.origins.select(stay.columns).cast(stay.schema)])
    return build_origins(every.sort("origin_key"))


def as_of_after(file: duckdb.DuckDBPyConnection, old: Star, new: Star, today: date) -> date | None:
    """Latest business date that is not in the future, of the snapshot at `file` with the new rows for the old ones.

    Raises:
        NotLocalError: it was that of an old row, and the new rows end before it.
    """
    days = [_one(file, f"select max({column}) from {table} where {column} <= ?", today)  # noqa: S608 - our own names
            for table, column in BUSINESS_DATES]  # fmt: skip
    there = max((day for day in days if day is not None), default=None)
    if there is not None and there == old.as_of and (new.as_of is None or new.as_of < there):
        raise NotLocalError("the newest rows are gone")
    return max((day for day in (there, new.as_of) if day is not None), default=None)


def latest_order(file: duckdb.DuckDBPyConnection, today: date) -> date:
    """The day that counts of stock carry."""
    return _one(file, "select max(order_date) from fact_order_line where order_date <= ?", today) or today


def calendar_after(file: duckdb.DuckDBPyConnection, rules: TenantRules, today: date) -> pl.DataFrame | None:
    """dim_date where the years have changed, else None."""
    first, last = date_range([*_ends(file, CALENDAR_DATES), today])
    there = file.execute("select min(date), max(date) from dim_date").fetchone()
    return None if there == (first, last) else build_calendar(first, last, rules)


def _ends(file: duckdb.DuckDBPyConnection, columns: Iterable[tuple[str, str]]) -> list[date | None]:
    found: list[date | None] = []
    for table, column in columns:
        found += file.execute(f"select min({column}), max({column}) from {table}").fetchone() or ()  # noqa: S608
    return found


def _one(file: duckdb.DuckDBPyConnection, query: str, today: date) -> date | None:
    row = file.execute(query, [today]).fetchone()
    return row[0] if row else None
