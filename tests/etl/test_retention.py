"""Rows that newer loads replaced are deleted once no kept snapshot needs them, and never before."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from etl import pipeline, retention
from etl.conformed import read_load
from etl.rejects import load_rejects
from etl.retention import clear_replaced
from etl.stored_tables import EMPTIED
from portal.errors import ConflictError
from tests.etl.shop import TENANT, Shop

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.etl.shop import TENANT, Shop
from etl.retention import clear_replaced
Path.unlink = lambda path: os.kill(os.getpid(), signal.SIGKILL)
clear_replaced(Shop(Path(sys.argv[1])).store, TENANT.id)
"""


def loaded(folder: Path, times: int) -> Shop:
    """A shop whose first file was loaded once and whose second again and again; a row of it is always rejected."""
    shop = Shop(folder)
    shop.write("a.csv", "1,2026-03-01,P,1,1,C")
    for number in range(times):
        shop.write("b.csv", f"2,2026-03-01,P,1,{number},C", "3,soon,P,1,1,C")
        shop.load()
    return shop


def tables(shop: Shop) -> dict[int, bool]:
    """Load to whether its tables are there."""
    folder = shop.store.folder(TENANT.id) / "conformed"
    return {int(path.name): (path / "order_line.parquet").exists() for path in folder.glob("[0-9]*")}


def test_what_a_kept_snapshot_needs_stays_and_the_rest_goes(tmp_path: Path) -> None:
    shop = loaded(tmp_path, 6)
    assert tables(shop) == {1: True, 2: False, 3: False, 4: True, 5: True, 6: True}
    assert [row["rule"] for row in load_rejects(shop.store, TENANT.id, 2)] == ["date not readable"]
    gone = read_load(shop.store.folder(TENANT.id) / "conformed", 2, [2_000_001])
    for look in (lambda: gone.tables["order_line"], lambda: list(gone.tables)):  # never taken for empty
        with pytest.raises(FileNotFoundError):
            look()
    shop.store.rollback(TENANT.id, 4)
    shop.write("c.csv", "4,2026-03-01,P,1,1,C")
    shop.load()
    assert shop.net() == "3 rows 7.00"


def test_old_loads_go_with_all_they_kept_and_numbers_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "KEPT_LOADS", 4)
    shop = loaded(tmp_path, 7)
    assert tables(shop) == {1: True, 4: False, 5: True, 6: True, 7: True}
    assert shop.load().load_number == 8


def test_killed_while_deleting_it_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "clear_replaced", lambda *_: [])
    shop = loaded(tmp_path, 5)
    manifest = shop.store.folder(TENANT.id) / "snapshots" / "3" / "snapshot.json"
    whole = manifest.read_text()
    manifest.write_text("{")
    assert clear_replaced(shop.store, TENANT.id) == []  # what it needs is not known
    manifest.write_text(whole)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (shop.store.folder(TENANT.id) / "conformed" / "2" / EMPTIED).exists()
    assert clear_replaced(shop.store, TENANT.id) == [2]
    assert clear_replaced(shop.store, TENANT.id) == []
    assert (shop.net(), tables(shop)) == ("2 rows 5.00", {1: True, 2: False, 3: True, 4: True, 5: True})


def test_it_is_done_by_the_only_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, tried = loaded(tmp_path, 1), []

    def try_too(*_: object) -> list[int]:
        with pytest.raises(ConflictError), shop.store.lock(TENANT.id, "another load", 0):
            tried.append("never")
        tried.append("refused")
        return []

    monkeypatch.setattr(pipeline, "clear_replaced", try_too)
    shop.write("c.csv", "4,2026-03-01,P,1,1,C")
    shop.load()
    assert tried == ["refused"]
