"""Points, rewards, reviews and referrals of the fictional marketplace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from etl.demo.onesoko import Sale, written
from etl.demo.onesoko_goods import STALLS, Stall, made_id
from etl.demo.onesoko_orders import state_of

Record = dict[str, Any]
Lists = dict[str, list[Record]]

_TIERS = (("platinum", 50_000, 2.0), ("gold", 15_000, 1.5), ("silver", 5_000, 1.25), ("bronze", 0, 1.0))
_RATE = 0.1
"""Points per shilling; OneSoko's own default is one point per unit of currency."""
_REWARD_POINTS = 500


@dataclass
class _Account:
    """Points of one buyer in one shop, while they are counted."""

    number: int
    balance: int = 0
    spent: int = 0

    @property
    def tier(self) -> tuple[str, float]:
        """Name and multiplier of the tier reached so far."""
        return next((name, times) for name, threshold, times in _TIERS if self.spent >= threshold)


def programme_lists(sales: Sequence[Sale], last_day: date) -> Lists:
    """loyalty_programs, referral_programs, rewards, customers_loyalty, loyalty_transactions and redemptions."""
    stalls = [stall for stall in STALLS if stall.has_programme]
    accounts: dict[tuple[str, int], _Account] = {}
    transactions: list[Record] = []
    opened: list[Record] = []
    for sale in sales:
        if sale.stall.has_programme and state_of(sale, last_day) == "delivered":
            key = (sale.stall.name, sale.buyer)
            if key not in accounts:
                accounts[key] = _Account(len(accounts) + 1)
                opened.append({"id": accounts[key].number, "customer": sale.buyer, "shop": sale.stall.shop_id,
                               "created_at": written(sale.at)})  # fmt: skip
            transactions += _entries(sale, accounts[key])
    totals = {account.number: account for account in accounts.values()}
    return {
        "loyalty_programs": [_programme(stall) for stall in stalls],
        "referral_programs": [{"shop": stall.shop_id, "referrer_reward_points": 100, "referee_reward_points": 50,
                               "minimum_purchase_amount": "25.00", "is_active": True} for stall in stalls],
        "rewards": [{"id": number, "shop": stall.shop_id, "name": "500 points off", "reward_type": "discount_fixed",
                     "points_cost": _REWARD_POINTS, "is_active": True} for number, stall in enumerate(stalls, 1)],
        "customers_loyalty": [{**record, "current_points_balance": totals[record["id"]].balance,
                               "current_tier": totals[record["id"]].tier[0]} for record in opened],
        "loyalty_transactions": transactions, "redemptions": _redemptions(transactions),
    }  # fmt: skip


def _programme(stall: Stall) -> Record:
    terms = {f"{name}_threshold": f"{threshold}.00" for name, threshold, _ in _TIERS}
    terms |= {f"{name}_multiplier": f"{times:.2f}" for name, _, times in _TIERS}
    return {"shop": stall.shop_id, "points_per_dollar": f"{_RATE:.2f}", "minimum_spend_for_points": "0.00",
            "points_expiry_days": 365, "is_active": True, **terms}  # fmt: skip


def _entries(sale: Sale, account: _Account) -> Iterator[Record]:
    """What a delivered order earns, by the tier before it; and a reward as soon as there are points for two."""
    at = sale.at + timedelta(days=sale.settle_days)
    points = int(int(sale.total * _RATE) * account.tier[1])
    account.balance += points
    account.spent += sale.total
    yield _entry(account, f"{sale.number}-earned", written(at), ("earned_purchase", points, str(sale.number)))
    if account.balance >= 2 * _REWARD_POINTS:
        account.balance -= _REWARD_POINTS
        later = written(at + timedelta(minutes=5))
        code = f"REWARD{sale.number:08d}"
        yield _entry(account, f"{sale.number}-redeemed", later, ("redeemed_discount", -_REWARD_POINTS, code))


def _entry(account: _Account, name: str, at: str, what: tuple[str, int, str]) -> Record:
    kind, points, reference = what
    return {"id": made_id("points", name), "customer_loyalty": account.number, "transaction_type": kind,
            "points_change": points, "points_balance_after": account.balance, "reference_id": reference,
            "created_at": at}  # fmt: skip


def _redemptions(transactions: Sequence[Record]) -> list[Record]:
    spent = [one for one in transactions if one["transaction_type"] == "redeemed_discount"]
    return [
        {"id": made_id("redemption", one["reference_id"]), "customer_loyalty": one["customer_loyalty"], "reward": 1,
         "points_used": _REWARD_POINTS, "status": "redeemed", "redemption_code": one["reference_id"], "order": None,
         "created_at": one["created_at"]}
        for one in spent
    ]  # fmt: skip


def reviews_and_referrals(sales: Sequence[Sale], last_day: date, rng: np.random.Generator) -> Lists:
    """reviews of one delivered order in seven, and customer_referrals: each fortieth buyer brought the one after."""
    delivered = [sale for sale in sales if state_of(sale, last_day) == "delivered"]
    reviews = [
        {"id": number, "product": made_id("product", sale.stall.goods[sale.lines[0][0]][0]), "user": sale.buyer,
         "rating": int(rng.choice([1, 2, 3, 4, 5], p=[0.04, 0.06, 0.14, 0.32, 0.44])), "comment": "",
         "created_at": written(sale.at + timedelta(days=sale.settle_days))}
        for number, sale in enumerate(delivered[::7], 1)
    ]  # fmt: skip
    first = {sale.buyer: sale for sale in reversed(sales)}
    brought = [first[buyer] for buyer in sorted(first)[1::40]]
    referrals = [
        {"id": number, "referrer": sale.buyer - 1, "referee": sale.buyer, "shop": sale.stall.shop_id,
         "referral_code": f"SOKO{number:06d}", "status": "completed", "first_purchase_order": sale.number,
         "created_at": written(sale.at - timedelta(days=4)), "completed_at": written(sale.at)}
        for number, sale in enumerate(brought, 1)
    ]  # fmt: skip
    return {"reviews": reviews, "customer_referrals": referrals}
