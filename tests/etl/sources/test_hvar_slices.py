"""Deliveries conformed some at a time are the rows that all of them at once give."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from etl.demo.hvar_pages import write_hvar
from etl.reading import Limits, read_tables
from etl.source import Conformed, LandedFile, TenantRules
from etl.sources import slices
from etl.sources.hvar import SOURCE
from portal.policies import POLICIES


def conformed(folder: Path) -> Conformed:
    files = [
        LandedFile(path, str(path), path.name, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
        for path in folder.iterdir()
    ]
    rules = TenantRules("EGP", "Africa/Cairo", "EG", {name: policy.default for name, policy in POLICIES.items()})
    return SOURCE.conform(read_tables(files, [], Limits(1024, 60), SOURCE.forms), rules, None)


def test_slices_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_hvar(tmp_path, date(2026, 10, 31), 0.1)
    whole = conformed(tmp_path)
    monkeypatch.setattr(slices, "SLICE", 37)
    sliced = conformed(tmp_path)
    assert whole.tables["order"].height > 300
    assert all(sliced.tables[name].equals(frame) for name, frame in whole.tables.items())
    assert sorted(sliced.rejects.rows(), key=str) == sorted(whole.rejects.rows(), key=str)
    assert sliced.read == whole.read
