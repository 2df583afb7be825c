"""Longer texts of the command line: explanations and the catalogue."""

from __future__ import annotations

from typing import Any

from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.explain import Explanation
from portal.metrics.format import format_value
from portal.metrics.model import Unit


def explanation_object(made: Explanation) -> dict[str, Any]:
    """The explanation as plain values for JSON."""
    return {
        "name": made.name, "label": made.label, "unit": str(made.unit), "value": made.value, "meaning": made.meaning,
        "formula": made.formula, "numbers": made.numbers,
        "parts": [{"name": part.name, "label": part.label, "value": part.value} for part in made.parts],
        "excluded": [{"reason": one.reason, "rows": one.rows, "amount": one.amount} for one in made.excluded],
        "sources": [
            {"source": one.source, "files": one.files, "rows": one.rows, "last_load": one.last_load}
            for one in made.sources
        ],
        "tie_out": {
            "totals": made.tie_out.totals, "untied": made.tie_out.untied,
            "rejected_rows": made.tie_out.rejected_rows, "failed_checks": made.tie_out.failed_checks,
        },
        "snapshot": next(iter(made.snapshots.values())), "as_of": made.as_of, "currency": made.currency,
    }  # fmt: skip


def explanation_text(made: Explanation) -> str:
    """The explanation as a few lines for people."""
    lines = [f"{made.label}: {made.text}", made.meaning, "", f"  {made.formula}", f"  {made.numbers}", ""]
    lines += [f"Not counted: {_left_out(made)}"]
    lines += [f"Sources: {', '.join(_source(one) for one in made.sources) or 'no rows'}"]
    tie_out = made.tie_out
    lines += [
        f"Tie-out: {tie_out.sentence} {tie_out.rejected_rows:,} source rows rejected, "
        f"{tie_out.failed_checks} checks failed."
    ]
    numbers = ", ".join(str(number) for number in made.snapshots.values())
    lines += [f"Snapshot {numbers} · data up to {made.as_of or 'an unknown day'} · {made.currency}"]
    return "\n".join(lines)


def catalogue_text() -> str:
    """Every metric with its meaning, then every dimension."""
    width = max(map(len, [*CATALOGUE, *DIMENSIONS]))
    metrics = [f"  {name:<{width}}  {measure.label}. {measure.meaning}" for name, measure in CATALOGUE.items()]
    dimensions = [f"  {name:<{width}}  {dimension.label}" for name, dimension in DIMENSIONS.items()]
    return "\n".join(["Metrics", *metrics, "", "Dimensions", *dimensions])


def _left_out(made: Explanation) -> str:
    if not made.excluded:
        return "nothing; every row of the period and filters counts."
    several = []
    for one in made.excluded:
        amount = f" ({format_value(one.amount, Unit.MONEY, made.currency)})" if one.amount is not None else ""
        several.append(f"{one.rows:,} rows{amount}: {one.reason}")
    return "; ".join(several) + "."


def _source(one: Any) -> str:
    load = f", load {one.last_load}" if one.last_load else ""
    return f"{one.source or 'derived'}: {one.rows:,} rows from {one.files:,} files{load}"
