"""What a lead is worth and when it is followed up."""

from __future__ import annotations

from portal.policies.kinds import COUNTS, WHOLE, Policy

LEADS: tuple[Policy, ...] = (
    Policy("lead_score_points", {"phone": 40, "email": 35, "city": 15, "child age or lead type": 10}, "points",
           "Score of a lead: the sum over what is known of it.", COUNTS),
    Policy("lead_completeness_points", {"phone": 40, "email": 35, "city": 15, "name": 10}, "points",
           "Of several rows of one lead the one with the most points is kept.", COUNTS),
    Policy("lead_high_priority", 70, "points", "Leads with at least this score have high priority.", WHOLE),
    Policy("lead_medium_priority", 40, "points", "Leads with at least this score have medium priority.", WHOLE),
    Policy("lead_follow_up_days",
           {"New Lead": 2, "Initial Contact": 3, "Follow Up 1": 5, "Follow Up 2": 7, "Follow Up 3": 10, "Interested": 3,
            "Trial Membership": 2, "Proposal Sent": 3, "Negotiation": 2, "Ready to Join": 1, "Member": 30,
            "Lost - No Response": 14, "Lost - Not Interested": 30, "Lost - Price": 21, "Lost - Location": 45,
            "Re-engage Later": 60}, "days by lead status",
           "Days until a lead is followed up, from the day its status was set, else its last contact, else the day it "
           "came in.", COUNTS),
)  # fmt: skip
