"""Adding data: each step as it is painted, what a choice changes, and that an upload is the tenant's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callbacks import upload_load
from callbacks.upload_case import Case, open_case
from callbacks.upload_check import check_step, plain_number
from callbacks.upload_choice import choose
from callbacks.upload_fix import fix_step
from callbacks.upload_load import load_step
from callbacks.upload_review import review_step, sample_rows
from layouts.upload import Place
from portal import auth, uploads
from portal.app import create_app
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.parts import open_parts
from portal.uploads.drafts import draft
from portal.uploads.outcome import Progress
from tests.installation import Browser, Installation, settings_for
from tests.uploads.desk import Desk

CALLBACK = "/_dash-update-component"
DIRTY = """order,day,product,qty,price,state
1,03/02/2026,Mug,2,5.00,delivered
2,04/02/2026,Mug,1,6.50,Versandt
3,05/02/2026,Plate,x,3.00,delivered
"""
"""Day or month first, a word nobody knows, and a quantity that is none."""
PLAIN = b"order,day,product,qty,price,customer\n1,2026-03-01,P,2,5,C1\n2,2026-03-02,P,1,1,C2\n"


@pytest.fixture(scope="module")
def installation(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Uploads do not meet each other, so one app does for all. Amber Shop never loads anything, Birch Shop does."""
    home = tmp_path_factory.mktemp("upload") / "home"
    shutil.copytree(_template_home, home)
    settings = settings_for(home)
    parts = open_parts(settings)
    return Installation(settings, parts.sessions, create_app(settings, parts))


def send(browser: Browser, content: bytes | str, name: str = "orders.csv", **query: str) -> str:
    """The id of what was sent."""
    data = content.encode() if isinstance(content, str) else content
    answer = browser.post("/admin/upload/file", query_string={"name": name, **query}, data=data)
    assert answer.status_code == 200, answer.text
    upload: str = answer.get_json()["upload"]
    return upload


@pytest.fixture(scope="module")
def admin(installation: Installation) -> Browser:
    return installation.browser("admin")


@pytest.fixture(scope="module")
def plain(admin: Browser) -> str:
    """An upload without any question, for tests that choose nothing."""
    return send(admin, PLAIN)


@pytest.fixture(scope="module")
def dirty(admin: Browser) -> str:
    """An upload with things to decide, for tests that decide none."""
    return send(admin, DIRTY)


@pytest.fixture(scope="module")
def birch(installation: Installation) -> Browser:
    return installation.browser("admin", "Birch Shop")


@pytest.fixture
def signed_in(installation: Installation, admin: Browser) -> Iterator[None]:
    """Inside a request of the admin of Amber Shop."""
    with request_of(installation, admin):
        yield


def request_of(installation: Installation, browser: Browser) -> Any:
    cookie = f"{auth.cookie_name(installation.settings)}={browser.token}"
    return installation.server.test_request_context("/", headers={"Cookie": cookie})


def case_of(upload: str, step: str = "fix") -> Case:
    return open_case({"upload": upload, "step": step})


def text_of(component: Any) -> str:
    """Everything a person reads, in order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, str | int | float):
            found.append(str(node))
        elif isinstance(node, list | tuple):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            walk([node.get(key) for key in ("cells", "name", "samples", "text", "problem", "chip", "why")])
        elif node is not None:
            walk(json.loads(getattr(node, "data-table", "{}")).get("rows"))
            walk(json.loads(getattr(node, "data-fields", "{}")).get("lines"))
            walk(getattr(node, "children", None))

    walk(component)
    return " ".join(" ".join(found).split())


def paint(browser: Browser, place: dict[str, str]) -> dict[str, Any]:
    """What the screen's own callback answers for a place."""
    known = browser.get("/_dash-dependencies").get_json()
    facts = next(each for each in known if "upload-body.children" in each["output"] and "upload-go" in each["output"])
    outputs = [each.rpartition(".") for each in facts["output"].strip(".").split("...")]
    values = [place if each["id"] == "upload-at" else None for each in facts["inputs"]]
    body = {
        "output": facts["output"], "outputs": [{"id": name, "property": prop} for name, _, prop in outputs],
        "inputs": [{**each, "value": value} for each, value in zip(facts["inputs"], values, strict=True)],
        "state": [], "changedPropIds": ["upload-at.data"],
    }  # fmt: skip
    answer = browser.post(CALLBACK, json=body)
    assert answer.status_code == 200, answer.text
    painted: dict[str, Any] = answer.get_json()["response"]
    return painted


def test_the_address_says_which_step_of_which_upload(signed_in: None, plain: str) -> None:
    place = case_of(plain, "check").place
    assert place.address("load") == f"/admin/upload?upload={place.upload}&step=load"
    assert Place(client="Amber Shop").address("file") == "/admin/upload?client=Amber+Shop"


@pytest.mark.parametrize(
    "query", ["upload=../../etc&step=check", "upload=&step=load", "step=fix", "upload=a%00&step=x"]
)
def test_an_address_that_cannot_be_is_the_first_step(admin: Browser, query: str) -> None:
    answer = admin.get("/_dash-layout", headers={"Referer": f"http://127.0.0.1:8050/admin/upload?{query}"})
    assert "Choose a file" in answer.text


