"""Which ready-made mapping a raw table is the file of, told by its header."""

from __future__ import annotations

from etl.mapped.headers import missing_headers
from etl.mapping import parse_mapping
from etl.mappings import ready_made
from etl.source import RawTable
from portal.errors import SourceError


def recognise(table: RawTable) -> str | None:
    """Name of the ready-made mapping all of whose entities find every header they need; None: there is none."""
    for name, content in ready_made().items():
        entities = parse_mapping(content, name).entities
        try:
            if not any(missing_headers(entity, table) for entity in entities):
                return name
        except SourceError:  # two columns differ only in case: no export of a platform
            continue
    return None
