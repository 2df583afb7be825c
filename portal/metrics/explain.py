"""How a number is made: its formula with the numbers in it, what is left out, where the rows came from, how fresh."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.metrics import CATALOGUE
from portal.metrics.evidence import Exclusion, SourceShare, TieOut, read_exclusions, read_sources, read_tie_out
from portal.metrics.format import as_decimal, format_value
from portal.metrics.lookup import Question, look_up, measure_called, metrics_of
from portal.metrics.model import Better, Measure, Metric, Query, Ratio, Unit
from portal.metrics.query import answer, open_all
from portal.viewer import Permission, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouses

_NAME = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)*\b")


@dataclass(frozen=True)
class Part:
    """One number that goes into another: exact, and as people read it."""

    name: str
    label: str
    value: Decimal | None
    text: str


@dataclass(frozen=True)
class Explanation:
    """Everything a reader needs to trust one number.

    Attributes:
        name, label, unit, better, meaning, strength: from the definition.
        value, text: the number, exact and as people read it.
        formula: in words, with the labels of the parts.
        numbers: the same with the current numbers filled in, ending in "= result".
        parts: the numbers in the formula.
        excluded: rows of the same period and filters that do not count, by reason.
        sources: which source gave how many of the rows that count.
        tie_out: whether source totals and warehouse totals agree.
        snapshots: snapshot number by tenant name.
        as_of: latest business date in the data (the earliest with several tenants).
        built_at: when the oldest of the snapshots was published, UTC.
        currency: ISO 4217.
    """

    name: str
    label: str
    unit: Unit
    better: Better
    meaning: str
    strength: str
    value: Decimal | str | None
    text: str
    formula: str
    numbers: str
    parts: tuple[Part, ...]
    excluded: tuple[Exclusion, ...]
    sources: tuple[SourceShare, ...]
    tie_out: TieOut
    snapshots: Mapping[str, int]
    as_of: date | None
    built_at: datetime
    currency: str

    def age_days(self, today: date) -> int | None:
        """Days since the latest business date in the data; None when it has none."""
        return (today - self.as_of).days if self.as_of else None


def explain(
    name: str, question: Query, viewer: Viewer, tenants: Sequence[TenantRef], warehouses: Warehouses
) -> Explanation:
    """Explain metric `name` in the period and under the filters of `question` (its metrics and breakdown are ignored).

    Raises: as `portal.metrics.query.run`.
    """
    measure = measure_called(name)
    needs = getattr(measure, "needs", "")
    parts = _parts_of(measure)
    asked = (() if needs else (name,)) + tuple(part for part in parts if part != name)
    found = look_up(replace(question, metrics=asked, by=()))
    opened = open_all(viewer, tenants, warehouses)
    numbers = answer(found, opened, Permission.SEE_PERSONAL_DATA not in viewer.permissions)
    values = {each: numbers.value(each) for each in asked}
    filled = tuple(_part(part, values[part], numbers.currency) for part in parts if part in values)
    text = format_value(values.get(name), measure.unit, numbers.currency)
    first = _first_metric(found, measure)
    return Explanation(
        name=name, label=measure.label, unit=measure.unit, better=measure.better, meaning=measure.meaning,
        strength=measure.strength, value=_exact(values.get(name)), text=text, formula=_in_words(measure),
        numbers=_with_numbers(measure, filled, text), parts=filled,
        excluded=read_exclusions(first, found.asked, opened), sources=read_sources(first, found.asked, opened),
        tie_out=read_tie_out(opened), snapshots=numbers.snapshots, as_of=numbers.as_of,
        built_at=min(warehouse.snapshot.built_at for warehouse in opened), currency=numbers.currency,
    )  # fmt: skip


def formula_of(measure: Measure) -> str:
    """The formula with the names of the catalogue: "net_sales ÷ orders"."""
    if isinstance(measure, Ratio):
        return f"{measure.top.name} ÷ {measure.bottom.name}"
    return measure.formula


def _parts_of(measure: Measure) -> tuple[str, ...]:
    if isinstance(measure, Ratio):
        return (measure.top.name, measure.bottom.name)
    if isinstance(measure, Metric):
        return measure.parts
    return tuple(part.name for part in measure.inputs)


def _first_metric(question: Question, measure: Measure) -> Metric:
    """The metric whose rows are looked at: the measure itself, or the top of a ratio, in the form it was run."""
    name = metrics_of(measure)[0].name
    return next(metric for metric in question.metrics if metric.name == name)


def _in_words(measure: Measure) -> str:
    labels = {part: CATALOGUE[part].label for part in _parts_of(measure)}
    return _replaced(formula_of(measure), labels)


def _with_numbers(measure: Measure, parts: Sequence[Part], text: str) -> str:
    """The formula with numbers where names of parts stand; one without names stays in words."""
    needs = getattr(measure, "needs", "")
    if needs:
        return f"One number for each {needs}: ask for it by {needs}."
    return f"{_replaced(formula_of(measure), {part.name: part.text for part in parts})} = {text}"


def _replaced(formula: str, texts: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: texts.get(match.group(), match.group()), formula)


def _part(name: str, value: object, currency: str) -> Part:
    measure = measure_called(name)
    return Part(name, measure.label, as_decimal(value), format_value(value, measure.unit, currency))


def _exact(value: Any) -> Decimal | str | None:
    return value if isinstance(value, str) else as_decimal(value)
