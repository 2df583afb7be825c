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
    command = [sys.executable, "-m", "tests.etl.killed_load", str(shop.folder), step, str(shop.patch_from)]
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


@pytest.mark.parametrize("step", [step for step in STEPS if STEPS.index(step) >= STEPS.index("conformed saved")])
def test_a_patch_killed_anywhere(shop: Shop, step: str) -> None:
    before = int(shop.net().split()[0])
    patching = Shop(shop.folder, patch_from=0)
    shop.write(f"{before}.csv", f"{before},2026-03-02,P,1,1,D")
    assert child(patching, step).returncode == -signal.SIGKILL
    is_served = STEPS.index(step) >= STEPS.index("pointer moved")
    assert shop.net() == (f"{before + 1} rows {before + 1}.00" if is_served else f"{before} rows {before}.00")
    patching.load()
    assert shop.net() == f"{before + 1} rows {before + 1}.00"
    assert shop.store.current(TENANT.id).patches > 0


@pytest.mark.parametrize("step", ["built", "tables written", "snapshot written"])
def test_a_full_disk_while_patching(shop: Shop, step: str) -> None:
    served = shop.net()
    path = shop.write("more.csv", *[f"x{n},2026-03-01,P{n},1,1,C" for n in range(50)])
    found = child(Shop(shop.folder, patch_from=0), f"full:{step}")
    path.unlink()
    assert (found.returncode, found.stderr, shop.net()) == (5, "", served)
    assert found.stdout.startswith("DeliveryError: ")


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


def test_two_loads_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.write("a.csv", "1,2026-03-01,P,1,1,C")
    command = [sys.executable, "-m", "tests.etl.killed_load", str(shop.folder), "none"]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [one.wait(120) for one in both] == [0, 0]
    assert [one.number for one in shop.store.snapshots(TENANT.id)] == [1]
    assert shop.net() == "1 rows 1.00"
