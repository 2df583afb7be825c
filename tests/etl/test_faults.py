"""Loads that are killed, or run out of disk: the last snapshot serves, nothing is half published, the next succeeds."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from etl.request import STEPS
from tests.etl.shop import TENANT, Shop

ROOT = Path(__file__).resolve().parents[2]


def child(shop: Shop, step: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.etl.killed_load", str(shop.folder), step]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.write("0.csv", "0,2026-03-01,P,1,1,C")
    shop.load()
    return shop


@pytest.mark.parametrize("step", STEPS)
def test_killed_anywhere(shop: Shop, step: str) -> None:
    before = int(shop.net().split()[0])
    number = shop.store.current(TENANT.id).number
    shop.write(f"{before}.csv", f"{before},2026-03-01,P,1,1,C")
    assert child(shop, step).returncode == -signal.SIGKILL
    is_served = STEPS.index(step) >= STEPS.index("pointer moved")
    assert shop.net() == (f"{before + 1} rows {before + 1}.00" if is_served else f"{before} rows {before}.00")
    assert shop.store.current(TENANT.id).notice == ""
    shop.load()
    assert shop.net() == f"{before + 1} rows {before + 1}.00"
    assert shop.store.current(TENANT.id).number > number
    assert list(shop.store.folder(TENANT.id).rglob("*building*")) == []


@pytest.mark.parametrize("step", ["begun", "read", "built", "tables written", "snapshot written"])
def test_a_full_disk_is_told_plainly_and_publishes_nothing(shop: Shop, step: str) -> None:
    served, number = shop.net(), shop.store.current(TENANT.id).number
    path = shop.write("more.csv", *[f"x{n},2026-03-01,P{n},1,1,C" for n in range(50)])
    found = child(shop, f"full:{step}")
    path.unlink()
    assert (found.returncode, found.stderr) == (5, "")
    assert found.stdout.startswith("DeliveryError: ")
    assert "Free s" in found.stdout
    assert (shop.net(), shop.store.current(TENANT.id).number) == (served, number)
