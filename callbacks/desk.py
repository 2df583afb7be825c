"""What an adapter works with: who asks, about which tenants, for which period and comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import func, select

from layouts.state import ScreenState, read_state
from portal import auth
from portal.clock import utc_now
from portal.metrics import DIMENSIONS
from portal.metrics.compare import Comparison, compared_period
from portal.metrics.dimensions import CALENDAR
from portal.metrics.format import format_day
from portal.metrics.lookup import can_answer
from portal.metrics.model import Filter, Period, Query
from portal.metrics.query import run_many, run_with_total
from portal.parts import Parts
from portal.viewer import Permission, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import fact_lead, fact_order, fact_shipment
from portal.wiring import parts

State = dict[str, Any]
"""What the browser's filter store holds."""

_ALL = "all "
_QUIET_DAYS = 3


@dataclass(frozen=True)
class Desk:
    """One question's surroundings.

    Attributes:
        viewer: who asks.
        tenants: whose numbers; empty when nothing has been loaded yet.
        state: what the screen shows.
        last_day: last business date with data, or today when the data reaches it.
        today: today in the tenants' time zone.
        parts: the installation.
        answers: what was asked on this desk already.
    """

    viewer: Viewer
    tenants: tuple[TenantRef, ...]
    state: ScreenState
    last_day: date
    today: date
    parts: Parts
    answers: dict[tuple[Query, bool], pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    @property
    def currency(self) -> str:
        """ISO 4217 code of every amount."""
        return self.tenants[0].currency if self.tenants else ""

    @property
    def period(self) -> Period:
        """The period chosen."""
        return self.state.period_of(self.last_day)

    @property
    def earlier(self) -> Period | None:
        """The period it is compared with; None for no comparison, or when the data does not reach back to it."""
        found = earlier_period(self.period, self.state, self.last_day)
        return found if found is not None and self.reaches(found) else None

    @property
    def no_comparison(self) -> str:
        """Why there is no comparison, and what to do."""
        if self.state.compare == "none" or self.first_day is None:
            return "Choose a comparison to see what changed."
        return f"The data begins on {format_day(self.first_day)}: nothing like for like to compare with."

    @cached_property
    def first_day(self) -> date | None:
        """First business date of a booked order, of a lead where there are none; the latest of them over tenants."""
        found = [first_day_of(self.parts.warehouses.open(self.viewer, tenant)) for tenant in self.tenants]
        return max((day for day in found if day is not None), default=None)

    def reaches(self, period: Period) -> bool:
        """Whether the data covers a period from its start, but for a few quiet days."""
        if self.first_day is None:
            return False
        slack = timedelta(days=max(_QUIET_DAYS, period.days // 10))
        return self.first_day <= period.start + slack and self.first_day < period.end

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The filters chosen, those of dimensions that exist."""
        return tuple(each for each in self.state.filters() if each.dimension in DIMENSIONS)

    def can_ask(self, name: str, *by: str) -> bool:
        """Whether a metric exists under the filters chosen, broken down by `by`."""
        return can_answer(name, (*by, *(each.dimension for each in self.filters)))

    def ask(
        self, metrics: Sequence[str], by: Sequence[str] = (), period: Period | None = None, fill: bool = False
    ) -> pd.DataFrame:
        """The answer as numbers: columns `by` + metrics, amounts as float, missing as NaN."""
        return as_floats(self.exact(metrics, by, period, fill), metrics)

    def exact(
        self, metrics: Sequence[str], by: Sequence[str] = (), period: Period | None = None, fill: bool = False
    ) -> pd.DataFrame:
        """The answer as `run` gives it: amounts as Decimal, missing as None."""
        query = Query(tuple(metrics), tuple(by), period or self.period, self.filters)
        known = self._known(query, fill)
        if known is None:
            known = run_many([query], self.viewer, self.tenants, self.parts.warehouses, fill)[0].frame
            self.answers[query, fill] = known
        return known.copy()

    def ask_ahead(self, totals: Sequence[str], parts: Sequence[str], by: str, period: Period) -> None:
        """Ask for totals, and for some of them by a stretch of the calendar (filled), at once: it is one scan.

        What is asked for afterwards is found among these answers.
        """
        if not parts or not {*parts} <= {*totals}:
            return
        total = Query(tuple(totals), (), period, self.filters)
        split = Query(tuple(parts), (by,), period, self.filters)
        found = run_with_total(total, split, self.viewer, self.tenants, self.parts.warehouses)
        self.answers[total, False], self.answers[split, True] = found[0].frame, found[1].frame

    def _known(self, query: Query, fill: bool) -> pd.DataFrame | None:
        """What this request has asked before; totals and series are also found among others of the same period."""
        if (query, fill) in self.answers:
            return self.answers[query, fill]
        if not {*query.by} <= {*CALENDAR}:  # the order of other breakdowns depends on the metrics asked for
            return None
        for (other, filled), frame in self.answers.items():
            is_same = (other.by, other.period) == (query.by, query.period) and (filled == fill or not query.by)
            if is_same and {*query.metrics} <= {*other.metrics}:
                return frame[[*query.by, *query.metrics]]
        return None

    def ask_unfiltered(self, metrics: Sequence[str], by: Sequence[str], period: Period | None = None) -> pd.DataFrame:
        """As `ask`, over everything loaded: no filters, and all time unless a period is given."""
        query = Query(tuple(metrics), tuple(by), period)
        answer = run_many([query], self.viewer, self.tenants, self.parts.warehouses)[0]
        return as_floats(answer.frame, metrics)


def first_day_of(warehouse: Warehouse) -> date | None:
    """First business date of a booked order, else of a lead, else of a parcel; None where there are none of them."""
    order, lead = fact_order.c.order_date, fact_lead.c.lead_date
    parcel = func.coalesce(fact_shipment.c.ship_date, fact_shipment.c.delivered_date)
    for day, is_meant in ((order, fact_order.c.is_booked), (lead, lead.is_not(None)), (parcel, parcel.is_not(None))):
        frame = warehouse.frame(select(day).where(is_meant, day.is_not(None)).order_by(day).limit(1))
        if frame.height:
            found: date = frame.item()
            return found
    return None


def open_desk(state: Mapping[str, Any] | None, permission: Permission = Permission.VIEW) -> Desk:
    """The desk of the person who sent this request.

    Raises:
        AccessError: nobody is signed in, or the role does not allow `permission`.
    """
    viewer, found = auth.viewer(permission), parts()
    checked = read_state(state)
    tenants = chosen_tenants(viewer, checked.client, found)
    today = today_in(tenants[0].timezone if tenants else "UTC", utc_now())
    return Desk(viewer, tenants, checked, last_day(tenants, found, today), today, found)


def chosen_tenants(viewer: Viewer, client: str, found: Parts) -> tuple[TenantRef, ...]:
    """The tenants with data that are meant: one by name, all of one currency ("all GBP"), or the largest group."""
    loaded = [tenant for tenant in viewer.tenants if found.warehouses.has_data(viewer, tenant)]
    named = tuple(tenant for tenant in loaded if tenant.name == client)
    if named or not loaded or client in {tenant.name for tenant in viewer.tenants}:
        return named
    groups = currency_groups(loaded)
    wanted = client.removeprefix(_ALL) if client.startswith(_ALL) else max(groups, key=lambda code: len(groups[code]))
    return groups.get(wanted) or next(iter(groups.values()))


def currency_groups(tenants: Sequence[TenantRef]) -> dict[str, tuple[TenantRef, ...]]:
    """Tenants by currency; amounts of different currencies are never added."""
    codes = dict.fromkeys(tenant.currency for tenant in tenants)
    return {code: tuple(tenant for tenant in tenants if tenant.currency == code) for code in codes}


def client_choices(viewer: Viewer) -> list[dict[str, str]]:
    """What an operator can choose from: everybody in one currency, then each client."""
    groups = currency_groups(viewer.tenants)
    everybody = [
        {"value": f"{_ALL}{code}", "label": f"All clients in {code}"} for code, some in groups.items() if len(some) > 1
    ]
    return everybody + [{"value": tenant.name, "label": tenant.name} for tenant in viewer.tenants]


def client_value(desk: Desk) -> str:
    """Which of `client_choices` is shown."""
    if len(desk.tenants) > 1:
        return f"{_ALL}{desk.currency}"
    return desk.tenants[0].name if desk.tenants else desk.state.client


def last_day(tenants: Sequence[TenantRef], found: Parts, today: date) -> date:
    """Where periods end: today, or the last business date of the data when that is earlier."""
    dates = [snapshot.as_of for tenant in tenants if (snapshot := found.store.current(tenant.id))]
    known = [day for day in dates if day is not None]
    return min([today, *known]) if len(tenants) <= 1 else min(today, max(known, default=today))


def today_in(timezone: str, now: datetime) -> date:
    """The calendar day it is somewhere; `now` is UTC without zone."""
    return now.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(timezone)).date()


def earlier_period(period: Period, state: ScreenState, last: date) -> Period | None:
    """The period before, like for like: a running month meets the same days of the month before."""
    if state.compare == "none":
        return None
    comparison = Comparison.YEAR if state.compare == "year" else Comparison.PREVIOUS
    if state.period == "mtd":
        following = (period.start + timedelta(days=31)).replace(day=1)
        return compared_period(Period(period.start, following), comparison, last)
    return compared_period(period, comparison, last)


def as_floats(frame: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """The frame with metric columns as float, for drawing and comparing; the exact values stay with `run`."""
    return frame.assign(**{name: pd.to_numeric(frame[name], errors="coerce").astype(float) for name in metrics})
