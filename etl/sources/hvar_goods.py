"""What is in a parcel, from the text people type; products, stock and its movements from the old program's file."""

from __future__ import annotations

import polars as pl

from etl.clean import amount, ascii_digits, flag, identifier, marks_of, number, text, unreadable
from etl.source import Conformed
from etl.sources.hvar_forms import INVENTORY, LOCATIONS, MOVEMENTS, PARTS, PRODUCTS
from etl.sources.hvar_times import day, instant
from etl.sources.sheet import RAW, Sheet, raw
from etl.sources.sieve import Rule, counted, merged, not_loaded, sieve, staged

CURRENCY = "EGP"
_COUNTED = r"(?s)(?:^|[^\d])([1-9]\d{0,5})\s*\*\s*(\S.*)"
_FURTHER = r"[,+،؛;|&\n]\s*([1-9]\d{0,5})\s*\*"
_RETURN_WORD = r"^(?:استرجاع|مرتجع|ارجاع|إرجاع)\s+"
"""A return pickup names the goods behind a word for returning."""

_QUANTITY = pl.Decimal(18, 4)
_LETTERS = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": ""}
_MOVES = {
    "in": "receipt", "receive": "receipt", "received": "receipt", "add": "receipt", "purchase": "receipt",
    "return": "return_in", "out": "sale", "send": "sale", "issue": "sale", "remove": "adjustment",
}  # fmt: skip
"""Words of the tables to movement types. What leaves counts as sold, so that parcels do not take it out again."""

_INCOMING, _OUTGOING = ("receipt", "return_in"), ("sale", "return_out", "maintenance")


def goods_key(name: pl.Expr) -> pl.Expr:
    """A product as it is compared: lower case, single blanks, Latin digits, one spelling of Arabic letters."""
    plain = ascii_digits(text(name)).str.to_lowercase().str.replace_many(_LETTERS)
    return plain.str.replace_all(r"[\u064b-\u0652]", "").str.replace_all(r"\s+", " ").str.strip_chars()


def with_goods(frame: pl.DataFrame, items: pl.Expr) -> pl.DataFrame:
    """Add product, product_id and quantity of a parcel.

    "2 * Demo kettle" in the description, else in the notes, is two of that product; several counts in one text
    ("1 * lid + 2 * cup") are one bundle with the sum of its counts. A text without a count is the product as it stands,
    `items` of it; without that, one. A payload that names neither goods nor their number leaves both missing.
    """
    written = [RAW + "specs.packageDetails.description", RAW + "notes"]
    goods = frame.select(written).unique(maintain_order=True).with_columns(_goods())
    told = frame.join(goods, on=written, how="left", nulls_equal=True, maintain_order="left")
    one = pl.when(pl.col("product").is_not_null() | items.is_not_null()).then(1)
    quantity = pl.coalesce("counted", pl.when(items > 0).then(items), one)
    return told.with_columns(quantity.cast(_QUANTITY).alias("quantity")).drop("counted")


def _goods() -> list[pl.Expr]:
    """product, product_id and counted (the number in the text) of a description and a note."""
    written = [ascii_digits(text(raw(column))) for column in ("specs.packageDetails.description", "notes")]
    found = pl.coalesce(*(pl.when(cell.str.contains(_COUNTED)).then(cell) for cell in written))
    first = found.str.extract(_COUNTED, 1).cast(pl.Int64)
    goods = found.str.extract(_COUNTED, 2)
    further = goods.str.extract_all(_FURTHER).list.eval(pl.element().str.extract(_FURTHER, 1).cast(pl.Int64)).list.sum()
    is_bundle = goods.str.contains(_FURTHER)
    named = pl.when(is_bundle).then(pl.concat_str(first.cast(pl.String), pl.lit(" * "), goods)).otherwise(goods)
    whole_text = pl.coalesce(named, *written).str.replace(_RETURN_WORD, "")
    product = whole_text.str.replace_all(r"\s+", " ").str.strip_chars()
    counted_in_text = first + pl.when(is_bundle).then(further).otherwise(0)
    return [product.alias("product"), goods_key(product).alias("product_id"), counted_in_text.alias("counted")]


def conform_goods(sheets: dict[str, Sheet]) -> Conformed:
    """Products, spare parts, stock and movements of the old program's file or the hub's tables."""
    stock = _on_hand(sheets[INVENTORY.kind]) if INVENTORY.kind in sheets else None
    parts = [_conform_products(sheets[form.kind], stock) for form in (PRODUCTS, PARTS) if form.kind in sheets]
    if MOVEMENTS.kind in sheets:
        parts.append(_conform_movements(sheets))
    used = "added up into the stock of its product", "names the places of stock movements"
    for form, sentence in zip((INVENTORY, LOCATIONS), used, strict=True):
        if form.kind in sheets:
            parts.append(not_loaded(form.kind, sheets[form.kind].frame, sentence))
    return merged(parts)


def _on_hand(inventory: Sheet) -> pl.DataFrame:
    """product number and on_hand_quantity over all places; a number that is not readable is left out."""
    counts = inventory.frame.select(
        identifier(raw("product_id")).alias("number"), number(raw("quantity_available")).alias("on_hand_quantity")
    )
    return counts.drop_nulls().group_by("number", maintain_order=True).agg(pl.col("on_hand_quantity").sum())


