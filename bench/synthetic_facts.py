"""What a shop of the synthetic tenant has besides orders: parcels, stock, leads, points, campaigns, cases, costs.

In the proportions of a seller of four million orders: a parcel with five steps for each booked order, a movement of
stock for each order line, an entry of points for each order, a lead for eight orders. Every value comes from a hash of
the row number. Each statement finds the orders in the temporary table `orders` of `bench.synthetic`.
"""

from __future__ import annotations

DIMENSIONS = {
    "dim_courier": "select n as courier_key, ['–','North','South','East','West','Express'][n+1] as courier"
    " from range(6) t(n)",
    "dim_hub": "select n as hub_key, 'Hub '||n as hub, 'City '||(n*3) as city, 'Country '||(n%8) as country"
    " from range(13) t(n)",
    "dim_campaign": "select n as campaign_key, case when n > 0 then 'K'||n else '' end as campaign_id, 'Campaign '||n"
    " as campaign, ['email','social','sms','search'][1+n%4] as campaign_type, 'completed' as status,"
    " date '{as_of}' - ({days} - n * {days} // 240)::int as start_date, date '{as_of}' - ({days} - 30 - n * {days} //"
    " 240)::int as end_date, 9000 as budget_amount, case when n > 0 then 'table' else '' end as source"
    " from range(240) t(n)",
}  # fmt: skip

PARCELS = """insert into fact_shipment by name
select order_key as shipment_key, 'S' || order_key as shipment_id, order_key, 'O' || order_key as order_id,
  'table' as source, 'T' || order_key as tracking_id, 'send' as shipment_type,
  case when is_open and age < 1 then 'new' when is_open then 'out_for_delivery' when is_back then 'returned'
    else 'delivered' end as shipment_status,
  case when age >= 1 then order_date + 1 end as ship_date, order_date + 5 as promised_date,
  case when is_there then arrival end as delivered_date,
  case when is_back and not is_open then arrival + 3 end as returned_date, order_date as created_date,
  order_date + to_hours(order_hour) as created_at, order_date + 5 + to_hours(20) as promised_at,
  case when age >= 1 then order_date + 1 + to_hours(9 + r % 8) end as picked_up_at,
  case when age >= 1 then order_date + 1 + to_hours(18 + r % 5) end as hub_at,
  case when not is_open then arrival + to_hours(8) end as out_at,
  case when is_there then arrival + to_hours(10 + r % 9) end as delivered_at,
  is_there as is_delivered, is_there and arrival > order_date + 5 as is_late,
  case when not is_open then 1 + tries end::smallint as attempts,
  case when not is_open then tries end::smallint as failed_attempts,
  case when tries > 0 and not is_open then ['no answer','customer refused','customer postponed'][1 + r % 3] end
    as exception_reason,
  customer_key, 0 as product_key, place_key, 1 + (r % 5) as courier_key, 1 + (r % 12) as hub_key, shop_key,
  1 as quantity, total as shipment_amount, cod as cod_amount,
  case when is_there then cod end as collected_amount, case when is_paid then cod - 3 end as remitted_amount,
  3 + r % 2 as fee_amount, case when is_paid then 3 end as withheld_amount,
  case when is_there and cod > 0 then case when is_paid then 0 else cod end end as cod_gap_amount,
  case when is_paid then arrival + 5 end as remitted_date,
  case when not is_there or coalesce(cod, 0) = 0 then 'none' when is_paid then 'paid' else 'unpaid' end as cod_state,
  'real_sale' as courier_class,
  case when is_open then 'open' when is_back then 'failed' else 'succeeded' end as outcome,
  30 + (r % 100) / 100 as latitude, 31 + (r % 90) / 100 as longitude, false as is_place_unclear,
  1 as origin_key, order_key as source_row
from (
  select *, not is_open and not is_back as is_there, cod > 0 and not is_open and not is_back
      and arrival + 5 <= date '{as_of}' and r % 50 > 0 as is_paid
  from (
    select o.*, f.total_amount as total, case when o.payment_method_key = 2 then f.total_amount else 0 end as cod,
      (hash(o.order_key, 31) % 100000)::int as r, (date '{as_of}' - o.order_date)::int as age,
      o.order_date + (2 + hash(o.order_key, 32) % 5)::int as arrival, hash(o.order_key, 33) % 100 < 7 as is_back,
      case when hash(o.order_key, 34) % 100 < 12 then 1 + (hash(o.order_key, 35) % 2)::int else 0 end as tries,
      o.order_date + (5 + hash(o.order_key, 32) % 5)::int > date '{as_of}' as is_open
    from orders o join fact_order f using (order_key) where o.is_booked)) order by order_key"""

STEPS = """insert into fact_shipment_event by name
select shipment_key * 5 + step as event_key, shipment_key, hub_key, moment as event_at, moment::date as event_date,
  ['new','picked_up','in_transit','out_for_delivery', shipment_status][step + 1] as event_status,
  ['10','30','21','41','45'][step + 1] as event_code, null as description,
  step = 3 and failed_attempts > 0 as is_failed_attempt, 1 as origin_key, shipment_key * 5 + step as source_row
from (select shipment_key, hub_key, shipment_status, failed_attempts, step,
    case step when 0 then created_at when 1 then picked_up_at when 2 then hub_at when 3 then out_at
      else coalesce(delivered_at, returned_date + to_hours(12)) end as moment
  from fact_shipment, range(5) t(step)) where moment is not null order by event_key"""

PAYOUTS = """insert into fact_courier_payment by name
select row_number() over (order by shipment_key) as payment_key, source, tracking_id, 'ST' || remitted_date as
  statement_id, remitted_date as paid_date, shipment_key, order_key, courier_key, hub_key, place_key,
  collected_amount, withheld_amount as fee_amount, remitted_amount as paid_amount, collected_amount as due_amount,
  0 as difference_amount, 'as_expected' as payment_state, 1 as origin_key, shipment_key as source_row
from fact_shipment where cod_state = 'paid' order by shipment_key"""

