"""Where the worksheets of a workbook lie inside its package."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from xml.etree import ElementTree

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def sheet_parts(path: Path) -> dict[str, str]:
    """Sheet name to member name; empty where the package does not say it in the usual place.

    The caller has refused document type declarations, so the parser has no entities to expand.
    """
    with zipfile.ZipFile(path) as archive:
        members = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= members:
            return {}
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - see above
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - see above
    targets = {each.get("Id"): posixpath.normpath(posixpath.join("/xl", each.get("Target", ""))) for each in relations}
    parts = {}
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            target = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION), "").lstrip("/")
            if target in members:
                parts[sheet.get("name", "")] = target
    return parts
