"""A mapping after something was chosen on the screen: the TOML with that changed and the rest as it was."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from etl.mapped.headers import folded
from etl.mapped.written import write_mapping
from etl.staging import FLAG, STAGING
from portal.errors import InputError
from portal.uploads import rules
from portal.uploads.date_order import turned_to
from portal.uploads.described import headers_of, spec_headers
from portal.uploads.model import Change, Recognition, TableFound
from portal.uploads.proposal import exactly
from portal.uploads.words import add_words

_GONE = "The table is not there any more. Reload the page."
_KEPT = ("files", "sheet", "match", "format")
"""What stays when a table becomes another entity."""
_LISTS = ("join", "any_of", "first_filled")


@dataclass(frozen=True)
class _Place:
    """A table of the upload (None without a recognition), and the raw [[entity]] of the change (None: left out)."""

    table: TableFound | None
    entity: dict[str, Any] | None

    @property
    def chosen(self) -> dict[str, Any]:
        """The entity.

        Raises:
            InputError: the table is left out.
        """
        if self.entity is None:
            raise InputError("Say first what the table is.", field="entity")
        return self.entity


def change(mapping: str, changes: Sequence[Change], recognition: Recognition | None = None) -> str:
    """The mapping with the changes made, in their order; keys name tables as they were before the first.

    Args:
        mapping: TOML text; "" for none.
        changes: what was chosen.
        recognition: of the upload; wanted where a table becomes another entity or a column another field, so that
            headers and words can be looked up.

    Raises:
        InputError: a change names what is not there, or the mapping is not TOML.
    """
    try:
        raw = tomllib.loads(mapping)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The mapping is not valid TOML: {error}.", field="mapping") from None
    entities = list(raw.setdefault("entity", []))
    for one in changes:
        if one.what in _WHOLE:
            _set_whole(raw, one)
        elif one.what in _OF_TABLE:
            _OF_TABLE[one.what](raw, _place(entities, one, recognition), one)
        else:
            raise InputError(f"'{one.what}' is nothing that can be changed.", field="what")
    if not raw["entity"]:
        del raw["entity"]
    return write_mapping(raw)


def _place(entities: Sequence[dict[str, Any]], one: Change, recognition: Recognition | None) -> _Place:
    number, _, place = one.table.partition(".")
    listed = recognition.tables if recognition else ()
    table = next((each for each in listed if each.key.partition(".")[0] == number), None)
    if not place.isdecimal() or int(place) > len(entities):
        raise InputError(_GONE, field="table")
    return _Place(table, entities[int(place) - 1] if int(place) else None)


def _set_whole(raw: dict[str, Any], one: Change) -> None:
    """Currency, time zone, mode: no value is the tenant's, or replace."""
    if one.value:
        raw[one.what] = one.value
    else:
        raw.pop(one.what, None)


def _set_entity(raw: dict[str, Any], place: _Place, one: Change) -> None:
    if one.value and one.value not in STAGING:
        raise InputError(f"There is no kind of table called '{one.value}'.", field="entity")
    if not one.value:
        raw["entity"] = [each for each in raw["entity"] if each is not place.entity]
        return
    if place.entity is not None and place.entity.get("name") == one.value:
        return
    if place.table is None:
        raise InputError(_GONE, field="table")
    fresh: dict[str, Any] = {"name": one.value, "files": [exactly(place.table.file_name)]}
    if place.table.sheet:
        fresh["sheet"] = place.table.sheet
    fresh["columns"] = dict(place.table.guesses.get(one.value, {}))
    for field in fresh["columns"]:
        add_words(fresh, field, place.table)
    if place.entity is None:
        raw["entity"].append(fresh)
        return
    fresh |= {key: value for key, value in place.entity.items() if key in _KEPT}
    place.entity.clear()
    place.entity.update(fresh)


def _set_field(raw: dict[str, Any], place: _Place, one: Change) -> None:
    """A column becomes another field, or none; whatever stood there before is not used any more."""
    entity = place.chosen
    if one.value and one.value not in STAGING[str(entity["name"])].columns:
        raise InputError(f"There is no field '{one.value}' here.", field="field")
    if headers_of(entity).get(folded(one.column)) == one.value != "":
        return
    columns = entity.setdefault("columns", {})
    for field in [field for field, spec in columns.items() if _names(spec, one.column)]:
        left = _without(columns[field], one.column)
        if left is None:
            del columns[field]
            entity.get("values", {}).pop(field, None)
        else:
            columns[field] = left
    if one.value:
        columns[one.value] = one.column
        for part in ("constants", "derive", "values"):
            entity.get(part, {}).pop(one.value, None)
        add_words(entity, one.value, place.table)
    _drop_empty(entity)


