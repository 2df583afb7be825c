"""HTML attributes with a dash in their name, which Python cannot write as keywords."""

from __future__ import annotations

from typing import Any


def aria(**values: str) -> dict[str, Any]:
    """`aria(label="Close")` is aria-label="Close"."""
    return _dashed("aria", values)


def data(**values: str) -> dict[str, Any]:
    """`data(drill="net_sales")` is data-drill="net_sales"."""
    return _dashed("data", values)


def _dashed(prefix: str, values: dict[str, str]) -> dict[str, Any]:
    return {f"{prefix}-{name.replace('_', '-')}": value for name, value in values.items()}