def test_what_is_recognised_is_shown_with_what_is_undecided(signed_in: None, dirty: str) -> None:
    text = text_of(review_step(case_of(dirty, "review")))
    assert "Order lines, 3 rows, 6 columns" in text
    assert "2 things are still to decide." in text
    assert "day 03/02/2026, 04/02/2026, 05/02/2026 Order date and time" in text


def test_choices_are_kept_and_settle_what_is_undecided(signed_in: None, admin: Browser) -> None:
    upload = send(admin, DIRTY)
    assert choose(case_of(upload), "date_order", "0", "day") is not None
    assert choose(case_of(upload), "word", "0-5-0", "shipped") is not None
    case = case_of(upload)
    assert case.problems == ()
    assert "Nothing is missing" in text_of(fix_step(case))
    assert 'Versandt = "shipped"' in str(case.choice.mapping)


def test_the_same_choice_again_changes_nothing(signed_in: None, dirty: str) -> None:
    for what, at, value in (("field", "0-0", "order_id"), ("entity", "0", "order_line"), ("decimal", "0", "."),
                            ("source", "", "table"), ("currency", "", ""), ("mode", "", "replace")):  # fmt: skip
        assert choose(case_of(dirty), what, at, value) is None
    case = case_of(dirty)
    assert draft(case.parts.sessions, case.tenant, dirty) is None


def test_a_required_field_without_a_column_closes_the_way_on(signed_in: None, admin: Browser) -> None:
    case = choose(case_of(send(admin, PLAIN)), "field", "0-3", "")
    assert case is not None
    assert case.problems == (
        "orders.csv: no column is the quantity, and no row can do without it. Choose which column it is.",
    )
    assert "Something is still to decide" in text_of(check_step(case))


def test_another_kind_of_file_and_back(signed_in: None, admin: Browser) -> None:
    upload = send(admin, PLAIN)
    other = choose(case_of(upload), "source", "", "bukmuk")
    assert other is not None
    assert other.choice.mapping is None
    assert "there is nothing else to choose" in text_of(fix_step(case_of(upload)))
    back = choose(case_of(upload), "source", "", "table")
    assert back is not None
    assert back.problems == ()


def test_a_choice_that_cannot_be_is_refused(signed_in: None, plain: str) -> None:
    places = [("field", at, "order_id") for at in ("9", "0-99", "x", "0-1-2-3", "-1", "0-٣", "9" * 4000, "")]
    values = [("field", "0-0", "nothing"), ("entity", "0", "nothing"), ("decimal", "0", ";"), ("word", "0-0-0", "new"),
              ("date_order", "0", "noon"), ("source", "", "nothing"), ("nothing", "0", "x")]  # fmt: skip
    for what, at, value in [*places, *values]:
        with pytest.raises(InputError):
            choose(case_of(plain), what, at, value)
    assert case_of(plain).draft is None


def test_a_cell_that_keeps_its_row_out_says_why(signed_in: None, admin: Browser) -> None:
    rows = PLAIN.decode() + "3,2026-03-03,P,x,1,C3\n"
    text = text_of(sample_rows(case_of(send(admin, rows))))
    assert "x number not readable" in text
    assert "The first 3 rows, before and after; 1 of them would be kept out" in text


def test_the_check_adds_up_in_words_and_publishes_nothing(signed_in: None, admin: Browser) -> None:
    rows = PLAIN.decode() + "3,2026-03-03,P,x,1,C3\n3,2026-03-03,P,,1,C3\n"
    case = case_of(send(admin, rows), "check")
    text = text_of(check_step(case))
    assert "4 rows read = 2 would load + 2 rejected" in text
    assert "1 missing quantity rejected" in text
    assert "orders.csv, row 4 qty x" in text
    assert "Order lines: quantity 3 3 0 Ties" in text
    assert "Load 2 rows" in text
    assert case.parts.store.current(case.tenant.id) is None


def test_a_file_of_which_nothing_loads_cannot_be_loaded(signed_in: None, admin: Browser) -> None:
    case = choose(case_of(send(admin, PLAIN)), "field", "0-5", "quantity")
    assert case is not None
    text = text_of(check_step(case))
    assert "2 rows read = 0 would load + 2 rejected" in text
    assert "No row of it can be loaded" in text


def test_totals_are_written_to_the_last_digit() -> None:
    from decimal import Decimal

    values = [Decimal("9747747.9340"), Decimal("-12.5"), Decimal("8.0000"), Decimal("35.5000")]
    assert [plain_number(value) for value in values] == ["9,747,747.934", "−12.5", "8", "35.5"]
    assert plain_number(values[3], 2) == "35.50"


