"""Products, shops, campaigns and reviews → product, employee, campaign, review."""

from __future__ import annotations

import polars as pl

from etl.clean import amount, flag, marks_of, number, text, unreadable, whole
from etl.source import Conformed, TenantRules
from etl.sources.onesoko_forms import CAMPAIGNS, PRODUCTS, REVIEWS, SHOP_REVIEWS, SHOPS
from etl.sources.onesoko_names import category_names, people, product_shops
from etl.sources.onesoko_tables import Sheets, at, day, keyed, looked_up, record_id, with_times, word
from etl.sources.sheet import raw
from etl.sources.sieve import Rule, counted, date_rules, sieve, staged, unreadable_date_rules

_CAMPAIGN_STATES = {state: state for state in ("draft", "active", "paused", "completed", "cancelled")}
_REVIEW_STATES = {state: state for state in ("pending", "approved", "rejected", "hidden")}
_FIGURES = ("impressions", "clicks", "conversions")
_RATINGS = (1, 5)


def conform_products(sheets: Sheets, shops: pl.DataFrame, rules: TenantRules) -> Conformed:
    """Products with stock as of the load. A deleted or withdrawn product stays, inactive: old orders refer to it.

    Its shop is the one that lists it, where exactly one does; its category may be missing. list_price is the price
    without promotion.

    Args:
        sheets: of `gather`.
        shops: shop_id, shop.
        rules: the tenant's currency.
    """
    sheet = sheets[PRODUCTS.kind]
    marks = marks_of(rules.currency)
    products = with_times(sheet.frame, {"updated": "updated_at"}, rules.timezone).with_columns(
        record_id(raw("productId")).alias("product_id"), text(raw("name")).alias("product"),
        amount(raw("price"), marks).alias("list_price"), number(raw("quantity")).alias("on_hand_quantity"),
        amount(raw("promotional_price"), marks).alias("promotion"), record_id(raw("category")).alias("category_id"),
        flag(raw("is_active")).alias("flagged"), at("updated").alias("updated_at"),
    )  # fmt: skip
    for names, key in (
        (category_names(sheets), "category_id"),
        (product_shops(sheets), "product_id"),
        (shops, "shop_id"),
    ):
        products = looked_up(products, names, key)
    is_active = pl.col("flagged").fill_null(value=True) & text(raw("deleted_at")).is_null()
    kept, rejects = sieve(products.with_columns(is_active.alias("is_active")), _product_rules(), ["product"])
    return Conformed({"product": staged(kept, "product")}, rejects, counted(sheet.frame, "product"))


def _product_rules() -> list[Rule]:
    return [
        Rule("rejected", "missing product_id", "productId", pl.col("product_id").is_null()),
        Rule("rejected", "amount not readable", "price", unreadable(raw("price"), pl.col("list_price"))),
        Rule("rejected", "amount not readable", "promotional_price",
             unreadable(raw("promotional_price"), pl.col("promotion"))),
        Rule("rejected", "negative price", "price", pl.min_horizontal("list_price", "promotion") < 0),
        Rule("rejected", "number not readable", "quantity", unreadable(raw("quantity"), pl.col("on_hand_quantity"))),
        Rule("rejected", "true or false not readable", "is_active", unreadable(raw("is_active"), pl.col("flagged"))),
    ]  # fmt: skip


def conform_shops(sheets: Sheets) -> Conformed:
    """The owners of the shops as people who work for the tenant; who owns two shops is one person.

    A name is known from the list of users only; the address is that of the shop.
    """
    sheet = sheets[SHOPS.kind]
    gone = text(raw("deleted_at")).is_not_null() | (word(raw("status"), {"suspended": "x"}).is_not_null())
    owners = sheet.frame.with_columns(
        record_id(raw("shopowner")).alias("customer_id"), pl.lit("shop owner").alias("role"),
        text(raw("email")).str.to_lowercase().alias("email"), flag(raw("is_active")).alias("flagged"),
        (flag(raw("is_active")).fill_null(value=True) & ~gone).alias("is_active"),
    )  # fmt: skip
    named = looked_up(owners, people(sheets), "customer_id").with_columns(
        pl.col("customer_id").alias("employee_id"), pl.col("user_name").alias("employee"),
        pl.coalesce("user_email", "email").alias("email"), pl.col("is_active").any().over("customer_id"),
    )  # fmt: skip
    checks = [
        Rule("rejected", "missing employee_id", "shopowner", pl.col("employee_id").is_null()),
        Rule("rejected", "true or false not readable", "is_active", unreadable(raw("is_active"), pl.col("flagged"))),
    ]
    kept, rejects = sieve(named, checks, ["employee"])
    return Conformed({"employee": staged(kept, "employee")}, rejects, counted(sheet.frame, "employee"))


