"""What a delivery was: its class by the cash it collected, and whether it did what it was sent for."""

from __future__ import annotations

import polars as pl

from etl.source import TenantRules

RETURN_PICKUPS = ("customer_return_pickup", "return_pickup", "customer_return", "return")
"""Kinds of delivery that fetch goods from a customer, in lower case with underscores."""

_COMES_BACK = (*RETURN_PICKUPS, "exchange", "sign_return", "sign_and_return")
"""Kinds whose good end is that something is back at the business (courier state 46)."""

_FAILED = ("returned", "cancelled", "terminated", "lost", "damaged", "refunded")


def kind_of_parcel() -> pl.Expr:
    """shipment_type in lower case with underscores: "Sign & Return" is sign_return."""
    return pl.col("shipment_type").str.to_lowercase().str.replace_all("[^a-z0-9]+", "_").str.strip_chars("_")


def courier_class(rules: TenantRules) -> pl.Expr:
    """Class of a delivery, in this order: real_sale, maintenance, service, refund, operational.

    Delivered with more cash on delivery than policy service_cod_limit is a real sale; delivered with some, maintenance;
    delivered with none, a service; negative cash in any state is a refund; the rest is operational. The kind of the
    delivery does not matter. Null where the source is not among policy courier_class_sources or the cash not known.
    """
    cod, is_delivered = pl.col("cod_amount"), (pl.col("shipment_status") == "delivered").fill_null(value=False)
    limit = pl.lit(str(rules.policies["service_cod_limit"])).cast(pl.Decimal(18, 4))
    named = (
        pl.when(is_delivered & (cod > limit)).then(pl.lit("real_sale"))
        .when(is_delivered & (cod > 0)).then(pl.lit("maintenance"))
        .when(is_delivered & (cod == 0)).then(pl.lit("service"))
        .when(cod < 0).then(pl.lit("refund"))
        .otherwise(pl.lit("operational"))
    )  # fmt: skip
    is_classed = pl.col("source").is_in(rules.policies["courier_class_sources"]) & cod.is_not_null()
    return pl.when(is_classed).then(named)


def outcome() -> pl.Expr:
    """succeeded, failed or open. Brought back is a success for return pick-ups, exchanges and signatures only.

    Expects is_delivered and shipment_status.
    """
    came_back = (pl.col("shipment_status") == "returned") & kind_of_parcel().is_in(_COMES_BACK)
    return (
        pl.when(came_back.fill_null(value=False)).then(pl.lit("succeeded"))
        .when(pl.col("shipment_status").is_in(_FAILED)).then(pl.lit("failed"))
        .when(pl.col("is_delivered")).then(pl.lit("succeeded"))
        .otherwise(pl.lit("open"))
    )  # fmt: skip
