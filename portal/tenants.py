"""Tenants of this installation: add and list, with every value checked."""

from __future__ import annotations

import re
from difflib import get_close_matches
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.currencies import CURRENCIES
from portal.errors import ConflictError, InputError
from portal.models import Tenant
from portal.viewer import TenantRef

_NAME = re.compile(r"[^\W_](?:[\w .&'-]{0,58}[\w.])?")


def list_tenants(session: Session) -> tuple[TenantRef, ...]:
    """Every active tenant, by name."""
    rows = session.scalars(select(Tenant).where(Tenant.is_active).order_by(Tenant.name))
    return tuple(as_ref(row) for row in rows)


def add_tenant(session: Session, wanted: TenantRef, *, is_demo: bool = False) -> TenantRef:
    """Add the tenant `wanted` (its id is ignored) and return it with its id.

    Raises:
        InputError: name, currency, time zone or country is not usable; the message names the nearest ones.
        ConflictError: the name is taken (upper and lower case are the same name).
    """
    name = _checked_name(wanted.name)
    if any(name.casefold() == taken.casefold() for taken in session.scalars(select(Tenant.name))):
        raise ConflictError(f"There already is a tenant called '{name}'. Choose another name.")
    row = Tenant(
        name=name,
        currency=checked_currency(wanted.currency),
        timezone=checked_timezone(wanted.timezone),
        country=checked_country(wanted.country),
        is_demo=is_demo,
        created_at=utc_now(),
    )
    session.add(row)
    session.flush()
    return as_ref(row)


def as_ref(row: Tenant) -> TenantRef:
    """The tenant as the rest of the portal knows it."""
    return TenantRef(row.id, row.name, row.currency, row.timezone, row.country)


def checked_currency(code: str) -> str:
    """`code` as an ISO 4217 code in capitals."""
    wanted = code.strip().upper()
    if wanted in CURRENCIES:
        return wanted
    raise InputError(
        f"'{code}' is not a currency code (ISO 4217).{_nearest(wanted, CURRENCIES)} Write three letters such as GBP.",
        field="currency",
    )


def checked_timezone(zone: str) -> str:
    """`zone` as an IANA time zone with its exact spelling."""
    known = {name.casefold(): name for name in available_timezones()}
    wanted = zone.strip().replace(" ", "_")
    if found := known.get(wanted.casefold()):
        return found
    raise InputError(
        f"'{zone}' is not a time zone (IANA).{_nearest_zone(wanted, known)} Write one such as Europe/London.",
        field="timezone",
    )


def checked_country(code: str) -> str:
    """`code` as an ISO 3166 alpha-2 code in capitals; empty stays empty (unknown)."""
    from phonenumbers import SUPPORTED_REGIONS

    wanted = code.strip().upper()
    if not wanted or wanted in SUPPORTED_REGIONS:
        return wanted
    usual = {"UK": "GB", "EL": "GR", "USA": "US", "UAE": "AE", "EN": "GB"}.get(wanted)
    hint = f" Did you mean {usual}?" if usual else _nearest(wanted, SUPPORTED_REGIONS)
    raise InputError(f"'{code}' is not a country code (ISO 3166).{hint} Write two letters such as GB.", field="country")


def _checked_name(name: str) -> str:
    wanted = " ".join(name.split())
    if _NAME.fullmatch(wanted):
        return wanted
    raise InputError(
        f"'{name}' cannot be a tenant's name. Use 1 to 60 letters, digits, spaces and . & ' -, "
        "starting with a letter or digit.",
        field="name",
    )


def _nearest_zone(wanted: str, known: dict[str, str]) -> str:
    """The hint for a zone: also a city without its continent (London → Europe/London)."""
    folded = wanted.casefold()
    if cities := sorted(known[zone] for zone in known if zone.rpartition("/")[2] == folded):
        return f" Did you mean {' or '.join(cities[:3])}?"
    found = get_close_matches(folded, known, n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(known[zone] for zone in found)}?" if found else ""


def _nearest(wanted: str, known: object) -> str:
    found = get_close_matches(wanted, sorted(known), n=3, cutoff=0.6)  # type: ignore[call-overload]
    return f" Did you mean {' or '.join(found)}?" if found else ""
