"""Numbers: one definition each, one way to ask for them (`portal.metrics.query.run`).

`CATALOGUE` and `DIMENSIONS` hold everything that can be asked for, by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from portal.metrics.after_sales import AFTER_SALES
from portal.metrics.cod import COD
from portal.metrics.customer_dimensions import CUSTOMER_STATES
from portal.metrics.customer_value import CUSTOMER_VALUE
from portal.metrics.customers import CUSTOMER
from portal.metrics.delivery import DELIVERY
from portal.metrics.delivery_dimensions import DELIVERY_STATES
from portal.metrics.delivery_notes import DELIVERY_NOTES
from portal.metrics.delivery_outcomes import DELIVERY_OUTCOMES
from portal.metrics.delivery_times import DELIVERY_TIMES
from portal.metrics.dimensions import PLACES_AND_PEOPLE, STATES, TIMES
from portal.metrics.finance import FINANCE
from portal.metrics.forecast import FORECASTS
from portal.metrics.governance import GOVERNANCE, GOVERNANCE_DIMENSIONS
from portal.metrics.leads import LEAD, LEAD_SCORE
from portal.metrics.loyalty import LOYALTY, LOYALTY_DIMENSIONS
from portal.metrics.margin import MARGIN
from portal.metrics.marketing import MARKETING
from portal.metrics.model import Dimension, Measure
from portal.metrics.order_care import ORDER_CARE
from portal.metrics.orders import ORDER
from portal.metrics.pipeline import PIPELINE
from portal.metrics.retention import RETENTIONS
from portal.metrics.sales import SALES
from portal.metrics.satisfaction import SATISFACTIONS
from portal.metrics.service import SERVICE, SERVICE_STATES
from portal.metrics.staff import STAFF
from portal.metrics.statements import STATEMENTS
from portal.metrics.stock import STOCK
from portal.metrics.stock_needs import STOCK_NEEDS, STOCK_STATES
from portal.metrics.stock_turns import STOCK_TURNS

__all__ = ["CATALOGUE", "DIMENSIONS"]


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_T = TypeVar("_T", bound=_Named)


def by_name(entries: Iterable[_T]) -> dict[str, _T]:
    """Entries under their names; a name given twice is refused."""
    found: dict[str, _T] = {}
    for entry in entries:
        if entry.name in found:
            raise ValueError(f"Two definitions are called '{entry.name}'.")
        found[entry.name] = entry
    return found


DIMENSIONS: dict[str, Dimension] = by_name(
    (
        *TIMES,
        *PLACES_AND_PEOPLE,
        *STATES,
        *GOVERNANCE_DIMENSIONS,
        LEAD_SCORE,
        *LOYALTY_DIMENSIONS,
        *DELIVERY_STATES,
        *SERVICE_STATES,
        *CUSTOMER_STATES,
        *STOCK_STATES,
    )
)
CATALOGUE: dict[str, Measure] = by_name(
    (
        *SALES,
        *MARGIN,
        *ORDER,
        *ORDER_CARE,
        *SERVICE,
        *CUSTOMER,
        *CUSTOMER_VALUE,
        *SATISFACTIONS,
        *RETENTIONS,
        *STOCK,
        *STOCK_NEEDS,
        *STOCK_TURNS,
        *STAFF,
        *FORECASTS,
        *DELIVERY,
        *DELIVERY_OUTCOMES,
        *DELIVERY_TIMES,
        *DELIVERY_NOTES,
        *COD,
        *STATEMENTS,
        *LEAD,
        *PIPELINE,
        *LOYALTY,
        *GOVERNANCE,
        *FINANCE,
        *MARKETING,
        *AFTER_SALES,
    )
)
