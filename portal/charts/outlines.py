"""Outlines of countries for maps, as plain lines: no tiles, no network.

Drawn by hand for this product from the well-known positions of capes, towns on the coast and corners of borders, with
straight lines between: right to some twenty kilometres, for orientation only. Where there is no outline a map shows
its grid of degrees alone.
"""

from __future__ import annotations

from itertools import pairwise

Line = tuple[tuple[float, float], ...]
"""Points of longitude and latitude in degrees."""

_EGYPT: Line = (
    (25.15, 31.65), (25.9, 31.62), (27.25, 31.37), (28.9, 30.83), (29.45, 30.95), (29.9, 31.2), (30.36, 31.47),
    (31.0, 31.6), (31.85, 31.53), (32.3, 31.27), (33.1, 31.1), (33.8, 31.13), (34.22, 31.32), (34.9, 29.49),
    (34.65, 29.0), (34.52, 28.5), (34.25, 27.75), (33.62, 28.24), (33.2, 28.95), (32.7, 29.6), (32.56, 29.95),
    (32.35, 29.6), (32.65, 29.1), (33.08, 28.36), (33.55, 27.8), (33.83, 27.25), (33.95, 26.75), (34.28, 26.1),
    (34.9, 25.07), (35.47, 23.95), (35.6, 23.2), (36.3, 22.4), (36.87, 22.0), (25.0, 22.0), (25.0, 29.2), (24.85, 29.9),
    (25.15, 31.65),
)  # fmt: skip
_NILE: tuple[Line, ...] = (
    ((31.35, 22.0), (32.6, 23.3), (32.9, 24.09), (32.9, 24.9), (32.65, 25.7), (32.75, 26.17), (32.24, 26.05),
     (31.7, 26.56), (31.18, 27.18), (30.75, 28.1), (31.1, 29.07), (31.23, 30.05), (31.13, 30.2)),
    ((31.13, 30.2), (30.8, 30.7), (30.55, 31.2), (30.36, 31.47)),
    ((31.13, 30.2), (31.2, 30.45), (31.25, 30.75), (31.4, 31.03), (31.85, 31.53)),
)  # fmt: skip
_KENYA: Line = (
    (39.2, -4.68), (39.67, -4.05), (40.12, -3.22), (40.25, -2.6), (40.9, -2.27), (41.56, -1.68), (40.99, -0.85),
    (40.98, 2.8), (41.85, 3.92), (41.17, 3.92), (40.77, 4.26), (39.85, 3.84), (39.56, 3.42), (38.9, 3.5), (38.12, 3.6),
    (36.85, 4.45), (36.16, 4.45), (35.82, 4.78), (35.3, 5.0), (34.0, 4.25), (34.48, 3.56), (34.6, 3.05), (35.03, 1.9),
    (34.67, 1.18), (34.18, 0.52), (33.9, 0.11), (33.9, -0.95), (34.07, -1.06), (37.7, -3.1), (37.77, -3.68),
    (39.2, -4.68),
)  # fmt: skip

OUTLINES: dict[str, tuple[Line, ...]] = {"Egypt": (_EGYPT,), "Kenya": (_KENYA,)}
"""Country to its borders and coasts."""

RIVERS: dict[str, tuple[Line, ...]] = {"Egypt": _NILE}
"""Country to the rivers its cities lie along."""


def country_at(longitude: float, latitude: float) -> str:
    """The country whose outline holds a point; "" where none does."""
    return next((name for name, lines in OUTLINES.items() if _holds(lines[0], longitude, latitude)), "")


def _holds(line: Line, x: float, y: float) -> bool:
    """Whether a closed line goes round a point: a ray to the east crosses it an odd number of times."""
    inside = False
    for (x0, y0), (x1, y1) in pairwise(line):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside
