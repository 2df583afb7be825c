"""A page in a fresh headless Chromium on loopback: first content, first KPI, all charts, bytes, filter to repaint."""

from __future__ import annotations

import time
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

CHARTS_DRAWN = """(count) => {
    const drawn = [...document.querySelectorAll('.js-plotly-plot')].filter(plot => plot.querySelector('.main-svg'));
    return drawn.length >= count;
}"""
FIRST_CONTENT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime || 0"


@dataclass(frozen=True)
class Subject:
    """A page to open: address, cookies to carry, what a KPI is, how many charts, what changes the filter."""

    name: str
    address: str
    cookies: tuple[dict[str, str], ...]
    kpi: str
    charts: int
    change: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """One cold opening: milliseconds since navigation, and bytes over the wire."""

    first_content: float
    first_kpi: float
    all_charts: float
    megabytes: float
    repaint: float


def look(browser: Browser, subject: Subject) -> Look:
    """Open `subject` in a fresh context (empty cache) and time it."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, bypass_csp=True)
    context.add_cookies(list(subject.cookies))  # type: ignore[arg-type]
    page = context.new_page()
    received = [0]
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished", lambda event: received.__setitem__(0, received[0] + event["encodedDataLength"])
    )
    start = time.perf_counter()
    page.goto(subject.address, wait_until="commit")
    page.wait_for_selector(subject.kpi, state="visible")
    kpi = time.perf_counter()
    page.wait_for_function(CHARTS_DRAWN, arg=subject.charts, polling=10)
    drawn = time.perf_counter()
    page.wait_for_load_state("networkidle")
    result = Look(
        page.evaluate(FIRST_CONTENT), (kpi - start) * 1000, (drawn - start) * 1000, received[0] / 1e6,
        _repaint(page, subject),
    )  # fmt: skip
    context.close()
    return result


def _repaint(page: Page, subject: Subject) -> float:
    """Milliseconds from the filter change until every chart that changes has been redrawn and the page is still."""
    if not subject.change:
        return float("nan")
    page.evaluate("""() => {
        window.redrawn = 0;
        document.querySelectorAll('.js-plotly-plot').forEach(plot =>
            plot.on('plotly_afterplot', () => { window.redrawn = performance.now(); }));
    }""")
    for selector in subject.change[:-1]:
        page.click(selector)
    started = page.evaluate("performance.now()")
    page.click(subject.change[-1], force=True)
    page.wait_for_function("window.redrawn > 0", polling=10)
    page.wait_for_timeout(700)
    return float(page.evaluate("window.redrawn")) - float(started)


def looks(subject: Subject, times: int) -> list[Look]:
    """`times` cold openings of `subject`, each in its own browser context."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            return [look(browser, subject) for _ in range(times)]
        finally:
            browser.close()
