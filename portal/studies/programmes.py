"""The rules of each shop's loyalty programme: what the source says, else the policies."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal.analysis.points import Estimates, Worth
from portal.analysis.programme import Programme
from portal.policies import BY_DAY
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_shop, source_setting

WORTH_POLICIES = tuple(name + by for name in ("point_value", "point_breakage") for by in ("", BY_DAY))
RULE_POLICIES = ("points_rate", "points_minimum", "points_last_days", "tier_thresholds", "tier_multipliers")
_PREFIX = "loyalty_program:"
_NAMES = ("silver", "gold", "platinum")


def own_rules(warehouse: Warehouse) -> Programme:
    """The programme the policies describe."""
    values = [warehouse.policies[name] for name in RULE_POLICIES]
    rate, minimum, days, thresholds, multipliers = values
    return Programme(float(rate), float(minimum), int(days), _three(thresholds), _three(multipliers))


def estimates(warehouse: Warehouse) -> Estimates:
    """What a point is worth and how many are expected never to be redeemed, from each day on it changed."""
    said = {name: _steps_of(warehouse, name) for name in ("point_value", "point_breakage")}
    days = sorted({day for told in said.values() for day, _ in told})
    return tuple((day, Worth(_on(said["point_value"], day), _on(said["point_breakage"], day))) for day in days)


def _steps_of(warehouse: Warehouse, name: str) -> list[tuple[date, Decimal]]:
    told = warehouse.policies.get(f"{name}{BY_DAY}") or ((date.min, warehouse.policies[name]),)
    return [(day, Decimal(str(value))) for day, value in told]


def _on(told: list[tuple[date, Decimal]], day: date) -> Decimal:
    return next(value for start, value in reversed(told) if start <= day)


def programmes(warehouse: Warehouse) -> dict[int, Programme]:
    """Shop key to rules, for the shops whose source says it has a programme that is on."""
    setting = source_setting.c
    told = warehouse.frame(select(setting.setting, setting.value).where(setting.setting.like(f"{_PREFIX}%")))
    shops = dict(warehouse.frame(select(dim_shop.c.shop_id, dim_shop.c.shop_key)).iter_rows())
    found: dict[int, Programme] = {}
    for name, value in told.iter_rows():
        shop, rules = shops.get(name.removeprefix(_PREFIX)), _read(value, own_rules(warehouse))
        if shop is not None and rules is not None:
            found[int(shop)] = rules
    return found


def _read(value: str | None, default: Programme) -> Programme | None:
    """What a source says of its programme; what cannot be read is as the policies say. None when it is off."""
    try:
        said = json.loads(value or "{}")
    except ValueError:
        return default
    if not isinstance(said, dict) or str(said.get("is_active", "true")).lower() == "false":
        return None
    return Programme(
        _number(said.get("points_per_dollar"), default.rate),
        _number(said.get("minimum_spend_for_points"), default.minimum),
        int(_number(said.get("points_expiry_days"), default.expiry_days)),
        _three([_number(said.get(f"{name}_threshold"), known)
                for name, known in zip(_NAMES, default.thresholds, strict=True)]),
        _three([_number(said.get(f"{name}_multiplier"), known)
                for name, known in zip(_NAMES, default.multipliers, strict=True)]),
    )  # fmt: skip


def _three(values: Any) -> tuple[float, float, float]:
    first, second, third = (list(values) + [values[-1]] * 3)[:3]
    return float(first), float(second), float(third)


def _number(value: Any, default: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return default
