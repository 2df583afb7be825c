"""From what to reorder to one product and its layers, in a real browser; numbers as in `tests/metrics/golden.py`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import violations

pytestmark = pytest.mark.browser
QUARTER = "period=custom&start=2026-01-01&end=2026-03-31"


def test_from_the_list_to_a_product_and_its_layers(screen: Page) -> None:
    screen.goto(f"/inventory?{QUARTER}")
    screen.locator("#inventory-reorder-body").get_by_role("link", name="Mug").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Product")
    expect(screen.locator("#product-layers-body")).to_contain_text("10 Jan 2026")
    expect(screen.locator("#product-moves-body")).to_contain_text("receipt")
    assert violations(screen) == []


def test_a_task_opens_its_rows(screen: Page) -> None:
    screen.goto(f"/inventory?{QUARTER}")
    screen.locator("#inventory-tasks-body").get_by_role("button", name="Order 2 products").click()
    expect(screen.locator("#rows-body")).to_contain_text("Lamp")


def test_ages_by_units(screen: Page) -> None:
    screen.goto(f"/inventory?{QUARTER}")
    screen.locator("#switch-view").get_by_text("By units", exact=True).click()
    expect(screen.locator("#inventory-ageing-summary")).to_contain_text("61–90 days")


def test_a_phone_shows_it_without_moving_sideways(phone: Page) -> None:
    phone.goto(f"/inventory?{QUARTER}")
    expect(phone.locator("#inventory-reorder-body")).to_contain_text("Mug")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
