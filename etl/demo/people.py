"""Invented people and places. Any likeness is chance; phone numbers are placeholders never to be dialled."""

from __future__ import annotations

FIRST_NAMES = (
    "Aarohi", "Advik", "Ananya", "Arnav", "Bhavya", "Charvi", "Daksh", "Devika", "Eshan", "Farida", "Gautam", "Harini",
    "Ishaan", "Jaya", "Kabir", "Kavya", "Lakshit", "Madhuri", "Nakul", "Nandini", "Omkar", "Pallavi", "Pranav",
    "Rehaan", "Ritika", "Sahana", "Samar", "Tanvi", "Tejas", "Urvi", "Vihaan", "Yamini", "Zoya", "Ashwin",
    "Meher", "Rukmini",
)  # fmt: skip
LAST_NAMES = (
    "Acharya", "Bansode", "Chandran", "Deshmane", "Edakkal", "Gokarna", "Hosur", "Inamke", "Jambekar", "Kattimani",
    "Lokhande", "Mandolkar", "Nagarkoti", "Ojhawal", "Pattewar", "Rangnath", "Salunkar", "Talwadi", "Ullalkar",
    "Vaidyar", "Warangal", "Yelburga", "Zaveriya", "Bilimora", "Dharwadi", "Mysuria",
)  # fmt: skip
CITIES: tuple[tuple[str, str, float], ...] = (
    ("Bengaluru", "560", 17), ("Mumbai", "400", 14), ("Pune", "411", 11), ("Hyderabad", "500", 10),
    ("Chennai", "600", 9), ("Delhi", "110", 8), ("Mysuru", "570", 6), ("Kolkata", "700", 5), ("Ahmedabad", "380", 5),
    ("Coimbatore", "641", 4), ("Kochi", "682", 4), ("Jaipur", "302", 3), ("Nagpur", "440", 2), ("Hubballi", "580", 2),
)  # fmt: skip
"""City, first three digits of its pincodes, weight."""

STREETS = ("Lotus Lane", "Temple Road", "Lake View", "Station Road", "Mango Street", "Old Mill Road", "Garden Cross")
STAFF = ("anika", "bharat", "chitra", "dinesh", "esha", "firoz", "gita")
"""User ids of the order desk."""

PLACEHOLDER_PHONE = 6_000_000_000
"""Buyer n has the number PLACEHOLDER_PHONE + n + 1."""
