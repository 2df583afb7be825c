"""What kinds of source can be added on the screen, and what has to be said of each.

Paths of the server are none of them, but for the tenant's import folder: they could lead to another tenant's files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.config import Settings
from portal.errors import InputError, UnknownNameError
from portal.places import HOOK, IMPORT, import_folder, import_path
from portal.sources import NewSource
from portal.viewer import TenantRef

SYSTEMS = {
    "imiq": "IMIQ", "easy_ecom": "Easy Ecom", "hvar": "HVAR / Bosta", "bukmuk": "Bukmuk", "onesoko": "OneSoko",
    "table": "A table, by mapping",
}  # fmt: skip
"""Source system to its name for people."""

_SHEET = re.compile(r"https://docs\.google\.com/spreadsheets/d/[\w-]{20,100}(?:[/?#].*)?")


@dataclass(frozen=True)
class SourceType:
    """One kind of source.

    Attributes:
        name, label: what the browser sends, and what people read.
        systems: source systems it can be of, the usual one first.
        address: label of its address; empty when it has none to type.
        example: an address as it may look.
        secret: label of its credentials; empty when it has none.
        note: what people should know first.
    """

    name: str
    label: str
    systems: tuple[str, ...]
    address: str = ""
    example: str = ""
    secret: str = ""
    note: str = ""


BOSTA, HOOKED, FILES = "bosta", "bosta_hook", "files"

_TYPES = (
    SourceType(BOSTA, "Bosta, by its API", ("hvar",), "Address of the API", "https://app.bosta.co/api/v2", "API key",
               "Deliveries that have changed are fetched on the schedule. The key is made in Bosta's business portal."),
    SourceType(HOOKED, "Bosta, by webhook", ("hvar",),
               note="Bosta sends each change by itself, within seconds. Adding it shows an address, once, to enter in "
                    "Bosta's business portal. What happened before is not told: add the API as well for that."),
    SourceType("onesoko", "OneSoko, by its API", ("onesoko",), "Address of the API", "https://example.com/api", "Token",
               "All lists are read on the schedule; pages that have not changed are no work."),
    SourceType("postgresql", "PostgreSQL database", ("easy_ecom", "onesoko"), "Address of the database",
               "postgresql://reader@db.example.com:5432/shop", "Password",
               "Use an account that may only read. Columns that look like secrets are never asked for."),
    SourceType("sheet", "Google Sheet", ("imiq", "bukmuk"), "Address of the sheet",
               "https://docs.google.com/spreadsheets/d/…/edit", "Key of the service account (JSON)",
               "Share the sheet with the e-mail of the service account, to read only. Paste its whole key file below."),
    SourceType(FILES, "Files in the import folder", ("imiq", "easy_ecom", "hvar", "bukmuk", "onesoko"),
               "File or folder below the import folder", "exports/orders.xlsx"),
)  # fmt: skip

TYPES: dict[str, SourceType] = {each.name: each for each in _TYPES}


@dataclass(frozen=True)
class Typed:
    """What somebody typed into the form."""

    type: str
    system: str
    name: str
    address: str
    secret: str
    schedule: str


def offered_types(settings: Settings) -> list[SourceType]:
    """The types this installation offers; files only where the operator has set a folder."""
    return [each for each in _TYPES if each.name != FILES or settings.import_root is not None]


def type_of(system: str, location: str) -> SourceType | None:
    """The type a stored source was added as; None for a path of the server, which only the operator can add."""
    place = location.lower()
    for start, name in ((HOOK, HOOKED), (IMPORT, FILES), ("https://docs.google.com/", "sheet"),
                        ("postgres", "postgresql")):  # fmt: skip
        if place.startswith(start):
            return TYPES[name]
    if not place.startswith(("https://", "http://")):
        return None
    return TYPES[BOSTA if system == "hvar" else "onesoko"]


def wanted_source(settings: Settings, tenant: TenantRef, typed: Typed) -> NewSource:
    """The source that was typed, its address checked.

    Raises:
        UnknownNameError: no such type, or not of this system.
        InputError: the address cannot be one of this type, or credentials are missing.
    """
    kind = next((each for each in offered_types(settings) if each.name == typed.type), None)
    if kind is None:
        raise UnknownNameError("kind of source", typed.type, TYPES)
    if typed.system not in kind.systems:
        raise UnknownNameError("source system", typed.system, kind.systems)
    location = _location(settings, tenant, kind, typed.address.strip())
    if kind.secret and not typed.secret.strip():
        raise InputError(
            f"{kind.secret}: nothing was typed. The source cannot be read without it.", field="credentials"
        )
    secret = typed.secret.strip() if kind.secret else ""
    return NewSource(typed.name, typed.system, location, schedule=typed.schedule, credentials=secret)


def _location(settings: Settings, tenant: TenantRef, kind: SourceType, address: str) -> str:
    if kind.name == HOOKED:
        return HOOK
    if not address:
        raise InputError(f"{kind.address}: nothing was typed. It looks like {kind.example}.", field="location")
    if kind.name == FILES:
        import_path(settings, tenant, f"{IMPORT}{address}")
        return f"{IMPORT}{address}"
    check = {"postgresql": _is_database, "sheet": _is_sheet}.get(kind.name, _is_api)
    if not check(address, settings):
        raise InputError(
            f"'{address[:200]}' cannot be the address: it must look like {kind.example}, without a password or key in "
            "it.",
            field="location",
        )
    return address


def _is_api(address: str, settings: Settings) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    known = {"https", "http"} if settings.private_sources else {"https"}
    plain = not (parts.username or parts.query or parts.fragment) and parts.hostname not in {None, "docs.google.com"}
    return parts.scheme in known and plain and port != 0


def _is_database(address: str, _settings: Settings) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    is_plain = not (parts.password or parts.query or parts.fragment) and port != 0
    return parts.scheme in {"postgresql", "postgres"} and bool(parts.hostname) and len(parts.path) > 1 and is_plain


def _is_sheet(address: str, _settings: Settings) -> bool:
    return bool(_SHEET.fullmatch(address))


def import_note(settings: Settings, tenant: TenantRef) -> str:
    """What to know of the import folder: its name, which the operator must have made."""
    folder = import_folder(settings, tenant)
    return f"Files are read from the folder {folder.name} that the operator keeps for you." if folder else ""
