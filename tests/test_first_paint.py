"""Answers that travel with the screen."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from dash import Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from portal.app.first_paint import fill
from portal.errors import InputError
from portal.wiring import FirstAnswer
from tests.installation import Installation


def window() -> html.Div:
    return html.Div(
        [dcc.Store(id="filters", data={"period": "7d"}), html.P(id="a"), html.P("kept", id="b"), dcc.Store(id="toast")]
    )


def part(tree: html.Div, place: int, attribute: str = "children") -> Any:
    return getattr(tree.children[place], attribute, None)


def test_an_answer_is_written_into_the_screen() -> None:
    tree = window()
    fill(tree, [FirstAnswer((Output("a", "children"), Input("filters", "data")), {}, lambda state: state["period"])])
    assert part(tree, 1) == "7d"


def test_grouped_answers_find_their_places() -> None:
    tree = window()
    options = {
        "output": {"one": [Output("a", "children")], "two": Output("b", "title")},
        "inputs": [State("b", "children")],
    }
    fill(tree, [FirstAnswer((), options, lambda text: {"one": [text + "!"], "two": "t"})])
    assert (part(tree, 1), part(tree, 2, "title")) == ("kept!", "t")


def test_what_is_not_updated_stays() -> None:
    tree = window()
    outputs = (Output("a", "children"), Output("b", "children"), Input("nowhere", "data"))
    fill(tree, [FirstAnswer(outputs, {}, lambda value: (value is None, no_update))])
    assert (part(tree, 1), part(tree, 2)) == (True, "kept")


def test_a_callback_of_another_screen_is_not_asked() -> None:
    asked: list[object] = []
    fill(window(), [FirstAnswer((Output("elsewhere", "children"), Input("filters", "data")), {}, asked.append)])
    assert asked == []


def test_a_failure_becomes_a_toast_and_the_rest_is_filled() -> None:
    def fail(_state: object) -> str:
        raise InputError("Nothing has been loaded yet.")

    def skip(_state: object) -> str:
        raise PreventUpdate

    tree = window()
    inputs = Input("filters", "data")
    fill(tree, [FirstAnswer((Output("a", "children"), inputs), {}, each) for each in (fail, skip)])
    assert part(tree, 3, "data") == {"kind": "bad", "text": "Nothing has been loaded yet."}
    assert part(tree, 1) is None


@pytest.mark.parametrize("answer", [lambda _state: 1 // 0, lambda _state: {"wrong": "shape"}], ids=["bug", "shape"])
def test_a_bug_in_one_part_leaves_the_window_standing(installation: Installation, answer: Any) -> None:
    screens: Any = installation.server.view_functions["/"]
    answers = screens.__self__.wiring.first_answers
    place = next(n for n, each in enumerate(answers) if "compact" in each.options.get("output", {}))
    answers[place] = dataclasses.replace(answers[place], function=answer)
    address = {"Referer": f"{installation.settings.base_url}/"}
    sent = installation.browser("manager").get("/_dash-layout", headers=address)
    assert sent.status_code == 200
    assert "Something went wrong on our side" in sent.get_data(as_text=True)
