"""Where the JSON export of OneSoko and the pages of its API keep their records."""

from __future__ import annotations

from etl.source import JsonForm
from etl.sources.onesoko_forms import ADDRESSES, ANALYTICS, KINDS, ORDER_ITEMS, ORDERS, PAGE, SHOP_PRODUCTS, TRACKING
from etl.sources.sheet import Form


def _columns(form: Form) -> dict[str, str]:
    """Column to path: every name a column of the form may have, but not the parent's id, which the reader adds."""
    names = [name for column, others in form.columns.items() for name in (column, *others)]
    return {name: name for name in names if name != "parent_id"}


def _nested(prefix: str) -> tuple[JsonForm, ...]:
    """Lists and single records inside an order, as some endpoints give them."""
    inside = ((ORDER_ITEMS, ("items", "order_items")), (TRACKING, ("tracking", "order_tracking")),
              (ANALYTICS, ("analytics", "order_analytics")), (ADDRESSES, ("shipping_address",)))  # fmt: skip
    return tuple(JsonForm(f"{prefix}.{paths[0]}", paths, _columns(form)) for form, paths in inside)


_CHILDREN = {ORDERS.kind: _nested(ORDERS.kind)}
_EVERY_COLUMN = {"id": "id"} | {name: path for kind in KINDS for name, path in _columns(kind.form).items()}

JSON_FORMS: tuple[JsonForm, ...] = (
    *(
        JsonForm(one.form.kind, (one.form.kind, *one.names), _columns(one.form), _CHILDREN.get(one.form.kind, ()))
        for one in KINDS
        if one.form is not SHOP_PRODUCTS
    ),
    JsonForm(PAGE, (PAGE,), _EVERY_COLUMN, _nested(PAGE)),
)
"""Where the export and the pages of the API keep their records."""
