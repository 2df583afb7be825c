"""What people do, in a real browser. The data ends on 31 March 2026; numbers as in `tests/metrics/golden.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import PASSWORD, Running
from tests.callbacks.conftest import stock_golden_shops
from tests.metrics.golden import SHOP

pytestmark = pytest.mark.browser
QUARTER = "period=custom&start=2026-01-01&end=2026-03-31"
PAINTED = ".chart-card.is-painted"


def open_screen(screen: Page, path: str) -> None:
    screen.goto(path)
    screen.wait_for_selector(f"{PAINTED} .js-plotly-plot .main-svg, {PAINTED}.is-empty")


def test_signing_in_leads_to_the_numbers(chromium: Browser, running: Running) -> None:
    page = chromium.new_context(base_url=running.address).new_page()
    page.goto(f"/?{QUARTER}")
    page.get_by_label("E-mail").fill(running.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#overview-net_sales-value")).to_have_text("£154.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.context.close()


def test_another_period_repaints_and_is_in_the_address(screen: Page) -> None:
    open_screen(screen, f"/?{QUARTER}")
    screen.get_by_text("This month", exact=True).click()
    expect(screen.locator("#overview-net_sales-value")).to_have_text("£60.00")
    expect(screen.locator("#overview-period")).to_contain_text("1 Mar – 31 Mar 2026")
    assert "period=mtd" in screen.url


def test_a_copied_address_opens_the_same_screen(screen: Page) -> None:
    open_screen(screen, f"/sales?{QUARTER}")
    screen.locator("#switch-metric").get_by_text("Orders", exact=True).click()
    expect(screen.locator("#sales-trend-title")).to_have_text("Orders over time")
    copied = screen.url
    open_screen(screen, copied)
    expect(screen.locator("#sales-trend-title")).to_have_text("Orders over time")
    expect(screen.locator("#sales-orders-value")).to_have_text("5")


def test_a_filter_narrows_every_card(screen: Page) -> None:
    open_screen(screen, f"/?{QUARTER}")
    screen.locator("#filter-channel").click()
    screen.get_by_role("option", name=re.compile("^web")).click()
    expect(screen.locator("#overview-net_sales-value")).to_have_text("£104.00")
    assert "channel=web" in screen.url


def test_the_theme_changes_without_the_server(screen: Page) -> None:
    open_screen(screen, f"/?{QUARTER}")
    asked: list[str] = []
    screen.on("request", lambda request: asked.append(request.url) if "/served" not in request.url else None)
    line = screen.locator("#overview-trend .scatterlayer path.js-line").last
    before = line.evaluate("node => getComputedStyle(node).stroke")
    screen.locator("#switch-theme").click()
    expect(screen.locator("html")).to_have_attribute("data-theme", "dark")
    expect(line).not_to_have_css("stroke", before)
    assert asked == []


def test_filters_go_along_to_another_screen(screen: Page) -> None:
    open_screen(screen, "/?period=90d&compare=year")
    screen.locator("#nav-sales").click()
    screen.wait_for_selector("#sales-trend-card.is-painted")
    assert screen.url.endswith("/sales?period=90d&compare=year")
    expect(screen.locator("#nav-sales")).to_have_attribute("aria-current", "page")


def test_a_number_opens_its_formula(screen: Page) -> None:
    open_screen(screen, f"/?{QUARTER}")
    screen.get_by_role("button", name="How is this number made: Net sales").click()
    expect(screen.locator("#formula")).to_contain_text("£165.00 − £2.00 − £9.00 = £154.00")
    screen.keyboard.press("Escape")
    expect(screen.locator("#formula")).not_to_be_visible()


def test_from_a_number_to_its_rows_to_one_record(screen: Page) -> None:
    open_screen(screen, f"/?{QUARTER}")
    screen.locator("#overview-net_sales-value").click()
    expect(screen.locator("#rows-title")).to_have_text("Net sales: 7 rows")
    screen.locator("#rows tr[data-record]").first.click()
    expect(screen.locator("#rows-record")).to_contain_text("Document")
    screen.get_by_role("button", name="Back to the rows").click()
    expect(screen.locator("#rows tr[data-record]")).to_have_count(7)


def test_a_bar_opens_the_rows_behind_it(screen: Page) -> None:
    open_screen(screen, f"/sales?{QUARTER}&by=category")
    bar = screen.locator("#sales-parts .bars path").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box() or {}
    screen.mouse.move(box["x"] + 20, box["y"] + 4)
    screen.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    expect(screen.locator("#sales-parts .hovertext")).to_contain_text("Home")
    screen.mouse.click(box["x"] + 30, box["y"] + box["height"] / 2)
    expect(screen.locator("#rows-title")).to_have_text("Net sales: 2 rows")


def test_hovering_over_the_trend_says_what_is_incomplete(screen: Page) -> None:
    open_screen(screen, "/sales?period=mtd&grain=week")
    hover = screen.locator("#sales-trend .hoverlayer")
    for share, words in ((0.4, "Net sales"), (0.97, "Incomplete")):
        box = screen.locator("#sales-trend .nsewdrag").first.bounding_box() or {}
        screen.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=5)
        expect(hover).to_contain_text(words)


def test_a_row_of_the_table_opens_the_rows_behind_it(screen: Page) -> None:
    open_screen(screen, f"/sales?{QUARTER}&by=category")
    screen.locator("#sales-table-holder").scroll_into_view_if_needed()
    screen.locator(".ag-center-cols-container .ag-row").nth(1).click()
    expect(screen.locator("#rows-title")).to_have_text("Net sales: 4 rows")
    expect(screen.locator("#rows")).to_contain_text("add up to net sales £49.00")


def test_a_chart_shows_its_table(screen: Page) -> None:
    open_screen(screen, f"/sales?{QUARTER}&grain=month")
    screen.locator("[data-table-toggle=sales-trend]").click()
    rows = screen.locator("#sales-trend-table tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.last).to_contain_text("£60.00")


def test_a_table_is_downloaded_as_it_is_filtered(screen: Page, tmp_path: Path) -> None:
    open_screen(screen, f"/sales?{QUARTER}&channel=web&by=category")
    screen.get_by_text("Export", exact=True).click()
    with screen.expect_download() as waiting:
        screen.get_by_text("Breakdown, CSV").click()
    waiting.value.save_as(tmp_path / "file.csv")
    lines = (tmp_path / "file.csv").read_text(encoding="utf-8-sig").splitlines()
    assert waiting.value.suggested_filename == "amber-shop-sales-by-category.csv"
    assert sum(float(line.split(",")[1]) for line in lines[1:]) == 104.0


def test_an_open_screen_follows_a_load(screen: Page, running: Running) -> None:
    open_screen(screen, f"/?{QUARTER}")
    expect(screen.locator("#overview-net_sales-value")).to_have_text("£154.00")
    try:
        stock_golden_shops(running.home, {"fact_order_line": SHOP["fact_order_line"][:1]})
        expect(screen.locator("#overview-net_sales-value")).not_to_have_text("£154.00")
    finally:
        stock_golden_shops(running.home)
    expect(screen.locator("#overview-net_sales-value")).to_have_text("£154.00")


def test_a_view_is_saved_opened_and_deleted(screen: Page) -> None:
    open_screen(screen, "/sales?period=90d")
    screen.locator("#saved-views-menu").click()
    screen.get_by_label("Name of this view").fill("Ninety days")
    screen.get_by_role("button", name="Save").click()
    expect(screen.get_by_role("link", name="Ninety days")).to_have_attribute("href", "/sales?period=90d")
    screen.get_by_role("button", name="Delete the view Ninety days").click()
    expect(screen.get_by_role("link", name="Ninety days")).to_have_count(0)


def test_a_slow_list_of_views_leaves_the_name_being_typed(screen: Page) -> None:
    open_screen(screen, "/sales?period=90d")
    held: list[Route] = []
    is_list = '"changedPropIds":["saved-views-menu.n_clicks"]'
    screen.route(
        "**/_dash-update-component*",
        lambda route: held.append(route) if is_list in (route.request.post_data or "") else route.continue_(),
    )
    with screen.expect_request(lambda request: is_list in (request.post_data or "")):
        screen.locator("#saved-views-menu").click()
    screen.get_by_label("Name of this view").fill("Typed early")
    with screen.expect_response(lambda response: is_list in (response.request.post_data or "")):
        held[0].continue_()
    expect(screen.get_by_text("and find it here again")).to_be_visible()
    expect(screen.get_by_label("Name of this view")).to_have_value("Typed early")


def test_the_keyboard_reaches_the_content(screen: Page) -> None:
    open_screen(screen, "/")
    screen.keyboard.press("Tab")
    expect(screen.get_by_text("Skip to content")).to_be_focused()
    screen.keyboard.press("Enter")
    assert screen.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("path", ["/", "/sales"])
def test_a_phone_never_scrolls_sideways(phone: Page, path: str) -> None:
    open_screen(phone, f"{path}?{QUARTER}")
    phone.wait_for_timeout(500)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_navigation_slides_in_on_a_phone(phone: Page) -> None:
    open_screen(phone, "/")
    phone.get_by_role("button", name="Open navigation").click()
    phone.get_by_role("link", name="Sales").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sales")
    expect(phone.locator("#side")).not_to_be_in_viewport()
