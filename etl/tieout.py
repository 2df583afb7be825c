"""Control totals: what the source rows add up to, what the warehouse holds, and the named rules in between.

For every measure: source value = warehouse value + explained value, exactly. The warehouse value is measured in the
finished file; the source value is summed over conformed rows before anything else is done to them. Row counts start
from the rows read; amounts of rejected rows are not known and not part of either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import duckdb
import polars as pl

from etl.build.prepare import Effect
from etl.build.shape import star_frame, star_schema
from etl.build.star import Star
from etl.staging import STAGING
from portal.warehouse.schema import row_account, tie_effect, tie_out

_BY_ORIGIN = "from {0} join dim_origin using (origin_key) group by source"
_BY_SOURCE = "from {0} group by source"
_COUNT = "count(*)"


def _sums_of(*columns: str) -> dict[str, str]:
    return {column: f"sum({column})" for column in columns}


_MEASURED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("order", _BY_SOURCE.format("fact_order"), {"rows": _COUNT, "total_amount": "sum(total_amount)"}),
    ("order_line", _BY_SOURCE.format("fact_order_line"),
     {"rows": _COUNT, "quantity": "sum(quantity)", "line_amount": "sum(net_amount)"}),
    ("product", "from dim_product where product_key <> 0 group by source", {"rows": _COUNT}),
    ("product", _BY_SOURCE.format("fact_stock_level"), {"on_hand_quantity": "sum(on_hand_quantity)"}),
    ("stock_movement", _BY_SOURCE.format("fact_stock_movement"), {"rows": _COUNT, "quantity": "sum(quantity)"}),
    ("shipment", _BY_SOURCE.format("fact_shipment"),
     {"rows": _COUNT, "quantity": "sum(quantity)", "shipment_amount": "sum(shipment_amount)",
      "cod_amount": "sum(cod_amount)", "fee_amount": "sum(fee_amount)"}),
    ("courier_payment", _BY_SOURCE.format("fact_courier_payment"),
     {"rows": _COUNT, **_sums_of("collected_amount", "fee_amount", "paid_amount")}),
    ("lead", _BY_ORIGIN.format("fact_lead"), {"rows": _COUNT}),
    ("staff_day", _BY_ORIGIN.format("fact_staff_day"),
     {"rows": _COUNT, "leads": "sum(leads)", "reported_orders": "sum(reported_orders)"}),
    ("expense", _BY_ORIGIN.format("fact_expense"), {"rows": _COUNT, "expense_amount": "sum(expense_amount)"}),
    ("campaign", _BY_ORIGIN.format("fact_campaign_day"),
     {"rows": _COUNT, "spend_amount": "sum(spend_amount)", "revenue_amount": "sum(revenue_amount)"}),
    ("customer", _BY_SOURCE.format("customer_identity"), {"rows": "sum(file_rows)"}),
    ("employee", "from dim_employee where is_listed group by source", {"rows": _COUNT}),
    ("fx_rate", _BY_SOURCE.format("fx_rate"), {"rows": _COUNT}),
    ("shipment_event", _BY_ORIGIN.format("fact_shipment_event"), {"rows": _COUNT}),
    ("return_line", "from fact_return where is_recorded group by source",
     {"rows": _COUNT, **_sums_of("quantity", "refund_amount")}),
    ("service_case", _BY_SOURCE.format("fact_service_case"), {"rows": _COUNT, **_sums_of("cost_amount")}),
    ("service_event", _BY_ORIGIN.format("fact_service_event"), {"rows": _COUNT}),
    ("loyalty_entry", _BY_ORIGIN.format("fact_loyalty"), {"rows": _COUNT, **_sums_of("points")}),
    ("referral", _BY_ORIGIN.format("fact_referral"), {"rows": _COUNT}),
    ("review", _BY_ORIGIN.format("fact_review"), {"rows": _COUNT}),
    ("session", _BY_ORIGIN.format("fact_session"), {"rows": _COUNT}),
    ("coupon_use", _BY_ORIGIN.format("fact_coupon"), {"rows": _COUNT, **_sums_of("coupon_amount")}),
    ("payroll", _BY_ORIGIN.format("fact_payroll"), {"rows": _COUNT, **_sums_of("net_amount")}),
    ("journal_line", _BY_ORIGIN.format("fact_journal_line"),
     {"rows": _COUNT, **_sums_of("debit_amount", "credit_amount")}),
    ("lead_event", _BY_ORIGIN.format("fact_lead_event"), {"rows": _COUNT}),
    ("shop", "from dim_shop where source <> '' group by source", {"rows": _COUNT}),
    ("setting", _BY_SOURCE.format("source_setting"), {"rows": _COUNT}),
)  # fmt: skip
"""Staging table, where its rows are in the warehouse, and how each measure is taken there."""

TIED = {(table, measure) for table, _, measures in _MEASURED for measure in measures}

Totals = dict[tuple[str, str, str], Decimal]
"""(source, staging table, measure) to value."""


def measure_warehouse(connection: duckdb.DuckDBPyConnection) -> Totals:
    """The warehouse side, asked of the file itself."""
    totals: Totals = {}
    for table, origin, measures in _MEASURED:
        columns = ", ".join(measures.values())
        for source, *values in connection.execute(f"select source, {columns} {origin}").fetchall():
            for measure, value in zip(measures, values, strict=True):
                totals[source, table, measure] = Decimal(value or 0)
    return totals


def build_tie_out(sources: Totals, effects: Iterable[Effect], measured: Totals) -> pl.DataFrame:
    """tie_out: one row per source, staging table and measure; source value = warehouse value + explained value.

    Args:
        sources: of `source_totals`.
        effects: the named rules in between.
        measured: of `measure_warehouse`.
    """
    told = [effect for effect in effects if effect.amount]
    rows = []
    for place in sorted(sources):
        mine = [effect for effect in told if (effect.source, effect.staging_table, effect.measure) == place]
        explained = sum((effect.amount for effect in mine), Decimal(0))
        found = measured.get(place, Decimal(0))
        rows.append(
            {
                "source": place[0], "staging_table": place[1], "measure": place[2], "source_value": sources[place],
                "warehouse_value": found, "explained_value": explained, "explanation": _in_words(mine),
                "is_tied": sources[place] == found + explained,
            }
        )  # fmt: skip
    return star_frame(tie_out, pl.DataFrame(rows, schema=star_schema(tie_out)))


def build_tie_effects(effects: Iterable[Effect]) -> pl.DataFrame:
    """tie_effect: the amount of each rule, the parts of one rule summed, in the order they are told."""
    amounts: dict[tuple[str, str, str, str], Decimal] = {}
    for effect in effects:
        place = (effect.source, effect.staging_table, effect.measure, effect.rule)
        amounts[place] = amounts.get(place, Decimal(0)) + effect.amount
    rows = [(*place, amount) for place, amount in amounts.items() if amount]
    return star_frame(tie_effect, pl.DataFrame(rows, schema=star_schema(tie_effect), orient="row"))


def _in_words(effects: Iterable[Effect]) -> str | None:
    """ "2 rows rejected: missing quantity; …" with the value of each rule."""
    words = [f"{effect.rule}: {effect.amount.normalize():f}" for effect in effects]
    return "; ".join(words) or None


def source_totals(star: Star) -> Totals:
    """Rows read, and sums over every conformed row, duplicates included."""
    source_of = dict(star.live.origins.select("origin_key", "source").iter_rows())
    totals: Totals = {}
    for (key, table), count in star.live.read.items():
        if (table, "rows") in TIED:
            place = (source_of[key], table, "rows")
            totals[place] = totals.get(place, Decimal(0)) + count
    for table, staging in STAGING.items():
        wanted = [measure for measure in staging.totals if (table, measure) in TIED]
        for frame in (star.live.tables[table], star.live.duplicates[table]):
            for place, value in _sums(frame, table, wanted):
                totals[place] = totals.get(place, Decimal(0)) + value
    return totals


def _sums(frame: pl.DataFrame, table: str, measures: list[str]) -> Iterator[tuple[tuple[str, str, str], Decimal]]:
    """(place, sum) of each measure by source; null counts as nothing."""
    if not measures:
        return
    for row in frame.group_by("source").agg(pl.col(measures).sum()).to_dicts():
        for measure in measures:
            yield (row["source"], table, measure), Decimal(row[measure] or 0)


def build_row_account(star: Star) -> pl.DataFrame:
    """row_account: what became of every row read; the counts of one origin and table sum to its rows read."""
    parts = [pl.DataFrame(schema={"origin_key": pl.Int64, "staging_table": pl.String, "outcome": pl.String,
                                  "rule": pl.String, "row_count": pl.Int32})]  # fmt: skip
    for table in STAGING:
        kept = star.live.tables[table].select("origin_key", "row_key")
        if table in star.rejected_rows and star.rejected_rows[table].height:
            kept = kept.join(star.rejected_rows[table], on=["origin_key", "row_key"], how="anti")
        parts.append(_counted(kept, table, "loaded"))
        parts.append(_counted(star.live.duplicates[table], table, "duplicate"))
    refused = pl.concat([star.live.rejects, star.rejected])
    parts.append(
        refused.group_by("origin_key", "staging_table", "outcome", "rule").agg(
            pl.len().cast(pl.Int32).alias("row_count")
        )
    )
    whole = pl.concat(parts).sort("origin_key", "staging_table", "outcome", "rule")
    return star_frame(row_account, whole)


def _counted(frame: pl.DataFrame, table: str, outcome: str) -> pl.DataFrame:
    return frame.group_by("origin_key").agg(
        pl.lit(table).alias("staging_table"), pl.lit(outcome).alias("outcome"),
        pl.lit(None, pl.String).alias("rule"), pl.len().cast(pl.Int32).alias("row_count"),
    )  # fmt: skip


def unaccounted(star: Star, account: pl.DataFrame) -> list[tuple[int, str, int, int]]:
    """(origin, staging table, rows read, rows accounted for) where the two differ; empty when every row is."""
    counted = dict(
        ((key, table), count)
        for key, table, count in account.group_by("origin_key", "staging_table")
        .agg(pl.col("row_count").sum())
        .iter_rows()
    )
    places = sorted({*star.live.read, *counted})
    pairs = [(place, star.live.read.get(place, 0), counted.get(place, 0)) for place in places]
    return [(place[0], place[1], read, found) for place, read, found in pairs if read != found]
