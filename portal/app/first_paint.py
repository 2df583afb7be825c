"""A screen that arrives with its numbers: callbacks marked `with_page` are answered while the screen is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import Input, Output, State, no_update
from dash.dependencies import DashDependency
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.errors import PortalError
from portal.failures import tell
from portal.wiring import FirstAnswer

TOAST = "toast"
"""Id of the store whose data `assets/portal.js` shows as a toast."""


def fill(tree: Component, answers: Iterable[FirstAnswer]) -> None:
    """Answer every callback whose outputs are all in `tree`, and write the answers into it.

    A failure the person may read leaves that part unfilled and is shown as a toast where the tree has one.
    """
    parts = parts_by_id(tree)
    for answer in answers:
        flat = list(_flat(answer.dependencies))
        outputs = [each for each in flat if isinstance(each, Output)]
        if all(each.component_id in parts for each in outputs):
            _answer(parts, answer, flat, outputs)


def parts_by_id(tree: Component) -> dict[str, Component]:
    """Every component of the tree that has a text as its id."""
    found = {}
    tree_parts: Any = tree
    for part in [tree, *tree_parts._traverse()]:
        element_id = getattr(part, "id", None)
        if isinstance(element_id, str):
            found[element_id] = part
    return found


def _answer(
    parts: dict[str, Component], answer: FirstAnswer, flat: Sequence[DashDependency], outputs: Sequence[Output]
) -> None:
    asked = [each for each in flat if isinstance(each, Input | State)]
    values = [getattr(parts.get(str(each.component_id)), each.component_property, None) for each in asked]
    try:
        result = answer.function(*values)
    except PreventUpdate:
        return
    except PortalError as error:
        if TOAST in parts:
            setattr(parts[TOAST], "data", {"kind": "bad", "text": tell(error).message})  # noqa: B010 - untyped
        return
    for output, value in zip(outputs, [result] if len(outputs) == 1 else result, strict=True):
        if value is not no_update:
            setattr(parts[str(output.component_id)], output.component_property, value)


def _flat(dependencies: Iterable[Any]) -> Iterable[DashDependency]:
    for each in dependencies:
        if isinstance(each, list | tuple):
            yield from _flat(each)
        else:
            yield each
