"""One column of the rows shown when somebody drills down, and whether its values are codes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Detail:
    """One column of the rows shown.

    Attributes:
        label: heading.
        column: name of the column.
        table: dimension table (or fact_order) it is in, joined on that table's key; "" for the fact itself.
        is_personal: masked for viewers who may not see personal data.
    """

    label: str
    column: str
    table: str = ""
    is_personal: bool = False

    @property
    def is_word(self) -> bool:
        """Whether its values are words of a list ("out_for_delivery"), shown in words; else they stay as written."""
        return self.column in _CODED


_CODED = frozenset({
    "abc_class", "account_type", "campaign_type", "case_status", "case_type", "chance", "channel", "cost_line",
    "cost_rule", "demand_pattern", "document_type", "entry_type", "event_status",
    "event_type", "exception_reason", "expense_category",
    "lead_priority", "lead_source", "lead_stage", "lead_status", "line_type", "movement_type", "order_status",
    "payment_method", "payment_state", "payroll_status", "points_move", "policy_segment", "priority",
    "referral_status", "return_status", "review_status", "rfm_segment", "shipment_mode", "shipment_status",
    "shipment_type", "tier", "tier_before", "tier_now", "tier_of_source", "told_by",
})  # fmt: skip

ORIGIN = (
    Detail("Source", "source", "dim_origin"), Detail("File", "file_name", "dim_origin"),
    Detail("Sheet", "sheet", "dim_origin"), Detail("Row", "source_row"),
)  # fmt: skip
CUSTOMER = (Detail("Customer id", "customer_id", "dim_customer"), Detail("Customer", "customer", "dim_customer", True))
PRODUCT = (Detail("Product id", "product_id", "dim_product"), Detail("Product", "product", "dim_product"))
PLACE = (Detail("City", "city", "dim_place"), Detail("Country", "country", "dim_place"))
"""Columns that many lists of rows have."""
