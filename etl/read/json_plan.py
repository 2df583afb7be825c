"""Where the large lists of a document begin, found without parsing it, so that all of them are read at once.

What is found is a guess. A list is read from it only where the walk through the document comes to that very place and
wants that very list; so a wrong guess costs time and never a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from etl.read.json_document import Document
from etl.read.json_parts import Plan, plan_parts
from etl.read.json_readers import Readers
from etl.source import JsonForm
from portal.errors import SourceError

_PIECE = 4 << 20
_OVERLAP = 4 << 10
_HEAD = 64 << 10
_SHORT = 256 << 10
"""Shorter lists are read on the way."""
_MOST_LISTS = 16
"""A name that occurs more often is that of lists inside records."""
_NAMED = rb'"([^"\\]{1,80})"[ \t\n\r]*:[ \t\n\r]*\[[ \t\n\r]*(?=\{)'
_FIRST = re.compile(_NAMED)
_FURTHER = re.compile(rb"\][ \t\n\r]*,[ \t\n\r]*" + _NAMED)


def plan_lists(
    document: Document, wanted: Mapping[str, Sequence[JsonForm]], readers: Readers, folder: Path
) -> dict[int, Plan]:
    """Begin to read every large list that seems to be one of the wanted; the document stays where it is.

    Args:
        document: at its begin.
        wanted: path to the forms that are read from it.
        readers: what reads.
        folder: private folder for what is read.

    Returns:
        byte of the first record of a list to what is read of it.
    """
    begin = document.offset()
    by_name = {path.rpartition(".")[2]: forms for path, forms in wanted.items()}
    found = list(_places(document, begin, by_name))
    often = {name for name, count in Counter(name for _, name in found).items() if count > _MOST_LISTS}
    places = [(at, name) for at, name in found if name not in often] + [(document.size, "")]
    plans = {}
    for (at, name), (end, _) in pairwise(places):
        if end - at > _SHORT:
            try:
                plans[at] = plan_parts(document, by_name[name], (at, end), readers, folder)
            except SourceError:
                continue  # the walk will say what is wrong, should it come here
    document.seek(begin)
    return plans


def _places(document: Document, begin: int, names: Mapping[str, Sequence[JsonForm]]) -> Iterator[tuple[int, str]]:
    """Where the first record of a list of such a name seems to begin, in order."""
    head = document.bytes_at(begin, _HEAD)
    first = next((one for one in _FIRST.finditer(head) if _name(one) in names), None)
    done = begin
    if first is not None:
        done = begin + first.end()
        yield done, _name(first)
    for at in range(begin, document.size, _PIECE):
        for one in _FURTHER.finditer(document.bytes_at(at, _PIECE + _OVERLAP)):
            if at + one.end() > done and _name(one) in names:
                done = at + one.end()
                yield done, _name(one)


def _name(found: re.Match[bytes]) -> str:
    return found[1].decode(errors="replace")
