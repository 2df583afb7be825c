"""What was generated: sizes and the dirt that was put in on purpose."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Manifest:
    """One generated source.

    Attributes:
        last_day: the last business date with data.
        rows: sheet or file name to number of data rows written, dirt included.
        dirt: kind of dirt to number of rows it was put into. A row has at most one kind that leads to its rejection.
    """

    last_day: date
    rows: dict[str, int]
    dirt: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain types for a JSON file."""
        return {**asdict(self), "last_day": self.last_day.isoformat()}