MOVEMENTS = """insert into fact_stock_movement by name
select n as movement_key, p as product_key, case when kind = 'transfer' then 1 + (shop + n % 2) % 8 else shop end as
  shop_key, 0 as hub_key, date '{as_of}' - ({days} - 1 - n * {days} // {lines})::int as movement_date,
  kind as movement_type, q as quantity, case when kind = 'receipt' then cost end as unit_cost,
  q * cost as cost_amount, case when kind in ('transfer', 'pair') or is_pair then 'X' || n // 2 end as reference_id,
  false as is_estimated, 'table' as source, 1 as origin_key, n + 1 as source_row
from (
  select n, p, cost, is_pair, 1 + (hash(case when of_two < 14 then n // 2 else n end, 44) % 8)::bigint as shop,
    case when of_two < 8 then 'transfer' when of_two < 14 then case when n % 2 = 0 then 'sale' else 'return_in' end
      when r < 18 then 'receipt' when r < 22 then 'return_in' when r < 27 then 'adjustment' else 'sale' end as kind,
    case when of_two < 14 then case when n % 2 = 0 then -1 else 1 end when r < 18 then 8 + (n % 6)::int
      when r < 22 then 1 when r < 27 then case when n % 3 = 0 then -1 else 1 end else -1 - (r % 3) end as q
  from (
    select n, (hash(n // 2, 41) % 100)::int as of_two, (hash(n, 42) % 100)::int as r,
      hash(n // 2, 41) % 100 between 8 and 13 as is_pair,
      1 + least(1999, floor(2000 * pow((hash(case when hash(n // 2, 41) % 100 < 14 then n // 2 else n end, 43)
        % 1000000) / 1e6, 2.5)))::bigint as p, 5 + p % 60 + n % 3 as cost from range({lines}) t(n))) order by n"""

LEVELS = """insert into fact_stock_level by name
select row_number() over (order by product_key, shop_key) as stock_level_key, product_key, shop_key, 0 as hub_key,
  date '{as_of}' as stock_date, sum(quantity) as on_hand_quantity, 5 + product_key % 60 as unit_cost,
  greatest(sum(quantity), 0) * (5 + product_key % 60) as stock_amount, false as is_cost_estimated, 'table' as source,
  1 as origin_key, row_number() over (order by product_key, shop_key) as source_row
from fact_stock_movement group by product_key, shop_key order by product_key, shop_key"""

LEADS = """insert into fact_lead by name
select n + 1 as lead_key, 'L' || n as lead_id, {statuses}[1 + s] as lead_status,
  ['high','medium','low'][1 + n % 3] as priority, ['Facebook','Google','Referral','Walk-in'][1 + n % 4] as lead_source,
  ['Trial','Direct'][1 + n % 2] as lead_type, 1 + (hash(n, 51) % {customers})::bigint as customer_key,
  1 + (n % 30) as employee_key, 1 + (n % 40) as place_key, day as lead_date,
  least(day + (s * 3)::int, date '{as_of}') as last_contact_date, least(day + (s * 3)::int, date '{as_of}') as
  status_date, day + (s * 3 + 7)::int as follow_up_date, (40 + n % 60)::smallint as score, s = 6 as is_won,
  s in (8, 9) as is_lost, 100 + n % 900 as value_amount, s as follow_up_count, 1 as origin_key, n + 1 as source_row
from (select n, (hash(n, 52) % 10)::int as s, date '{as_of}' - ({days} - 1 - n * {days} // {leads})::int as day
  from range({leads}) t(n)) order by n"""

CONTACTS = """insert into fact_lead_event by name
select lead_key * 2 + step as event_key, lead_key, employee_key, null as event_at,
  least(lead_date + (step * 3)::int, date '{as_of}') as event_date,
  case when step = 0 then 'New Lead' else 'Initial Contact' end as from_status,
  case when step = 0 then 'Initial Contact' else lead_status end as to_status, 1 as origin_key,
  lead_key * 2 + step as source_row
from fact_lead, range(2) t(step) where follow_up_count > step order by event_key"""

POINTS = """insert into fact_loyalty by name
select order_key * 2 + 1 as loyalty_key, customer_key, shop_key, order_key, order_date as entry_date,
  order_date + to_hours(order_hour) as entered_at, 'earned_purchase' as entry_type, (40 + hash(order_key, 61) % 90)::int
  as points, 'bronze' as tier, 1 as origin_key, order_key as source_row
from orders where is_booked and hash(order_key, 62) % 100 < 90 order by order_key"""

SPENT_POINTS = """insert into fact_loyalty by name
select order_key * 2 + 2 as loyalty_key, customer_key, shop_key, order_key, order_date as entry_date,
  order_date + to_hours(order_hour) as entered_at, 'redeemed_discount' as entry_type, -50 as points, 'bronze' as tier,
  1 as origin_key, order_key as source_row
from orders where is_booked and hash(order_key, 63) % 100 < 12 order by order_key"""

STATEMENTS = (PARCELS, STEPS, PAYOUTS, MOVEMENTS, LEVELS, LEADS, CONTACTS, POINTS, SPENT_POINTS)
"""In this order: some read what those before them wrote."""

STATUSES = ("New Lead", "Initial Contact", "Follow Up 1", "Interested", "Proposal Sent", "Negotiation", "Member",
            "Re-engage Later", "Lost - Price", "Lost - No Response")  # fmt: skip
"""State of a lead by its hash; as many contacts were made as its place here says."""
