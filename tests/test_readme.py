"""README tells the truth about settings and commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cli import VERBS
from portal.config import VARIABLES, Variable

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def row(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else "–"
    return f"| `{variable.name}` | {default} | {variable.meaning} | {variable.form} |"


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
def test_readme_lists_every_setting(variable: Variable) -> None:
    assert row(variable) in README


@pytest.mark.parametrize("verb", VERBS)
def test_readme_names_every_verb(verb: str) -> None:
    assert f"portal {verb}" in README
