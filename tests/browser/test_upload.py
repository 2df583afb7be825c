"""From a file with a dirty row to a number on the screen, in a real browser and with a real worker."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running, desk_screen, portal_in, violations

pytestmark = pytest.mark.browser
SLOW_MS = 120_000
"""A load is several processes one after the other; a busy machine is slow, not wrong."""
ORDERS = """order,day,product,qty,price,state
1,03/02/2026,Mug,2,5.00,delivered
2,04/02/2026,Mug,1,6.50,Versandt
3,05/02/2026,Plate,x,3.00,delivered
"""
NOTED = "order,day,product,qty,price,note\n1,2026-02-03,Mug,2,5,\n2,2026-02-04,Mug,1,5,Test order\n"
DROP = """([text, name]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name, { type: "text/csv" }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector(".drop").dispatchEvent(
      new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files }));
  }
}"""


@pytest.fixture(scope="module")
def empty_home(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home: Path = tmp_path_factory.mktemp("empty") / "home"
    shutil.copytree(_template_home, home)
    return home


@pytest.fixture(scope="module")
def empty(empty_home: Path) -> Iterator[Running]:
    """A portal without any data; the admin of Amber Shop is signed in."""
    with portal_in(empty_home, "admin") as found:
        yield found


@pytest.fixture
def worker(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process that loads, as `portal serve` starts it."""
    monkeypatch.setenv("PORTAL_HOME", str(empty_home))
    process = subprocess.Popen([sys.executable, "-m", "portal", "worker"], stderr=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait(60)


@pytest.fixture
def page(chromium: Browser, empty: Running) -> Iterator[Page]:
    with desk_screen(chromium, empty) as opened:
        opened.set_default_timeout(SLOW_MS)
        yield opened


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_role("group", name=label, exact=True).locator("button.dash-dropdown").click()
    page.get_by_role("option", name=re.compile(option)).click()


def drop(page: Page, text: str, name: str) -> None:
    page.wait_for_selector("[data-pick]")
    page.evaluate(DROP, [text, name])


def test_from_a_dropped_file_to_a_number(page: Page, worker: None) -> None:
    page.goto("/")
    page.locator("#overview-notice").get_by_role("link", name="Add data").click()
    drop(page, ORDERS, "orders.csv")
    expect(page.locator("#upload-title")).to_be_focused(timeout=SLOW_MS)
    page.get_by_role("link", name="Decide").click()
    pick(page, "Dates are written", "^Day first")
    expect(page.locator("#upload-state")).to_contain_text("One thing is still to decide", timeout=SLOW_MS)
    page.get_by_role("button", name="What Versandt in state means").click()
    page.keyboard.type("shipp")
    page.keyboard.press("Enter")
    expect(page.locator("#upload-state")).to_contain_text("Nothing is missing", timeout=SLOW_MS)
    expect(page.locator(".cell-bad")).to_contain_text("number not readable", timeout=SLOW_MS)
    page.get_by_role("link", name="Check it").click()
    expect(page.locator(".sum")).to_have_text("3 rows read = 2 would load + 1 rejected", timeout=SLOW_MS)
    page.get_by_role("button", name="Load 2 rows").click()
    expect(page.locator("#upload-body")).to_contain_text("orders.csv is loaded", timeout=SLOW_MS)
    page.goto("/?period=custom&start=2026-02-01&end=2026-02-28")
    expect(page.locator("#overview-net_sales-value")).to_have_text("£16.50", timeout=SLOW_MS)


def test_a_refused_file_says_why_and_another_may_be_tried(page: Page) -> None:
    page.goto("/admin/upload")
    drop(page, "", "empty.csv")
    expect(page.get_by_role("alert")).to_contain_text("empty.csv is empty")
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Choose a file").click()
    rows = b"day,product,qty,price\n2026-02-03,Cup,2,5.00\n"
    chosen.value.set_files({"name": "cups.csv", "mimeType": "text/csv", "buffer": rows})
    expect(page.locator("#upload-period")).to_contain_text("cups.csv", timeout=SLOW_MS)
    page.reload()
    expect(page.locator("#upload-period")).to_contain_text("cups.csv", timeout=SLOW_MS)
    page.go_back()
    expect(page.locator("#upload-title")).to_have_text("Choose a file")


def test_on_a_phone_each_step_fits_and_axe_finds_nothing(chromium: Browser, empty: Running) -> None:
    context = chromium.new_context(base_url=empty.address, viewport={"width": 390, "height": 844}, is_mobile=True,
                                   reduced_motion="reduce")  # fmt: skip
    context.add_cookies([{"name": name, "value": value, "url": empty.address} for name, value in empty.cookies.items()])
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    page.goto("/admin/upload")
    drop(page, ORDERS.replace("state", "status"), "phone.csv")
    page.wait_for_url(re.compile("step=review"))
    for step in ("review", "fix", "check"):
        page.goto(re.sub(r"step=\w+", f"step={step}", page.url))
        page.wait_for_selector("#upload-body:not(.is-loading):not(:has([data-waits], .wait))")
        page.wait_for_selector(".upload-samples.is-loading", state="detached")
        page.wait_for_timeout(500)  # colours fade in
        assert (page.evaluate("document.documentElement.scrollWidth"), violations(page)) == (390, [])
    context.close()


def test_more_choices_leave_rows_out_under_a_name(page: Page) -> None:
    page.goto("/admin/upload")
    drop(page, NOTED, "notes.csv")
    page.wait_for_url(re.compile("step=review"))
    page.goto(page.url.replace("step=review", "step=fix"))
    page.get_by_text("More choices").click()
    pick(page, "Rows where the column", "^note$")
    pick(page, "Its cell", "^contains$")
    page.get_by_label("This text", exact=True).fill("test")
    page.get_by_role("button", name="Leave these rows out").click()
    expect(page.locator(".more-done")).to_contain_text("note contains test", timeout=SLOW_MS)
    page.wait_for_selector("#upload-body:not(.is-loading):not(:has([data-waits], .wait))")
    page.wait_for_timeout(500)  # colours fade in
    assert violations(page) == []
    page.get_by_role("link", name="Check it").click()
    expect(page.locator(".sum")).to_have_text("2 rows read = 1 would load + 1 excluded", timeout=SLOW_MS)
