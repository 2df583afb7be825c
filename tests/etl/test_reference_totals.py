"""Real files through the whole pipeline, asked in the published snapshot."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import duckdb
import pytest

from etl.pipeline import LoadReport, LoadRequest, Moment, run
from portal.metrics.explain import explain
from portal.metrics.model import Filter, Query
from portal.metrics.query import run as ask
from portal.policies import POLICIES
from portal.studies.shelf import StudyShelf
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.store import SnapshotStore
from tests.etl.shop import NOW, MemoryLedger

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the reference data folder shared/data is not beside the checkout"),
]
DECEMBER_2010 = [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]
TOP_FIVE = [("14646", D("280206.02")), ("18102", D("259657.30")), ("17450", D("194550.79")),
            ("16446", D("168472.50")), ("14911", D("143825.06"))]  # fmt: skip
SALES = (Filter("has_customer", ("yes",)), Filter("line_type", ("sale",)), Filter("price_sign", ("positive",)))
CLEAN = "has_customer and line_type = 'sale' and price_sign = 'positive'"


class Loaded:
    """One tenant with one load."""

    def __init__(self, home: Path, path: str, mapping: str, tenant: TenantRef) -> None:
        self.store, self.tenant = SnapshotStore(home, keep=3), tenant
        self.request = LoadRequest(tenant, "table", DATA / path, ROOT / "docs" / "examples" / mapping)
        self.ledger = MemoryLedger()
        self.report = self.load()

    def load(self) -> LoadReport:
        return run(self.request, self.store, self.ledger, Moment(NOW))

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.store.current(self.tenant.id).path), read_only=True) as connection:
            return connection.execute(sql).fetchall()


class Numbers:
    """The same tenant as `portal query` and `portal explain` ask it."""

    def __init__(self, loaded: Loaded) -> None:
        self.tenant = loaded.tenant
        self.viewer = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (self.tenant,))
        values = {name: policy.default for name, policy in POLICIES.items()}
        self.open = Warehouses(loaded.store, None, lambda _: values, StudyShelf(loaded.store))

    def rows(self, metrics: str, by: str, *filters: Filter) -> list[tuple[object, ...]]:
        query = Query(tuple(metrics.split(",")), tuple(by.split(",")), None, filters)
        frame = ask(query, self.viewer, [self.tenant], self.open).frame
        return list(frame.itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def numbers(retail: Loaded) -> Numbers:
    return Numbers(retail)


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    tenant = TenantRef(1, "Retail", "GBP", "Europe/London", "GB")
    home = tmp_path_factory.mktemp("retail")
    return Loaded(home, "online_retail/online_retail_by_day.zip", "online_retail.toml", tenant)


def test_every_row_is_loaded_and_every_total_tied(retail: Loaded) -> None:
    assert retail.report.tables[0].outcomes == {
        "loaded": 541_909, "unchanged": 0, "duplicate": 0, "excluded": 0, "rejected": 0,
    }  # fmt: skip
    assert [(tie.measure, tie.warehouse_value, tie.is_tied) for tie in retail.report.ties] == [
        ("line_amount", D("9747747.934"), True), ("quantity", D(5_176_450), True), ("rows", D(541_909), True),
    ]  # fmt: skip
    assert retail.report.as_of == date(2011, 12, 9)


@pytest.mark.parametrize(
    ("condition", "rows", "amount"),
    [
        ("true", 541_909, "9747747.934"), ("line_type = 'cancellation'", 9_288, "-896812.49"),
        (CLEAN, 397_884, "8911407.904"), ("not has_customer", 135_080, "1447682.12"),
        ("price_sign = 'zero'", 2_515, "0"), ("price_sign = 'negative'", 2, "-22124.12"),
    ],
)  # fmt: skip
def test_lines(retail: Loaded, condition: str, rows: int, amount: str) -> None:
    found = retail.ask(f"select count(*), sum(net_amount) from fact_order_line where {condition}")
    assert found == [(rows, D(amount))]


def test_documents_customers_and_countries(retail: Loaded) -> None:
    assert retail.ask("select count(*), count(distinct order_id) from fact_order") == [(25_900, 25_900)]
    assert retail.ask("select count(*) from dim_customer where customer_key <> 0") == [(4_372,)]
    clean = f"select count(distinct customer_key), count(distinct order_key) from fact_order_line where {CLEAN}"
    assert retail.ask(clean) == [(4_338, 18_532)]
    kingdom = "select sum(net_amount) from fact_order_line join dim_place using (place_key) where country = "
    assert retail.ask(f"{kingdom}'United Kingdom'") == [(D("8187806.364"),)]


def test_the_cohort_of_december_2010(retail: Loaded) -> None:
    found = retail.ask(f"""
        select date_diff('month', first_order_month, order_date) as age, count(distinct customer_key)
        from fact_order_line join dim_customer using (customer_key)
        where first_order_month = '2010-12-01' and {CLEAN} group by age order by age""")
    assert [count for _, count in found] == DECEMBER_2010


def test_the_cohort_of_december_2010_asked_for(numbers: Numbers) -> None:
    cohort = (*SALES, Filter("cohort", ("2010-12-01",)))
    assert [row[1] for row in numbers.rows("customers", "cohort_age", *cohort)] == DECEMBER_2010
    kept = numbers.rows("cohort_active,cohort_customers", "cohort_age", cohort[-1])
    assert [row[1:] for row in kept] == [(count, 885) for count in DECEMBER_2010[1:12]]


def test_the_top_five_customers_asked_for(numbers: Numbers) -> None:
    found = sorted(numbers.rows("net_sales", "customer", *SALES), key=lambda row: -row[1])[:5]  # type: ignore[operator]
    assert [(str(name), round(D(str(money)), 2)) for name, money in found] == TOP_FIVE


def test_the_united_kingdom_explained(numbers: Numbers) -> None:
    asked = Query((), (), None, (Filter("country", ("United Kingdom",)),))
    assert explain("net_sales", asked, numbers.viewer, [numbers.tenant], numbers.open).value == D("8187806.364")
    assert numbers.rows("net_sales", "country")[0] == ("United Kingdom", D("8187806.364"))


def test_the_same_zip_again_is_no_work(retail: Loaded) -> None:
    report = retail.load()
    assert (report.status, report.snapshot) == ("unchanged", 1)
    assert report.tables[0].outcomes["unchanged"] == 541_909


SCMS_TOTALS = """
    select count(*), sum(shipment_amount), count(fee_amount), sum(fee_amount), count(*) filter (is_late)
    from fact_shipment
