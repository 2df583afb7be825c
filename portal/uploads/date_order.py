"""Which part of a date comes first: what the format of a mapping says, and the format turned to another order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etl.dates import ISO, day_leads
from portal.uploads.questions import UNDECIDED


def date_order(form: Mapping[str, Any]) -> str:
    """Which part of a date comes first, as the format says: day, month, year, or "" where it does not."""
    if isinstance(form.get("day_first"), bool):
        return "day" if form["day_first"] else "month"
    formats = listed(form.get("dates", []))
    leads = {day_leads(one) for one in formats}
    if form.get("day_first") == UNDECIDED or len(leads - {None}) > 1 or not formats:
        return ""
    if leads == {None}:
        return "year" if all(one == ISO or one.startswith("%Y") for one in formats) else ""
    return "day" if True in leads else "month"


def turned_to(form: Mapping[str, Any], order: str) -> dict[str, Any]:
    """dates and day_first for an order: numeric formats are turned to it, the others stay."""
    formats = listed(form.get("dates", []))
    if not order:
        return {"dates": []}
    if order == "year":
        return {"dates": [one for one in formats if day_leads(one) is None] or ["iso"]}
    wanted = order == "day"
    turned = [one if day_leads(one) in {None, wanted} else _mirrored(one) for one in formats]
    return {"dates": list(dict.fromkeys(turned)), "day_first": wanted}


def _mirrored(form: str) -> str:
    return form.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")


def listed(value: Any) -> tuple[str, ...]:
    """A list of texts; one text stands for a list of one."""
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)
