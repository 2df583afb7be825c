"""The last steps of an answer: ratios, transforms, order of rows. Pure frame to frame."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from portal.metrics.arithmetic import divided
from portal.metrics.lookup import Question
from portal.metrics.model import Dimension, Measure, Metric, Ratio


def finished(parts: pl.DataFrame, question: Question) -> pl.DataFrame:
    """From a frame of dimensions and plain metrics to exactly the columns asked for, sorted."""
    names = [measure.name for measure in question.measures]
    for measure in question.measures:
        parts = with_measure(parts, measure)
    return ordered(_as_words(parts, question.asked.by), question).select(
        *(dimension.name for dimension in question.asked.by), *names
    )


def with_measure(frame: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """The frame with the measure's column; what it is made of is there or is made first."""
    if isinstance(measure, Metric) or measure.name in frame.columns:
        return frame
    if isinstance(measure, Ratio):
        return frame.with_columns(divided(frame[measure.top.name], frame[measure.bottom.name]).alias(measure.name))
    for part in measure.inputs:
        frame = with_measure(frame, part)
    return frame.with_columns(measure.compute(frame).alias(measure.name))


def with_own_values(whole: pl.DataFrame, own: Sequence[pl.DataFrame], name: str, by: list[str]) -> pl.DataFrame:
    """The frame of all tenants with column `name` as the tenants' own frames have it.

    Where several tenants have the row it is of neither of them: missing.
    """
    stacked = pl.concat([frame.select(*by, name) for frame in own], how="vertical_relaxed")
    alone = pl.when(pl.len() == 1).then(pl.col(name).first()).alias(name)
    if not by:
        return whole.with_columns(stacked.select(alone)[name])
    return whole.join(stacked.group_by(by).agg(alone), on=by, how="left", nulls_equal=True, maintain_order="left")


def _as_words(frame: pl.DataFrame, by: tuple[Dimension, ...]) -> pl.DataFrame:
    flags = [dimension.name for dimension in by if dimension.kind == "flag"]
    return frame.with_columns(
        pl.when(pl.col(name)).then(pl.lit("yes")).when(~pl.col(name)).then(pl.lit("no")).alias(name) for name in flags
    )


def ordered(frame: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Along time where there is a time dimension, else largest first metric first; labels decide ties."""
    by = question.asked.by
    if not by:
        return frame
    labels = [dimension.name for dimension in by]
    if any(dimension.kind == "time" for dimension in by):
        times = [dimension.name for dimension in by if dimension.kind == "time"]
        return frame.sort([*times, *(name for name in labels if name not in times)], nulls_last=True)
    first = question.measures[0].name
    return frame.sort([first, *labels], descending=[True, *(False for _ in labels)], nulls_last=True)
