"""Propose a mapping for files nobody has described yet: TOML with the evidence beside each line, for approval.

What the values do not decide (03/02/2026, an unknown order state) is written as "?", which no load accepts: a person
decides it. Everything else loads as it is printed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from etl.clean import NULL_WORDS, amount
from etl.mapped.evidence import DateEvidence, currencies_of, flag_words, has_decimal_comma, order_words
from etl.mapped.guess import Guess, guess_table
from etl.mapped.headers import folded
from etl.mapped.recognise import recognise
from etl.mappings import ready_made
from etl.source import RawTable
from etl.staging import FLAG, STAGING

_HEAD = """\
# A proposed mapping. Read it line by line, correct it, save it, and load with --mapping FILE.
# What only you can know is marked "?". docs/mapping.md explains every key.
"""


def propose(tables: Sequence[RawTable]) -> str:
    """TOML text of a mapping for the tables; it loads with `load_mapping` unless something is left to decide.

    Tables that a ready-made mapping is for are told so; where there are no others, the text is that mapping.
    """
    merged = [(table, recognise(table)) for table in _one_per_header(tables)]
    told = [_ready_made(table, name) for table, name in merged if name is not None]
    names = {name for _, name in merged if name is not None}
    if len(names) == 1 and len(told) == len(merged):
        return "\n".join([*told, ready_made()[names.pop()]])
    return "\n".join([*told, _proposal([table for table, name in merged if name is None])])


def _ready_made(table: RawTable, name: str) -> str:
    shown = ", ".join(dict.fromkeys(origin.file_name for origin in table.origins[:3]))
    return f"# {shown}: there is a ready-made mapping for this file. Load it with --mapping {name}\n"


def _proposal(tables: Sequence[RawTable]) -> str:
    guesses = [guess_table(table) for table in tables]
    known = [guess for guess in guesses if guess.entity]
    parts = [_HEAD, *_currency(known)]
    names = [origin.file_name for table in tables for origin in table.origins]
    parts += [_entity(guess, names) for guess in known]
    parts += [_unknown(guess) for guess in guesses if not guess.entity]
    return "\n".join(parts)


def _one_per_header(tables: Sequence[RawTable]) -> list[RawTable]:
    """Tables whose headers differ only in case and blanks are one: their rows together, in the first one's words."""
    merged: dict[tuple[str, ...], RawTable] = {}
    for table in tables:
        header = tuple(folded(name) for name in table.columns)
        first = merged.get(header)
        if first is None:
            merged[header] = table
            continue
        renamed = table.frame.rename(dict(zip(table.columns, first.columns, strict=True)))
        rows = pl.concat([first.frame, renamed.select(first.frame.columns)])
        merged[header] = RawTable((*first.origins, *table.origins), rows)
    return list(merged.values())


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def _money(guess: Guess) -> list[pl.Series]:
    decimals = [name for name in guess.columns if isinstance(STAGING[guess.entity].columns[name], pl.Decimal)]
    return [guess.values[guess.columns[name]] for name in decimals]


def _currency(guesses: Sequence[Guess]) -> list[str]:
    codes = currencies_of([values for guess in guesses for values in _money(guess)])
    if not codes:
        return []
    if len(codes) == 1:
        return [f"currency = {_text(codes[0])}    # the amounts carry its sign\n"]
    return [f'currency = "?"    # the amounts carry a sign of {", ".join(codes)}: write the one it is\n']


def _entity(guess: Guess, names: Sequence[str]) -> str:
    origins = guess.table.origins
    lines = ["[[entity]]", f"name = {_text(guess.entity)}", f"files = {_list(_globs(guess, names))}"]
    sheets = {origin.sheet for origin in origins if origin.sheet}
    if len(sheets) == 1:
        lines.append(f"sheet = {_text(sheets.pop())}")
    lines += _format(guess)
    lines += ["", "[entity.columns]"]
    lines += [_column(guess, name) for name in STAGING[guess.entity].columns if name in guess.columns]
    unused = [name for name in guess.table.columns if name not in guess.columns.values()]
    if unused:
        lines.append(f"# not used: {', '.join(unused)}")
    return "\n".join([*lines, *_states(guess), *_flags(guess), *_derived(guess), ""])


