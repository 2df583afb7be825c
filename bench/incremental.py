"""A hundred changed orders in a tenant of a million: from the load's start to the number on an open screen.

    python -m bench.incremental [ORDERS]

The tenant's orders lie in one CSV file of a folder; each round adds a file with a hundred orders, ninety of them
known ones in another state. `portal load` runs as its own process, while the Overview is open in a browser.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from bench.installation import PORTAL, Installation, install, served
from bench.measure import Run, run, table

ORDERS = 1_000_000
CHANGED = 100
ROUNDS = 5
PATIENCE_MS = 120_000
LAST_DAY = date(2026, 10, 31)
SHOWN = "#overview-net_sales-value"
HEAD = "order,day,customer,phone,city,channel,product,quantity,price,state\n"
MAPPING = """
[format]
dates = ["%Y-%m-%d"]
[[entity]]
name = "order_line"
files = ["*.csv"]
key = ["order_id", "#"]
[entity.columns]
order_id = "order"
order_date = "day"
customer_id = "customer"
phone = "phone"
city = "city"
channel = "channel"
product_id = "product"
quantity = "quantity"
unit_price = "price"
order_status = "state"
"""


@dataclass(frozen=True)
class Round:
    """One load of changed orders: the process, seconds until the screen shows it, whether all of it tied."""

    run: Run
    seen: float


def measure(orders: int = ORDERS) -> str:
    """The table of the first load and of the rounds."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        files.mkdir()
        mapping = Path(folder) / "mapping.toml"
        mapping.write_text(MAPPING)
        _write(files / "orders.csv", range(orders), orders, "delivered")
        there = install(Path(folder) / "home")
        command = [PORTAL, "load", "--tenant", "Bench", "--source", "table", "--mapping", str(mapping), str(files)]
        first = run(command, there.environ)
        with served(there), _overview(there) as page:
            rounds = [_round(command, there, page, files, orders, number) for number in range(ROUNDS)]
    return _text(orders, first, rounds)


def _write(path: Path, numbers: range | list[int], orders: int, state: str) -> None:
    with path.open("w", encoding="utf-8") as handle:
        handle.write(HEAD)
        for number in numbers:
            handle.writelines(_lines(number, orders, state))


def _lines(number: int, orders: int, state: str) -> Iterator[str]:
    """One or two lines of an order; every third of three hundred thousand customers comes back."""
    customer = number * 7919 % 300_000
    day = LAST_DAY - timedelta(days=1000 - number * 1000 // orders) if number < orders else LAST_DAY
    for line in range(1 + (number % 10 < 4)):
        product = (number * 31 + line * 7) % 2000
        yield (
            f"{number},{day},C{customer},+2010{customer:08d},{('Cairo', 'Giza', 'Alexandria')[customer % 3]},"
            f"{('web', 'phone')[number % 2]},P{product},{1 + number % 3},{product + 5}.50,{state}\n"
        )


class _overview:
    """The Overview of the last year in a browser that has painted it."""

    def __init__(self, there: Installation) -> None:
        self.there = there

    def __enter__(self) -> Page:
        self.driver = sync_playwright().start()
        self.browser = self.driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = self.browser.new_page(viewport={"width": 1440, "height": 1000})
        page.context.add_cookies(list(self.there.browser_cookies()))  # type: ignore[arg-type]
        page.goto(f"{self.there.settings.base_url}/?period=90d")
        expect(page.locator(SHOWN)).to_have_text(re.compile("[0-9]"), timeout=PATIENCE_MS)
        page.wait_for_timeout(4000)
        return page

    def __exit__(self, *_: object) -> None:
        self.browser.close()
        self.driver.stop()


def _round(command: list[str], there: Installation, page: Page, files: Path, orders: int, number: int) -> Round:
    dice = random.Random(number)
    known = dice.sample(range(orders * 95 // 100, orders), CHANGED * 9 // 10)
    new = range(orders + number * 10, orders + number * 10 + CHANGED // 10)
    _write(files / f"changed-{number}.csv", [*known, *new], orders, "cancelled" if number % 2 == 0 else "delivered")
    before = page.locator(SHOWN).text_content()
    start = time.perf_counter()
    done = run(command, there.environ)
    expect(page.locator(SHOWN)).not_to_have_text(before or "", timeout=PATIENCE_MS)
    return Round(done, time.perf_counter() - start)


def _text(orders: int, first: Run, rounds: list[Round]) -> str:
    rows = [(f"first load of {orders:,} orders", f"{first.wall:.1f}", f"{first.cpu:.1f}", f"{first.peak_mb:,.0f}", "")]
    for number, each in enumerate(rounds, start=1):
        done = each.run
        rows.append((f"{CHANGED} changed orders, round {number}", f"{done.wall:.1f}", f"{done.cpu:.1f}",
                     f"{done.peak_mb:,.0f}", f"{each.seen:.1f}"))  # fmt: skip
    median = statistics.median(each.seen for each in rounds)
    rows.append(("median of the rounds", "", "", "", f"**{median:.1f}**"))
    head = ("", "load, s", "CPU s", "peak MB (all processes)", "start of the load to the screen, s")
    return (
        f"## {CHANGED} changed orders in a tenant of {orders:,}\n\n`portal load` of a folder that got one more file, "
        "start of the process included, until an Overview that is open in a browser shows the new number by itself."
        f"\n\n{table(head, rows)}\n"
    )


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS))
