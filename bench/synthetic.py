"""A synthetic tenant of any size, written straight as a star and published like any snapshot.

Five years to `AS_OF`, 2.5 lines an order, 2,000 products in 20 categories with Zipf-like demand, 4 % returns, 3 %
cancelled orders, an order in seven from a campaign; parcels, stock, leads, points and costs by `bench.synthetic_facts`
and `bench.synthetic_costs`. Deterministic: every value comes from a hash of the row number.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from sqlalchemy import create_engine
from sqlalchemy.schema import CreateTable

from bench import synthetic_costs, synthetic_facts
from bench.synthetic_facts import DIMENSIONS, STATUSES
from portal.viewer import TenantRef
from portal.warehouse.schema import metadata
from portal.warehouse.store import Draft, Snapshot, SnapshotStore

AS_OF = date(2026, 10, 31)
DAYS = 1826

SMALL = {
    "dim_channel": "select n as channel_key, ['–','Web','Mobile app','Marketplace','Retail','Wholesale'][n+1] as"
    " channel from range(6) t(n)",
    "dim_shop": "select n as shop_key, 'S'||n as shop_id, 'Shop '||n as shop, 'table' as source from range(9) t(n)",
    "dim_place": "select n as place_key, 'City '||n as city, 'Country '||(n%8) as country from range(41) t(n)",
    "dim_employee": "select n as employee_key, 'E'||n as employee_id, 'Employee '||n as employee, true as is_active,"
    " true as is_listed, 'table' as source from range(31) t(n)",
    "dim_payment_method": "select n as payment_method_key, ['–','Card','Cash on delivery','Wallet','Transfer'][n+1] as"
    " payment_method, ['–','prepaid','cod','prepaid','prepaid'][n+1] as payment_kind from range(5) t(n)",
    **DIMENSIONS,
    "dim_origin": "select 1 as origin_key, 'table' as source, 'synthetic.parquet' as file_name, repeat('0',64) as"
    " sha256, 1 as load_number",
    "dim_product": "select n as product_key, 'P'||n as product_id, 'Product '||n as product, 'Category '||(n%20) as"
    " category, 10+n%90 as list_price, 5+n%60 as unit_cost, false as is_cost_estimated, true as is_merchandise, true as"
    " is_active, 'table' as source from range(2001) t(n)",
    "dim_date": "select d::date as date, isodow(d) as weekday, dayname(d) as weekday_name, week(d) as iso_week,"
    " isoyear(d) as iso_year, date_trunc('week',d)::date as week_start, date_trunc('month',d)::date as month_start,"
    " date_trunc('quarter',d)::date as quarter_start, date_trunc('year',d)::date as year_start, year(d) as fiscal_year,"
    " quarter(d) as fiscal_quarter, month(d) as fiscal_month, year(d) as retail_year, month(d) as retail_period,"
    " week(d) as retail_week, isodow(d)>5 as is_weekend, false as is_holiday"
    " from generate_series(date '{as_of}' - interval {days} day, date '{as_of}', interval 1 day) t(d)",
}  # fmt: skip

ORDERS = """create temp table orders as
select n + 1 as order_key, date '{as_of}' - ({days} - 1 - (n * {days} // {orders}))::int as order_date,
  (8 + hash(n,1) % 14)::int as order_hour, 1 + (hash(n,2) % {customers})::bigint as customer_key,
  1 + (hash(n,3) % 5)::bigint as channel_key, 1 + (hash(n,4) % 8)::bigint as shop_key,
  1 + (hash(n,5) % 40)::bigint as place_key, 1 + (hash(n,6) % 30)::bigint as employee_key,
  1 + (hash(n,7) % 4)::bigint as payment_method_key, hash(n,8) % 100 >= 3 as is_booked,
  case when hash(n,9) % 7 = 0 then 1 + n * 239 // {orders} else 0 end as campaign_key
from range({orders}) t(n)"""

LINES = """insert into fact_order_line by name
select n + 1 as line_key, o.order_key, 'table' as source, order_date, order_hour,
  case when r < 4 then 'return' else 'sale' end as line_type,
  case when is_booked then 'delivered' else 'cancelled' end as order_status, is_booked, is_booked as is_realised,
  true as is_merchandise, true as has_customer, 'positive' as price_sign, p % 25 > 0 as has_cost,
  false as is_cost_estimated, false as is_price_estimated, customer_key, p as product_key, shop_key, channel_key,
  place_key, employee_key, payment_method_key, campaign_key, q as quantity, 10 + p % 90 as unit_price,
  q * (10 + p % 90) as gross_amount, case when p % 7 = 0 and r >= 4 then q else 0 end as discount_amount,
  q * (10 + p % 90) - case when p % 7 = 0 and r >= 4 then q else 0 end as net_amount, 0 as tax_amount,
  case when p % 25 > 0 then q * (5 + p % 60) end as cost_amount, 0 as leakage_amount,
  1 as origin_key, n + 1 as source_row
from (select n, 1 + n * {orders} // {lines} as order_key, (hash(n,11) % 100)::int as r,
        1 + least(1999, floor(2000 * pow((hash(n,12) % 1000000) / 1e6, 2.5)))::bigint as p,
        case when hash(n,11) % 100 < 4 then -1 else 1 + (hash(n,13) % 3)::int end as q from range({lines}) t(n)) l
join orders o using (order_key) order by n"""

ORDER_ROWS = """insert into fact_order by name
select o.order_key, 'O' || o.order_key as order_id, 'table' as source, o.order_date, o.order_hour,
  o.order_date as status_date, 'order' as document_type,
  case when o.is_booked then 'delivered' else 'cancelled' end as order_status, o.is_booked, o.is_booked as is_realised,
  false as is_total_estimated, o.customer_key, true as has_customer, o.shop_key, o.channel_key, o.place_key,
  o.employee_key, o.payment_method_key, 1 + o.order_key % 5 as courier_key, o.campaign_key, l.total as total_amount,
  l.total as source_total_amount, 'EUR' as source_currency, 1 as fx_rate, 1 as origin_key, o.order_key as source_row
from orders o join (select order_key, sum(net_amount) as total from fact_order_line group by 1) l using (order_key)
order by o.order_key"""

CUSTOMERS = """insert into dim_customer by name
select c.customer_key, 'C' || c.customer_key as customer_id, 'Customer ' || c.customer_key as customer, 'source id' as
  matched_by, false as is_shared_phone, true as has_consent, 'table' as source, first_order_date, last_order_date,
  date_trunc('month', first_order_date)::date as first_order_month, order_count
from range({customers} + 1) c(customer_key) left join (select customer_key, min(order_date) as first_order_date,
  max(order_date) as last_order_date, count(*) as order_count from orders where is_booked group by 1)
  using (customer_key)
order by 1"""


def publish(home: Path, tenant: TenantRef, lines: int) -> Snapshot:
    """Publish a snapshot of `lines` order lines for `tenant` under `home`."""
    store = SnapshotStore(home, keep=2)
    draft = Draft(1, datetime.now(UTC).replace(tzinfo=None), AS_OF, tenant.currency)
    with store.lock(tenant.id, "a synthetic tenant", 0):
        return store.publish(tenant.id, draft, lambda path: _write(path, lines))


def _write(path: Path, lines: int) -> dict[str, int]:
    sizes = {
        "lines": lines,
        "orders": lines * 2 // 5,
        "customers": max(1000, lines // 25),
        "leads": max(100, lines // 20),
        "statuses": list(STATUSES),
        "days": DAYS,
        "as_of": AS_OF,
    }
    dialect = create_engine("duckdb:///:memory:").dialect
    with duckdb.connect(str(path)) as connection:
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        for name, rows in SMALL.items():
            connection.execute(f"insert into {name} by name {rows.format(**sizes)}")
        for statement in (
            ORDERS, LINES, ORDER_ROWS, CUSTOMERS, *synthetic_facts.STATEMENTS, *synthetic_costs.STATEMENTS,
        ):  # fmt: skip
            connection.execute(statement.format(**sizes))
        connection.execute("drop table orders")
        names = [table.name for table in metadata.sorted_tables]
        return {name: int((connection.execute(f"select count(*) from {name}").fetchone() or [0])[0]) for name in names}
