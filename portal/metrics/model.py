"""What a number is: metrics, ratios, dimensions, periods, filters.

A `Metric` aggregates one fact table. A `Ratio` divides two metrics after both are aggregated; it never averages
ratios, and a zero or missing denominator gives a missing value. A `Transform` rearranges a finished frame. Everything
that shows a number (tile, drill, export, e-mail, alert, API, command line) names one of the catalogue and calls
`portal.metrics.query.run`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Table


class Unit(StrEnum):
    """How a number is read and formatted."""

    MONEY = "money"
    COUNT = "count"
    QUANTITY = "quantity"
    RATE = "rate"
    NUMBER = "number"
    DAYS = "days"
    HOURS = "hours"
    GRADE = "grade"


class Better(StrEnum):
    """Which direction is good news."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True)
class Metric:
    """An aggregate of one fact table.

    Attributes:
        name: identifier in code, command line, API, exports (metrics.md).
        label: heading for people.
        unit, better: how to format it and which direction is good.
        meaning: one or two sentences: what it includes and excludes, currency, dating rule.
        fact: the fact table.
        value: aggregate over `fact` (may use `dim_customer` through the dimension join "customer").
        where: always-applied condition on the fact ("booked orders only"), or None.
        date_column: fact column that places a row in time; None means "as of the snapshot", periods are ignored.
        joins: names of dimension tables the value itself needs (for example "dim_customer").
        is_additive: parts over any dimension add up to the total (distinct counts do not).
        formula: human formula with names of the parts ("gross_sales − discounts − returns_value").
        parts: metric names shown with numbers in the explanation.
        strength: S standard, V vendor practice, D our decision.
        per: key column; the metric then counts the keys for which `value`, aggregated over the key's rows, is true
            ("customers with at least two orders").
        adds_clients: the numbers of several clients may be added up; else (a parameter of a model) it is missing over
            several. Percentiles never are.
        cheaper: the same number from a smaller fact, taken whenever everything asked for exists there.
    """

    name: str
    label: str
    unit: Unit
    meaning: str
    fact: Table
    value: ColumnElement[Any]
    where: ColumnElement[bool] | None = None
    date_column: str | None = "order_date"
    joins: tuple[str, ...] = ()
    better: Better = Better.UP
    is_additive: bool = True
    formula: str = ""
    parts: tuple[str, ...] = ()
    strength: str = "S"
    per: ColumnElement[Any] | None = None
    adds_clients: bool = True
    cheaper: Metric | None = None


@dataclass(frozen=True)
class Ratio:
    """One metric divided by another, each aggregated first."""

    name: str
    label: str
    unit: Unit
    meaning: str
    top: Metric
    bottom: Metric
    better: Better = Better.UP
    strength: str = "S"


@dataclass(frozen=True)
class Transform:
    """A number worked out over a frame of finished metrics and ratios: it spans facts or looks at the other rows.

    Not a third way to define what is counted: it only rearranges numbers that have their one definition elsewhere
    (like growth or share), and has a name so that it can be asked for.

    Attributes:
        inputs: metrics and ratios it needs in the frame.
        compute: from the frame (one column per input) to the column of results; missing where an input is.
        needs: dimension without which it has no meaning ("employee"), or "".
        formula: the same in words, with the names of the inputs.
        policies: policies it weighs with; the frame has a column `policy.<name>` for each. Over several tenants it
            is worked out over each one's own rows; with rows of several it is missing.
    """

    name: str
    label: str
    unit: Unit
    meaning: str
    inputs: tuple[Metric | Ratio, ...]
    compute: Callable[[pl.DataFrame], pl.Series]
    formula: str
    needs: str = ""
    policies: tuple[str, ...] = ()
    better: Better = Better.UP
    strength: str = "S"


Measure = Metric | Ratio | Transform


@dataclass(frozen=True)
class Dimension:
    """A way to break numbers down.

    Attributes:
        name: identifier ("category").
        label: heading.
        columns: fact table name to the expression that yields the label there (a dimension column after the join, or
            a fact column); a metric whose fact is absent cannot be broken down by this dimension.
        joins: dimension tables needed, by table name; each joins on its own `<x>_key` (dim_date on the metric's
            date column).
        kind: "time" sorts by value and has gaps filled, "category" sorts by the first metric, "flag" is yes/no.
    """

    name: str
    label: str
    columns: Mapping[str, ColumnElement[Any]]
    joins: tuple[str, ...] = ()
    kind: str = "category"


@dataclass(frozen=True)
class Period:
    """Half-open range of business dates: start ≤ day < end."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Number of days in the period."""
        return (self.end - self.start).days


@dataclass(frozen=True)
class Filter:
    """`dimension` is one of `values` (labels; "" or "–" means not known)."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A question: which metrics, by which dimensions, in which period, under which filters. Hashable: cache key."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    period: Period | None = None
    filters: tuple[Filter, ...] = field(default=())
