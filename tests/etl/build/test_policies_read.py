"""Every policy a builder reads is among `STAR_POLICIES`, so that a change of it builds the warehouse anew; a change of
any other one does not."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl.build.policies import STAR_POLICIES, star_rules
from etl.job import WITHDRAW, load_hash, star_hash
from etl.sources import SOURCES
from portal.policies import POLICIES
from tests.etl.frames import rules

ETL = Path(__file__).resolve().parents[3] / "etl"
BESIDE = {"identity", "separation"}
"""Modules the builders call that lie outside their folder."""


def named() -> set[str]:
    paths = [*(ETL / "build").glob("*.py"), *(ETL / f"{name}.py" for name in BESIDE)]
    return {
        node.value
        for path in paths
        if path.name != "policies.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in POLICIES
    }


def changed(name: str, value: Any) -> str:
    return star_hash(replace(rules(), policies={**rules().policies, name: value}))


def test_what_builders_read_is_listed_and_what_is_listed_is_read() -> None:
    assert named() == set(STAR_POLICIES)


def test_builders_see_no_other_policy() -> None:
    assert sorted(star_rules(rules()).policies) == sorted(STAR_POLICIES)


@pytest.mark.parametrize("name", STAR_POLICIES)
def test_another_value_of_a_policy_of_the_star_is_another_star(name: str) -> None:
    assert changed(name, "something else") != star_hash(rules())


def test_a_policy_that_only_numbers_read_leaves_the_star_alone() -> None:
    others = sorted(set(POLICIES) - set(STAR_POLICIES))
    assert {"vip_value", "stock_age_limits", "staff_grade_a", "point_value", "lead_high_priority"} <= set(others)
    assert {changed(name, "something else") for name in others} == {star_hash(rules())}


def test_a_load_looks_again_when_a_policy_of_its_files_changes() -> None:
    source, in_force = SOURCES["bukmuk"], rules()
    before = load_hash(in_force, source)

    def after(name: str) -> str:
        return load_hash(replace(in_force, policies={**in_force.policies, name: 3}), source)

    assert all(after(name) != before for name in ("lead_high_priority", "status_when_missing", WITHDRAW))
    assert after("vip_value") == before