def list_shops(sheets: Sheets, shops: pl.DataFrame) -> Conformed:
    """The shops themselves, with their place and owner; `shops` are shop_id, shop."""
    sheet = sheets[SHOPS.kind]
    told = sheet.frame.with_columns(
        record_id(raw("shopId")).alias("shop_id"), record_id(raw("shopowner")).alias("customer_id"),
        text(raw("city")).alias("city"), text(raw("country")).alias("country"),
    )  # fmt: skip
    named = looked_up(looked_up(told, shops, "shop_id"), people(sheets), "customer_id").with_columns(
        pl.coalesce("user_name", "customer_id").alias("owner")
    )
    checks = [
        Rule("rejected", "missing shop_id", "shopId", pl.col("shop_id").is_null()),
        Rule("rejected", "missing shop", "name", pl.col("shop").is_null()),
    ]
    kept, rejects = sieve(named, checks, ["shop"])
    return Conformed({"shop": staged(kept, "shop")}, rejects, counted(sheet.frame, "shop"))


def conform_campaigns(sheets: Sheets, rules: TenantRules) -> Conformed:
    """Campaigns with totals. The budget counts as spent unless a campaign is a draft: nothing else is recorded.

    The stored return on investment and cost per acquisition are never computed by the system and not read.
    """
    sheet = sheets[CAMPAIGNS.kind]
    marks = marks_of(rules.currency)
    dated = with_times(sheet.frame, {"start": "start_date", "end": "end_date"}, rules.timezone)
    campaigns = dated.with_columns(
        record_id(raw("id")).alias("campaign_id"), text(raw("name")).alias("campaign"),
        text(raw("campaign_type")).str.to_lowercase().alias("campaign_type"),
        word(raw("status"), _CAMPAIGN_STATES).alias("status"), day("start").alias("start_date"),
        day("end").alias("end_date"), amount(raw("budget"), marks).alias("budget_amount"),
        amount(raw("revenue_generated"), marks).alias("revenue_amount"),
        *(whole(raw(name)).alias(name) for name in _FIGURES),
    ).with_columns(pl.when(pl.col("status") != "draft").then("budget_amount").alias("spend_amount"))  # fmt: skip
    checks = [
        Rule("rejected", "missing campaign_id", "id", pl.col("campaign_id").is_null()),
        Rule("rejected", "unknown status", "status", unreadable(raw("status"), pl.col("status"))),
        *unreadable_date_rules("start_date", "start"),
        *unreadable_date_rules("end_date", "end"),
        Rule("rejected", "amount not readable", "budget", unreadable(raw("budget"), pl.col("budget_amount"))),
        Rule("rejected", "amount not readable", "revenue_generated",
             unreadable(raw("revenue_generated"), pl.col("revenue_amount"))),
        *(Rule("rejected", "number not readable", name, unreadable(raw(name), pl.col(name))) for name in _FIGURES),
    ]  # fmt: skip
    kept, rejects = sieve(campaigns, checks, ["campaign"])
    return Conformed({"campaign": staged(kept, "campaign")}, rejects, counted(sheet.frame, "campaign"))


def conform_reviews(sheets: Sheets, shops: pl.DataFrame, rules: TenantRules) -> list[Conformed]:
    """Reviews of products and of shops; a review of a product is shown as soon as it is written. No text is loaded."""
    parts = []
    for form, prefix in ((REVIEWS, "product "), (SHOP_REVIEWS, "shop ")):
        if form.kind in sheets:
            frame = with_times(sheets[form.kind].frame, {"written": "created_at"}, rules.timezone)
            told = looked_up(frame.with_columns(*_review_columns(form.kind)), shops, "shop_id").with_columns(
                pl.coalesce("shop", "shop_id").alias("shop"), pl.col("record").alias("review_id")
            )
            kept, rejects = sieve(told, _review_rules(form.kind), ["review"])
            read = counted(frame, "review")
            parts.append(Conformed({"review": keyed(kept, "review", prefix)}, rejects, read))
    return parts


def _review_columns(kind: str) -> list[pl.Expr]:
    of_shop = kind == SHOP_REVIEWS.kind
    none = pl.lit(None, pl.String)
    return [
        record_id(raw("reviewId" if of_shop else "id")).alias("record"), whole(raw("rating")).alias("rating"),
        record_id(raw("customer" if of_shop else "user")).alias("customer_id"), day("written").alias("review_date"),
        (none if of_shop else record_id(raw("product"))).alias("product_id"),
        (record_id(raw("shop")) if of_shop else none).alias("shop_id"),
        (record_id(raw("order")) if of_shop else none).alias("order_id"),
        (text(raw("title")) if of_shop else none).alias("title"),
        (word(raw("status"), _REVIEW_STATES) if of_shop else pl.lit("approved")).alias("review_status"),
    ]  # fmt: skip


def _review_rules(kind: str) -> list[Rule]:
    outside = ~pl.col("rating").is_between(*_RATINGS)
    status = [Rule("rejected", "unknown status", "status", unreadable(raw("status"), pl.col("review_status")))]
    return [
        Rule("rejected", "missing rating", "rating", text(raw("rating")).is_null()),
        Rule("rejected", "rating is not a number from 1 to 5", "rating", outside.fill_null(value=True)),
        *(status if kind == SHOP_REVIEWS.kind else []),
        *date_rules("created_at", "written", "review_date"),
    ]
