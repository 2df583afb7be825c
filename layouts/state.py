"""What a person is looking at: period, comparison, filters, and the switches of the screen. Lives in the address.

A state comes from an address or from the browser, so every value is checked here and a wrong one falls back to its
default: a link from last year must still open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.model import Filter, Period

PERIODS: dict[str, str] = {
    "7d": "7 days", "30d": "30 days", "90d": "90 days", "12m": "12 months", "mtd": "This month", "custom": "Dates",
}  # fmt: skip
COMPARISONS: dict[str, str] = {
    "previous": "vs previous", "year": "vs last year", "none": "No comparison",
}  # fmt: skip
AGAINST: dict[str, str] = {"previous": "Previous period", "year": "Same period last year", "none": ""}
GRAINS: dict[str, str] = {"auto": "Auto", "day": "Day", "week": "Week", "month": "Month"}
TREND_METRICS: dict[str, str] = {
    "net_sales": "Net sales", "gross_profit": "Gross profit", "orders": "Orders", "aov": "Order value",
    "units": "Units",
}  # fmt: skip
BREAKDOWNS: dict[str, str] = {
    "product": "Product", "category": "Category", "channel": "Channel", "shop": "Shop", "city": "City",
    "country": "Country", "employee": "Employee", "payment_method": "Payment",
}  # fmt: skip
PLACES = ("country", "city", "zone")
FILTERS = ("channel", "category", "place", "source")
SHARED = ("period", "start", "end", "compare", *FILTERS, "client")
"""What a person keeps when going to another screen."""

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MAX_VALUES = 50
_MAX_LENGTH = 200
_CHOICES: dict[str, Collection[str]] = {
    "period": PERIODS, "compare": COMPARISONS, "metric": CATALOGUE, "grain": GRAINS, "by": DIMENSIONS,
}  # fmt: skip


@dataclass(frozen=True)
class ScreenState:
    """Everything that decides what a screen shows.

    place holds "country=France" or "city=Dhaka"; client is a tenant's name or "all GBP" for a superadmin. metric, by
    and view are empty for what the screen shows first (`by`: the first breakdown the tenant has values for); metric
    and by name something that exists, but not always something the screen has. focus is what a screen looks at more
    closely, in its own words.
    """

    period: str = "30d"
    start: str = ""
    end: str = ""
    compare: str = "previous"
    channel: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    client: str = ""
    metric: str = ""
    grain: str = "auto"
    by: str = ""
    view: str = ""
    focus: str = ""

    def period_of(self, last_day: date) -> Period:
        """The half-open period that ends with `last_day` (or the dates chosen)."""
        end = last_day + timedelta(days=1)
        if self.period == "custom" and self.start and self.end:
            first, last = sorted((date.fromisoformat(self.start), date.fromisoformat(self.end)))
            return Period(first, last + timedelta(days=1))
        if self.period == "mtd":
            return Period(last_day.replace(day=1), end)
        if self.period == "12m":
            return Period(year_before(end), end)
        days = {"7d": 7, "90d": 90}.get(self.period, 30)
        return Period(end - timedelta(days=days), end)

    def filters(self) -> tuple[Filter, ...]:
        """The filters as `portal.metrics` wants them."""
        chosen = {name: getattr(self, name) for name in FILTERS if name != "place"}
        for name in PLACES:
            chosen[name] = tuple(value.partition("=")[2] for value in self.place if value.startswith(f"{name}="))
        return tuple(Filter(name, values) for name, values in sorted(chosen.items()) if values)

    def grain_of(self, period: Period) -> str:
        """day, week or month: as chosen, else what gives a readable number of points."""
        if self.grain != "auto":
            return self.grain
        if period.days <= 92:
            return "day"
        return "week" if period.days <= 400 else "month"

    def changed(self, **values: Any) -> ScreenState:
        """The same state with other values, checked like any other input."""
        return read_state({**self.plain(), **values})

    def plain(self) -> dict[str, Any]:
        """As JSON: what the browser's store holds."""
        return {
            each.name: list(value) if isinstance(value := getattr(self, each.name), tuple) else value
            for each in fields(self)
        }


def address_of(path: str, state: ScreenState) -> str:
    """The address that shows a state; what is at its default is left out."""
    defaults = ScreenState()
    named = {each.name: getattr(state, each.name) for each in fields(state)}
    pairs = {name: value for name, value in named.items() if value != getattr(defaults, name)}
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path


def read_state(values: Mapping[str, Any] | None) -> ScreenState:
    """The state of an address or a store; unknown names and wrong values are left out."""
    state = ScreenState()
    for each in fields(ScreenState):
        if values and each.name in values:
            state = replace(state, **{each.name: _checked(each.name, values[each.name])})
    if state.period == "custom" and not (state.start and state.end):
        return replace(state, period=ScreenState.period)
    return state


def year_before(day: date) -> date:
    """The same calendar day a year earlier; 29 February becomes 28."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _checked(name: str, value: Any) -> Any:
    if name in FILTERS:
        values = value if isinstance(value, list | tuple) else [value]
        return tuple(each[:_MAX_LENGTH] for each in values if isinstance(each, str) and each)[:_MAX_VALUES]
    text = value if isinstance(value, str) else ""
    if name in {"start", "end"}:
        return _day(text)
    if name in {"client", "focus"}:
        return text[:_MAX_LENGTH]
    if name == "view":
        return text if _IDENTIFIER.fullmatch(text) else ""
    return text if text in _CHOICES[name] else getattr(ScreenState, name)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
