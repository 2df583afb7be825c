"""Painted screens kept by snapshot: the same question of the same data is answered without asking again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from dash._utils import to_json

from callbacks.desk import Desk
from portal.cache import CacheKey
from portal.metrics.parts import definitions_digest

_LOOK = "1"
"""Raise it when what is painted changes without a change of a definition."""


def kept(desk: Desk, what: str, make: Callable[[Desk], dict[str, Any]]) -> dict[str, Any]:
    """What `make` paints for the desk, as JSON values; from the cache when nothing it depends on has changed."""
    cache = desk.parts.warehouses.cache
    if cache is None or not desk.tenants:
        return make(desk)
    content = cache.cached(screen_key(desk, what), lambda: to_json(make(desk)).encode())
    painted: dict[str, Any] = orjson.loads(content)
    return painted


def screen_key(desk: Desk, what: str) -> CacheKey:
    """Tenants and snapshots, policies, state, permissions, day, and the definitions of all metrics."""
    opened = [desk.parts.warehouses.open(desk.viewer, tenant) for tenant in desk.tenants]
    facts = (
        what, _LOOK, definitions_digest(), desk.state, desk.today, desk.last_day, sorted(desk.viewer.permissions),
        [sorted(warehouse.parameters.items()) for warehouse in opened],
        [warehouse.snapshot.checksum for warehouse in opened],
    )  # fmt: skip
    return CacheKey(tuple(warehouse.pin for warehouse in opened), repr(facts))
