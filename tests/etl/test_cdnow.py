"""The CDNOW sample as a tenant: loaded with its mapping, the fit and its hold-out asked for like any number."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import pytest

from etl.pipeline import LoadRequest, Moment, run
from portal.metrics.model import Query
from portal.metrics.query import run as ask
from portal.policies import POLICIES
from portal.studies.shelf import StudyShelf
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.store import SnapshotStore
from tests.analysis.real_data import DATA, NEEDED
from tests.etl.shop import NOW, MemoryLedger

pytestmark = NEEDED
TENANT = TenantRef(1, "CDNOW", "USD", "America/New_York", "US")
MAPPING = Path(__file__).resolve().parents[2] / "docs" / "examples" / "cdnow.toml"
THIRTY_NINE_WEEKS = 273


def load(folder: Path, until: str, free_orders: bool = False) -> Warehouses:
    """The orders up to a day, published as a tenant's data."""
    lines = [line.split()[1:] for line in (DATA / "cdnow" / "CDNOW_sample.txt").read_text().splitlines()]
    lines = [line for line in lines if line[1] <= until]
    path = folder / "cdnow.csv"
    path.write_text("\n".join(["customer,day,units,amount", *(",".join(line) for line in lines)]))
    store = SnapshotStore(folder / "home", keep=3)
    report = run(LoadRequest(TENANT, "table", path, MAPPING), store, MemoryLedger(), Moment(NOW))
    assert report.is_tied
    values = {name: policy.default for name, policy in POLICIES.items()}
    values |= {"lifetime_hold_out_days": THIRTY_NINE_WEEKS, "free_orders_are_visits": free_orders}
    return Warehouses(store, None, lambda _: values, StudyShelf(store))


def told(warehouses: Warehouses, name: str) -> D:
    viewer = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (TENANT,))
    return D(str(ask(Query((name,), (), None), viewer, [TENANT], warehouses).value(name)))


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    return load(tmp_path_factory.mktemp("cdnow"), "19980630")


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    """The 39 weeks the papers fit on."""
    return load(tmp_path_factory.mktemp("older"), "19970930")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    """The same with all 2,357 people of the papers, the eight who never paid among them."""
    return load(tmp_path_factory.mktemp("published"), "19970930", free_orders=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lifetime_r", "0.243"), ("lifetime_alpha", "4.414"), ("lifetime_a", "0.793"), ("lifetime_b", "2.426"),
        ("lifetime_log_likelihood", "-9582.429"), ("lifetime_p", "6.250"), ("lifetime_q", "3.744"),
        ("lifetime_gamma", "15.444"), ("customers_to_date", "2349"),
    ],
)  # fmt: skip
def test_the_published_fit_is_what_a_query_gives(published: Warehouses, name: str, expected: str) -> None:
    assert round(told(published, name), 3) == D(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sales_to_date", "244091.94"), ("customers_to_date", "2349"), ("holdout_orders", "1882"),
        ("holdout_error", "-0.1215"), ("holdout_mean_error", "0.7879"), ("holdout_plain_error", "1.0272"),
    ],
)  # fmt: skip
def test_numbers_of_the_sample(warehouses: Warehouses, name: str, expected: str) -> None:
    """Eight people of the sample only ever got something for nothing: they have not bought."""
    assert round(told(warehouses, name), 4) == D(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lifetime_r", "0.244"), ("lifetime_alpha", "4.422"), ("lifetime_a", "0.793"), ("lifetime_b", "2.423"),
        ("lifetime_log_likelihood", "-9578.197"), ("lifetime_p", "6.250"), ("lifetime_q", "3.744"),
        ("lifetime_gamma", "15.444"), ("customers_to_date", "2349"),
    ],
)  # fmt: skip
def test_the_fit_without_those_who_never_paid(older: Warehouses, name: str, expected: str) -> None:
    """p, q and γ are the published ones. The papers count 2,357 people and get r 0.243, α 4.414, a 0.793, b 2.426 and
    −9,582.429 (see tests/analysis/test_lifetime.py); without the eight who never paid it is this."""
    assert round(told(older, name), 3) == D(expected)
