"""Every screen, in the order of the side bar."""

from __future__ import annotations

from layouts import delivery, leads, overview, sales, sources, upload
from layouts.page import Page

NUMBERS: tuple[Page, ...] = (overview.PAGE, sales.PAGE, delivery.PAGE, leads.PAGE)
"""Screens of numbers: they have the filter bar, saved views, and period and filters go along from one to another."""

PAGES: tuple[Page, ...] = (*NUMBERS, sources.PAGE, upload.PAGE)
