"""The sources of a tenant: add, list, remove, and how fresh each one is.

Credentials are sealed before they are stored and are never given out again; `portal.jobs` alone opens them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.errors import ConflictError, InputError, UnknownNameError
from portal.freshness import Freshness, freshness_of
from portal.models import DataSource, SyncRun
from portal.schedule import DEFAULT, parse_schedule
from portal.sealing import seal, unseal
from portal.viewer import TenantRef

_NAME = re.compile(r"[^\W_](?:[\w .&'-]{0,58}[\w.])?")
_LONGEST_MAPPING = 200_000
_LONGEST_CREDENTIALS = 20_000


@dataclass(frozen=True)
class NewSource:
    """A source to add.

    Attributes:
        name: what the tenant calls it.
        kind: source system (`etl.sources.SOURCES`).
        location: file, folder or zip, or the address of an API.
        mapping_name, mapping: name and content (TOML) of the mapping file, for kind table.
        schedule: see `portal.schedule`.
        credentials: plain; sealed on the way into the database.
        options: what a connector can be told, by name; kept as they are, so nothing secret.
    """

    name: str
    kind: str
    location: str
    mapping_name: str = ""
    mapping: str = ""
    schedule: str = DEFAULT
    credentials: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


def add_source(session: Session, tenant: TenantRef, wanted: NewSource, secret_key: str, now: datetime) -> DataSource:
    """Add a source; the next free worker syncs it at once.

    Raises:
        InputError: name, location, schedule, mapping or credentials cannot be used.
        ConflictError: the tenant has a source of that name.
    """
    row = draft(tenant, wanted, secret_key, now)
    _check_free(session, tenant, row.name)
    session.add(row)
    session.flush()
    return row


def draft(tenant: TenantRef, wanted: NewSource, secret_key: str, now: datetime) -> DataSource:
    """The source as it would be kept, its credentials sealed; nothing is stored.

    Raises:
        InputError: name, location, schedule, mapping or credentials cannot be used.
    """
    name = _checked_name(wanted.name)
    _check_sizes(wanted)
    return DataSource(
        tenant_id=tenant.id, name=name, kind=wanted.kind, location=wanted.location.strip(),
        mapping_name=wanted.mapping_name[:200], mapping=wanted.mapping, created_at=now, watermark="", is_active=True,
        schedule=str(parse_schedule(wanted.schedule)),
        credentials=seal(secret_key, wanted.credentials, _owner(tenant.id, name)), options=dict(wanted.options),
    )  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """What may be changed of a source that is there; empty credentials leave the stored ones."""

    name: str
    schedule: str
    credentials: str = ""


def edit_source(session: Session, tenant: TenantRef, source: DataSource, wanted: Edit, secret_key: str) -> list[str]:
    """Change a source; returns which of name, schedule and credentials are new.

    Raises:
        InputError: a value cannot be used.
        ConflictError: the tenant has another source of that name.
        ConfigError: the stored credentials cannot be opened, so they cannot be kept under another name.
    """
    name, schedule = _checked_name(wanted.name), str(parse_schedule(wanted.schedule))
    _check_credentials(wanted.credentials)
    if name.casefold() != source.name.casefold():
        _check_free(session, tenant, name)
    changed = [
        what
        for what, is_new in (("name", name != source.name), ("schedule", schedule != source.schedule),
                             ("credentials", bool(wanted.credentials)))
        if is_new
    ]  # fmt: skip
    if wanted.credentials or name != source.name:
        plain = wanted.credentials or open_credentials(source, secret_key)
        source.credentials = seal(secret_key, plain, _owner(tenant.id, name))
    source.name, source.schedule = name, schedule
    if wanted.credentials:
        source.failures = 0  # asked again at its next slot, not after the pause that failures bring
    return changed


def _check_free(session: Session, tenant: TenantRef, name: str) -> None:
    taken = session.scalars(select(DataSource.name).where(DataSource.tenant_id == tenant.id))
    if any(name.casefold() == other.casefold() for other in taken):
        raise ConflictError(f"{tenant.name} already has a source called '{name}'. Choose another name.")


def list_sources(session: Session, tenant: TenantRef) -> list[DataSource]:
    """The sources of a tenant, by name."""
    return list(session.scalars(select(DataSource).where(DataSource.tenant_id == tenant.id).order_by(DataSource.name)))


def find_source(session: Session, tenant: TenantRef, name: str) -> DataSource:
    """The tenant's source called `name`.

    Raises:
        UnknownNameError: it has none; a foreign tenant's source reads exactly the same.
    """
    sources = list_sources(session, tenant)
    for source in sources:
        if source.name.casefold() == name.strip().casefold():
            return source
    raise UnknownNameError("source", name, [source.name for source in sources])


def remove_source(session: Session, tenant: TenantRef, name: str) -> str:
    """Forget a source with its credentials; what it brought into the warehouse stays. Returns its exact name."""
    source = find_source(session, tenant, name)
    session.execute(delete(SyncRun).where(SyncRun.source_id == source.id))
    session.delete(source)
    return source.name


def set_active(session: Session, tenant: TenantRef, name: str, *, is_active: bool) -> DataSource:
    """Pause a source, or go on with it."""
    source = find_source(session, tenant, name)
    source.is_active = is_active
    return source


def open_credentials(source: DataSource, secret_key: str) -> str:
    """The plain credentials of a source, for the connector that signs in with them; never log or show them.

    Raises:
        ConfigError: PORTAL_SECRET_KEY is not the one they were stored with.
    """
    return unseal(secret_key, source.credentials, _owner(source.tenant_id, source.name))


def freshness(session: Session, tenant: TenantRef, now: datetime) -> list[Freshness]:
    """How fresh each source of a tenant is at `now` (UTC without zone), those that need somebody first."""
    found = [freshness_of(source, tenant.timezone, now) for source in list_sources(session, tenant)]
    return sorted(found, key=lambda one: (one.urgency, one.name.casefold()))


def check_kind(kind: str, kinds: Collection[str]) -> str:
    """`kind` if there is such a source system.

    Raises:
        UnknownNameError: there is none.
    """
    if kind in kinds:
        return kind
    raise UnknownNameError("source system", kind, kinds)


def _owner(tenant_id: int, name: str) -> str:
    return f"source {name} of tenant {tenant_id}"


def _checked_name(name: str) -> str:
    wanted = " ".join(name.split())
    if _NAME.fullmatch(wanted):
        return wanted
    raise InputError(
        f"'{name}' cannot be the name of a source. Use 1 to 60 letters, digits, spaces and . & ' -, starting with a "
        "letter or digit.",
        field="name",
    )


def _check_sizes(wanted: NewSource) -> None:
    location = wanted.location.strip()
    if not location or len(location) > 1000 or not location.isprintable():
        raise InputError("Say where the source is: a file, a folder or an address, in one line.", field="location")
    if urlsplit(location).password is not None:
        raise InputError("A password does not belong into an address. Give it as the credentials.", field="location")
    if wanted.kind == "table" and not wanted.mapping.strip():
        raise InputError(
            "A table source needs a mapping file. portal load --source table without one proposes it.", field="mapping"
        )
    if len(wanted.mapping) > _LONGEST_MAPPING:
        raise InputError("The mapping file is too long to be one.", field="mapping")
    _check_credentials(wanted.credentials)


def _check_credentials(credentials: str) -> None:
    if len(credentials) > _LONGEST_CREDENTIALS:
        raise InputError("The credentials are too long to be credentials.", field="credentials")
