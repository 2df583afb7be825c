"""What the profit and loss takes for granted."""

from __future__ import annotations

from portal.policies.kinds import Policy

FINANCE: tuple[Policy, ...] = ()
