"""The plain metrics of a question, read from one tenant's warehouse and kept; and the sum over tenants."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache, reduce
from io import BytesIO

import polars as pl
from sqlalchemy import false, func, select

from portal.cache import CacheKey
from portal.errors import InputError
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.dimensions import MASKED
from portal.metrics.gaps import with_gaps
from portal.metrics.lookup import Question, metrics_of
from portal.metrics.model import Dimension, Metric
from portal.metrics.scan import MAX_ROWS, Scan, Slice, aggregate_select, is_percentile, plan_scans
from portal.metrics.together import scan_select, select_with_total
from portal.warehouse.duckdb import Warehouse, compile_select


def read_parts(question: Question, warehouse: Warehouse, masked: bool, fill: bool) -> pl.DataFrame:
    """Columns: breakdown, then every plain metric of the question. Kept by tenant, snapshot and question.

    Args:
        question: looked up.
        warehouse: pinned to one snapshot.
        masked: personal labels are replaced.
        fill: calendar gaps get a row.
    """
    if masked:
        question = replace(question, asked=_masked(question.asked))
    if warehouse.cache is None:
        return _read(question, warehouse, fill)
    key = CacheKey((warehouse.pin,), _text(question, warehouse, masked, fill))
    return _decoded(warehouse.cache.cached(key, lambda: _encoded(_read(question, warehouse, fill))))


def read_with_total(total: Question, parts: Question, warehouse: Warehouse, masked: bool) -> list[pl.DataFrame]:
    """The parts of two questions that differ in nothing but that the second is broken down by time: both from one scan
    of each fact. Calendar gaps of the second are filled. Kept like those of `read_parts`, each under its own question.

    Args:
        total: question without a breakdown; it asks for every metric of the other.
        parts: question by one stretch of the calendar.
        warehouse, masked: as for `read_parts`.
    """
    if masked:
        total, parts = (replace(one, asked=_masked(one.asked)) for one in (total, parts))

    @cache
    def both() -> tuple[pl.DataFrame, pl.DataFrame]:
        return _read_with_total(total, parts, warehouse)

    kept = warehouse.cache
    if kept is None:
        return list(both())
    keys = [CacheKey((warehouse.pin,), _text(one, warehouse, masked, one is parts)) for one in (total, parts)]
    made = [kept.cached(key, lambda place=place: _encoded(both()[place])) for place, key in enumerate(keys)]  # type: ignore[misc]
    return [_decoded(content) for content in made]


def _read_with_total(total: Question, parts: Question, warehouse: Warehouse) -> tuple[pl.DataFrame, pl.DataFrame]:
    asked, wanted = parts.asked, {metric.name for metric in parts.metrics}
    totals, broken_down = [], []
    for scan in plan_scans(total.metrics):
        names = [metric.name for metric in scan.metrics if metric.name in wanted]
        if not names:
            totals.append(_read_scan(scan, total.asked, warehouse))
            continue
        frame = _named(warehouse.frame(select_with_total(scan, asked)), scan, asked)
        is_total = pl.col("g") == 1
        whole = frame.filter(is_total).drop("g", asked.by[0].name)
        totals.append(
            _known(whole, scan, asked, warehouse) if whole.height else _read_scan(scan, total.asked, warehouse)
        )
        broken_down.append(frame.filter(~is_total).select(asked.by[0].name, *names))
    return pl.concat(totals, how="horizontal"), _joined(broken_down, parts, warehouse, fill=True)


def _read(question: Question, warehouse: Warehouse, fill: bool) -> pl.DataFrame:
    frames = [_read_scan(scan, question.asked, warehouse) for scan in plan_scans(question.metrics)]
    if not question.asked.by:
        return pl.concat(frames, how="horizontal")
    return _joined(frames, question, warehouse, fill)


def _joined(frames: Sequence[pl.DataFrame], question: Question, warehouse: Warehouse, fill: bool) -> pl.DataFrame:
    """The frames of all scans side by side, what is missing in one of them filled with what it is over no rows."""
    names = [dimension.name for dimension in question.asked.by]
    frame = reduce(lambda left, right: left.join(right, on=names, how="full", coalesce=True, nulls_equal=True), frames)
    empty = empty_values(question.metrics, warehouse) if fill or len(frames) > 1 else {}
    if fill:
        frame = with_gaps(frame, question.asked, warehouse)
    return _filled(frame, empty)


def _read_scan(scan: Scan, asked: Slice, warehouse: Warehouse) -> pl.DataFrame:
    frame = _named(warehouse.frame(scan_select(scan, asked)), scan, asked)
    return frame if asked.by else _known(frame, scan, asked, warehouse)


def _named(frame: pl.DataFrame, scan: Scan, asked: Slice) -> pl.DataFrame:
    """Columns called as people call them; one of `g` keeps its name."""
    if frame.height > MAX_ROWS:
        raise InputError(
            f"The answer has more than {MAX_ROWS:,} rows. Ask for fewer dimensions, a shorter period or a filter.",
            field="by",
        )
    names = [dimension.name for dimension in asked.by] + [metric.name for metric in scan.metrics]
    return frame.rename(dict(zip(frame.columns, names, strict=False)))


def _known(frame: pl.DataFrame, scan: Scan, asked: Slice, warehouse: Warehouse) -> pl.DataFrame:
    """A total; missing where there is nothing it could have counted."""
    if _has_rows(scan, asked, warehouse):
        return frame
    return frame.with_columns(
        pl.lit(None, dtype=frame.schema[metric.name]).alias(metric.name) for metric in scan.metrics
    )


def _has_rows(scan: Scan, asked: Slice, warehouse: Warehouse) -> bool:
    """Whether 0 would be the truth: the fact has data at all, and the period began before the data ends."""
    as_of = warehouse.snapshot.as_of
    is_dated = asked.period is not None and scan.metrics[0].date_column is not None
    if is_dated and as_of is not None and asked.period is not None and asked.period.start > as_of:
        return False
    counted = warehouse.snapshot.counts.get(scan.fact.name)
    if counted is None:
        counted = warehouse.frame(select(func.count()).select_from(scan.fact)).item()
    return bool(counted)


def empty_values(metrics: Sequence[Metric], warehouse: Warehouse) -> dict[str, object]:
    """What each metric is over no rows at all: 0 for counts and sums of what is always known, else missing.

    Missing too where the fact has no data whatever: 0 would not be the truth.
    """
    found: dict[str, object] = {}
    for scan in plan_scans(metrics):
        if not _has_rows(scan, Slice((), (), None), warehouse):
            continue
        narrowed = Scan(tuple(replace(metric, where=false(), joins=metric.joins) for metric in scan.metrics))
        row = warehouse.frame(aggregate_select(narrowed, Slice((), (), None))).row(0)
        found |= dict(zip([metric.name for metric in scan.metrics], row, strict=True))
    return found


def _filled(frame: pl.DataFrame, empty: dict[str, object]) -> pl.DataFrame:
    known = {name: value for name, value in empty.items() if value is not None}
    return frame.with_columns(
        pl.col(name).fill_null(pl.lit(value).cast(frame.schema[name])) for name, value in known.items()
    )


def combined(frames: Sequence[pl.DataFrame], question: Question) -> pl.DataFrame:
    """Sum over tenants. Distinct counts are summed too: tenants share no customers, orders or products.

    What cannot be told from theirs, as a percentile, is missing over several tenants.
    """
    if len(frames) == 1:
        return frames[0]
    names = [dimension.name for dimension in question.asked.by]
    stacked = pl.concat(frames, how="vertical_relaxed")
    sums = [
        pl.when(pl.col(metric.name).count() > 0, pl.lit(metric.adds_clients and not is_percentile(metric)))
        .then(pl.col(metric.name).sum())
        .alias(metric.name)
        for metric in question.metrics
    ]
    return stacked.group_by(names).agg(sums) if names else stacked.select(sums)


def _masked(asked: Slice) -> Slice:
    """Personal labels replaced by one that says nothing; filters on them see the replacement too."""
    return replace(
        asked,
        by=tuple(_mask(dimension) for dimension in asked.by),
        filters=tuple((_mask(dimension), wanted) for dimension, wanted in asked.filters),
    )


def _mask(dimension: Dimension) -> Dimension:
    if dimension.name not in MASKED:
        return dimension
    return replace(dimension, columns={fact: MASKED[dimension.name] for fact in dimension.columns})


def _text(question: Question, warehouse: Warehouse, masked: bool, fill: bool) -> str:
    """Everything an answer depends on, as text."""
    asked = question.asked
    return repr((
        definitions_digest(), warehouse.studies_version, warehouse.snapshot.checksum,
        sorted(warehouse.parameters.items()), masked, fill,
        [(metric.name, metric.fact.name) for metric in question.metrics],
        [dimension.name for dimension in asked.by], [wanted for _, wanted in asked.filters], asked.period,
    ))  # fmt: skip


@lru_cache(maxsize=1)
def definitions_digest() -> str:
    """Changes with any definition, so that a new version never shows an old version's numbers."""
    metrics = {metric.name: metric for measure in CATALOGUE.values() for metric in metrics_of(measure)}
    texts = [
        repr(compile_select(aggregate_select(Scan((one,)), Slice((), (), None)), {}))
        for metric in metrics.values()
        for one in (metric, metric.cheaper)
        if one is not None
    ]
    texts += [f"{one.name} {fact} {column}" for one in DIMENSIONS.values() for fact, column in one.columns.items()]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _encoded(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_ipc(buffer)
    return buffer.getvalue()


def _decoded(content: bytes) -> pl.DataFrame:
    return pl.read_ipc(BytesIO(content), use_pyarrow=False)
