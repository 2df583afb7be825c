"""Every screen, in the order of the side bar."""

from __future__ import annotations

from layouts import (
    alerts,
    customer,
    customers,
    delivery,
    events,
    finance,
    forecast,
    governance,
    inventory,
    invoice,
    leads,
    loyalty,
    marketing,
    overview,
    parcel,
    product,
    sales,
    service,
    sources,
    staff,
    upload,
)
from layouts.page import Page

NUMBERS: tuple[Page, ...] = (
    overview.PAGE, sales.PAGE, forecast.PAGE, inventory.PAGE, customers.PAGE, loyalty.PAGE, delivery.PAGE,
    service.PAGE, governance.PAGE, leads.PAGE, marketing.PAGE, finance.PAGE, staff.PAGE,
)  # fmt: skip
"""Screens of numbers: they have the filter bar, saved views, and period and filters go along from one to another."""

PAGES: tuple[Page, ...] = (
    NUMBERS[0], alerts.PAGE, *NUMBERS[1:], events.PAGE, customer.PAGE, parcel.PAGE, invoice.PAGE, product.PAGE,
    sources.PAGE, upload.PAGE,
)  # fmt: skip
