"""Webhooks of sources: an address that only its holder knows. The token is shown once and stored hashed."""

from __future__ import annotations

import hmac
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.errors import InputError
from portal.models import DataSource, Tenant
from portal.places import HOOK
from portal.users import token_hash

PATH = "/hooks/bosta/"
KIND = "hvar"


def new_hook(source: DataSource, settings: Settings) -> str:
    """Give a source a webhook, or its webhook a new address; the old one is dead at once. Returns the address.

    Raises:
        InputError: what arrives at a webhook could not be read together with this source.
    """
    if not can_have_hook(source):
        raise InputError(
            f"{source.name} cannot have a webhook. Bosta's API can, and a source that is nothing but a webhook "
            f"({HOOK}).",
            field="location",
        )
    token = secrets.token_urlsafe(32)
    source.hook_hash = token_hash(token)
    return f"{settings.base_url}{PATH}{token}"


def can_have_hook(source: DataSource) -> bool:
    """Whether what arrives at a webhook has an inbox that is read: Bosta's own, by API or by webhook alone."""
    is_address = source.location == HOOK or source.location.lower().startswith(("https://", "http://"))
    return source.kind == KIND and is_address


def source_of_token(session: Session, token: str) -> DataSource | None:
    """The source whose webhook has this token; None for any other word, and for a tenant that is closed.

    Looked up by its hash, so that how long it takes says nothing about the tokens there are.
    """
    wanted = token_hash(token)
    row = session.scalars(
        select(DataSource).join(Tenant).where(DataSource.hook_hash == wanted, Tenant.is_active)
    ).first()
    kept = row.hook_hash if row is not None else None
    return row if hmac.compare_digest(kept or "-", wanted) else None
