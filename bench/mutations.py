"""Ways in which a file goes wrong between the system that wrote it and the one that reads it.

Each takes the bytes of a file and a random generator and returns other bytes. Formats with an inside (the sheets of a
workbook, the records of a JSON document, the rows of a database) are also damaged there, so that the outside stays
valid and the reader gets past it.
"""

from __future__ import annotations

import io
import json
import random
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

Mutation = Callable[[bytes, random.Random], bytes]
ODD = ("", "\0", "\ufeff", "-", "=1+1", "NaN", "1e400", "-99999999999999999999.99", "31.02.2026", "0001-01-01",
       "9999-12-31", "١٢٣", "x" * 100_000, '"', "a\nb", "\ud7ff", "1,5", "TRUE", "null", "٠١٠٠٠٠٠٠٠٠٠")  # fmt: skip


def flip_bytes(data: bytes, chance: random.Random) -> bytes:
    """Up to eight bytes become others."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut_off(data: bytes, chance: random.Random) -> bytes:
    """The end is missing, sometimes all of it."""
    return data[: chance.randrange(len(data))]


def with_nulls(data: bytes, chance: random.Random) -> bytes:
    """Null bytes in between."""
    at = chance.randrange(len(data))
    return data[:at] + b"\0" * chance.randint(1, 600) + data[at:]


def other_encoding(data: bytes, chance: random.Random) -> bytes:
    """The text in another encoding, or an encoding it does not say."""
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "latin-1", "utf-8-sig"))
    return (data.decode("utf-8", "replace") + "é").encode(encoding, "replace")


def swapped_lines(data: bytes, chance: random.Random) -> bytes:
    """Two lines change places; one of them may be the header."""
    lines = data.split(b"\n")
    one, other = (chance.randrange(len(lines)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def repeated_lines(data: bytes, chance: random.Random) -> bytes:
    """A line stands there more than once."""
    lines = data.split(b"\n")
    return b"\n".join(lines + [chance.choice(lines)] * chance.randint(1, 5))


def missing_lines(data: bytes, chance: random.Random) -> bytes:
    """Lines in a row are gone."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join(lines[:at] + lines[at + chance.randint(1, 5) :])


def swapped_columns(data: bytes, chance: random.Random) -> bytes:
    """Two cells change places, in one line or in all."""
    lines = [line.split(b",") for line in data.split(b"\n")]
    one, other = (chance.randrange(len(lines[0])) for _ in range(2))
    for cells in lines if chance.random() < 0.7 else [chance.choice(lines)]:
        if max(one, other) < len(cells):
            cells[one], cells[other] = cells[other], cells[one]
    return b"\n".join(b",".join(cells) for cells in lines)


def odd_cell(data: bytes, chance: random.Random) -> bytes:
    """A cell holds something else, huge at times."""
    cells = re.split(rb"([,\n])", data)
    cells[chance.randrange(0, len(cells), 2)] = chance.choice(ODD).encode()
    return b"".join(cells)


def damaged_sheet(data: bytes, chance: random.Random) -> bytes:
    """Another inside of a workbook: one part is damaged and packed again, its checksum right."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name = chance.choice([each for each in parts if "sheet" in each.lower() or "shared" in each.lower()])
    ways = (flip_bytes, cut_off, with_nulls, *[odd_xml, shuffled_rows] * 4)
    parts[name] = chance.choice(ways)(parts[name], chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for each, content in parts.items():
            new.writestr(each, content)
    return packed.getvalue()


def odd_xml(data: bytes, chance: random.Random) -> bytes:
    """The text of one element is another."""
    places = list(re.finditer(rb">([^<>]*)<", data))
    place = chance.choice(places)
    odd = chance.choice([each for each in ODD if each.isprintable()]).encode()
    return data[: place.start(1)] + odd + data[place.end(1) :]


def shuffled_rows(data: bytes, chance: random.Random) -> bytes:
    """Rows (or shared texts) of a sheet are moved, repeated or removed, their numbers left as they are."""
    pieces = re.split(rb"(<row .*?</row>|<si>.*?</si>)", data, flags=re.DOTALL)
    rows = range(1, len(pieces), 2)
    if not rows:
        return data
    one, other = chance.choice(rows), chance.choice(rows)
    pieces[one] = chance.choice((pieces[other], b"", pieces[one] + pieces[other]))
    return b"".join(pieces)


def damaged_json(data: bytes, chance: random.Random) -> bytes:
    """One list or object of the document is changed; it stays a JSON document."""
    document = json.loads(data)
    places = list(_insides(document))
    for _ in range(chance.randint(1, 4)):
        _change(chance.choice(places), chance)
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "replace")


def _insides(node: Any) -> Any:
    if isinstance(node, dict | list) and node:
        yield node
        for child in node.values() if isinstance(node, dict) else node:
            yield from _insides(child)


def _change(place: Any, chance: random.Random) -> None:
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    if not keys:
        return
    one, other = chance.choice(keys), chance.choice(keys)
    what = chance.randrange(4)
    if what == 0:
        place[one], place[other] = place[other], place[one]
    elif what == 1:
        place[one] = chance.choice((*ODD, None, True, -1, 1e308, 10**40, [], {}, [[1]], {"a": {"b": 1}}))
    elif what == 2:
        del place[one]
    elif isinstance(place, list):
        place.append(place[other])


def damaged_rows(data: bytes, chance: random.Random) -> bytes:
    """Cells, rows or columns of one table of a database are changed; it stays a database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as database, database:
            tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
            for _ in range(chance.randint(1, 4)):
                _change_table(database, chance.choice(tables), chance)
        return path.read_bytes()


def _change_table(database: sqlite3.Connection, table: str, chance: random.Random) -> None:
    columns = [f'"{each[1]}"' for each in database.execute(f'pragma table_info("{table}")')]
    one, other = chance.choice(columns), chance.choice(columns)
    what = chance.randrange(5)
    if what == 0:
        database.execute(f'update "{table}" set {one} = {other} where random() % 2 = 0')
    elif what == 1:
        odd = chance.choice((*ODD, None, 1e308, 2**62, b"\xff\x00\xfe"))
        database.execute(f'update "{table}" set {one} = ? where random() % 5 = 0', (odd,))
    elif what == 2:
        database.execute(f'delete from "{table}" where random() % 3 = 0')
    elif what == 3:
        database.execute(f'insert into "{table}" select * from "{table}" limit 3')
    else:
        new = f"renamed {chance.randrange(99)}"
        if f'"{new}"' not in columns:  # an earlier turn may have taken the name
            database.execute(f'alter table "{table}" rename column {one} to "{new}"')


OUTSIDE: tuple[Mutation, ...] = (flip_bytes, cut_off, with_nulls)
OF_TEXT = (*OUTSIDE, other_encoding, swapped_lines, repeated_lines, missing_lines, swapped_columns, odd_cell)
OF_WORKBOOK = (*OUTSIDE, damaged_sheet, damaged_sheet, damaged_sheet, damaged_sheet)
OF_JSON = (*OUTSIDE, other_encoding, damaged_json, damaged_json, damaged_json, damaged_json)
OF_DATABASE = (*OUTSIDE, damaged_rows, damaged_rows, damaged_rows)
