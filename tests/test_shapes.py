"""What a client may send, checked against the annotations of the function it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pytest

from portal.errors import ConfigError, InputError
from portal.shapes import (
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUES,
    check_values,
    expected_values,
    fits,
    from_query,
    query_parameters,
    within_limits,
)


@pytest.mark.parametrize(
    ("value", "annotation", "expected"),
    [
        ("a", str, True), (1, str, False), (None, str, False), (None, str | None, True), (1, int, True),
        (True, int, False), (1.0, int, False), (1, float, True), (1.5, float, True), (True, float, False),
        (True, bool, True), (1, bool, False), (["a"], list[str], True), (["a", 1], list[str], False),
        ({"a": 1}, dict[str, int], True), ({"a": "b"}, dict[str, int], False),
        ({"a": [1]}, Mapping[str, list[int]], True),
        ("up", Literal["up", "down"], True), ("left", Literal["up", "down"], False), (1, Literal[True], False),
        ({"a": [None]}, dict[str, Any], True), ([], dict[str, Any], False), ([], list, True), ("a", None, False),
    ],
)  # fmt: skip
def test_values_fit_what_is_written(value: object, annotation: Any, expected: bool) -> None:
    assert fits(value, annotation) is expected


def test_the_first_wrong_value_is_named() -> None:
    def show(state: dict[str, Any], clicks: int | None) -> None: ...

    with pytest.raises(InputError) as error:
        check_values(expected_values(show), ({}, "7"))
    assert error.value.field == "clicks"


def test_too_few_values_are_refused() -> None:
    with pytest.raises(InputError):
        check_values({"one": int}, ())


def test_a_parameter_without_annotation_is_refused() -> None:
    with pytest.raises(ConfigError, match="parameter 'value'"):
        expected_values(lambda value: value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": ["b", 1, None]}, True),
        ("a" * MAX_TEXT, True),
        ("a" * (MAX_TEXT + 1), False),
        ([0] * (MAX_VALUES - 1), True),
        ([0] * MAX_VALUES, False),
    ],
)
def test_size_has_limits(value: object, expected: bool) -> None:
    assert within_limits(value) is expected


@pytest.mark.parametrize(("depth", "expected"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False)])
def test_depth_has_a_limit(depth: int, expected: bool) -> None:
    value: object = 0
    for _ in range(depth):
        value = [value]
    assert within_limits(value) is expected


def test_what_a_route_takes_from_the_query() -> None:
    def send(name: str, query: dict[str, list[str]], where: str = "all") -> None: ...

    asked = query_parameters(send, "/rows/<path:name>")
    assert from_query(asked, {"where": ["x=1"], "b": ["1", "2"]}) == {
        "query": {"where": ["x=1"], "b": ["1", "2"]},
        "where": "x=1",
    }
    assert from_query(asked, {}) == {"query": {}, "where": "all"}


@pytest.mark.parametrize("query", [{"where": ["1", "2"]}, {"other": ["x"] * MAX_VALUES}, {"where": ["x" * 100_001]}])
def test_a_query_that_does_not_fit_is_refused(query: dict[str, list[str]]) -> None:
    with pytest.raises(InputError):
        from_query({"where": ""}, query)


def test_a_route_with_a_parameter_nobody_gives_is_refused() -> None:
    def send(name: str, number: int) -> None: ...

    with pytest.raises(ConfigError, match="parameter 'number'"):
        query_parameters(send, "/rows/<name>")
