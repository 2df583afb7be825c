"""Who is looking: roles, permissions, tenants. Pure types; sign-in lives in `portal.auth`.

A `Viewer` is a required argument of everything that touches a tenant's data. It is made from the server-side
session or by the command line, never from anything a client sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.errors import AccessError, UnknownNameError


class Permission(StrEnum):
    """What somebody may do. Checked in every page, callback and route."""

    VIEW = "view"
    EXPORT = "export"
    SEE_PERSONAL_DATA = "see_personal_data"
    EDIT_ORDERS = "edit_orders"
    HANDLE_CODES = "handle_codes"
    MANAGE_POLICIES = "manage_policies"
    MANAGE_SOURCES = "manage_sources"
    MANAGE_USERS = "manage_users"
    MANAGE_TENANTS = "manage_tenants"


_VIEWER = frozenset({Permission.VIEW, Permission.EXPORT})
_AGENT = frozenset({Permission.VIEW, Permission.EDIT_ORDERS})
_MANAGER = _VIEWER | _AGENT | {Permission.SEE_PERSONAL_DATA, Permission.HANDLE_CODES}
_ADMIN = _MANAGER | {Permission.MANAGE_POLICIES, Permission.MANAGE_SOURCES, Permission.MANAGE_USERS}

ROLES: dict[str, frozenset[Permission]] = {
    "viewer": _VIEWER,
    "agent": _AGENT,
    "manager": _MANAGER,
    "admin": _ADMIN,
    "superadmin": frozenset(Permission),
}


@dataclass(frozen=True)
class TenantRef:
    """One merchant: our id, its name, ISO 4217 currency, IANA time zone, ISO 3166 alpha-2 country ("" unknown)."""

    id: int
    name: str
    currency: str
    timezone: str
    country: str = ""


@dataclass(frozen=True)
class Viewer:
    """A person (or the command line) with the tenants and permissions it has right now."""

    user_id: int | None
    email: str
    role: str
    permissions: frozenset[Permission]
    tenants: tuple[TenantRef, ...]

    def require(self, permission: Permission) -> None:
        """Raise AccessError unless the viewer has `permission`."""
        if permission not in self.permissions:
            raise AccessError("Your role does not allow this. Ask an admin of your company for access.")

    def tenant(self, name: str) -> TenantRef:
        """The viewer's tenant called `name`; a foreign tenant reads exactly like an unknown one."""
        for tenant in self.tenants:
            if tenant.name == name:
                return tenant
        raise UnknownNameError("tenant", name, [tenant.name for tenant in self.tenants])


def operator_viewer(tenants: tuple[TenantRef, ...]) -> Viewer:
    """The person at the console: may do everything with the tenants given."""
    return Viewer(None, "operator@console", "superadmin", frozenset(Permission), tenants)
