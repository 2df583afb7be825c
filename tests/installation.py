"""A small installation for tests: two tenants, a person of every role, a browser for each, and a running app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import auth, users
from portal.clock import utc_now
from portal.config import Settings, load_settings
from portal.db import Sessions, open_database, open_sessions, writing
from portal.migrations import upgrade
from portal.models import User
from portal.tenants import add_tenant
from portal.viewer import ROLES, TenantRef
from portal.warehouse.store import Draft, SnapshotStore
from tests.metrics.golden import MAR31, SHOP, write_warehouse

TOKENS = {"Amber Shop": "AMBERCANARY", "Birch Shop": "BIRCHCANARY"}
"""Tenant to the text every one of its names contains: it must never be seen by the other."""


def settings_for(home: Path, **values: str) -> Settings:
    """Settings as the environment would give them."""
    return load_settings({"PORTAL_HOME": str(home), **values})


def email_of(role: str, tenant: str = "Amber Shop") -> str:
    """The address of the test person with this role."""
    company = "souk" if role == "superadmin" else tenant.split(maxsplit=1)[0].lower()
    return f"{role}@{company}.example"


def make_database(settings: Settings) -> Sessions:
    """A migrated database with the two tenants and everybody in them, nobody with a password."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    upgrade(engine)
    engine.dispose()
    sessions = open_sessions(settings.database_url)
    with writing(sessions) as session:
        for name in TOKENS:
            tenant = add_tenant(session, TenantRef(0, name, "GBP", "Europe/London", "GB"))
            for role in ROLES:
                if role != "superadmin":
                    users.add_user(session, email_of(role, name), role, tenant.id, utc_now())
        users.add_user(session, email_of("superadmin"), "superadmin", None, utc_now())
    return sessions


@dataclass
class Browser:
    """A test client that keeps cookies and sends what a browser of this portal would send."""

    client: FlaskClient
    settings: Settings
    token: str = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open an address as a page."""
        headers = {"Accept": "text/html", **options.pop("headers", {})}
        return self.client.get(path, base_url=self.settings.base_url, headers=headers, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """Send something from one of our own pages."""
        headers = {"Origin": self.settings.base_url, "X-CSRFToken": auth.form_token(self.settings, self.token)}
        headers |= options.pop("headers", {})
        wanted = {name: value for name, value in headers.items() if value}
        return self.client.post(path, base_url=self.settings.base_url, headers=wanted, **options)

    def cookie(self, name: str) -> str:
        """The value of a cookie, "" without."""
        found = self.client.get_cookie(name, domain="127.0.0.1")
        return found.value if found else ""


@dataclass(frozen=True)
class Installation:
    """Settings, database and app of one test."""

    settings: Settings
    sessions: Sessions
    server: Flask

    def stranger(self) -> Browser:
        """A browser nobody has signed in with."""
        return Browser(self.server.test_client(), self.settings)

    def browser(self, role: str, tenant: str = "Amber Shop") -> Browser:
        """A browser in which the person with this role is signed in (without the time a password takes)."""
        with writing(self.sessions) as session:
            user = session.scalars(select(User).where(User.email == email_of(role, tenant))).one()
            token = auth.start_session(session, user, self.settings.session_hours, utc_now())
        browser = Browser(self.server.test_client(), self.settings, token)
        browser.client.set_cookie(auth.cookie_name(self.settings), token, domain="127.0.0.1")
        return browser


def stock_shops(home: Path) -> None:
    """Publish a snapshot for both tenants; every name in it carries the tenant's token."""
    for tenant_id, token in enumerate(TOKENS.values(), start=1):
        store = SnapshotStore(home, 2)
        tables = {name: [_marked(row, token) if name.startswith("dim_") else row for row in rows]
                  for name, rows in SHOP.items()}  # fmt: skip
        draft = Draft(1, datetime(2026, 4, 1, 6, 0), MAR31, "GBP")
        with store.lock(tenant_id, "a test", 0):
            store.publish(tenant_id, draft, lambda path, tables=tables: write_warehouse(path, tables))


def _marked(row: Mapping[str, Any], token: str) -> dict[str, Any]:
    return {
        name: f"{value} {token}" if isinstance(value, str) and name != "source" else value
        for name, value in row.items()
    }
