"""The reference system's escalation (§9), incident levels (§6) and maintenance window (§7), by its routes.

When the steps fire is proved by `tests/rules/escalation_test.yml`, and that a silence stops them by a live test.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from generator.model.catalog import Catalog
from generator.model.escalation import LABEL
from generator.model.receiver import Email
from generator.model.route import InhibitRule, Route, TimeInterval
from generator.model.routing import paths_for, routing_tree, told
from generator.model.routing.calendar import week
from generator.model.routing.escalated import original
from generator.model.routing.inhibition import Sources
from generator.model.routing.told import Told
from generator.pipeline import compile_project

ROOT = Path(__file__).parent.parent
MAINTENANCE = "weekly-maintenance"
A_WEEK = (1 << 7 * 24 * 60) - 1


@cache
def catalog() -> Catalog:
    """The definitions of `alerts/`."""
    return compile_project([ROOT / "alerts"], base=ROOT).catalog


@cache
def tree() -> Route:
    """The routing tree, with the routes of escalations."""
    found = routing_tree(catalog())
    assert found is not None
    return found


ALL = list(told(catalog()))
URGENT = [alert for alert in ALL if alert.level.name == "P0" and LABEL not in alert.labels]
ESCALATED = [alert for alert in ALL if LABEL in alert.labels]


def named(alerts: list[Told]) -> pytest.MarkDecorator:
    """A test for each of the alerts."""
    ids = ["-".join(filter(None, (a.labels["alertname"], a.labels.get(LABEL, "")))) for a in alerts]
    return pytest.mark.parametrize("alert", alerts, ids=ids)


def receivers(labels: Mapping[str, str]) -> list[str]:
    """Who is told of an alert, at one time or another."""
    return [path.receiver.name for path in paths_for(tree(), labels) if path.receiver is not None]


def minutes(intervals: tuple[TimeInterval, ...]) -> int:
    """The minutes of a week that lie in intervals."""
    found = 0
    for interval in intervals:
        for span in interval.spans:
            found |= week(span)
    return found


def told_in(labels: Mapping[str, str]) -> dict[str, int]:
    """By receiver, the minutes of a week (in Seoul) in which it is told."""
    found: dict[str, int] = {}
    for path in paths_for(tree(), labels):
        assert path.receiver is not None
        active = minutes(path.node.active_in) if path.node.active_in else A_WEEK
        found[path.receiver.name] = found.get(path.receiver.name, 0) | active & ~minutes(path.node.muted_in)
    return found


def must_not_be_muted(labels: Mapping[str, str]) -> bool:
    """What the guide cannot mean to keep silent about: security, and the loss of data."""
    return labels["team"] == "security" or labels.get("risk") == "data-loss"


def interval(name: str) -> TimeInterval:
    """An interval of the catalog."""
    (found,) = [one for one in catalog().intervals if one.name == name]
    return found


# --- §9 에스컬레이션 기준 ---


def test_there_is_something_to_escalate() -> None:
    assert {"BackendDown", "PostgreSQLDown", "LoginAfterBruteForce"} <= {alert.labels["alertname"] for alert in URGENT}


@named(URGENT)
def test_unresolved_alerts_climb_tier_by_tier(alert: Told) -> None:
    """15분 내 미해결: 2차 대응팀 호출. 1시간 내 미해결: 3차 대응팀 호출."""
    assert receivers({**alert.labels, LABEL: "unresolved-15m"}) == ["second-tier", "slack-and-email"]
    assert receivers({**alert.labels, LABEL: "unresolved-1h"}) == ["third-tier"]


@named(URGENT)
def test_at_any_minute_exactly_one_tier_takes_the_second_call(alert: Told) -> None:
    """2차 대응 (업무시간), 1차 대응 (24/7); in the maintenance window only about what it does not disturb."""
    when = told_in({**alert.labels, LABEL: "unresolved-15m"})
    window = minutes((interval(MAINTENANCE),))
    office = minutes((interval("business-hours"),))
    assert office.bit_count() == 5 * 9 * 60
    assert when["second-tier"] == office
    assert when["slack-and-email"] == A_WEEK & ~office & (A_WEEK if must_not_be_muted(alert.labels) else ~window)


def test_a_suspected_breach_is_told_to_security_and_management_at_once_and_at_any_time() -> None:
    """데이터 유출 의심: 즉시 보안팀 및 경영진 보고."""
    found = [alert for alert in ESCALATED if alert.labels.get(LABEL) == "suspected-breach-at-once"]
    assert {alert.labels["alertname"] for alert in found} == {
        alert.labels["alertname"] for alert in ALL if alert.labels.get("risk") == "breach"
    }
    assert found
    for alert in found:
        assert told_in(alert.labels) == {"security": A_WEEK, "third-tier": A_WEEK}


def test_the_tiers_are_the_guides_addresses() -> None:
    mails = {
        receiver.name: [one.to for one in receiver.integrations if isinstance(one, Email)]
        for receiver in catalog().receivers
    }
    assert mails["slack-and-email"] == ["ops@yourdomain.com"]
    assert mails["second-tier"] == ["dev@yourdomain.com", "security@yourdomain.com"]
    assert mails["third-tier"] == ["cto@yourdomain.com", "ceo@yourdomain.com"]


# --- §6 장애 등급 ---


@named([alert for alert in ESCALATED if alert.labels[LABEL] == "not-restored"])
def test_what_is_not_restored_in_time_is_told_to_those_who_know_of_it(alert: Told) -> None:
    assert told_in(alert.labels) == told_in(original(alert.labels))


def test_every_alert_of_a_level_has_its_restore_target() -> None:
    late = {str(original(alert.labels)) for alert in ESCALATED if alert.labels[LABEL] == "not-restored"}
    levels = {"P0", "P1", "P2"}
    assert late == {str(dict(a.labels)) for a in ALL if a.level.name in levels and LABEL not in a.labels}


# --- §7 정기 유지보수 ---


def test_maintenance_is_on_sunday_from_two_to_four_in_seoul() -> None:
    """매주 (일요일 02:00-04:00). 매월 (첫째 주 일요일) has no hours of its own, so it falls into the same two."""
    window = interval(MAINTENANCE)
    assert window.timezone == "Asia/Seoul"
    assert minutes((window,)) == ((1 << 120) - 1) << 120


@named([alert for alert in ALL if must_not_be_muted(alert.labels)])
def test_security_and_the_loss_of_data_are_told_at_any_minute(alert: Told) -> None:
    whenever = 0
    for when in told_in(alert.labels).values():
        whenever |= when
    assert whenever == A_WEEK


@named([alert for alert in ALL if must_not_be_muted(alert.labels)])
def test_nothing_holds_back_security_and_the_loss_of_data(alert: Told) -> None:
    held = [rule.description for rule in catalog().of(InhibitRule) if Sources(rule, ALL).holding_back(alert)]
    assert held == []


@named(ESCALATED)
def test_maintenance_silences_the_escalations_of_what_it_silences(alert: Told) -> None:
    window = minutes((interval(MAINTENANCE),))
    before = any(when & window for when in told_in(original(alert.labels)).values())
    after = any(when & window for when in told_in(alert.labels).values())
    assert after == before
