"""One thing chosen on the screen: what it changes, and the upload with it kept."""

from __future__ import annotations

from callbacks.upload_case import Case
from portal.errors import InputError
from portal.uploads import Change, Choice, ColumnFields, TableFields, change, recognise

WHOLE = ("source", "currency", "timezone", "mode")
"""What holds for the whole file."""

STATES = "order_status"
"""The one field that may be the same in every row."""


def choose(case: Case, what: str, at: str, value: str) -> Case | None:
    """The upload with one thing chosen, kept; None where that is what was chosen already.

    at: as `layouts.upload_fix.choice_id`.

    Raises:
        InputError: it cannot be chosen, or the file has changed under the screen.
        ConflictError: its load was asked for meanwhile.
    """
    if what == "source":
        return None if value == case.fields.source else case.keep(_of_source(case, value))
    wanted = _change(case, what, at, value)
    if wanted is None or case.choice.mapping is None:
        return None
    text = change(case.choice.mapping, [wanted], case.recognition)
    return case.keep(Choice(case.choice.source, text))


def _of_source(case: Case, source: str) -> Choice:
    return recognise(case.parts, case.tenant, case.upload.id, source).choice


def _change(case: Case, what: str, at: str, value: str) -> Change | None:
    """What a choice on the screen changes; None: nothing."""
    found = case.fields
    if what in WHOLE:
        return None if value == getattr(found, what) else Change(what, value)
    numbers = _numbers(at)
    try:
        table = found.tables[numbers[0]]
        column = table.columns[numbers[1]] if len(numbers) > 1 else None
        word = list(column.words or {})[numbers[2]] if column and len(numbers) > 2 else ""
    except IndexError as error:
        raise InputError("The file is shown anew: somebody else chose something meanwhile.", field="choice") from error
    if value == _now(what, table, column, word):
        return None
    header = STATES if what == "constant" else column.header if column else ""
    return Change(what, value, table.key, header, word)


def _numbers(at: str) -> list[int]:
    parts = at.split("-")
    if not all(part.isascii() and part.isdecimal() and len(part) < 6 for part in parts) or len(parts) > 3:
        raise InputError("This page does not fit the portal any more. Reload it.", field="choice")
    return [int(part) for part in parts]


def _now(what: str, table: TableFields, column: ColumnFields | None, word: str) -> str | None:
    """What is chosen now; None where there is nothing of that name."""
    if column is None:
        decimal, state = "," if table.is_decimal_comma else ".", table.constants.get(STATES, "")
        known = {"entity": table.entity, "date_order": table.date_order, "decimal": decimal, "constant": state}
        return known.get(what)
    known = {"field": column.field, "date_order": column.date_order or "", "word": (column.words or {}).get(word, "")}
    return known.get(what)
