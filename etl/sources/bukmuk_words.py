"""The words of Bukmuk workbooks: what headers mean, which statuses and priorities there are, known cities."""

from __future__ import annotations

from etl.sources.sheet import Form

PHRASES: dict[str, tuple[str, ...]] = {
    "full_name": ("full name", "name", "parent name", "parents name", "lead name", "customer name", "contact name",
                  "contact person", "name of parent", "name of the parent", "person name"),
    "phone_number": ("phone number", "phone", "mobile", "mobile number", "telephone", "phone no", "mobile no",
                     "contact number", "contact no", "whats app", "whats app number", "whatsapp", "whatsapp number",
                     "number", "contact"),
    "email": ("email", "email id", "e mail", "e mail id", "email address", "mail", "mail id"),
    "city": ("city", "town", "location"),
    "child_name": ("child name", "name of child", "name of the child", "kid name", "kids name"),
    "child_age": ("child age", "age", "age group", "age of child", "age of the child", "kid age", "kids age"),
    "lead_type": ("lead type", "type"),
    "lead_date": ("lead date", "date", "created at", "created", "timestamp", "enquiry date", "date of enquiry"),
    "last_contact_date": ("last contact date", "date contacted", "contacted on", "contacted date", "contact date",
                          "last contact", "last contacted"),
    "lead_status": ("lead status", "status", "stage", "lead stage", "any response", "response"),
    "status_updated_date": ("status updated date", "status date", "status updated"),
    "follow_up_date": ("follow up date", "next follow up", "next follow up date", "followup date"),
    "follow_up_count": ("follow up count", "follow ups"),
    "priority": ("priority", "lead priority"),
    "lead_score": ("lead score", "score"),
    "lead_source": ("lead source", "source", "origin"),
    "source_sheet": ("source sheet", "sheet"),
    "assigned_to": ("assigned to", "assigned", "owner", "lead owner", "sales person", "salesperson"),
    "notes": ("notes", "comments", "comment", "note", "remarks", "remark"),
    "next_action": ("next action", "pending action"),
    "further_comments": ("further action comments", "further comments"),
    "shared_details": ("shared details about the library", "shared details"),
    "updated_at": ("updated at", "last updated"),
    "id": ("lead id",),
}  # fmt: skip
"""What a column can be, and the phrases headers say it with; whole words only. Each is found once per sheet."""

NEED_EVIDENCE = ("number", "contact", "location", "type", "response")
"""Phrases that say little: the values must bear them out."""

SHEET_MEANINGS: dict[str, dict[str, str]] = {"brightrlead": {"last_contact_date": "lead_date"}}
"""Squeezed sheet name to meanings that differ there: on "brightr lead" the date of contact is the date of the lead."""

LABELS: dict[str, str] = {
    "child_name": "Child", "child_age": "Child age", "next_action": "Pending action",
    "further_comments": "Further action", "shared_details": "Shared details", "source_sheet": "Sheet",
}  # fmt: skip
"""Columns that go into the note of a lead, and how they are called there."""

STATUSES = (
    "New Lead", "Initial Contact", "Follow Up 1", "Follow Up 2", "Follow Up 3", "Interested", "Trial Membership",
    "Proposal Sent", "Negotiation", "Ready to Join", "Member", "Lost - No Response", "Lost - Not Interested",
    "Lost - Price", "Lost - Location", "Re-engage Later",
)  # fmt: skip
"""The statuses a lead can have, in order; Member is won, those that start with Lost are lost."""

OTHER_STATUSES: dict[str, str] = {
    "Qualified": "Interested", "Proposal": "Proposal Sent", "Closed Won": "Member",
    "Closed Lost": "Lost - No Response",
}  # fmt: skip
"""Words of the second vocabulary that the first one calls otherwise; its other four are the same."""

WON = "Member"
PRIORITIES = ("Low", "Medium", "High", "Urgent")

CITIES = frozenset(
    {"agra", "ahmedabad", "ajmer", "aligarh", "amritsar", "aurangabad", "bangalore", "bareilly", "bengaluru", "bhopal",
     "bhubaneswar", "calcutta", "chandigarh", "chennai", "coimbatore", "dehradun", "delhi", "faridabad", "ghaziabad",
     "goa", "greater noida", "gurgaon", "gurugram", "guwahati", "gwalior", "hubballi", "hyderabad", "indore",
     "jabalpur", "jaipur", "jalandhar", "jammu", "jamshedpur", "jodhpur", "kanpur", "kochi", "kolkata", "kota",
     "lucknow", "ludhiana", "madurai", "mangaluru", "meerut", "mohali", "mumbai", "mysore", "mysuru", "nagpur",
     "nashik", "navi mumbai", "new delhi", "noida", "panaji", "patna", "pune", "raipur", "rajkot", "ranchi", "shimla",
     "srinagar", "surat", "thane", "thiruvananthapuram", "udaipur", "vadodara", "varanasi", "vijayawada",
     "visakhapatnam"}
)  # fmt: skip
"""Cities in lower case by which a column without a header is known to hold cities."""

LEADS = Form("leads", dict.fromkeys((*PHRASES, "first_cell"), ()), (), "lead")
"""Form of a lead row; first_cell is the first cell with something in it."""
