"""OneSoko records of one kind gathered from export, pages and database, and the cleaners all of them need.

In one list one record may say `total` and the next `total_amount`: of the names of a column the first that says
something in that very record counts. Record ids are compared without regard to how a database writes them (a UUID
loses its hyphens in SQLite). A time without offset is UTC, which is how the database keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from etl.clean import identifier, text
from etl.dates import ISO, DateRule, moments
from etl.iso_dates import iso_moments
from etl.row_key import with_row_key
from etl.source import Conformed, Origin, RawTable
from etl.sources.onesoko_forms import KINDS, PAGE, Kind
from etl.sources.set_aside import in_memory, slices_beside
from etl.sources.sheet import RAW, Form, Sheet, raw, squeezed
from etl.sources.sieve import Rule, completed_moments, not_loaded
from etl.sources.slices import slices
from etl.staging import STAGING

_PLACE = ("origin_key", "source_row")
_OWN = "own id"
_MANY = 500_000
"""Rows at once where each time costs a look at all orders."""
_IS_KEPT, _IS_REJECTED = "order is kept", "order is rejected"
_IN_FORM = r"^(?:[0-9]{1,31}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"
_BY_NAME: dict[str, Kind] = {squeezed(name): kind for kind in KINDS for name in (kind.form.kind, *kind.names)}
_MODELS: tuple[tuple[str, Kind], ...] = tuple((kind.model, kind) for kind in KINDS)

Sheets = Mapping[str, Sheet]
"""Kind to its rows."""


def kind_of(origin: Origin) -> Kind | None:
    """The kind of an origin: by its list, for a page by the file's name, for a database by the table's ending."""
    if origin.sheet == PAGE or not origin.sheet:
        return _by_file(origin.file_name)
    parts = origin.sheet.split(".")
    if parts[0] == PAGE and len(parts) > 1 and _by_file(origin.file_name) is None:
        return None
    return _BY_NAME.get(squeezed(parts[-1])) or _by_table(origin.sheet)


def _by_file(file_name: str) -> Kind | None:
    """ "exports/order-items_page2.json" is a page of order_items, "app_orderitem.csv" the table of them."""
    stem = file_name.rsplit("/", 1)[-1].split(".", maxsplit=1)[0].lower()
    listed = stem.rstrip("0123456789_- ").removesuffix("page").rstrip("_- ")
    return _BY_NAME.get(squeezed(listed)) or _by_table(stem)


def _by_table(name: str) -> Kind | None:
    return next((kind for model, kind in _MODELS if _is_table(name.lower(), model)), None)


def _is_table(table: str, model: str) -> bool:
    return table == model or table.endswith(f"_{model}")


def gather(tables: Sequence[RawTable]) -> tuple[dict[str, Sheet], list[tuple[Origin, pl.DataFrame]]]:
    """Sort the raw rows by kind: (kind to sheet, origins of no known kind with their rows)."""
    parts: dict[str, list[Sheet]] = {}
    unknown: list[tuple[Origin, pl.DataFrame]] = []
    for table in tables:
        for origin in table.origins:
            is_all = len(table.origins) == 1
            rows = table.frame if is_all else table.frame.filter(pl.col("origin_key") == origin.key)
            kind = kind_of(origin)
            if kind is None:
                unknown.append((origin, rows))
            else:
                parts.setdefault(kind.form.kind, []).append(Sheet(kind.form, _shaped(kind.form, rows)))
    united = {kind: Sheet(sheets[0].form, pl.concat([one.frame for one in sheets])) for kind, sheets in parts.items()}
    return united, unknown


def _shaped(form: Form, rows: pl.DataFrame) -> pl.DataFrame:
    """Raw columns under their documented names, each the first of its names that says something in the record."""
    by_name = {header.lower(): header for header in reversed(rows.columns)}
    columns = []
    for column, others in form.columns.items():
        known = dict.fromkeys(name.lower() for name in (column, *others))
        cells = [rows[by_name[name]] for name in known if name in by_name]
        told = [one for one in cells if one.null_count() < len(one)]
        if told:
            columns.append(_first_said(told, any("." in name for name in others)).alias(RAW + column))
    shaped = pl.DataFrame([*columns, *rows.select(_PLACE)])
    absent = [RAW + column for column in form.columns if RAW + column not in shaped.columns]
    return shaped.with_columns(pl.lit(None, pl.String).alias(name) for name in absent).select(
        *(RAW + column for column in form.columns), *_PLACE
    )


def _first_said(cells: Sequence[pl.Series], is_nested: bool) -> pl.Series:
    """The first of several cells that says something, row by row; a column as it is where that is all there is."""
    says = _says_something(pl.first(), is_nested)
    if len(cells) == 1 and all(some.to_frame().select(says.all()).item() for some in _slices(cells[0])):
        return cells[0]
    frame = pl.DataFrame([one.alias(str(number)) for number, one in enumerate(cells)])
    said = [pl.when(_says_something(pl.col(name), is_nested)).then(name) for name in frame.columns]
    return pl.concat([rows.select(pl.coalesce(said)) for rows in slices(frame)]).to_series()


def _slices(cells: pl.Series) -> Iterable[pl.Series]:
    return (rows.to_series() for rows in slices(cells.to_frame()))


def _says_something(cell: pl.Expr, is_nested: bool) -> pl.Expr:
    """Not blank; and not the whole record another column points to, where its id has a column of its own."""
    bare = cell.str.strip_chars()
    return (bare != "") & ~bare.str.starts_with("{") if is_nested else bare != ""


def record_id(cell: pl.Expr) -> pl.Expr:
    """The id of a record: whole numbers as they are, a UUID in lower case with its hyphens."""
    return cell.map_batches(_record_ids, return_dtype=pl.String)


def _record_ids(cells: pl.Series) -> pl.Series:
    """Nearly all ids are in their form already; only the others go through all that may be done to one."""
    is_other = ~cells.str.contains(_IN_FORM)
    if not is_other.any():
        return cells
    key = identifier(pl.col("cell"))
    bare = key.str.to_lowercase().str.replace_all("-", "", literal=True)
    hyphened = bare.str.replace(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", "$1-$2-$3-$4-$5")
    told = pl.when(bare.str.contains(r"^[0-9a-f]{32}$")).then(hyphened).otherwise(key)
    others = cells.alias("cell").to_frame().filter(is_other).select(told)
    return cells.scatter(is_other.arg_true(), others.to_series())


def word(cell: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """The canonical form of a word (any case, `_` and `-` as blanks); null for no word and for unknown words."""
    spelled = text(cell).str.to_lowercase().str.replace_all(r"[\s_-]+", " ")
    return spelled.replace_strict(dict(words), default=None, return_dtype=pl.String)


def with_times(frame: pl.DataFrame, written: Mapping[str, str], zone: str) -> pl.DataFrame:
    """Add a struct of day, at, hour and problem (see `moments`) for each documented column; days are of `zone`."""
    found = []
    for name, column in written.items():
        usual = iso_moments(frame, RAW + column, "UTC", zone)
        read = moments(raw(column), DateRule((ISO,)), "UTC", zone)
        found.append(completed_moments(frame, RAW + column, usual, read).alias(name))
    return frame.with_columns(found)


def day(name: str) -> pl.Expr:
    """The business day of a struct of `with_times`."""
    return pl.col(name).struct.field("day")


def at(name: str) -> pl.Expr:
    """The instant of a struct of `with_times`."""
    return pl.col(name).struct.field("at")


def newest(frame: pl.DataFrame, key: str, updated: str | None = None) -> pl.DataFrame:
    """One row per `key`: the newest by `updated` where known, else the later file, the later row; none without key."""
    named = frame.filter(pl.col(key).is_not_null()) if frame[key].null_count() else frame
    if not in_memory(named[key]).is_duplicated().any():
        return named
    order = [*([updated] if updated else []), *_PLACE]
    ranked = named.sort(order, nulls_last=False, maintain_order=True)
    return ranked.unique(key, keep="last", maintain_order=True)


def looked_up(frame: pl.DataFrame, table: pl.DataFrame, key: str) -> pl.DataFrame:
    """`frame` with the other columns of `table`, which has each `key` once; rows keep their order."""
    return frame.join(table, on=key, how="left", maintain_order="left")


def keyed(kept: pl.DataFrame, table: str, prefix: str = "") -> pl.DataFrame:
    """`kept` as staging rows of `table` with `prefix` and the record's own id (`record`) as row_key; a record without
    one is keyed by its content."""
    schema = STAGING[table].schema()
    content = [name for name in schema if name not in {"row_key", *_PLACE}]
    named = kept.with_columns(pl.lit(None).alias(name) for name in content if name not in kept.columns)
    rows = named.select(
        *(pl.col(name).cast(schema[name]) for name in (*content, *_PLACE)),
        (pl.lit(prefix) + pl.col("record")).alias(_OWN),
    )
    return with_row_key(rows, content, (_OWN,)).select(list(schema))


def with_fate(rows: pl.DataFrame, orders: pl.DataFrame, rejected: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Slices of `rows` with what `known_order` asks of their order."""
    order = pl.col("order_id")
    is_kept, is_there = order.is_in(orders["order_id"].implode()), order.is_in(rejected["order_id"].implode())
    told = [
        some.select(is_kept.alias(_IS_KEPT), is_there.alias(_IS_REJECTED))
        for some in slices(rows.select("order_id"), _MANY)
    ]
    return slices_beside(rows, pl.concat(told, rechunk=True))


def known_order() -> list[Rule]:
    """Rows (of `with_fate`) that belong to an order: it must be named, be in the load, and not be rejected itself."""
    return [
        Rule("rejected", "missing order_id", "order", pl.col("order_id").is_null()),
        Rule("rejected", "its order was rejected", "order", ~pl.col(_IS_KEPT) & pl.col(_IS_REJECTED)),
        Rule("rejected", "no order with this id", "order", ~pl.col(_IS_KEPT)),
    ]


def read_for_others(sheet: Sheet, sentence: str) -> Conformed:
    """Rows that are not loaded themselves because other rows take what they say; counted as excluded."""
    part = not_loaded(sheet.form.kind, sheet.frame, sentence)
    return Conformed({}, part.rejects, part.read)
