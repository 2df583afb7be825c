"""The house rules as tests. `MAY_IMPORT` is the architecture: who may import whom."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("portal", "layouts", "callbacks", "etl")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "layouts": ("layouts", "portal.metrics", "portal.charts", "portal.errors", "portal.viewer", "portal.policies"),
    "callbacks": ("callbacks", "layouts", "portal"),
    "etl": (
        "etl", "portal.warehouse", "portal.db", "portal.models", "portal.config", "portal.errors", "portal.log",
        "portal.policies", "portal.viewer",
    ),
    "portal": ("portal",),
}  # fmt: skip
"""First part of a module's name to the prefixes of our own modules it may import."""

MEETING_POINTS = ("portal.app", "portal.wsgi", "portal.jobs", "portal.cli", "portal.uploads")
"""The only modules of portal that may import layouts, callbacks and etl."""

LOOK_AT_REQUESTS = (
    "portal.app", "portal.failures", "portal.payload", "portal.security", "portal.sign_in",
    "portal.statics", "portal.wiring",
)  # fmt: skip
"""The edge: the only modules that may look at the request. Everybody else is given checked values."""

BANNED_NAMES = {"utils", "helpers", "common", "misc"}
MODULE_LINES, FUNCTION_LINES, LAYOUT_LINES, PARAMETERS = 250, 40, 60, 5


@cache
def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def within(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("name", modules())
def test_imports_follow_the_architecture(name: str) -> None:
    ours = {target for target in imports(modules()[name]) if target.split(".")[0] in PACKAGES}
    allowed = MAY_IMPORT[name.split(".", maxsplit=1)[0]]
    if within(name, MEETING_POINTS):
        allowed = PACKAGES
    wrong = {target for target in ours if not within(target, allowed) and target not in PACKAGES}
    assert wrong == set()


@pytest.mark.parametrize("name", modules())
def test_only_screens_and_the_app_import_dash(name: str) -> None:
    uses_dash = any(target.split(".")[0].startswith("dash") for target in imports(modules()[name]))
    assert not uses_dash or within(name, ("layouts", "callbacks", "portal.app"))


@pytest.mark.parametrize("name", modules())
def test_only_the_edge_looks_at_the_request(name: str) -> None:
    looks = "flask.request" in imports(modules()[name]) or re.search(
        r"\bflask\.request\b", modules()[name].read_text(encoding="utf-8")
    )
    assert not looks or within(name, LOOK_AT_REQUESTS)


@pytest.mark.parametrize("name", modules())
def test_only_config_reads_the_environment(name: str) -> None:
    text = modules()[name].read_text(encoding="utf-8")
    assert name == "portal.config" or not re.search(r"os\.environ|os\.getenv|from os import environ", text)


@pytest.mark.parametrize("name", modules())
def test_modules_are_short_and_well_named(name: str) -> None:
    lines = modules()[name].read_text(encoding="utf-8").count("\n")
    assert lines <= MODULE_LINES, f"{name} has {lines} lines"
    assert name.rsplit(".", maxsplit=1)[-1] not in BANNED_NAMES


@pytest.mark.parametrize("name", modules())
def test_functions_are_short(name: str) -> None:
    limit = LAYOUT_LINES if name.startswith("layouts") else FUNCTION_LINES
    long = [
        f"{node.name}: {size} lines"
        for node in functions(modules()[name])
        if (size := (node.end_lineno or 0) - node.lineno + 1) > limit
    ]
    assert long == []


@pytest.mark.parametrize("name", modules())
def test_functions_take_few_parameters(name: str) -> None:
    many = []
    for node in functions(modules()[name]):
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        wired = any("option" in ast.dump(decorator) or "argument" in ast.dump(decorator) for decorator in
                    node.decorator_list)  # fmt: skip
        count = len([each for each in names if each not in {"self", "cls"}])
        if count > PARAMETERS and not wired:
            many.append(f"{node.name}: {count}")
    assert many == []


@pytest.mark.parametrize("name", modules())
def test_no_duplicate_outputs_are_allowed(name: str) -> None:
    assert "allow_duplicate" not in modules()[name].read_text(encoding="utf-8")


def test_only_the_etl_writes_the_warehouse() -> None:
    writing = re.compile(r"\bcreate_all\b|INSERT INTO|CREATE TABLE|\.insert\(\)")
    readers = {name: path.read_text() for name, path in modules().items() if within(name, ("portal.warehouse",))}
    assert [name for name, text in readers.items() if writing.search(text)] == []


def test_every_warehouse_table_states_its_grain() -> None:
    from portal.warehouse.schema import metadata

    assert [table.name for table in metadata.sorted_tables if not (table.comment or "").startswith("Grain: ")] == []


def test_no_registry_host_or_machine_path_is_named() -> None:
    hosts = "|".join(("py" + r"pi\.org", "python" + "hosted", r"registry\.npm" + "js", r"deb\.deb" + "ian"))
    pattern = re.compile(hosts + "|/" + "root/|/" + "work/")
    texts = [path for path in ROOT.rglob("*") if path.suffix in {".py", ".md", ".toml", ".txt", ".css", ".js", ".html"}]
    ours = [path for path in texts if not {".venv", "node_modules", ".git"} & set(path.relative_to(ROOT).parts)]
    assert [str(path.relative_to(ROOT)) for path in ours if pattern.search(path.read_text(encoding="utf-8"))] == []
