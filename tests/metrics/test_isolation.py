"""Every metric by every dimension answers, adds up, and shows one tenant only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.errors import AccessError, InputError, UnknownNameError
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.lookup import dimensions_of
from portal.metrics.model import Metric, Query
from portal.metrics.query import run
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import EMPTY, EURO, GOLDEN, OTHER, Ask

ADDITIVE = [name for name, measure in CATALOGUE.items() if isinstance(measure, Metric) and measure.is_additive]
CANARIES = ("canary", "X1")


def with_dimension(name: str) -> list[str]:
    return [metric for metric in CATALOGUE if name in dimensions_of(metric)]


def plain_of(dimension: str) -> list[str]:
    return [name for name in with_dimension(dimension) if not getattr(CATALOGUE[name], "needs", "")]


def needy_of(dimension: str) -> list[list[str]]:
    """Metrics that need a breakdown of their own, those of the same one together."""
    names = with_dimension(dimension)
    needs = {getattr(CATALOGUE[name], "needs", "") for name in names} - {""}
    return [[name for name in names if getattr(CATALOGUE[name], "needs", "") == need] for need in sorted(needs)]


def by_of(metric: str, dimension: str) -> str:
    needs = getattr(CATALOGUE[metric], "needs", "")
    return ",".join(dict.fromkeys([dimension, *([needs] if needs else [])]))


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_metric_by_every_dimension_answers_for_its_tenant_only(ask: Ask, dimension: str) -> None:
    for group in (plain_of(dimension), *needy_of(dimension)):
        shown = ask(",".join(group), by=by_of(group[0], dimension)).frame.to_csv() if group else ""
        assert not any(canary in shown for canary in CANARIES)


def test_the_canaries_would_be_seen(ask: Ask) -> None:
    shown = ask("order_lines", by="product,channel,category,customer", tenants=(OTHER,)).frame.to_csv()
    assert shown.count("canary") == 5


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_parts_add_up_to_the_total(ask: Ask, dimension: str) -> None:
    names = [name for name in plain_of(dimension) if name in ADDITIVE]
    parts, total = (ask(",".join(names), by=by).frame if names else None for by in (dimension, ""))
    for name in names:
        assert sum(Decimal(value) for value in parts[name] if value is not None) == (total[name][0] or 0), name


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_what_has_no_such_breakdown_says_what_has(ask: Ask, dimension: str) -> None:
    refused = [name for name in CATALOGUE if name not in with_dimension(dimension)]
    for name in refused:
        with pytest.raises(InputError, match=dimension):
            ask(name, by=by_of(name, dimension))


def test_a_foreign_tenant_reads_like_one_that_does_not_exist(warehouses: Warehouses) -> None:
    viewer = Viewer(2, "bob@example.org", "manager", ROLES["manager"], (GOLDEN,))
    messages = []
    for tenant in (OTHER, TenantRef(99, "Other", "GBP", "UTC")):
        with pytest.raises(UnknownNameError) as caught:
            run(Query(("net_sales",)), viewer, (tenant,), warehouses)
        messages.append(str(caught.value))
    assert messages == ["There is no tenant called 'Other'."] * 2


def test_a_viewer_without_permission_sees_nothing(warehouses: Warehouses) -> None:
    nobody = Viewer(3, "eve@example.org", "none", frozenset(), (GOLDEN,))
    with pytest.raises(AccessError):
        run(Query(("net_sales",)), nobody, (GOLDEN,), warehouses)


def test_the_name_handed_in_does_not_decide_whose_numbers_are_shown(warehouses: Warehouses, viewer: Viewer) -> None:
    disguised = TenantRef(GOLDEN.id, "Other", "EUR", "UTC")
    answer = run(Query(("net_sales",)), viewer, (disguised,), warehouses)
    assert (answer.snapshots, answer.currency) == ({"Golden": 1}, "GBP")


def test_several_tenants_are_added_up(ask: Ask) -> None:
    answer = ask("net_sales,orders,customers,aov", tenants=(GOLDEN, OTHER))
    assert answer.frame.values.tolist() == [[1154, 6, 3, Decimal("192.3333333333")]]
    assert answer.snapshots == {"Golden": 1, "Other": 1}


def test_several_tenants_are_told_apart_by_the_tenant_dimension(ask: Ask) -> None:
    frame = ask("net_sales", by="tenant", tenants=(GOLDEN, OTHER)).frame
    assert frame.values.tolist() == [["Other", 1000], ["Golden", 154]]
    assert ask("net_sales", where={"tenant": "Golden"}, tenants=(GOLDEN, OTHER)).value("net_sales") == 154


def test_the_same_tenant_twice_counts_once(ask: Ask) -> None:
    assert ask("net_sales", tenants=(GOLDEN, GOLDEN)).value("net_sales") == 154


def test_currencies_are_never_added(ask: Ask) -> None:
    with pytest.raises(InputError, match="EUR and GBP"):
        ask("net_sales", tenants=(GOLDEN, EURO))


def test_a_tenant_without_data_says_so(ask: Ask, warehouses: Warehouses, viewer: Viewer) -> None:
    with pytest.raises(InputError, match="'Empty' has no data yet"):
        ask("net_sales", tenants=(EMPTY,))
    assert not warehouses.has_data(viewer, EMPTY)


def test_customers_are_masked_for_viewers_who_may_not_see_them(warehouses: Warehouses) -> None:
    viewer = Viewer(4, "vic@example.org", "viewer", ROLES["viewer"], (GOLDEN,))
    frame = run(Query(("net_sales",), ("customer",)), viewer, (GOLDEN,), warehouses).frame
    assert frame.values.tolist() == [["Customer 2", 60], [None, 50], ["Customer 1", 44]]


def test_customers_have_their_names_for_those_who_may(ask: Ask) -> None:
    assert ask("net_sales", by="customer").frame["customer"].tolist() == ["Bob (C2)", None, "Ann (C1)"]


def test_the_last_day_is_the_earliest_of_all_tenants(ask: Ask) -> None:
    assert ask("orders", tenants=(GOLDEN, OTHER)).as_of == date(2026, 3, 31)
