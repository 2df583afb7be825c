"""Alerts: what is far from what was to be expected, what it costs, and what people did about it.

What others need is here. A screen, a list of things to do or an e-mail asks

    open_alerts(session, tenant, viewer, now)                  those this person should see, most money first
    find_alerts(session, tenant, viewer, state, now)           the others: acknowledged, snoozed, resolved
    snooze(session, tenant, chosen, viewer, (until, now))      this person alone does not see it until then
    acknowledge(session, tenant, chosen, viewer, now)          somebody is on it; it stays until it is resolved
    resolve(session, tenant, chosen, viewer, (note, now))      done, with a note
    reopen(session, tenant, chosen, viewer, now)               taken back

`chosen` is a `Chosen(alert id, version as it was seen)`; changes are made within `portal.db.writing` and audited. An
alert of another tenant reads like one that is not there. `describe(seen)` says it in words.

portal.alerts.rules       what a tenant can want to be told of; default rules; checked against the catalogue
portal.alerts.kept_rules  rules as they are kept, with versions
portal.alerts.days        which days are complete, and the daily values of a rule
portal.alerts.stretches   verdicts of days to stretches of days, and their cost
portal.alerts.reasons     why: parts of the best dimension, adding up exactly
portal.alerts.rounds      one look at one rule after a load: opens, extends and resolves, once
portal.alerts.seen        alerts as one person sees them
portal.alerts.states      what people do with alerts
portal.alerts.notices     what people are to be told, and when: e-mail takes it from here

`portal.jobs.alerts` looks after each load; `portal.analysis.alarms` says which days are off.
"""

from portal.alerts.describe import Words, describe
from portal.alerts.seen import STATES, SeenAlert, count_open, find_alerts, open_alerts
from portal.alerts.states import Chosen, acknowledge, reopen, resolve, snooze

__all__ = [
    "STATES",
    "Chosen",
    "SeenAlert",
    "Words",
    "acknowledge",
    "count_open",
    "describe",
    "find_alerts",
    "open_alerts",
    "reopen",
    "resolve",
    "snooze",
]
