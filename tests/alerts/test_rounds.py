"""What a look at the rules opens, lets go on and resolves; once, whatever happens."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from portal import audit
from portal.alert_tables import Alert, AlertNotice, AlertRule
from portal.alerts import Chosen, SeenAlert, count_open, describe, find_alerts, open_alerts, resolve
from portal.alerts import rounds as rounds_module
from portal.alerts.kept_rules import add_rule, list_rules, switch_rule
from portal.alerts.notices import not_in_quiet_hours
from portal.alerts.rules import NewRule
from portal.clock import utc_now
from portal.db import writing
from portal.models import AuditEvent
from tests.alerts.shop import AFTER_SHOCK, BACK, BEFORE, MISSING, SHOCK, Stall


def open_ones(stall: Stall, state: str = "open") -> dict[str, SeenAlert]:
    with stall.sessions() as session:
        found = find_alerts(session, stall.tenant, stall.viewer(), state, utc_now())
    return {alert.metric + alert.label: alert for alert in found}


def counts(stall: Stall) -> tuple[int, ...]:
    with stall.sessions() as session:
        return tuple(session.scalar(select(func.count()).select_from(each)) or 0
                     for each in (Alert, AlertNotice, AuditEvent))  # fmt: skip


def test_a_quiet_shop_has_rules_and_no_alert(stall: Stall) -> None:
    done = stall.look(BEFORE)
    assert (done.last_day, done.opened, open_ones(stall)) == (BEFORE, 0, {})
    with stall.sessions() as session:
        assert [rule.metric for rule in list_rules(session, stall.tenant)] == ["net_sales", "orders", "units", "aov"]


def test_a_day_off_is_opened_with_what_it_costs_and_why(stall: Stall) -> None:
    stall.look(SHOCK)
    alert = open_ones(stall)["orders"]
    assert (alert.found, round(alert.expected or 0), alert.day, alert.last_day) == (2.0, 6, SHOCK, SHOCK)
    assert alert.money == pytest.approx(4 * 11, rel=0.03)
    assert (alert.why["by"], alert.why["before"], alert.why["after"]) == ("channel", "6.0000", "2.0000")
    assert alert.why["parts"] == [{"label": "web", "change": "-4.0000"}, {"label": "phone", "change": "0.0000"}]


def test_parts_add_up_to_the_whole_change(stall: Stall) -> None:
    stall.look(AFTER_SHOCK)
    for alert in open_ones(stall).values():
        parts = [Decimal(part["change"]) for part in alert.why["parts"]]
        assert sum(parts) == Decimal(alert.why["after"]) - Decimal(alert.why["before"])


def test_the_next_day_off_is_the_same_alert(stall: Stall) -> None:
    stall.look(SHOCK)
    first = open_ones(stall)["orders"]
    done = stall.look(AFTER_SHOCK)
    alert = open_ones(stall)["orders"]
    assert (done.opened, alert.alert_id, alert.days, alert.found) == (0, first.alert_id, 2, 4.0)
    assert (alert.day, alert.last_day) == (SHOCK, AFTER_SHOCK)


def test_it_is_resolved_by_itself_when_the_number_is_back(stall: Stall) -> None:
    stall.look(SHOCK)
    stall.look(BACK)
    assert open_ones(stall) == {}
    alert = open_ones(stall, "resolved")["orders"]
    assert (alert.note, alert.changed_by, alert.last_day) == ("Back to what was expected.", "alerts", AFTER_SHOCK)


def test_a_day_without_rows_is_told_once_the_next_one_is_there(stall: Stall) -> None:
    stall.look(MISSING)
    alert = open_ones(stall)["orders"]
    assert (alert.kind, alert.found, alert.day, alert.why) == ("missing", 0.0, MISSING, {})
    assert describe(alert, "GBP").title == "No orders on a day that normally has some"


def test_a_new_rule_does_not_tell_what_is_over(stall: Stall) -> None:
    assert (stall.look(BACK).opened, counts(stall)[0]) == (0, 0)


def test_looking_again_changes_nothing(stall: Stall) -> None:
    stall.look(SHOCK)
    before = counts(stall)
    assert stall.look().looked == 0
    assert stall.look(again=True).opened == 0
    assert counts(stall) == before


def test_two_at_once_open_one_alert(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one has read the rules before the first one was done."""
    stall.look(BEFORE)
    stall.publish(SHOCK)
    found, waiting, inner = rounds_module._found, [1], []

    def slow(*about: object) -> object:
        answer = found(*about)  # type: ignore[arg-type]
        if waiting:
            waiting.clear()
            inner.append(stall.look())
        return answer

    monkeypatch.setattr(rounds_module, "_found", slow)
    outer = stall.look()
    assert inner[0].opened >= 3
    assert (outer.looked, outer.opened) == (0, 0)
    assert len(open_ones(stall)) == inner[0].opened