def _globs(guess: Guess, names: Sequence[str]) -> list[str]:
    """One glob that matches exactly the files of the table, else their names."""
    own = list(dict.fromkeys(origin.file_name for origin in guess.table.origins))
    if len(own) == 1:
        return own
    start = _common_start(own)
    end = _common_start([name[::-1] for name in own])[::-1]
    others = [name for name in names if name not in own and name.startswith(start) and name.endswith(end)]
    return own if others else [f"{start}*{end}"]


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    length = next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:length]


def _format(guess: Guess) -> list[str]:
    lines = []
    evidence = list(guess.dates.values())
    common = {(one.formats, one.undecided != "") for one in evidence}
    if len(common) == 1:
        lines += _date_lines(evidence[0])
    if has_decimal_comma(_money(guess)):
        lines.append("decimal_comma = true    # numbers such as 1.299,50")
    if guess.dashes:
        lines.append(
            f"null_words = {_list([*NULL_WORDS, *guess.dashes])}    # the usual ones and {' '.join(guess.dashes)}"
        )
    return ["", "[entity.format]", *lines] if lines else []


def _date_lines(evidence: DateEvidence) -> list[str]:
    said = f"# {evidence.read} of {evidence.total} distinct values read, such as {_text(evidence.example)}"
    if not evidence.undecided:
        return [f"dates = {_list(evidence.formats)}    {said}"]
    return [
        f"dates = {_list(evidence.formats)}    {said}",
        f"# {evidence.undecided} fits two readings and nothing in the file decides. Keep the format that is right,",
        "# remove the other, and write day_first = true (day, then month) or day_first = false (month, then day).",
        'day_first = "?"',
    ]


def _column(guess: Guess, name: str) -> str:
    header = guess.columns[name]
    evidence = guess.dates.get(header)
    alone = evidence is not None and len({(one.formats, one.undecided != "") for one in guess.dates.values()}) > 1
    if evidence is None or not alone:
        return f"{name} = {_text(header)}"
    if evidence.undecided:
        return (
            f"# {evidence.undecided} fits two readings: keep the right format, and write day_first = true or false.\n"
            f'{name} = {{ header = {_text(header)}, dates = {_list(evidence.formats)}, day_first = "?" }}'
        )
    return (
        f"{name} = {{ header = {_text(header)}, dates = {_list(evidence.formats)} }}"
        f"    # {evidence.read} of {evidence.total} distinct values, such as {_text(evidence.example)}"
    )


def _states(guess: Guess) -> list[str]:
    """The words of the order state, or a reminder that there is none."""
    if "order_status" not in STAGING[guess.entity].columns:
        return []
    if "order_status" not in guess.columns:
        return ["", "[entity.constants]", '# order_status = "delivered"    # if the files hold finished sales only']
    words = order_words(guess.values[guess.columns["order_status"]])
    return ["", "[entity.values.order_status]", *(f"{_text(word)} = {_text(state)}" for word, state in words.items())]


def _flags(guess: Guess) -> list[str]:
    """Words for yes and no that have to be explained."""
    lines = []
    for name, header in guess.columns.items():
        if STAGING[guess.entity].columns[name] == FLAG and (words := flag_words(guess.values[header])):
            lines += ["", f"[entity.values.{name}]"]
            lines += [f"{_text(word)} = {json.dumps(meaning)}" for word, meaning in words.items()]
    return lines


def _derived(guess: Guess) -> list[str]:
    """Returns, where quantities are negative."""
    flags = STAGING[guess.entity].columns
    if "is_return" not in flags or "quantity" not in guess.columns:
        return []
    header = guess.columns["quantity"]
    cells = guess.values[header].alias("cell").to_frame()
    negative = int(cells.select((amount(pl.col("cell")) < 0).sum()).item())
    if not negative:
        return []
    return [
        "", f"# {negative} different negative quantities in the sample",
        "[entity.derive.is_return]", f"column = {_text(header)}", "less_than = 0",
    ]  # fmt: skip


def _unknown(guess: Guess) -> str:
    """A table nobody recognises, as a comment."""
    names = ", ".join(dict.fromkeys(origin.file_name for origin in guess.table.origins[:3]))
    known = ", ".join(STAGING)
    return (
        f"# {names}: not recognised. Its columns: {', '.join(guess.table.columns)}.\n"
        f"# Write an [[entity]] for it (name is one of {known}), or leave it out.\n"
    )