"""


@pytest.fixture(scope="module")
def dialects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Loaded]:
    """Each dialect alone, and both in one zip."""
    tenant, folder = TenantRef(1, "SCMS", "USD", "UTC"), tmp_path_factory.mktemp("scms")
    archive = DATA / "scms" / "scms_delivery_history.zip"
    with zipfile.ZipFile(archive) as members:
        paths = [members.extract(name, folder) for name in ("scms_titlecase.csv", "scms_lowercase.csv")]
    return {Path(path).name: Loaded(folder / str(number), str(path), "scms.toml", tenant)
            for number, path in enumerate([*paths, archive])}  # fmt: skip


@pytest.mark.parametrize("name", ["scms_titlecase.csv", "scms_lowercase.csv", "scms_delivery_history.zip"])
def test_deliveries_in_two_dialects(dialects: dict[str, Loaded], name: str) -> None:
    expected = (10_324, D("1627584457.29"), 6_198, D("68817849.41"), 1_186)
    assert dialects[name].ask(SCMS_TOTALS) == [expected]
    assert dialects[name].report.is_tied


def test_the_second_dialect_is_the_same_rows(dialects: dict[str, Loaded]) -> None:
    account = dialects["scms_delivery_history.zip"].report.tables[0]
    assert (account.read, account.outcomes["loaded"], account.outcomes["duplicate"]) == (20_648, 10_324, 10_324)