@pytest.fixture(scope="module")
def loaded(installation: Installation, birch: Browser) -> str:
    """An upload of Birch Shop whose load has ended."""
    upload, desk = send(birch, PLAIN), Desk(installation.settings.home)
    desk.tenant, desk.other = desk.other, desk.tenant
    choice = uploads.recognise(desk.parts, desk.tenant, upload).choice
    uploads.start(desk.parts, desk.tenant, upload, choice, "admin@birch.example")
    desk.run(desk.claim())
    return upload


@pytest.fixture
def at_birch(installation: Installation, birch: Browser, loaded: str) -> Iterator[str]:
    """Inside a request of the admin of Birch Shop; gives the upload that was loaded."""
    with request_of(installation, birch):
        yield loaded


def test_how_a_load_ended_is_said_with_links(at_birch: str) -> None:
    step = load_step(case_of(at_birch, "load"))
    assert "orders.csv is loaded Load 1 of Birch Shop is on every screen now." in text_of(step)
    assert "2 rows read = 2 loaded" in text_of(step)
    links = {link.children: link.href for link in step.children[-1].children}
    assert links["Rows kept out"] == "/admin/sources?load=2-1"
    assert links["See the sales"] == "/sales"


def test_what_is_loaded_cannot_be_chosen_again(at_birch: str) -> None:
    with pytest.raises(ConflictError, match="asked for the load"):
        choose(case_of(at_birch), "currency", "", "USD")


def test_a_file_of_a_known_shape_goes_straight_to_the_check(birch: Browser, at_birch: str) -> None:
    upload = send(birch, PLAIN + b"3,2026-03-03,P,1,1,C3\n", "april.csv")
    assert paint(birch, {"upload": upload, "step": ""})["upload-go"]["data"].endswith("&step=check")
    text = text_of(check_step(case_of(upload, "check")))
    assert "It has the columns of orders.csv, which was approved on" in text


def test_an_upload_without_a_step_goes_on_where_it_was(birch: Browser, loaded: str) -> None:
    assert paint(birch, {"upload": loaded, "step": ""})["upload-go"]["data"].endswith("&step=load")
    assert "This file is loaded" in json.dumps(paint(birch, {"upload": loaded, "step": "fix"}))


def test_the_same_file_again_is_said_to_be_loaded_before(birch: Browser, at_birch: str) -> None:
    assert "This file was loaded before, in the same way" in text_of(check_step(case_of(send(birch, PLAIN), "check")))


def test_an_upload_is_its_tenants_own(admin: Browser, birch: Browser, plain: str) -> None:
    body = json.dumps(paint(birch, {"upload": plain, "step": "review"}))
    assert "This cannot be shown" in body
    assert "orders.csv" not in body
    assert birch.get(f"/admin/upload/{plain}/mapping.toml").status_code == 404
    assert admin.get(f"/admin/upload/{plain}/mapping.toml").text.count("[[entity]]") == 1


def test_an_operator_says_whose_data_it_is(installation: Installation) -> None:
    operator = installation.browser("superadmin")
    refused = operator.post("/admin/upload/file", query_string={"name": "a.csv"}, data=PLAIN)
    assert (refused.status_code, refused.get_json()["message"]) == (400, "Choose first whose data it is.")
    upload = send(operator, PLAIN, client="Birch Shop")
    assert "Birch Shop: orders.csv" in json.dumps(paint(operator, {"upload": upload, "step": "review"}))
    assert "Choose the client whose data it is" in json.dumps(paint(operator, {"upload": "", "step": ""}))


def test_a_refused_file_says_why_and_what_to_do(admin: Browser) -> None:
    answer = admin.post("/admin/upload/file", query_string={"name": "orders.exe"}, data=b"MZ")
    assert answer.status_code == 422
    assert answer.get_json()["message"].startswith("orders.exe: ")


def test_an_unknown_upload_has_nothing_to_show(signed_in: None) -> None:
    with pytest.raises(UnknownNameError):
        case_of("A" * 32)


@pytest.mark.parametrize(("role", "is_there"), [("admin", True), ("viewer", False)])
def test_screens_without_data_lead_to_it_whoever_may(installation: Installation, role: str, is_there: bool) -> None:
    for path in ("/", "/sales"):
        address = f"{installation.settings.base_url}{path}"
        layout = installation.browser(role).get("/_dash-layout", headers={"Referer": address}).get_json()
        notice = json.dumps(_find(layout, f"{path.strip('/') or 'overview'}-notice"))
        assert ('"href": "/admin/upload"' in notice) is is_there


def _find(node: Any, wanted: str) -> Any:
    if isinstance(node, dict):
        if isinstance(node.get("props"), dict) and node["props"].get("id") == wanted:
            return node
        node = list(node.values())
    found = (_find(each, wanted) for each in node) if isinstance(node, list) else ()
    return next((each for each in found if each is not None), None)


def test_how_long_a_load_has_taken_is_said_while_a_long_step_stands_still() -> None:
    loads = [Progress("loading", "Building the warehouse", 0.6, rows, "", None, seconds)
             for rows, seconds in ((0, 0), (0, 14), (7, 75))]  # fmt: skip
    assert [upload_load._so_far(load) for load in loads] == ["", "14 s so far.", "7 rows read, 1 min 15 s so far."]
