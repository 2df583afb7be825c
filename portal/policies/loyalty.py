"""What the loyalty programme gives and when points end."""

from __future__ import annotations

from portal.policies.kinds import Policy

LOYALTY: tuple[Policy, ...] = ()
