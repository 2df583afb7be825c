"""What happened on the days of a chart: events people marked, changes of policies and of prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl
from sqlalchemy import select

from callbacks.desk import Desk
from callbacks.words import bucket_end
from portal.events import KINDS, MARKED_DAYS
from portal.metrics import DIMENSIONS
from portal.metrics.format import format_word
from portal.metrics.model import Period
from portal.policies import BY_DAY, POLICIES
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_product, study_price_change

_CHANGE = study_price_change.c
_MOST_ON_A_MARK = 4
_LEAST_SHARE = 0.03
"""Prices that changed are marked where the products make up this share of net sales: a grocer changes some each day."""


@dataclass(frozen=True)
class Mark:
    """Something that happened from first_day to last_day, both included.

    kind: promotion, holiday, closure or remark (people's), policy or price (made by itself). title: in a few words.
    note: more of it. client: whose it is, where several are shown.
    """

    first_day: date
    last_day: date
    kind: str
    title: str
    note: str = ""
    client: str = ""

    @property
    def words(self) -> str:
        """ "Promotion: Spring sale"."""
        kind = {**KINDS, "policy": "Policy", "price": "Price"}[self.kind]
        return f"{kind}: {self.title}{f' ({self.client})' if self.client else ''}"


def marks_of(desk: Desk, period: Period) -> list[Mark]:
    """Everything marked in a period, by day; of all clients shown."""
    several = len(desk.tenants) > 1
    found: list[Mark] = []
    for tenant in desk.tenants:
        warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
        client = tenant.name if several else ""
        found += [*_events(warehouse, client), *_policies(warehouse, client), *_prices(warehouse, client, period)]
    touching = [one for one in found if one.last_day >= period.start and one.first_day < period.end]
    return sorted(touching, key=lambda one: (one.first_day, one.words))


def bucket_marks(marks: Sequence[Mark], buckets: Iterable[date], grain: str) -> dict[date, str]:
    """What a chart says at each bucket: of what begins in it; of a chart by day also of what goes on."""
    told: dict[date, str] = {}
    for bucket in buckets:
        end = bucket_end(bucket, grain)
        here = [one for one in marks if bucket <= one.first_day < end or _goes_on(one, bucket, grain)]
        if here:
            more = [f"and {len(here) - _MOST_ON_A_MARK} more"] if len(here) > _MOST_ON_A_MARK else []
            told[bucket] = "; ".join([*(one.words for one in here[:_MOST_ON_A_MARK]), *more])
    return told


def _goes_on(mark: Mark, day: date, grain: str) -> bool:
    return grain == "day" and mark.first_day <= day <= mark.last_day


def _events(warehouse: Warehouse, client: str) -> list[Mark]:
    return [
        Mark(date.fromisoformat(first), date.fromisoformat(last), kind, title, note, client)
        for first, last, kind, title, note in warehouse.policies.get(MARKED_DAYS, ())
    ]


def _policies(warehouse: Warehouse, client: str) -> list[Mark]:
    """Each change of a policy that came into force on a day."""
    found = []
    for name, policy in POLICIES.items():
        steps = warehouse.policies.get(f"{name}{BY_DAY}") or ()
        for (_, before), (day, after) in pairwise(steps):
            if before != after and day > date.min:
                found.append(
                    Mark(
                        day,
                        day,
                        "policy",
                        f"{format_word(name)} is {after}",
                        f"It was {before}. {policy.meaning}",
                        client,
                    )
                )
    return found


def _prices(warehouse: Warehouse, client: str, period: Period) -> list[Mark]:
    """One mark a day on which prices of a noticeable share of sales changed: of the product sold for the most."""
    label = DIMENSIONS["product"].columns["fact_order_line"]
    rows = warehouse.frame(
        select(_CHANGE.change_date, label.label("product"), _CHANGE.old_price, _CHANGE.new_price, _CHANGE.sales_share)
        .join_from(study_price_change, dim_product, dim_product.c.product_key == _CHANGE.product_key)
        .where(_CHANGE.change_date >= period.start, _CHANGE.change_date < period.end)
        .order_by(_CHANGE.change_date, _CHANGE.sales_share.desc(), label)
    )  # fmt: skip
    days = rows.group_by("change_date", maintain_order=True)
    moving = ((day, changes) for (day,), changes in days if changes["sales_share"].sum() >= _LEAST_SHARE)
    return [_price_mark(day, changes, client) for day, changes in moving]


def _price_mark(day: object, changes: pl.DataFrame, client: str) -> Mark:
    assert isinstance(day, date)
    first = changes.row(0, named=True)
    title = f"{first['product']} {_price(first['old_price'])} → {_price(first['new_price'])}"
    more = f" and {changes.height - 1} more" if changes.height > 1 else ""
    return Mark(day, day, "price", title + more, "", client)


def _price(amount: float) -> str:
    """Two decimals, or three digits of what is less than one."""
    return f"{amount:,.2f}" if amount >= 1 else f"{amount:.3g}"
