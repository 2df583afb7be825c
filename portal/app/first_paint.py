"""A screen that arrives with its numbers: callbacks marked `with_page` are answered while the screen is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dash import Input, Output, State, no_update, set_props
from dash.dependencies import DashDependency
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.failures import tell
from portal.wiring import FirstAnswer

TOAST = "toast"
"""Id of the store whose data `assets/portal.js` shows as a toast."""


def fill(tree: Component, answers: Iterable[FirstAnswer]) -> None:
    """Answer every callback whose outputs are all in `tree`, and write the answers into it.

    A failure, be it a bug, leaves that part unfilled and is shown as a toast.
    """
    parts = parts_by_id(tree)
    for answer in answers:
        outputs = _outputs(answer)
        if all(str(each.component_id) in parts for each in _flat(outputs)):
            _answer(parts, answer, outputs)


def parts_by_id(tree: Component) -> dict[str, Component]:
    """Every component of the tree that has a text as its id."""
    found = {}
    tree_parts: Any = tree
    for part in [tree, *tree_parts._traverse()]:
        element_id = getattr(part, "id", None)
        if isinstance(element_id, str):
            found[element_id] = part
    return found


def _answer(parts: dict[str, Component], answer: FirstAnswer, outputs: Any) -> None:
    given = [*answer.dependencies, answer.options.get("inputs", ()), answer.options.get("state", ())]
    asked = [each for each in _flat(given) if isinstance(each, Input | State)]
    values = [getattr(parts.get(str(each.component_id)), each.component_property, None) for each in asked]
    try:
        _write(parts, outputs, answer.function(*values))
    except PreventUpdate:
        return
    except Exception as error:  # a bug in one part must not take the whole screen; `tell` logs it
        _show(parts, tell(error).message)


def _show(parts: dict[str, Component], text: str) -> None:
    """A toast: written into the window while that is made, sent along with a screen that goes into a window."""
    message = {"kind": "bad", "text": text}
    if TOAST in parts:
        _write(parts, Output(TOAST, "data"), message)
    else:
        set_props(TOAST, {"data": message})


def _outputs(answer: FirstAnswer) -> Any:
    """The outputs, grouped as the function groups its answer."""
    if "output" in answer.options:
        return answer.options["output"]
    found = [each for each in _flat(answer.dependencies) if isinstance(each, Output)]
    return found[0] if len(found) == 1 else found


def _write(parts: dict[str, Component], outputs: Any, result: Any) -> None:
    """Set the properties; groups of outputs have an answer of the same shape."""
    if result is no_update:
        return
    if isinstance(outputs, DashDependency):
        setattr(parts[str(outputs.component_id)], outputs.component_property, result)
    elif isinstance(outputs, dict):
        for name, each in outputs.items():
            _write(parts, each, result[name])
    else:
        for each, value in zip(outputs, result, strict=True):
            _write(parts, each, value)


def _flat(dependencies: Any) -> Iterator[DashDependency]:
    """Every dependency of a group, in order."""
    if isinstance(dependencies, DashDependency):
        yield dependencies
    else:
        for each in dependencies.values() if isinstance(dependencies, dict) else dependencies:
            yield from _flat(each)
