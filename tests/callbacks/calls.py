"""Callbacks as a browser calls them."""

from __future__ import annotations

import json
from typing import Any

from tests.installation import Browser

CALLBACK = "/_dash-update-component"


def call(browser: Browser, trigger: str, values: dict[str, Any], turn: dict[str, Any] | None = None) -> str:
    """The answer of the callback that `trigger` is an input of; what `values` does not name is null.

    `turn`: the button of a list that was clicked, in place of `trigger`.
    """
    known = browser.get("/_dash-dependencies").get_json()
    facts = next(each for each in known if trigger in {one["id"] for one in each["inputs"]})
    named = [each.rpartition(".") for each in facts["output"].strip(".").split("...")]
    outputs = [{"id": name, "property": prop} for name, _, prop in named]

    def filled(one: dict[str, str]) -> Any:
        if one["id"].startswith("{"):
            return [{"id": turn, "property": "n_clicks", "value": 1}] if turn else []
        return {**one, "value": values.get(one["id"])}

    body = {
        "output": facts["output"], "outputs": outputs if facts["output"].startswith("..") else outputs[0],
        "inputs": [filled(one) for one in facts["inputs"]], "state": [filled(one) for one in facts["state"]],
        "changedPropIds": [f"{_named(turn) if turn else trigger}.n_clicks"],
    }  # fmt: skip
    answer = browser.post(CALLBACK, json=body)
    assert answer.status_code in {200, 204}, answer.text
    return answer.text


def _named(button: dict[str, Any]) -> str:
    return json.dumps(button, separators=(",", ":"), sort_keys=True)
