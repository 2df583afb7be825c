"""What may arrive at Dash's callback address: exactly the shape of a registered callback, or 400.

Dash itself trusts the shape of what is posted; a list where a string belongs would be an answer 500. Values are
checked later, against the annotations of the function (`portal.shapes`).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from portal.shapes import within_limits
from portal.wiring import Wiring

CALLBACK_ENDPOINT = "/_dash-update-component"
_STALE = "This page does not fit the portal any more. Reload it."
_MANY = ('["ALL"]', '["ALLSMALLER"]')


def check_callback(wiring: Wiring) -> str:
    """Refuse a callback request that no page of ours could have sent; returns the callback's name.

    Raises:
        BadRequest: not JSON, too large or deep, an unknown callback, or other inputs than it was registered with.
    """
    body = _read_json()
    if not isinstance(body, dict) or not within_limits(
        [body.get(key) for key in ("inputs", "state", "changedPropIds")]
    ):
        raise BadRequest(_STALE)
    name = body.get("output")
    known = wiring.dash.callback_map.get(name) if isinstance(name, str) else None
    if known is None or "callback" not in known:
        raise BadRequest(_STALE)
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(each, str) and "." in each for each in changed):
        raise BadRequest(_STALE)
    for key, wanted in (("inputs", known["inputs"]), ("state", known["state"])):
        _check_list(body.get(key, []), wanted)
    if not known.get("no_output"):
        _check_outputs(body.get("outputs"), str(name))
    return str(name)


def _read_json() -> Any:
    try:
        return request.get_json()
    except RecursionError as error:
        raise BadRequest(_STALE) from error


def _check_list(given: object, wanted: list[dict[str, Any]]) -> None:
    if not isinstance(given, list) or len(given) != len(wanted):
        raise BadRequest(_STALE)
    for each, expected in zip(given, wanted, strict=True):
        _check_one(each, str(expected["id"]), str(expected["property"]))


def _check_one(given: object, wanted_id: str, wanted_property: str) -> None:
    if any(mark in wanted_id for mark in _MANY):
        if not isinstance(given, list) or not all(_is_component(each, wanted_property) for each in given):
            raise BadRequest(_STALE)
        return
    if not _is_component(given, wanted_property):
        raise BadRequest(_STALE)
    found = given["id"]  # type: ignore[index]
    fits = _same_keys(found, wanted_id) if wanted_id.startswith("{") else found == wanted_id
    if not fits:
        raise BadRequest(_STALE)


def _check_outputs(given: object, name: str) -> None:
    """Outputs must be those in the callback's name: `id.property`, or several as `..a.b...c.d..`."""
    wanted = _dependencies_of(name)
    if name.startswith(".."):
        _check_list(given, wanted)
    else:
        _check_one(given, wanted[0]["id"], wanted[0]["property"])


@lru_cache(maxsize=1024)
def _dependencies_of(name: str) -> list[dict[str, str]]:
    names = name[2:-2].split("...") if name.startswith("..") and name.endswith("..") else [name]
    return [_as_dependency(each) for each in names]


def _as_dependency(text: str) -> dict[str, str]:
    component, _, attribute = text.rpartition(".")
    return {"id": component.replace("\\.", "."), "property": attribute.split("@", 1)[0]}


def _is_component(given: object, wanted_property: str) -> bool:
    if not isinstance(given, dict) or given.get("property") != wanted_property:
        return False
    found = given.get("id")
    return isinstance(found, str) or (
        isinstance(found, dict) and all(isinstance(value, str | int | float) for value in found.values())
    )


def _same_keys(found: object, wanted_id: str) -> bool:
    return isinstance(found, dict) and set(found) == set(json.loads(wanted_id))
