"""What the words of a status or flag column mean, as far as that is known."""

from __future__ import annotations

from typing import Any

from etl.mapped.constants import VOCABULARIES
from etl.mapped.evidence import FLAG_WORDS, ORDER_WORDS
from etl.mapped.headers import folded
from etl.staging import FLAG, STAGING
from portal.uploads.described import headers_of
from portal.uploads.model import TableFound
from portal.uploads.questions import UNDECIDED


def add_words(entity: dict[str, Any], field: str, table: TableFound | None) -> None:
    """What is known of the words of a status or flag column; the others are left to decide."""
    header = next((one for one, name in headers_of(entity).items() if name == field), "")
    said = {folded(one): words for one, words in table.words.items()}.get(header, ()) if table else ()
    if field in VOCABULARIES and said:
        words: dict[str, Any] = {word: ORDER_WORDS.get(_plain(word), UNDECIDED) for word in said}
    elif STAGING[str(entity["name"])].columns.get(field) == FLAG:
        words = {word: FLAG_WORDS[word.lower()] for word in said if word.lower() in FLAG_WORDS}
    else:
        words = {}
    if words:
        entity.setdefault("values", {})[field] = words


def _plain(word: str) -> str:
    return " ".join(word.lower().replace("_", " ").replace("-", " ").split())
