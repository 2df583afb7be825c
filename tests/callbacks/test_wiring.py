"""Callbacks through the app: one writer each, the golden numbers on the screen and in every download."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from callbacks.kept import kept
from callbacks.rows import _downloads
from callbacks.views import MOST_VIEWS, delete_view, save_view
from layouts import overview, sales
from portal.db import writing
from portal.errors import ConflictError, InputError
from portal.models import SavedView, User
from portal.viewer import ROLES, Viewer
from tests.callbacks.conftest import AMBER, QUARTER
from tests.installation import Installation, email_of

QUERY = "period=custom&start=2026-01-01&end=2026-03-31"
MARCH = "period=custom&start=2026-03-01&end=2026-03-31"


def dependencies(installation: Installation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = installation.browser("manager").get("/_dash-dependencies").get_json()
    return found


def layout_of(installation: Installation, path: str, role: str = "manager") -> str:
    address = f"{installation.settings.base_url}{path}"
    return installation.browser(role).get("/_dash-layout", headers={"Referer": address}).get_data(as_text=True)


def values(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("props"), dict) and isinstance(node["props"].get("id"), str):
                found[node["props"]["id"]] = node["props"]
            node = list(node.values())
        if isinstance(node, list):
            for each in node:
                walk(each)

    walk(json.loads(text))
    return found


def test_no_property_has_two_writers(installation: Installation) -> None:
    outputs = [each["output"].strip(".") for each in dependencies(installation)]
    written = [one for output in outputs for one in output.split("...")]
    assert len(written) == len(set(written))


@pytest.mark.parametrize("page", [overview.PAGE, sales.PAGE], ids=lambda page: page.name)
def test_the_screen_arrives_with_its_numbers(installation: Installation, page: Any) -> None:
    found = values(layout_of(installation, f"{page.path}?{QUERY}"))
    assert found[f"{page.name}-net_sales-value"]["children"] == "£154.00"
    assert found[f"{page.name}-trend-data"]["data"]["figure"]["data"]
    assert found[f"{page.name}-period"]["children"].startswith("1 Jan – 31 Mar 2026")


def test_a_painted_screen_is_kept_and_the_same(desk: Any) -> None:
    here = desk(**QUARTER)
    calls: list[int] = []
    answers = [kept(here, "a test", lambda _: {"n": calls.append(1) or len(calls)}) for _ in range(2)]  # type: ignore[func-returns-value]
    assert answers == [{"n": 1}, {"n": 1}]


def test_two_states_are_kept_apart(desk: Any) -> None:
    first, second = (kept(desk(**QUARTER, by=by), "b test", lambda d: {"by": d.state.by}) for by in ("city", "channel"))
    assert (first, second) == ({"by": "city"}, {"by": "channel"})


@pytest.mark.parametrize("role", ["viewer", "manager", "admin"])
def test_a_csv_has_the_numbers_of_the_screen(installation: Installation, role: str) -> None:
    answer = installation.browser(role).get(f"/export/sales/parts.csv?{QUERY}&by=category")
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0].startswith("Category,Net sales,Gross profit")
    assert [line.split(",")[:2] for line in lines[1:]] == [["Home", "100.0000"], ["Kitchen", "49.0000"],
                                                          ["Not known", "5.0000"]]  # fmt: skip


def test_a_workbook_carries_definitions_and_filters(installation: Installation) -> None:
    answer = installation.browser("manager").get(f"/export/overview/trend.xlsx?{QUERY}&channel=web&grain=month")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    facts = {row[0].value: row[1].value for row in book["About these numbers"].iter_rows() if row[0].value}
    assert [cell.value for cell in book.worksheets[0]["B"]] == ["Net sales", 23, 21, 60]
    assert (facts["Filters"], facts["Snapshot"], facts["Data to"]) == ("Channel is Web", "Amber Shop 1", "31 Mar 2026")
    assert facts["Net sales"].startswith("net_sales: Line amounts of booked orders")


def test_rows_of_a_number_can_be_downloaded(installation: Installation) -> None:
    answer = installation.browser("manager").get(f"/export/rows/net_sales.csv?{QUERY}&where=product%3DMug")
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0].startswith("Client,Counted,Date,Document")
    assert [line.split(",")[1] for line in lines[1:]] == ["10.0000", "-9.0000", "30.0000", "18.0000"]


def test_a_download_that_is_cut_off_says_so(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbacks.exports.MAX_DOWNLOAD", 3)
    answer = installation.browser("manager").get(f"/export/rows/net_sales.csv?{QUERY}&where=product%3DMug")
    assert len(answer.get_data(as_text=True).splitlines()) == 1 + 3
    assert answer.headers["Content-Disposition"].endswith("amber-shop-rows-of-net-sales-first-3.csv")


def test_the_panel_says_what_the_files_cannot_hold() -> None:
    assert "hold the newest" not in str(_downloads("net_sales", "", 100_000))
    assert "The files hold the newest 100,000 of 100,001 rows." in str(_downloads("net_sales", "", 100_001))


def test_names_of_customers_are_masked_for_who_may_not_see_them(installation: Installation) -> None:
    texts = [
        installation.browser(role).get(f"/export/rows/net_sales.csv?{QUERY}").get_data(as_text=True)
        for role in ("manager", "viewer")
    ]
    assert ["Bob" in text for text in texts] == [True, False]


def test_an_agent_may_not_download(installation: Installation) -> None:
    answer = installation.browser("agent").get("/export/sales/parts.csv")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [("/export/sales/nothing.csv", 404), ("/export/sales/parts.pdf", 400), ("/export/rows/net_sale.csv", 404),
     ("/export/rows/net_sales.csv?where=password=x", 404)],
)  # fmt: skip
def test_what_does_not_exist_is_said(installation: Installation, path: str, status: int) -> None:
    assert installation.browser("manager").get(path).status_code == status


@pytest.mark.parametrize("table", ["overview/parts", "overview/ledger", "sales/trend", "sales/hours", "sales/bridge"])
def test_every_table_of_a_screen_can_be_downloaded(installation: Installation, table: str) -> None:
    answer = installation.browser("manager").get(f"/export/{table}.xlsx?{MARCH}")
    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].max_row >= 2


def person(installation: Installation, role: str) -> Viewer:
    with installation.sessions() as session:
        user = session.scalars(select(User).where(User.email == email_of(role))).one()
        return Viewer(user.id, user.email, role, ROLES[role], (AMBER,))


def test_a_view_is_kept_under_its_name_and_replaced(installation: Installation) -> None:
    viewer = person(installation, "viewer")
    with writing(installation.sessions) as session:
        save_view(session, viewer, ("sales", "  My   view "), {"period": "90d"})
        save_view(session, viewer, ("sales", "My view"), {"period": "7d", "channel": ["Web"]})
        views = session.scalars(select(SavedView).where(SavedView.user_id == viewer.user_id)).all()
        assert [(view.name, view.query) for view in views] == [("My view", "period=7d&channel=Web")]
        session.rollback()


def test_somebody_elses_view_cannot_be_deleted(installation: Installation) -> None:
    owner, other = person(installation, "viewer"), person(installation, "admin")
    with writing(installation.sessions) as session:
        save_view(session, owner, ("sales", "Mine"), {})
        view = session.scalars(select(SavedView)).one()
        delete_view(session, other, view.id)
        assert session.scalars(select(SavedView)).all() == [view]
        session.rollback()


def test_views_need_a_name_and_have_a_limit(installation: Installation) -> None:
    viewer = person(installation, "viewer")
    with writing(installation.sessions) as session:
        with pytest.raises(InputError, match="Give the view a name"):
            save_view(session, viewer, ("sales", "   "), {})
        for number in range(MOST_VIEWS):
            save_view(session, viewer, ("sales", f"View {number}"), {})
        with pytest.raises(ConflictError, match="Delete one"):
            save_view(session, viewer, ("sales", "One more"), {})
        session.rollback()
