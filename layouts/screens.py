"""Every screen, in the order of the side bar."""

from __future__ import annotations

from layouts import customers, delivery, finance, leads, overview, parcel, sales, sources, upload
from layouts.page import Page

NUMBERS: tuple[Page, ...] = (overview.PAGE, sales.PAGE, customers.PAGE, delivery.PAGE, leads.PAGE, finance.PAGE)
"""Screens of numbers: they have the filter bar, saved views, and period and filters go along from one to another."""

PAGES: tuple[Page, ...] = (*NUMBERS, parcel.PAGE, sources.PAGE, upload.PAGE)
