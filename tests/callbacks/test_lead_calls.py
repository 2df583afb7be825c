"""What a lead to call is said to be worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from callbacks.leads import _call

ROW = {"customer": "Asha", "lead_id": "L1", "late_days": 3, "lead_status": "Negotiation", "lead_priority": "High"}


@pytest.mark.parametrize(
    ("value", "chance", "money"), [(Decimal(200), 0.25, 50.0), (Decimal(200), None, 0.0), (None, 0.25, None)]
)
def test_worth_is_value_times_the_chance_to_be_won(value: Any, chance: float | None, money: float | None) -> None:
    assert _call({**ROW, "value_amount": value, "win_probability": chance}).money == money
