"""What one list of OneSoko says for another: shop labels, category names, prices, campaigns, people."""

from __future__ import annotations

import polars as pl

from etl.clean import amount, text
from etl.sources.onesoko_forms import CAMPAIGNS, CATEGORIES, PRODUCTS, SHOP_PRODUCTS, SHOPS, USERS
from etl.sources.onesoko_tables import Sheets, newest, record_id
from etl.sources.sheet import raw

_ID = pl.String
_UUID = r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"


def shop_labels(sheets: Sheets) -> pl.DataFrame:
    """shop_id, shop: the name; of shops that share a name, name and start of the id. Deleted shops keep theirs."""
    if SHOPS.kind not in sheets:
        return _nothing("shop_id", "shop")
    shops = sheets[SHOPS.kind].frame.with_columns(
        record_id(raw("shopId")).alias("shop_id"), text(raw("name")).alias("name")
    )
    named = newest(shops.filter(pl.col("name").is_not_null()), "shop_id")
    marked = pl.concat_str("name", pl.lit(" ("), pl.col("shop_id").str.slice(0, 8), pl.lit(")"))
    return named.select("shop_id", pl.when(pl.col("name").is_duplicated()).then(marked).otherwise("name").alias("shop"))


def category_names(sheets: Sheets) -> pl.DataFrame:
    """category_id, category."""
    if CATEGORIES.kind not in sheets:
        return _nothing("category_id", "category")
    names = sheets[CATEGORIES.kind].frame.with_columns(
        record_id(raw("id")).alias("category_id"), text(raw("name")).alias("category")
    )
    return newest(names, "category_id").select("category_id", "category")


def product_shops(sheets: Sheets) -> pl.DataFrame:
    """product_id, shop_id of products that stand in exactly one shop; a product itself does not name its shop."""
    pairs = [_nothing("product_id", "shop_id")]
    if SHOPS.kind in sheets:
        listed = newest(sheets[SHOPS.kind].frame.with_columns(record_id(raw("shopId")).alias("shop_id")), "shop_id")
        ids = raw("products").str.extract_all(_UUID).alias("product_id")
        pairs.append(listed.select(ids, "shop_id").explode("product_id").with_columns(record_id(pl.col("product_id"))))
    if SHOP_PRODUCTS.kind in sheets:
        rows = sheets[SHOP_PRODUCTS.kind].frame
        pairs.append(
            rows.select(record_id(raw("product")).alias("product_id"), record_id(raw("shop")).alias("shop_id"))
        )
    distinct = pl.concat(pairs).drop_nulls().unique()
    return distinct.filter(pl.col("product_id").is_unique()).sort("product_id")


def current_prices(sheets: Sheets) -> pl.DataFrame:
    """product_id, price: the promotional price where one is set, which is what checkout charges, else the price."""
    if PRODUCTS.kind not in sheets:
        return _nothing("product_id").with_columns(pl.lit(None, pl.Decimal(18, 4)).alias("price"))
    products = sheets[PRODUCTS.kind].frame.with_columns(
        record_id(raw("productId")).alias("product_id"),
        pl.coalesce(amount(raw("promotional_price"), ()), amount(raw("price"), ())).alias("price"),
    )
    return newest(products, "product_id").select("product_id", "price").filter(pl.col("price") >= 0)


def campaign_ids(sheets: Sheets) -> pl.DataFrame:
    """campaign_key, campaign_id: campaigns by the id and the name a link may carry as utm_campaign."""
    if CAMPAIGNS.kind not in sheets:
        return _nothing("campaign_key", "campaign_id")
    campaigns = sheets[CAMPAIGNS.kind].frame.select(
        record_id(raw("id")).alias("campaign_id"), campaign_key(raw("name")).alias("name_key")
    ).drop_nulls("campaign_id").unique(maintain_order=True)  # fmt: skip
    by_id = campaigns.select(campaign_key(pl.col("campaign_id")).alias("campaign_key"), "campaign_id").unique()
    named = campaigns.drop_nulls("name_key").unique()
    by_name = named.filter(pl.col("name_key").is_unique()).select(
        pl.col("name_key").alias("campaign_key"), "campaign_id"
    )
    return pl.concat([by_id, by_name]).unique("campaign_key", keep="first", maintain_order=True)


def campaign_key(cell: pl.Expr) -> pl.Expr:
    """A campaign as it is compared: "Demo Spring", "demo-spring" and "demo_spring" are one."""
    key = text(cell).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "-").str.strip_chars("-")
    return pl.when(key != "").then(key)


def people(sheets: Sheets) -> pl.DataFrame:
    """customer_id, user_name, user_email, of the list of users."""
    if USERS.kind not in sheets:
        return _nothing("customer_id", "user_name", "user_email")
    users = sheets[USERS.kind].frame.select(
        record_id(raw("id")).alias("customer_id"), full_name().alias("user_name"),
        text(raw("email")).str.to_lowercase().alias("user_email"), "origin_key", "source_row",
    )  # fmt: skip
    return newest(users, "customer_id").select("customer_id", "user_name", "user_email")


def full_name() -> pl.Expr:
    """First and last name of a user, else the user name."""
    both = pl.concat_str(text(raw("first_name")), text(raw("last_name")), separator=" ", ignore_nulls=True)
    return pl.coalesce(pl.when(both != "").then(both), text(raw("username")))


def _nothing(*columns: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(columns, _ID))
