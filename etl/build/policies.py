"""Which policies decide how the star comes out. A change of any other one changes numbers, never the warehouse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from etl.source import TenantRules

STAR_POLICIES = (
    "assumed_cost_rate", "courier_class_sources", "discount_cap", "excluded_statuses", "fiscal_year_start_month",
    "fx_max_age_days", "order_link_days", "order_link_rival_days", "realised_statuses", "returned_statuses",
    "separate_customers", "service_cod_limit", "shared_phone_limit", "status_when_missing", "void_return_statuses",
    "week_start",
)  # fmt: skip
"""Every policy a builder of the star reads; no builder sees another one (`star_rules`)."""


def star_policies(rules: TenantRules) -> dict[str, Any]:
    """Of the policies in force those the star is built with."""
    return {name: rules.policies[name] for name in STAR_POLICIES if name in rules.policies}


def star_rules(rules: TenantRules) -> TenantRules:
    """The rules as builders see them: without the policies that say nothing about the star."""
    return replace(rules, policies=star_policies(rules))
