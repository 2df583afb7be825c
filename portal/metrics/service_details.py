"""What a service case and a step within it look like when somebody drills down to them."""

from __future__ import annotations

from portal.metrics.detail import CUSTOMER, ORIGIN, PRODUCT, Detail

SERVICE_DETAILS: dict[str, tuple[Detail, ...]] = {
    "fact_service_case": (
        Detail("Date", "opened_date"), Detail("Case", "case_id"), Detail("Kind", "case_type"),
        Detail("Status", "case_status"), Detail("Priority", "priority"), *CUSTOMER, *PRODUCT,
        Detail("Employee", "employee", "dim_employee"), Detail("Resolved", "resolved_date"),
        Detail("Quality", "quality_score"), Detail("Satisfaction", "satisfaction"), Detail("Cost", "cost_amount"),
        Detail("Subject", "subject"), *ORIGIN,
    ),
    "fact_service_event": (
        Detail("Date", "event_date"), Detail("Step", "event_type"), Detail("State", "event_status"),
        Detail("Case", "case_id", "fact_service_case"), Detail("Employee", "employee", "dim_employee"),
        Detail("Note", "note"), *ORIGIN,
    ),
}  # fmt: skip