def _names(spec: Any, header: str) -> bool:
    return folded(header) in {folded(one) for one in spec_headers(spec)}


def _without(spec: Any, header: str) -> Any:
    """What is left of a line of [entity.columns] when it names a header no more; None: nothing."""
    left = [one for one in spec_headers(spec) if folded(one) != folded(header)]
    if not left:
        return None
    if not isinstance(spec, dict):
        return left
    return {key: left if key in _LISTS else value for key, value in spec.items()}


def _set_date_order(raw: dict[str, Any], place: _Place, one: Change) -> None:
    entity = place.chosen
    if one.value not in {"", "day", "month", "year"}:
        raise InputError("Choose whether day, month or year comes first.", field="date_order")
    inherited = {**raw.get("format", {}), **entity.get("format", {})}
    if not one.column:
        entity["format"] = {**entity.get("format", {}), **turned_to(inherited, one.value)}
        if not one.value or one.value == "year":
            entity["format"].pop("day_first", None)
        _drop_empty(entity)
        return
    field = headers_of(entity).get(folded(one.column))
    if field is None:
        raise InputError("Say first what the column is.", field="date_order")
    spec = entity["columns"][field]
    own = dict(spec) if isinstance(spec, dict) else {"join" if isinstance(spec, list) else "header": spec}
    own.pop("day_first", None)
    entity["columns"][field] = {**own, **turned_to({**inherited, **own}, one.value)}


def _set_decimal(raw: dict[str, Any], place: _Place, one: Change) -> None:
    if one.value not in {",", "."}:
        raise InputError("The decimal mark is a comma or a point.", field="decimal")
    form = place.chosen.setdefault("format", {})
    form["decimal_comma"] = one.value == ","
    if not form["decimal_comma"] and not raw.get("format", {}).get("decimal_comma"):
        del form["decimal_comma"]
    _drop_empty(place.chosen)


def _set_constant(raw: dict[str, Any], place: _Place, one: Change) -> None:
    """A value every row has, in place of a column."""
    entity = place.chosen
    dtype = STAGING[str(entity["name"])].columns.get(one.column)
    if dtype is None:
        raise InputError(f"There is no field '{one.column}' here.", field="constant")
    if not one.value:
        entity.get("constants", {}).pop(one.column, None)
    else:
        for part in ("columns", "derive", "values"):
            entity.get(part, {}).pop(one.column, None)
        entity.setdefault("constants", {})[one.column] = _typed(one, is_flag=dtype == FLAG, is_text=dtype.is_(_TEXT))
    _drop_empty(entity)


def _typed(one: Change, *, is_flag: bool, is_text: bool) -> Any:
    if is_flag:
        return one.value == "true"
    if is_text:
        return one.value
    try:
        return tomllib.loads(f"value = {one.value.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        raise InputError(f"'{one.value}' is no number and no date like 2026-03-31.", field="constant") from None


def _set_word(raw: dict[str, Any], place: _Place, one: Change) -> None:
    """What a word of the file means; no value: it means nothing yet, and rows with it are rejected."""
    entity = place.chosen
    field = headers_of(entity).get(folded(one.column))
    if field is None:
        raise InputError("Say first what the column is.", field="word")
    words = entity.setdefault("values", {}).setdefault(field, {})
    for known in [known for known in words if known.strip().lower() == one.word.strip().lower()]:
        del words[known]
    if one.value:
        is_flag = STAGING[str(entity["name"])].columns[field] == FLAG
        words[one.word] = one.value == "true" if is_flag else one.value
    _drop_empty(entity)


def _of_rules(work: Callable[[dict[str, Any], Change], None]) -> Callable[[dict[str, Any], _Place, Change], None]:
    def set_rule(_raw: dict[str, Any], place: _Place, one: Change) -> None:
        work(place.chosen, one)
        _drop_empty(place.chosen)

    return set_rule


def _drop_empty(entity: dict[str, Any]) -> None:
    """Sections with nothing in them."""
    for name in ("format", "constants", "derive"):
        if name in entity and not entity[name]:
            del entity[name]
    values = {field: words for field, words in entity.get("values", {}).items() if words}
    entity.pop("values", None)
    if values:
        entity["values"] = values


_TEXT = STAGING["order"].columns["order_id"]
_WHOLE = ("currency", "timezone", "mode")
_OF_TABLE: dict[str, Callable[[dict[str, Any], _Place, Change], None]] = {
    "entity": _set_entity, "field": _set_field, "date_order": _set_date_order, "decimal": _set_decimal,
    "constant": _set_constant, "word": _set_word, "exclude": _of_rules(rules.exclude),
    "include": _of_rules(rules.include), "compute": _of_rules(rules.compute),
}  # fmt: skip