def _conform_products(sheet: Sheet, stock: pl.DataFrame | None) -> Conformed:
    """Products and parts; the name is the key, as parcels have no other, and the sku stands beside it."""
    marks = marks_of(CURRENCY)
    empty = pl.DataFrame(schema={"number": pl.String, "on_hand_quantity": _QUANTITY})
    numbered = sheet.frame.with_columns(identifier(raw("product_id")).alias("number"))
    products = numbered.join(empty if stock is None else stock, on="number", how="left", maintain_order="left")
    name = pl.coalesce(text(raw("name_ar")), text(raw("name_en")))
    products = products.with_columns(
        goods_key(name).alias("product_id"), name.alias("product"), identifier(raw("sku")).alias("sku"),
        text(raw("category")).alias("category"), text(raw("brand")).alias("brand"),
        amount(raw("selling_price"), marks).alias("list_price"),
        amount(raw("purchase_price"), marks).alias("unit_cost"), flag(raw("is_active")).alias("is_active"),
        pl.coalesce("on_hand_quantity", number(raw("current_stock"))).alias("on_hand_quantity"),
        instant(raw("updated_at")).alias("updated_at"), pl.lit(CURRENCY).alias("currency"),
    )  # fmt: skip
    checks = [
        Rule("rejected", "missing product_id", "name_ar", pl.col("product_id").is_null()),
        Rule("rejected", "amount not readable", "selling_price",
             unreadable(raw("selling_price"), pl.col("list_price"))),
        Rule("rejected", "amount not readable", "purchase_price",
             unreadable(raw("purchase_price"), pl.col("unit_cost"))),
        Rule("rejected", "number not readable", "current_stock",
             unreadable(raw("current_stock"), pl.col("on_hand_quantity"))),
    ]  # fmt: skip
    kept, rejects = sieve(products, checks, ["product"])
    return Conformed({"product": staged(kept, "product")}, rejects, counted(sheet.frame, "product"))


def _conform_movements(sheets: dict[str, Sheet]) -> Conformed:
    """Stock movements: outgoing ones negative; any other type keeps the sign it has.

    The tables keep no cost of what comes in; it has the purchase price of its product.
    """
    sheet = sheets[MOVEMENTS.kind]
    kind = text(raw("transaction_type")).str.to_lowercase().replace(_MOVES)
    moved = number(raw("quantity"))
    signed = pl.when(kind.is_in(_OUTGOING)).then(-moved.abs()).when(kind.is_in(_INCOMING)).then(moved.abs())
    frame = _named(sheet.frame, sheets, PRODUCTS.kind, "product_id", goods_key(raw("name_ar")))
    frame = _named(frame, sheets, LOCATIONS.kind, "location_id", text(raw("location_name")))
    frame = _priced(frame, sheets)
    movements = frame.rename({f"{PRODUCTS.kind}.name": "product_id", f"{LOCATIONS.kind}.name": "hub"}).with_columns(
        identifier(raw("transaction_id")).alias("movement_id"), pl.coalesce(signed, moved).alias("quantity"),
        kind.alias("movement_type"), text(raw("notes")).alias("reason"),
        pl.when(kind == "receipt").then("price").alias("unit_cost"),
        instant(raw("created_at")).alias("moved_at"), pl.lit(CURRENCY).alias("currency"),
    )  # fmt: skip
    dated = movements.with_columns(day(raw("created_at"), pl.col("moved_at"), "Africa/Cairo").alias("movement_date"))
    checks = [
        Rule("rejected", "no such product", "product_id", pl.col("product_id").is_null()),
        Rule("rejected", "quantity missing or not readable", "quantity", pl.col("quantity").is_null()),
        Rule("rejected", "date missing or not readable", "created_at", pl.col("movement_date").is_null()),
    ]
    kept, rejects = sieve(dated, checks, ["stock_movement"])
    rows = staged(kept, "stock_movement", ("movement_id",))
    return Conformed({"stock_movement": rows}, rejects, counted(sheet.frame, "stock_movement"))


def _named(frame: pl.DataFrame, sheets: dict[str, Sheet], kind: str, number_column: str, name: pl.Expr) -> pl.DataFrame:
    """Add `<kind>.name`: what a number stands for in another sheet; null where it is not there."""
    schema = {"number": pl.String, f"{kind}.name": pl.String}
    known = pl.DataFrame(schema=schema)
    if kind in sheets:
        pairs = sheets[kind].frame.select(
            identifier(raw(number_column)).alias("number"), name.alias(f"{kind}.name")
        ).drop_nulls()  # fmt: skip
        known = pairs.unique("number", keep="last", maintain_order=True)
    numbered = frame.with_columns(identifier(raw(number_column)).alias("number"))
    return numbered.join(known, on="number", how="left", maintain_order="left").drop("number")


def _priced(frame: pl.DataFrame, sheets: dict[str, Sheet]) -> pl.DataFrame:
    """Add price: the purchase price of the product with the row's product_id; null where there is none."""
    if PRODUCTS.kind not in sheets:
        return frame.with_columns(pl.lit(None, pl.Decimal(18, 4)).alias("price"))
    price = amount(raw("purchase_price"), marks_of(CURRENCY)).alias("price")
    told = sheets[PRODUCTS.kind].frame.select(identifier(raw("product_id")).alias("number"), price).drop_nulls()
    numbered = frame.with_columns(identifier(raw("product_id")).alias("number"))
    known = told.unique("number", keep="last", maintain_order=True)
    return numbered.join(known, on="number", how="left", maintain_order="left").drop("number")
