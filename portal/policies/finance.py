"""What the profit and loss takes for granted."""

from __future__ import annotations

from portal.policies.kinds import NUMBER, SHARE, WHOLE, WORDS, YES_NO, Policy

FINANCE: tuple[Policy, ...] = (
    Policy("books_first", True, "true or false",
           "Where the books and another record (parcels, payroll, campaigns) tell of the same cost in one month, the "
           "books count; if false the other record does.", YES_NO),
    Policy("fulfilment_categories",
           ["courier_expenses", "courier", "logistics", "shipping", "fulfilment", "packaging", "payment_fees",
            "returns"], "categories of expenses",
           "Expenses of these are costs of fulfilment: courier, packaging, payment, returns.", WORDS),
    Policy("marketing_categories", ["ad_spend", "marketing", "advertising"], "categories of expenses",
           "Expenses of these are costs of marketing.", WORDS),
    Policy("payroll_categories", ["salary", "salaries", "payroll", "wages"], "categories of expenses",
           "Expenses of these are pay of employees.", WORDS),
    Policy("goods_categories", ["inventory", "stock", "purchases", "goods"], "categories of expenses",
           "Expenses of these buy goods: they are no cost of their day, goods cost when they are sold.", WORDS),
    Policy("cash_accounts", ["1000", "1010"], "codes of accounts",
           "Accounts of the journal that are cash in hand and at the bank.", WORDS),
    Policy("aged_order_days", 7, "days", "An order is to be finished at most this long after it was taken.", WHOLE),
    Policy("invoice_due_days", 30, "days", "An invoice is to be paid at most this long after the order.", WHOLE),
    Policy("low_cash_limit", 5000, "reporting currency", "Less cash than this is low, and an alert says so.", NUMBER),
    Policy("commission_rate", 0.03, "share of net sales",
           "What an employee earns on the net sales of their delivered orders.", SHARE),
)  # fmt: skip
