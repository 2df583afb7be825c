"""From a number of Customers to a segment, from the segment to one customer and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Running, context_of

pytestmark = pytest.mark.browser


def test_a_manager_gets_from_the_screen_to_one_customer(chromium: Browser, running: Running) -> None:
    context = context_of(chromium, running)
    page = context.new_page()
    page.goto("/customers?period=12m")
    expect(page.locator("#customers-list-body")).to_contain_text("Bob")
    page.locator("#customers-list-body").get_by_role("link", name="Problematic").click()
    expect(page.locator("#customers-list-title")).to_have_text("Customers: Problematic")
    expect(page.locator("#customers-list-body")).not_to_contain_text("Bob")
    page.locator("#customers-list-body").get_by_role("link", name="Ann", exact=True).click()
    expect(page).to_have_url(re.compile("/customer\\?.*focus=1"))
    expect(page.locator("#customer-story-body")).to_contain_text("orders.csv")
    expect(page.locator("#customer-facts-body")).to_contain_text("ann@example.org")
    context.close()
