"""What a chart is: a figure, one sentence for those who do not see it, and the same numbers as a table."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from portal.charts.theme import Figure
from portal.metrics.format import format_value
from portal.metrics.model import Unit

MISSING = "–"


@dataclass(frozen=True)
class Axis:
    """How the numbers of a chart are called and written.

    Attributes:
        label: the metric's label ("Net sales").
        unit: unit of the values.
        currency: ISO 4217 code, used for money only.
    """

    label: str
    unit: Unit
    currency: str

    def short(self, value: float | None) -> str:
        """For marks and ticks: "£1.32M"."""
        return format_value(value, self.unit, self.currency, short=True)

    def tick(self, value: float) -> str:
        """For axes: as `short`, without the zeros of a round number."""
        return re.sub(r"\.0+$", "", self.short(value))

    def bare(self, value: float) -> str:
        """For marks that stand close together: as `short`, without the currency, which the axis names."""
        return re.sub(r"^\D+", "", self.short(value))

    def exact(self, value: float | None) -> str:
        """For tables and hovering: "£1,321,004.50"."""
        return format_value(value, self.unit, self.currency, short=False)


@dataclass(frozen=True)
class Column:
    """One column of a chart's table."""

    text: str
    is_number: bool = True


@dataclass(frozen=True)
class Table:
    """The numbers of a chart as formatted text, one list per row."""

    caption: str = ""
    head: tuple[Column, ...] = ()
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """A figure with its words and its table; `empty` says instead what would be here and what to load."""

    figure: Figure = field(default_factory=dict)
    summary: str = ""
    table: Table = field(default_factory=Table)
    empty: str = ""

    def payload(self) -> dict[str, Any]:
        """What the browser gets."""
        table = {
            "caption": self.table.caption,
            "head": [{"text": column.text, "is_number": column.is_number} for column in self.table.head],
            "rows": self.table.rows,
        }
        return {"figure": self.figure, "summary": self.summary, "table": table, "empty": self.empty}


def empty_chart(message: str) -> Chart:
    """A chart without data that says so."""
    return Chart(summary=message, empty=message)


def number(value: Any) -> float | None:
    """A plain float for a figure; None where the value is missing."""
    if value is None:
        return None
    plain = float(value)
    return None if math.isnan(plain) or math.isinf(plain) else plain


def largest(frame: pd.DataFrame, column: str, sign: int = 1) -> Any:
    """The row with the largest value of a column (the smallest with sign −1); the column must be known in all rows."""
    return frame.iloc[int((frame[column].astype(float) * sign).to_numpy().argmax())]


def numbers(values: Any) -> list[float | None]:
    """`number` of each value."""
    return [number(value) for value in values]


def signed(text: str, value: float | None) -> str:
    """`text` of an absolute value with the sign of `value` in front: "+£1.2k", "−£340"."""
    if value is None or value == 0:
        return text
    return ("+" if value > 0 else "−") + text


def shortened(label: str, longest: int = 24) -> str:
    """A label that fits beside a bar."""
    return label if len(label) <= longest else label[: longest - 1].rstrip() + "…"
