"""How deliveries are classed and linked to the sale they follow."""

from __future__ import annotations

from portal.policies.kinds import NUMBER, WHOLE, WORDS, Policy

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
)  # fmt: skip
