"""One thing chosen on the screen: what it changes, and the upload with it kept."""

from __future__ import annotations

import json

from callbacks.upload_case import TABLE, Case
from portal.errors import InputError, SourceError
from portal.uploads import Change, Choice, ColumnFields, TableFields, change, recognise
from portal.uploads.layout import KEYS, proposed_again, state, state_of_all, with_statements

WHOLE = ("source", "currency", "timezone", "mode")
"""What holds for the whole file."""

STATES = "order_status"
"""The one field that is often the same in every row."""

SAME = "same"
"""The way to fill a field that takes no column: with the same in every row."""

NO_MORE = "not any more"
"""The way of a field that was made, and is not any more."""

_ANEW = "The file is shown anew: somebody else chose something meanwhile."
_UNFIT = "This page does not fit the portal any more. Reload it."


def choose(case: Case, what: str, at: str, value: str) -> Case | None:
    """The upload with one thing chosen, kept; None where that is what was chosen already.

    at: as `layouts.upload_pick.choice_id`.

    Raises:
        InputError: it cannot be chosen, or the file has changed under the screen.
        ConflictError: its load was asked for meanwhile.
    """
    if what == "source":
        return None if value == case.fields.source else case.keep(_of_source(case, value))
    if what in KEYS:
        return _written_so(case, what, at, value) if at else written_first(case, what, value)
    wanted = _change(case, what, at, value)
    if wanted is None or case.choice.mapping is None:
        return None
    text = change(case.choice.mapping, [wanted], case.recognition)
    return case.keep(Choice(case.choice.source, text))


def _of_source(case: Case, source: str) -> Choice:
    return recognise(case.parts, case.tenant, case.upload.id, source).choice


def _written_so(case: Case, what: str, at: str, value: str) -> Case | None:
    """The upload read again, because somebody says how it is written."""
    table = _table(case, _numbers(at))
    if case.choice.mapping is None or table.stated.get(what, "") == value:
        return None
    shown = next(each for each in case.recognition.tables if each.key.split(".")[0] == table.key.split(".")[0])
    is_only = len({(each.file_name, each.sheet) for each in case.recognition.tables}) == 1
    text = state(case.choice.mapping, what, value, None if is_only else shown)
    found = case.read_as_table(text)
    return case.keep(Choice(case.choice.source, proposed_again(text, found.mapping or "", shown)))


def written_first(case: Case, what: str, value: str) -> Case:
    """The upload that cannot be read as it is, with one more thing said about how it is written, read so or not.

    Raises:
        InputError: that cannot be said about a file.
    """
    text = state_of_all((case.draft.mapping if case.draft else "") or "", what, value)
    try:
        found = case.read_as_table(text)
    except SourceError:  # perhaps more has to be said
        return case.keep(Choice(TABLE, text))
    return case.keep(Choice(TABLE, with_statements(found.mapping or "", text)))


def _table(case: Case, numbers: list[int]) -> TableFields:
    try:
        return case.fields.tables[numbers[0]]
    except IndexError as error:
        raise InputError(_ANEW, field="choice") from error


def _rule(table: TableFields, what: str, value: str) -> Change:
    """A rule or a computed field: what the form sends, in JSON."""
    try:
        told = {str(name): str(said or "") for name, said in json.loads(value).items()}
    except (ValueError, AttributeError):
        raise InputError(_UNFIT, field="choice") from None
    if what == "exclude":
        return Change(what, told.get("test", ""), table.key, told.get("column", ""), told.get("text", ""))
    if what == "include":
        return Change(what, told.get("name", ""), table.key)
    if told.get("way") == NO_MORE:
        return Change(what, "", table.key, told.get("field", ""))
    if not told.get("way") or not told.get("field"):
        raise InputError("Choose a field, how it is made, and two columns.", field="compute")
    headers = json.dumps([told.get("first", ""), told.get("second", "")])
    if told.get("way") == SAME:
        if not told.get("text", "").strip():
            raise InputError("Write what stands in every row.", field="compute")
        return Change("constant", told.get("text", ""), table.key, told.get("field", ""))
    return Change(what, told.get("way", ""), table.key, told.get("field", ""), headers)


def _change(case: Case, what: str, at: str, value: str) -> Change | None:
    """What a choice on the screen changes; None: nothing."""
    found = case.fields
    if what in WHOLE:
        return None if value == getattr(found, what) else Change(what, value)
    numbers = _numbers(at)
    if what in {"exclude", "include", "compute"}:
        return _rule(_table(case, numbers), what, value)
    try:
        table = found.tables[numbers[0]]
        column = table.columns[numbers[1]] if len(numbers) > 1 else None
        word = list(column.words or {})[numbers[2]] if column and len(numbers) > 2 else ""
    except IndexError as error:
        raise InputError(_ANEW, field="choice") from error
    if value == _now(what, table, column, word):
        return None
    header = STATES if what == "constant" else column.header if column else ""
    return Change(what, value, table.key, header, word)


def _numbers(at: str) -> list[int]:
    parts = at.split("-")
    if not all(part.isascii() and part.isdecimal() and len(part) < 6 for part in parts) or len(parts) > 3:
        raise InputError(_UNFIT, field="choice")
    return [int(part) for part in parts]


def _now(what: str, table: TableFields, column: ColumnFields | None, word: str) -> str | None:
    """What is chosen now; None where there is nothing of that name."""
    if column is None:
        decimal, state = "," if table.is_decimal_comma else ".", table.constants.get(STATES, "")
        known = {"entity": table.entity, "date_order": table.date_order, "decimal": decimal, "constant": state}
        return known.get(what)
    known = {"field": column.field, "date_order": column.date_order or "", "word": (column.words or {}).get(word, "")}
    return known.get(what)
