"""How the work of employees is scored."""

from __future__ import annotations

from portal.policies.kinds import NUMBER, Policy

STAFF: tuple[Policy, ...] = (
    Policy("staff_weight_conversion", 0.35, "points a point",
           "What conversion counts in the staff score: 100 points are a conversion of 30 %.", NUMBER),
    Policy("staff_weight_delivery", 0.30, "points a point",
           "What the share of orders that were delivered counts in the staff score.", NUMBER),
    Policy("staff_weight_orders", 0.15, "points a point",
           "What orders count in the staff score: 100 points are the orders of the best colleague.", NUMBER),
    Policy("staff_weight_order_value", 0.10, "points a point",
           "What the order value counts in the staff score: 100 points are that of the best colleague.", NUMBER),
    Policy("staff_weight_lost", 0.10, "points a point",
           "What cancelled and returned orders take off the staff score; more than 30 % take off no more.", NUMBER),
    Policy("staff_grade_a_plus", 90, "points", "Grade A+ from this staff score.", NUMBER),
    Policy("staff_grade_a", 75, "points", "Grade A from this staff score.", NUMBER),
    Policy("staff_grade_b", 60, "points", "Grade B from this staff score.", NUMBER),
    Policy("staff_grade_c", 40, "points", "Grade C from this staff score, D below.", NUMBER),
)  # fmt: skip
