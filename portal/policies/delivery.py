"""How deliveries are classed, linked to the sale they follow, and judged; when the cash they collect is due."""

from __future__ import annotations

from portal.policies.kinds import BASIS, NUMBER, RISING, WHOLE, WORDS, Policy

DELIVERY: tuple[Policy, ...] = (
    Policy("courier_class_sources", ["hvar"], "sources",
           "Sources whose deliveries are classed by the cash they collect and linked to the sale they follow.", WORDS),
    Policy("order_link_days", 365, "days",
           "A maintenance, service or return delivery belongs to a sale that arrived at most this long before.", WHOLE),
    Policy("order_link_rival_days", 7, "days",
           "Sales of one customer that arrived this close together compete for what follows: the link is less sure.",
           WHOLE),
    Policy("service_cod_limit", 500, "reporting currency",
           "A parcel with cash on delivery above this is a sale; up to it a maintenance visit, with none a service "
           "parcel.", NUMBER),
    Policy("delivery_maturity_days", 14, "days",
           "Parcels sent less than this long before the latest data have no final outcome yet: they are left out of "
           "success and return-to-origin rates and shown grey.", WHOLE),
    Policy("delivery_ranking_least", 10, "parcels",
           "Couriers, hubs, cities and zones with fewer judged parcels are not ranked.", WHOLE),
    Policy("on_time_basis", "date", "date or timestamp",
           "A parcel is on time by the date it was promised for, or by the very moment where the source gives one.",
           BASIS),
    Policy("ship_sla_days", 3, "days", "A parcel is to be picked up at most this many days after it was ordered.",
           WHOLE),
    Policy("open_parcel_days", 7, "days",
           "A parcel without a promised date is overdue when it is still under way after so many days.", WHOLE),
    Policy("cod_gap_age_days", [3, 7, 14], "days",
           "Cash on delivery that the courier still owes is shown by age; these are the last days of each step.",
           RISING),
    Policy("cod_remit_days", 7, "days",
           "A courier's payout is to hold the cash of parcels delivered at least this many days before it.", WHOLE),
)  # fmt: skip
