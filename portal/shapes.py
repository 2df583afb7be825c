"""What a client may send: JSON of bounded size, and values that fit the annotations of the function they are for."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Literal, Union

from portal.errors import ConfigError, InputError

MAX_DEPTH = 12
MAX_VALUES = 20_000
MAX_TEXT = 100_000
_PLAIN = (str, int, float, bool, types.NoneType)


def within_limits(value: object) -> bool:
    """Whether a JSON value is not too deep, too long or too large."""
    left = MAX_VALUES
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        left -= 1
        if left < 0 or depth > MAX_DEPTH or (isinstance(item, str) and len(item) > MAX_TEXT):
            return False
        if isinstance(item, dict):
            waiting += [(each, depth + 1) for pair in item.items() for each in pair]
        elif isinstance(item, list):
            waiting += [(each, depth + 1) for each in item]
    return True


def fits(value: object, annotation: Any) -> bool:
    """Whether a JSON value is what `annotation` says. A whole number fits float; true and false are no numbers."""
    if annotation is Any or annotation is object:
        return True
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {Union, types.UnionType}:
        return any(fits(value, each) for each in inner)
    if origin is Literal:
        return any(value == each and type(value) is type(each) for each in inner)
    if origin is list:
        return isinstance(value, list) and all(fits(each, inner[0]) for each in value)
    if origin in {dict, Mapping}:
        return isinstance(value, dict) and all(
            fits(key, inner[0]) and fits(each, inner[1]) for key, each in value.items()
        )
    return _fits_plain(value, annotation)


def _fits_plain(value: object, annotation: Any) -> bool:
    if annotation in {None, types.NoneType}:
        return value is None
    if annotation is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, annotation)


def expected_values(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotation of each parameter of `function`.

    Raises:
        ConfigError: one has none, or one that JSON cannot be checked against.
    """
    hints = typing.get_type_hints(function)
    expected = {}
    for name in inspect.signature(function).parameters:
        if name not in hints or not _checkable(hints[name]):
            where = f"{function.__module__}.{function.__qualname__}"
            raise ConfigError(f"{where}: parameter '{name}' needs a type made of str, int, float, bool, list and dict.")
        expected[name] = hints[name]
    return expected


def check_values(expected: Mapping[str, Any], values: tuple[object, ...]) -> None:
    """Refuse values that are not what the function expects.

    Raises:
        InputError: names the first one that does not fit.
    """
    if len(values) != len(expected):
        raise InputError("This page does not fit the portal any more. Reload it.", field="inputs")
    for (name, annotation), value in zip(expected.items(), values, strict=True):
        if not fits(value, annotation):
            raise InputError("This page sent something the portal cannot read. Reload it.", field=name)


def query_parameters(function: Callable[..., Any], rule: str) -> dict[str, str | None]:
    """Parameters of a route's function that its address does not name: default of a single text, None for the query
    as a whole. The body of a file, `BinaryIO`, is none of them.

    Raises:
        ConfigError: one is neither `str` with a default nor `dict[str, list[str]]`.
    """
    named, hints = set(re.findall(r"<(?:[^:<>]+:)?(\w+)>", rule)), typing.get_type_hints(function)
    found: dict[str, str | None] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in named or hints.get(name) is BinaryIO:
            continue
        is_whole = hints.get(name) == dict[str, list[str]]
        if not is_whole and not (hints.get(name) is str and isinstance(parameter.default, str)):
            where = f"{function.__module__}.{function.__qualname__}"
            raise ConfigError(f"{where}: parameter '{name}' of {rule} needs to be str with a default, or the query.")
        found[name] = None if is_whole else parameter.default
    return found


def from_query(asked: Mapping[str, str | None], query: dict[str, list[str]]) -> dict[str, Any]:
    """The values of `query_parameters` in a query; bounded like everything a client sends.

    Raises:
        InputError: the query is too long, or gives a single value several times.
    """
    if not within_limits(query):
        raise InputError("The address is too long. Start from the screen again.", field="query")
    for name, default in asked.items():
        if default is not None and len(query.get(name, [])) > 1:
            raise InputError(f"The address names '{name}' more than once.", field=name)
    return {
        name: query if default is None else next(iter(query.get(name, [])), default) for name, default in asked.items()
    }


def _checkable(annotation: Any) -> bool:
    if annotation in {Any, object, None} or annotation in {*_PLAIN, list, dict}:
        return True
    if typing.get_origin(annotation) is Literal:
        return True
    known = typing.get_origin(annotation) in {Union, types.UnionType, list, dict, Mapping}
    return known and all(_checkable(each) for each in typing.get_args(annotation))
