"""Every screen, in the order of the side bar."""

from __future__ import annotations

from layouts import customers, delivery, finance, inventory, leads, overview, parcel, product, sales, sources, upload
from layouts.page import Page

NUMBERS: tuple[Page, ...] = (
    overview.PAGE, sales.PAGE, inventory.PAGE, customers.PAGE, delivery.PAGE, leads.PAGE, finance.PAGE,
)  # fmt: skip
"""Screens of numbers: they have the filter bar, saved views, and period and filters go along from one to another."""

PAGES: tuple[Page, ...] = (*NUMBERS, parcel.PAGE, product.PAGE, sources.PAGE, upload.PAGE)
