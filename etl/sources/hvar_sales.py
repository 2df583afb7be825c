"""Which deliveries are sales or refunds: order and order line.

Decisions:
    * An order is a Send whose cash on delivery is above the policy service_cod_limit, whatever its state: on its way it
      is booked, only delivered it is realised, come back (46) it is returned. Nothing else is a sale: no service or
      maintenance parcel, exchange, cash collection or return. So its class never changes with its state.
    * A negative cod is a refund. Once the goods are back (46) or the money is out (45) it is a credit note with one
      return line on that day; before that it is a shipment only.
    * One delivery is one line. Its amount is the cod, which the courier knows for the parcel only: marked estimated.
    * Terminated (48) is no cancellation: the order stays booked as an exception and is never realised. Cancelled is 49.
"""

from __future__ import annotations

import polars as pl

from etl.clean import text
from etl.source import TenantRules
from etl.sources.hvar_codes import (
    DELIVERED,
    MAINTENANCE_PARCEL,
    NOT_SALES,
    ORDER_STATES,
    REFUND_OPEN,
    RETURNED,
    SEND,
    SERVICE_PARCEL,
    UNSETTLED,
)
from etl.sources.sheet import raw
from etl.sources.sieve import Rule


def sale_rules(rules: TenantRules) -> list[Rule]:
    """What is a shipment but no sale, in order."""
    cod, is_send = pl.col("cod_amount"), pl.col("type") == SEND
    limit = pl.lit(str(rules.policies["service_cod_limit"])).cast(pl.Decimal(18, 4))
    is_back = pl.col("state").is_in([DELIVERED, RETURNED])
    is_refund = (cod < 0).fill_null(False)
    others = [
        Rule("excluded", sentence, "type.code", (pl.col("type") == kind) & ~is_refund)
        for kind, sentence in NOT_SALES.items()
    ]
    return [
        *others,
        Rule("excluded", REFUND_OPEN, "cod", is_refund & ~is_back),
        Rule("excluded", UNSETTLED, "cod", is_send & cod.is_null()),
        Rule("excluded", SERVICE_PARCEL, "cod", is_send & (cod == 0)),
        Rule("excluded", MAINTENANCE_PARCEL, "cod", is_send & (cod > 0) & (cod <= limit)),
    ]


def as_orders(sold: pl.DataFrame) -> pl.DataFrame:
    """Sales on the day they were made; refunds on the day they ended."""
    is_refund = pl.col("cod_amount") < 0
    status = pl.col("shipment_status").replace(ORDER_STATES)
    made = pl.col("made_local")
    return sold.with_columns(
        pl.col("shipment_id").alias("order_id"), pl.col("shipment_id").alias("tracking_id"),
        pl.when(~is_refund).then("created_at").otherwise(pl.coalesce("ended_at", "created_at")).alias("ordered_at"),
        pl.when(~is_refund).then(made.dt.date()).otherwise(pl.coalesce("ended_date", made.dt.date()))
        .alias("order_date"),
        pl.when(~is_refund).then(made.dt.hour().cast(pl.Int8)).alias("order_hour"),
        pl.when(is_refund).then(pl.lit("delivered")).otherwise(status).alias("order_status"),
        pl.col("ended_date").alias("status_date"), pl.col("cod_amount").alias("total_amount"),
        pl.lit("COD").alias("payment_method"),
        text(raw("notes")).alias("note"),
    )  # fmt: skip


def as_lines(sold: pl.DataFrame) -> pl.DataFrame:
    """One line per delivery; of a refund quantity and amount are negative."""
    is_refund = pl.col("cod_amount") < 0
    quantity = pl.when(is_refund).then(-pl.col("quantity")).otherwise(pl.col("quantity"))
    return as_orders(sold).with_columns(
        quantity.alias("quantity"), pl.col("cod_amount").alias("line_amount"), is_refund.alias("is_return"),
        pl.lit(True).alias("is_price_estimated"),
    )  # fmt: skip
