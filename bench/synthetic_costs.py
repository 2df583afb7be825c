"""The smaller facts of the synthetic tenant: what came back, campaigns, coupons, cases, reviews, staff and costs."""

from __future__ import annotations

RETURNS = """insert into fact_return by name
select row_number() over (order by line_key) as return_key, source, null as return_id, false as is_recorded, order_key,
  line_key, order_date as return_date, order_date - (1 + hash(line_key, 71) % 30)::int as order_date, customer_key,
  product_key, shop_key, channel_key, place_key, ['Damaged','Wrong size','Changed mind'][1 + line_key % 3] as reason,
  'returned' as return_status, -quantity as quantity, -net_amount as return_amount, null as refund_amount, 1 as
  origin_key, line_key as source_row
from fact_order_line where line_type = 'return' and is_booked order by line_key"""

SPEND = """insert into fact_campaign_day by name
select campaign_key * 100 + d as campaign_day_key, campaign_key, 1 + campaign_key % 5 as channel_key,
  (start_date + d::int)::date as spend_date, 150 + hash(campaign_key, d) % 300 as spend_amount,
  (2000 + hash(d, 72) % 9000)::int as impressions, (40 + hash(d, 73) % 300)::int as clicks,
  (hash(d, 74) % 30)::int as conversions, 300 + hash(d, 75) % 2000 as revenue_amount, 1 as origin_key,
  campaign_key * 100 + d as source_row
from dim_campaign, range(60) t(d) where campaign_key > 0 and start_date + d::int <= date '{as_of}'
order by campaign_day_key"""

COUPONS = """insert into fact_coupon by name
select order_key as coupon_key, 'Q' || order_key % 500 as coupon_id, campaign_key, customer_key, order_key,
  0 as product_key, shop_key, order_date as entry_date, 2 + order_key % 9 as coupon_amount, 1 as origin_key,
  order_key as source_row
from orders where is_booked and campaign_key > 0 and hash(order_key, 76) % 5 = 0 order by order_key"""

CASES = """insert into fact_service_case by name
select order_key as case_key, 'V' || order_key as case_id, 'table' as source,
  ['ticket','maintenance','replacement'][1 + order_key % 3] as case_type, 'normal' as priority, 'resolved'
  as case_status, customer_key, order_key, 1 + order_key % 2000 as product_key, employee_key,
  1 + order_key % 12 as hub_key, order_date + 9 as opened_date, least(order_date + 12, date '{as_of}') as resolved_date,
  (1 + order_key % 5)::smallint as quality_score, (1 + order_key % 5)::smallint as satisfaction, 4 as cost_amount,
  1 as origin_key, order_key as source_row
from orders where is_booked and hash(order_key, 77) % 50 = 0 and order_date + 9 <= date '{as_of}' order by order_key"""

LINKS = """insert into fact_order_link by name
select case_key as link_key, order_key, order_key as main_order_key, order_key as shipment_key,
  order_key as main_shipment_key, customer_key, ['maintenance','service','return'][1 + order_key % 3] as relation,
  opened_date as link_date, opened_date - (3 + order_key % 20)::int as main_date, (3 + order_key % 20)::int as gap_days,
  'only_main' as rule, 0.95 as confidence, 1 as origin_key, source_row
from fact_service_case order by case_key"""

REVIEWS = """insert into fact_review by name
select line_key as review_key, customer_key, product_key, shop_key, order_key, order_date as review_date,
  (1 + least(4, hash(line_key, 78) % 7))::smallint as rating, 'approved' as review_status, 1 as origin_key,
  line_key as source_row
from fact_order_line where line_type = 'sale' and is_booked and hash(line_key, 79) % 25 = 0 order by line_key"""

WORK = """insert into fact_staff_day by name
select e * 10000 + d as staff_day_key, e as employee_key, (date '{as_of}' - d::int)::date as work_date,
  (20 + hash(e, d) % 30)::int as leads, (5 + hash(e, d, 1) % 20)::int as reported_orders, 1 as origin_key,
  e * 10000 + d as source_row
from range(1, 31) t(e), range({days}) u(d) order by staff_day_key"""

PAY = """insert into fact_payroll by name
select e * 100 + m as payroll_key, e as employee_key, (date '{as_of}' - (30 * m)::int)::date as pay_date,
  2000 + e * 10 as base_amount, 100 as bonus_amount, 20 as deduction_amount, 2080 + e * 10 as net_amount,
  'paid' as payroll_status, 1 as origin_key, e * 100 + m as source_row
from range(1, 31) t(e), range(60) u(m) order by payroll_key"""

EXPENSES = """insert into fact_expense by name
select d * 3 + k as expense_key, (date '{as_of}' - d::int)::date as expense_date,
  ['ad_spend','courier_expenses','rent'][1 + k] as expense_category, 0 as employee_key, 1 + d % 5 as courier_key,
  200 + hash(d, k) % 900 as expense_amount, false as is_income, 1 as origin_key, d * 3 + k as source_row
from range({days}) t(d), range(3) u(k) order by expense_key"""

JOURNAL = """insert into fact_journal_line by name
select d * 20 + k as journal_line_key, 'J' || d || '-' || k // 2 as entry_id, (date '{as_of}' - d::int)::date as
  entry_date, ['4000','1000'][1 + k % 2] as account_code, ['Sales','Cash'][1 + k % 2] as account,
  ['income','asset'][1 + k % 2] as account_type, case when k % 2 = 1 then 100 + d % 50 else 0 end as debit_amount,
  case when k % 2 = 0 then 100 + d % 50 else 0 end as credit_amount, 1 as origin_key, d * 20 + k as source_row
from range({days}) t(d), range(20) u(k) order by journal_line_key"""

PEOPLE = """insert into customer_identity by name
select customer_key as identity_key, customer_key, source, customer_id, 'first' as rule, 1 as confidence, 1 as file_rows
from dim_customer where customer_key > 0 order by customer_key"""

STATEMENTS = (RETURNS, SPEND, COUPONS, CASES, LINKS, REVIEWS, WORK, PAY, EXPENSES, JOURNAL, PEOPLE)
"""In this order: some read what those before them wrote."""