def test_a_look_that_is_killed_leaves_nothing_and_is_made_again(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    stall.look(BEFORE)
    before = counts(stall)
    stall.publish(SHOCK)
    with monkeypatch.context() as broken:
        broken.setattr("portal.alerts.changes.add_notice", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            stall.look()
    assert counts(stall) == before
    assert stall.look().opened >= 3


def test_every_change_is_in_the_audit_trail(stall: Stall) -> None:
    stall.look(SHOCK)
    stall.look(BACK)
    with stall.sessions() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
        assert audit.first_broken_row(session) is None
    assert {"alert rule added", "alert opened", "alert went on", "alert resolved"} == set(actions)


def test_what_was_resolved_by_hand_does_not_come_back_with_the_same_days(stall: Stall) -> None:
    stall.look(SHOCK)
    alert = open_ones(stall)["orders"]
    with writing(stall.sessions) as session:
        chosen = Chosen(alert.alert_id, alert.version)
        resolve(session, stall.tenant, chosen, stall.viewer(), ("The site was down.", utc_now()))
    stall.look(AFTER_SHOCK)
    assert "orders" not in open_ones(stall)
    assert open_ones(stall, "resolved")["orders"].note == "The site was down."


def test_a_rule_looks_at_each_value_of_its_dimension(stall: Stall) -> None:
    stall.look(BEFORE)
    with writing(stall.sessions) as session:
        wanted = NewRule("Channels", "orders", dimension="channel", least_volume=1)
        add_rule(session, stall.tenant, wanted, ("ann", utc_now()))
    stall.look(SHOCK)
    found = open_ones(stall)
    assert found["ordersweb"].kind == "missing"
    assert "ordersphone" not in found


@pytest.mark.parametrize(("wanted", "found"), [
    (NewRule("Few", "orders", comparison="below", level=3, least_share=0), 3.0),
    (NewRule("Week", "orders", comparison="week", least_share=0.5), 6.0),
    (NewRule("Many", "orders", comparison="above", level=1, least_share=0, weekdays="1"), None),
    (NewRule("Costly", "orders", comparison="week", least_share=0.5, least_money=100), None),
])  # fmt: skip
def test_other_comparisons(stall: Stall, wanted: NewRule, found: float | None) -> None:
    with writing(stall.sessions) as session:
        rule = add_rule(session, stall.tenant, wanted, ("ann", utc_now())).id
    stall.look(SHOCK)
    with stall.sessions() as session:
        alerts = session.scalars(select(Alert.expected).where(Alert.rule_id == rule, Alert.state == "open")).all()
    assert alerts == ([] if found is None else [found])


def test_a_state_of_today_is_held_against_a_value_and_goes_on(stall: Stall) -> None:
    with writing(stall.sessions) as session:
        wanted = NewRule("Empty", "on_hand", comparison="below", level=3, least_share=0)
        add_rule(session, stall.tenant, wanted, ("ann", utc_now()))
    stall.look(SHOCK)
    assert [(one.found, one.days) for one in open_ones(stall).values() if one.metric == "on_hand"] == [(0.0, 1)]
    assert stall.look(AFTER_SHOCK).opened == 0
    alert = open_ones(stall)["on_hand"]
    assert (alert.day, alert.last_day, alert.days) == (SHOCK, AFTER_SHOCK, 2)


def test_amounts_that_hardly_moved_are_no_news(stall: Stall) -> None:
    stall.look(SHOCK)
    alert = open_ones(stall)["orders"]
    with writing(stall.sessions) as session:
        row = session.get(Alert, alert.alert_id)
        assert row is not None
        row.money = (row.money or 0) * 1.001
    before = counts(stall)
    stall.look(again=True)
    assert counts(stall) == before


def test_quiet_hours_put_off_what_is_told(stall: Stall) -> None:
    rule = AlertRule(quiet_from=22, quiet_until=7)
    night, day = datetime(2026, 7, 1, 21, 30), datetime(2026, 7, 1, 12)
    assert not_in_quiet_hours(rule, "Europe/London", night) == datetime(2026, 7, 2, 6)
    assert not_in_quiet_hours(rule, "Europe/London", day) == day


def test_in_quiet_hours_an_alert_is_listed_and_not_counted(stall: Stall) -> None:
    stall.look(SHOCK)
    later = utc_now() + timedelta(hours=1)
    with writing(stall.sessions) as session:
        session.execute(update(AlertNotice).values(due_at=later))
        about = (session, stall.tenant, stall.viewer())
        assert (count_open(*about, utc_now()), len(open_alerts(*about, utc_now())) > 0) == (0, True)
        assert count_open(*about, later) == len(open_alerts(*about, later))


def test_a_paused_rule_has_no_open_alerts_and_a_removed_default_stays_removed(stall: Stall) -> None:
    stall.look(SHOCK)
    with writing(stall.sessions) as session:
        orders = next(rule for rule in list_rules(session, stall.tenant) if rule.metric == "orders")
        switch_rule(session, stall.tenant, (orders.id, orders.version), "remove", ("ann", utc_now()))
    assert "orders" not in open_ones(stall)
    stall.look(AFTER_SHOCK)
    with stall.sessions() as session:
        assert "orders" not in [rule.metric for rule in list_rules(session, stall.tenant)]
        assert "orders" not in {one.metric for one in open_alerts(session, stall.tenant, stall.viewer(), utc_now())}
