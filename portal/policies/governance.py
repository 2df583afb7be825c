"""What returns, discounts and commissions are allowed."""

from __future__ import annotations

from portal.policies.kinds import Policy

GOVERNANCE: tuple[Policy, ...] = ()
