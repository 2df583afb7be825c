"""What is known of products only from their newest lines or their parcels, after a small load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from etl.build.products import ON, named_by_others, seen_in_lines
from etl.build.star import Star
from etl.partial.closure import NotLocalError

_TOLD = ("product", "category", "list_price", "unit_cost", "is_merchandise")
"""What lines may say of a product that its product file does not."""

_KNOWN = f"select product_key, {', '.join((*ON, *_TOLD))} from dim_product where product_key <> 0"  # noqa: S608

_LATEST_PRICE = """
    select product_key, arg_max(unit_price, (order_date is null, order_date, origin_key, source_row))
    from fact_order_line where line_type = 'sale' and unit_price > 0
    and product_key in (select product_key from touched) group by product_key
"""
_LATEST_STAYED = """
    select product_key, max(order_date) from fact_order_line
    where product_key in (select product_key from touched) and line_key <= ? group by product_key
"""


@dataclass(frozen=True)
class _Touched:
    """A product with lines among the old or new rows: what is served of it, and what file and lines say.

    latest_new is the newest day of the new lines, latest_stayed that of lines the load did not reach.
    """

    key: int
    name: str
    served: dict[str, Any]
    of_file: dict[str, Any]
    before: dict[str, Any]
    now: dict[str, Any]
    latest_new: date | None
    latest_stayed: date | None
    latest_price: Any


def mend_products(file: duckdb.DuckDBPyConnection, old: Star, new: Star, highest_line: int) -> None:
    """Tell anew, of products that were served before, what only their newest lines say. Call when the facts are in.

    Args:
        file: with the new facts.
        old, new: stars of the rows the change reaches.
        highest_line: the highest line_key before it.

    Raises:
        NotLocalError: it cannot be told from these rows alone.
    """
    known = file.execute(_KNOWN).pl()
    _check_other_names(known, old, new)
    for product in _touched(file, known, old, new, highest_line):
        for column, value in _changes(product).items():
            file.execute(f"update dim_product set {column} = ? where product_key = ?", [value, product.key])  # noqa: S608


def _touched(
    file: duckdb.DuckDBPyConnection, known: pl.DataFrame, old: Star, new: Star, highest_line: int
) -> list[_Touched]:  # fmt: skip
    said = {side: _by_product(seen_in_lines(star.sales.lines)) for side, star in (("old", old), ("new", new))}
    files = _by_product(new.live.tables["product"].select(*ON, *(name for name in _TOLD)))
    dated = new.sales.lines.group_by(ON).agg(pl.col("order_date").max())
    latest = {(source, product): day for source, product, day in dated.iter_rows()}
    wanted = {**said["old"], **said["new"]}
    rows = [row for row in known.to_dicts() if (row["source"], row["product_id"]) in wanted]
    file.register("touched", pl.DataFrame({"product_key": [row["product_key"] for row in rows]},
                                          schema={"product_key": pl.Int64}).to_arrow())  # fmt: skip
    prices = dict(file.execute(_LATEST_PRICE).fetchall())
    stayed = dict(file.execute(_LATEST_STAYED, [highest_line]).fetchall())
    file.unregister("touched")
    found = []
    for row in rows:
        key, place = row["product_key"], (row["source"], row["product_id"])
        before, now = said["old"].get(place, {}), said["new"].get(place, {})
        days = latest.get(place), stayed.get(key)
        found.append(_Touched(key, row["product_id"], row, files.get(place, {}), before, now, *days, prices.get(key)))
    return found


def _by_product(frame: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["source"], row["product_id"]): row for row in frame.to_dicts()}


def _changes(product: _Touched) -> dict[str, Any]:
    """What the newest lines say differently from what is served."""
    found: dict[str, Any] = {}
    for name in _TOLD:
        before, now, served = product.before.get(name), product.now.get(name), product.served[name]
        if product.of_file.get(name) is not None:
            continue
        if before is None and now is None:
            if name == "list_price" and product.latest_price is not None and _goes_by_price(product):
                found[name] = product.latest_price
        elif now != served or before not in (None, served):
            found[name] = _newest(product, name, now)
    return {name: value for name, value in found.items() if value != product.served[name]}


def _goes_by_price(product: _Touched) -> bool:
    """Whether list_price is the newest price asked, because nothing states one: lines of before must not, either."""
    stated = product.served["list_price"]
    prices = (product.before.get("unit_price"), product.now.get("unit_price"), product.latest_price)
    if stated is not None and product.latest_stayed is not None and stated not in prices:
        raise NotLocalError(f"the list price of product {product.name} may be stated by other lines")
    return True


def _newest(product: _Touched, name: str, now: Any) -> Any:
    """What the new lines say, if they are newer than all others."""
    is_newest = product.latest_new is not None and (
        product.latest_stayed is None or product.latest_new > product.latest_stayed
    )
    if now is None or not is_newest:
        raise NotLocalError(f"{name} of product {product.name} may be told by other lines")
    return now


def _check_other_names(known: pl.DataFrame, old: Star, new: Star) -> None:
    """Names that only parcels give must be those served.

    Raises:
        NotLocalError: one is not.
    """
    told = pl.concat([seen_in_lines(star.sales.lines).select(*ON, "product", "category") for star in (old, new)])
    for name in ("product", "category"):
        by_lines = told.filter(pl.col(name).is_not_null()).select(ON)
        by_file = new.live.tables["product"].filter(pl.col(name).is_not_null()).select(ON)
        parcels = pl.concat([named_by_others([star.live.tables["shipment"].select(*ON, "product", "category")])
                             for star in (old, new)]).filter(pl.col(f"{name}_of_others").is_not_null())  # fmt: skip
        silent = parcels.join(by_lines, on=ON, how="anti").join(by_file, on=ON, how="anti")
        wrong = silent.join(known, on=list(ON), how="inner").filter(
            pl.col(name).is_null() | (pl.col(name) != pl.col(f"{name}_of_others"))
        )
        if wrong.height:
            raise NotLocalError(f"parcels name {wrong.height} products differently")
