"""Every policy that a source's conform reads is among `Source.policies`, so that a change of it reads files again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from etl.land import land
from etl.mapping import load_mapping
from etl.reading import Limits, read_tables
from etl.source import Source, TenantRules
from etl.sources import SOURCES
from portal.policies import POLICIES
from tests.etl.sources.conformed import GOLDEN

MODULES = Path(__file__).resolve().parents[3] / "etl"
FILES = {
    "imiq": ["imiq"], "easy_ecom": ["easy_ecom", "easy_ecom_database"], "hvar": ["hvar"], "onesoko": ["onesoko"],
    "bukmuk": ["bukmuk"], "table": ["shopify/orders_export.csv"],
}  # fmt: skip
LEADS = "Name,Phone number,Email id,City,Status,Date\nAsha,6000000101,a@example.com,Pune,New Lead,2025-03-01\n"


class Recorder(dict[str, Any]):
    """Policies in force that remember which of them were asked for."""

    def __init__(self) -> None:
        super().__init__({name: policy.default for name, policy in POLICIES.items()})
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a source that goes over all policies cannot say which of them it reads")


def asked(source: Source, tmp_path: Path) -> set[str]:
    policies = Recorder()
    rules = TenantRules("INR", "Asia/Kolkata", "IN", policies, "Acme Goods")
    mapping = load_mapping(Path("shopify_orders")) if source.name == "table" else None
    for name in FILES[source.name]:
        path = tmp_path / "leads.csv" if name == "bukmuk" else GOLDEN / name
        formats = mapping.formats() if mapping else source.formats
        tables = read_tables(land(path, tmp_path / "landing"), formats, Limits(), source.forms)
        source.conform(tables, rules, mapping)
    return policies.asked


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_what_conform_asks_for_is_listed(source: Source, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(LEADS)
    assert asked(source, tmp_path) == set(source.policies)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_module_of_a_source_names_no_policy_that_is_not_listed(source: Source) -> None:
    named = {
        node.value
        for path in sorted((MODULES / "sources").glob(f"{source.name}*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in POLICIES
    }
    assert named == set(source.policies)


def test_what_all_sources_share_reads_no_policy() -> None:
    shared = [MODULES / "sources" / f"{name}.py" for name in ("sheet", "sieve")]
    paths = [*shared, *MODULES.glob("mapped/*.py"), MODULES / "clean.py", MODULES / "dates.py", MODULES / "phones.py"]
    assert [path.name for path in paths if "policies" in path.read_text(encoding="utf-8")] == []
