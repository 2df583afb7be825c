"""Studies: what statistics says about a snapshot, worked out once and asked for like any other number.

Each module has the studies of one area. They are made when a number first needs them, or by the worker right after a
load, and kept beside the snapshot as Arrow files that every process maps.
"""

from __future__ import annotations

from portal.studies.customers import CUSTOMER_STUDIES
from portal.studies.finance import FINANCE_STUDIES
from portal.studies.forecasts import FORECAST_STUDIES
from portal.studies.leads import LEAD_STUDIES
from portal.studies.loyalty import POINTS
from portal.studies.marketing import MARKETING_STUDIES
from portal.studies.members import MEMBERS
from portal.studies.model import Study
from portal.studies.prices import PRICE_STUDIES
from portal.studies.rolling import ROLLING
from portal.studies.stock import STOCK_STUDIES

__all__ = ["STUDIES", "Study"]

_ALL: tuple[Study, ...] = (
    *CUSTOMER_STUDIES,
    *FINANCE_STUDIES,
    *LEAD_STUDIES,
    *FORECAST_STUDIES,
    *PRICE_STUDIES,
    *POINTS,
    *MEMBERS,
    ROLLING,
    *STOCK_STUDIES,
    *MARKETING_STUDIES,
)

STUDIES: dict[str, Study] = {study.table.name: study for study in _ALL}
