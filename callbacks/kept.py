"""Painted screens kept by snapshot: the same question of the same data is answered without asking again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from plotly.io.json import to_json_plotly  # type: ignore[attr-defined]

from callbacks.desk import Desk
from portal.cache import CacheKey
from portal.metrics.parts import definitions_digest

_PAINTERS = ("callbacks", "layouts", "portal/charts", "portal/metrics", "portal/analysis", "portal/studies")
"""Folders whose code decides what is painted."""


def kept(desk: Desk, what: str, make: Callable[[Desk], dict[str, Any]]) -> dict[str, Any]:
    """What `make` paints for the desk, as JSON values; from the cache when nothing it depends on has changed."""
    cache = desk.parts.warehouses.cache
    if cache is None or not desk.tenants:
        return make(desk)
    content = cache.cached(screen_key(desk, what), lambda: _encoded(make(desk)))
    painted: dict[str, Any] = orjson.loads(content)
    return painted


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Changes with the code that paints, so that a new version never shows what an old one painted."""
    root = Path(__file__).resolve().parent.parent
    texts = [path.read_bytes() for folder in _PAINTERS for path in sorted((root / folder).rglob("*.py"))]
    return hashlib.sha256(b"".join(texts)).hexdigest()


def _encoded(painted: dict[str, Any]) -> bytes:
    return str(to_json_plotly(painted)).encode()  # type: ignore[no-untyped-call]


def screen_key(desk: Desk, what: str) -> CacheKey:
    """Tenants and snapshots, policies, state, permissions, day, and the definitions of all metrics."""
    opened = [desk.parts.warehouses.open(desk.viewer, tenant) for tenant in desk.tenants]
    facts = (
        what, code_digest(), definitions_digest(),
        desk.state, desk.today, desk.last_day, sorted(desk.viewer.permissions),
        [sorted(warehouse.parameters.items()) for warehouse in opened],
        [warehouse.snapshot.checksum for warehouse in opened],
    )  # fmt: skip
    return CacheKey(tuple(warehouse.pin for warehouse in opened), repr(facts))
