"""What people call the canonical columns, and how well a header fits one: whole words only, never parts of words."""

from __future__ import annotations

import re
from collections.abc import Sequence

SYNONYMS: dict[str, tuple[str, ...]] = {
    "order_id": ("order id", "order no", "order number", "order", "invoice", "invoice no", "invoice number",
                 "invoice id", "transaction id", "receipt no", "receipt number", "bill no", "document no", "po so",
                 "amazon order id", "name"),
    "ordered_at": ("order date", "ordered at", "invoice date", "date", "created at", "purchase date", "order time",
                   "timestamp", "transaction date", "sale date", "sold at", "datetime", "order datetime",
                   "ordered", "ordered on", "placed at", "sold on"),
    "order_status": ("order status", "status", "fulfillment status", "state", "order state"),
    "customer_id": ("customer id", "customer no", "customer number", "client id", "user id", "buyer id", "household id",
                    "cust", "cust id", "cust no", "customer reference id", "account no"),
    "customer": ("customer", "customer name", "client", "client name", "buyer", "buyer name", "full name", "name",
                 "billing name", "recipient", "recipient name", "lead name", "parent name"),
    "phone": ("phone", "phone number", "mobile", "mobile number", "telephone", "contact number", "whatsapp", "contact"),
    "email": ("email", "e mail", "email address", "mail"),
    "city": ("city", "town", "billing city", "ship city", "shipping city"),
    "zone": ("zone", "region", "area", "district", "state", "province", "governorate"),
    "country": ("country", "ship country", "billing country"),
    "channel": ("channel", "sales channel", "order channel"),
    "shop": ("shop", "store", "branch", "location", "outlet", "warehouse", "store id"),
    "employee_id": ("employee", "employee id", "staff", "staff id", "sales person", "salesperson", "agent",
                    "created by", "assigned to", "cashier"),
    "payment_method": ("payment method", "payment", "payment type", "tender", "paid by"),
    "product_id": ("product id", "sku", "stock code", "item id", "item code", "product code", "article", "article no",
                   "asin", "lineitem sku", "item no", "part number"),
    "product": ("product", "product name", "item", "item name", "description", "title", "lineitem name", "article name",
                "item description", "product title", "name"),
    "category": ("category", "product group", "group", "department", "product type", "product category", "class"),
    "brand": ("brand", "make"),
    "supplier": ("supplier", "vendor", "manufacturer"),
    "quantity": ("quantity", "qty", "units", "quantity sold", "lineitem quantity", "line item quantity", "pieces",
                 "count", "qty sold", "quantity ordered"),
    "unit_price": ("unit price", "price", "item price", "lineitem price", "selling price", "sale price", "rate"),
    "list_price": ("list price", "price", "mrp", "rrp", "retail price", "selling price", "catalogue price"),
    "discount_amount": ("discount", "discount amount", "discounts", "lineitem discount"),
    "tax_amount": ("tax", "taxes", "vat", "gst", "tax amount", "item tax"),
    "line_amount": ("line amount", "line total", "amount", "total", "net sales", "line item value", "total sale",
                    "sales value", "sales", "total price", "revenue", "line value"),
    "unit_cost": ("unit cost", "cost", "cost price", "purchase price", "cost per item"),
    "total_amount": ("total", "order total", "total amount", "grand total", "amount", "order value", "net total"),
    "shipping_amount": ("shipping", "shipping amount", "shipping price", "delivery charge", "postage"),
    "advance_amount": ("advance paid", "advance", "deposit"),
    "balance_amount": ("balance to pay", "balance", "amount due", "outstanding balance"),
    "refund_amount": ("refund", "refund amount", "refunded amount"),
    "tracking_id": ("tracking id", "tracking number", "tracking no", "awb", "tracking", "asn dn"),
    "courier": ("courier", "carrier", "courier name", "shipping company", "logistics partner"),
    "note": ("note", "notes", "remarks", "comment", "comments"),
    "currency": ("currency", "currency code"),
    "updated_at": ("updated at", "last updated date", "last update date", "modified at", "last modified"),
    "on_hand_quantity": ("stock", "on hand", "quantity", "inventory", "stock quantity", "qty on hand", "available"),
    "sku": ("sku", "product sku"),
    "address": ("address", "street", "billing street", "shipping street", "full address"),
    "created_date": ("created at", "created date", "joined", "sign up date", "registered"),
    "has_consent": ("accepts marketing", "consent", "newsletter", "opt in"),
    "is_active": ("active", "enabled", "in use"),
    "is_test": ("test", "test order"),
    "movement_id": ("movement id", "transaction id"),
    "moved_at": ("movement date", "moved at", "date", "timestamp", "created at"),
    "movement_type": ("movement type", "movement", "type", "transaction type"),
    "reason": ("reason", "movement reason"),
    "reference_id": ("reference", "reference id", "reference no"),
    "hub": ("hub", "warehouse", "depot"),
    "shipment_id": ("shipment id", "shipment no", "delivery id", "parcel id", "consignment no", "id", "awb"),
    "shipment_status": ("shipment status", "delivery status", "parcel status", "status"),
    "shipment_mode": ("shipment mode", "ship mode", "transport mode", "shipping method", "mode"),
    "ship_date": ("ship date", "shipped date", "dispatch date", "shipped at"),
    "promised_date": ("promised date", "scheduled delivery date", "expected delivery date", "due date", "eta",
                      "promise date", "estimated delivery date"),
    "delivered_date": ("delivered date", "delivery date", "delivered at", "delivered to client date", "delivered on"),
    "attempts": ("attempts", "delivery attempts"),
    "shipment_amount": ("shipment value", "parcel value", "declared value", "line item value", "goods value"),
    "cod_amount": ("cod", "cod amount", "cash on delivery"),
    "fee_amount": ("fee", "fees", "shipping fee", "freight", "freight cost", "delivery fee",
                   "courier fee", "courier fees", "total fees", "charges", "shipping charges", "deductions"),
    "collected_amount": ("collected", "collected amount", "cod collected", "amount collected", "cash collected", "cod",
                         "cod amount", "cash on delivery"),
    "paid_amount": ("net", "net amount", "paid", "paid amount", "amount paid", "net paid", "paid out", "payout",
                    "net payable", "net payout", "remitted", "remitted amount", "deposited amount", "transferred"),
    "paid_date": ("paid on", "paid date", "payment date", "payout date", "remittance date", "settlement date",
                  "deposited at", "transfer date", "date"),
    "statement_id": ("statement", "statement id", "statement no", "payout id", "settlement id", "remittance id",
                     "batch", "batch id", "transfer id"),
    "lead_id": ("lead id", "enquiry id", "id"),
    "lead_status": ("lead status", "status", "stage", "lead stage"),
    "priority": ("priority", "hotness"),
    "lead_source": ("lead source", "source", "campaign source"),
    "lead_date": ("lead date", "enquiry date", "date", "date contacted", "created at"),
    "follow_up_date": ("follow up date", "next follow up", "follow up", "next call"),
    "last_contact_date": ("last contact date", "last contacted", "last call"),
    "expense_id": ("expense id", "voucher no"),
    "expense_date": ("expense date", "date", "transaction date", "paid on"),
    "expense_category": ("expense category", "category", "expense type"),
    "expense_amount": ("expense amount", "expense", "amount", "cost"),
    "title": ("title", "description", "narration"),
    "employee": ("employee name", "staff name", "name"),
    "role": ("role", "role title", "position", "job title"),
}  # fmt: skip

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[^\W\d_]+|\d+")


def words_of(header: str) -> tuple[str, ...]:
    """Words in lower case: "InvoiceNo", "invoice_no" and "Invoice No." are all ("invoice", "no")."""
    return tuple(word.lower() for word in _WORDS.findall(header))


def fit(header: str, canonical: str) -> int:
    """How well a header names a canonical column, 0 to 100; see `fit_phrases`."""
    return fit_phrases(header, (canonical.replace("_", " "), *SYNONYMS.get(canonical, ())))


def fit_phrases(header: str, named: Sequence[str]) -> int:
    """How well a header says one of the phrases, 0 to 100.

    100: the very words of the first or second phrase; 95: of another one; up to 80: all words of a phrase and others
    beside them; 0: otherwise. Part of a word never counts ("Discount" is no count).
    """
    words = words_of(header)
    phrases = [tuple(one.split()) for one in named]
    if not words:
        return 0
    if words in phrases[:2]:
        return 100
    if words in phrases:
        return 95
    partial = [len(phrase) / len(words) for phrase in phrases if set(phrase) < set(words)]
    return round(80 * max(partial, default=0))
