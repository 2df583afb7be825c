"""A line of a few pixels as a data address; the style sheet uses it as a mask, so its colour follows the theme."""

from __future__ import annotations

from urllib.parse import quote

from portal.charts.chart import numbers

_WIDTH, _HEIGHT, _PAD = 120.0, 26.0, 2.0


def sparkline(values: object) -> str:
    """The values as `url("data:…")`; an empty string when fewer than two are known.

    Missing values break the line. The scale runs from the smallest to the largest value: a sparkline shows shape,
    its card shows size.
    """
    points = numbers(values)
    known = [value for value in points if value is not None]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = (_WIDTH - 2 * _PAD) / max(len(points) - 1, 1)
    path, pen = [], "M"
    for position, value in enumerate(points):
        if value is None:
            pen = "M"
            continue
        y = _HEIGHT - _PAD - (value - low) / span * (_HEIGHT - 2 * _PAD)
        path.append(f"{pen}{_PAD + position * step:.1f} {y:.1f}")
        pen = "L"
    return f'url("data:image/svg+xml,{quote(_drawing("".join(path)))}")'


def _drawing(path: str) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH:.0f} {_HEIGHT:.0f}' "
        f"preserveAspectRatio='none'><path d='{path}' fill='none' stroke='black' stroke-width='1.6' "
        "stroke-linejoin='round' stroke-linecap='round' vector-effect='non-scaling-stroke'/></svg>"
    )
