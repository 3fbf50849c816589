"""The reference system's definitions: whole, told to the right people, and each proved by a fixture in `tests/rules`.

That the fixtures hold is promtool's business (`tests/oracle`); here stands that none is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.duration import Duration
from generator.model.base import as_expr
from generator.model.catalog import Catalog, Module, alert_labels
from generator.model.route import InhibitRule, Route
from generator.model.routing import Path as Way
from generator.model.routing import paths_for, receivers_for
from generator.model.routing.dispatch import all_match
from generator.model.rule import Alert, RecordingRule
from generator.model.service import Service
from generator.model.settings import ScrapeJob
from generator.model.slo import SLO
from generator.pipeline import compile_project
from generator.promql import to_text

ROOT = Path(__file__).parent.parent
FIXTURES = sorted((ROOT / "tests" / "rules").glob("*_test.yml"))
LEVELS = {"P0", "P1", "P2", "planned"}
HEARTBEAT = "Heartbeat"


@cache
def catalog() -> Catalog:
    """The definitions of `alerts/`."""
    return compile_project([ROOT / "alerts"], base=ROOT).catalog


@cache
def fixture(path: Path) -> Mapping[str, Any]:
    """A promtool fixture, as it is written."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    assert isinstance(content, dict)
    return content


def said_of(name: str) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Each test that says something of an alert, with what it says."""
    for path in FIXTURES:
        for test in fixture(path)["tests"]:
            said = [case for case in test.get("alert_rule_test", ()) if case["alertname"] == name]
            if said:
                yield fixture(path), said


def firing(name: str) -> list[Mapping[str, Any]]:
    """Every alert that a fixture expects under a name."""
    return [alert for _, said in said_of(name) for case in said for alert in case["exp_alerts"]]


def rules_of(module: Module) -> set[str]:
    """The names of the rules that a definitions file writes out."""
    alone = Catalog((module,))
    return {alert.name for alert in alone.alerts} | {rule.record for rule in alone.recording_rules}


def root() -> Route:
    """The routing tree."""
    found = catalog().root
    assert found is not None
    return found


def way(**labels: str) -> Way:
    """The one way that an alert with these labels takes."""
    (only,) = paths_for(root(), labels)
    return only


ALERTS = [pytest.param(alert, id=alert.name) for alert in catalog().alerts]
RECORDED = [pytest.param(rule, id=rule.record) for rule in catalog().recording_rules]
MODULES = [pytest.param(module, id=module.stem) for module in catalog().modules if rules_of(module)]


def test_the_definitions_have_no_problems() -> None:
    assert compile_project([ROOT / "alerts"], base=ROOT).problems == ()


def test_every_definition_names_its_section_of_the_guide() -> None:
    held = {id(child) for route in catalog().of(Route) for child in route.routes}
    assert [item for item in catalog() if not item.guide.startswith("§") and id(item) not in held] == []


def test_every_service_is_scraped_or_visited() -> None:
    scraped = {job.name for job in catalog().of(ScrapeJob)}
    assert [service.name for service in catalog().of(Service) if service.job not in scraped] == []


def test_every_job_is_asked_about_by_an_alert() -> None:
    asked = [to_text(as_expr(alert.expr)) for alert in catalog().alerts]
    jobs = [job.name for job in catalog().of(ScrapeJob)]
    assert [job for job in jobs if not any(f'job="{job}"' in text for text in asked)] == []


@pytest.mark.parametrize("alert", ALERTS)
class TestAlert:
    def test_says_what_is_wrong_and_what_to_do(self, alert: Alert) -> None:
        assert all((alert.summary, alert.description, alert.runbook, alert.guide))

    def test_has_a_level_and_names_who_must_be_told(self, alert: Alert) -> None:
        labels = alert.static_labels
        assert (labels["level"] in LEVELS) != (alert.name == HEARTBEAT)
        assert (labels["severity"] in {"critical", "warning", "ticket"}) != (alert.name == HEARTBEAT)
        assert (labels["severity"] == "ticket") == (labels["level"] == "planned")
        assert alert.receiver

    def test_is_told_to_those_it_names(self, alert: Alert) -> None:
        assert list(receivers_for(root(), alert_labels(alert))) == list(alert.receiver)  # type: ignore[arg-type]

    def test_fires_in_a_fixture_with_all_labels_and_annotations(self, alert: Alert) -> None:
        wanted = alert.static_labels.items()
        found = firing(alert.name)
        assert found
        for one in found:
            assert one["exp_labels"].items() >= wanted
            assert one["exp_annotations"].keys() == {"summary", "description", "runbook_url", "dashboard_url"}
            assert "{{" not in str(one)

    def test_is_quiet_in_a_fixture(self, alert: Alert) -> None:
        quiet = [case for _, said in said_of(alert.name) for case in said if not case["exp_alerts"]]
        assert quiet or alert.name == HEARTBEAT

    def test_is_seen_to_fire_at_the_very_step_and_not_one_before(self, alert: Alert) -> None:
        edges = [
            at
            for content, said in said_of(alert.name)
            for at in (Duration.of(case["eval_time"]) for case in said if case["exp_alerts"])
            if any(
                0 < at - Duration.of(case["eval_time"]) <= Duration.of(content["evaluation_interval"])
                for case in said
                if not case["exp_alerts"]
            )
        ]
        assert edges or alert.name == HEARTBEAT

    def test_waits_for_more_than_one_bad_scrape(self, alert: Alert) -> None:
        scrape = Duration.of(catalog().prometheus.scrape_interval)
        assert Duration.of(alert.for_) >= 4 * scrape or alert.name == HEARTBEAT


@pytest.mark.parametrize("rule", RECORDED)
def test_every_recording_rule_is_read_in_a_fixture(rule: RecordingRule) -> None:
    read = [
        sample
        for path in FIXTURES
        for test in fixture(path)["tests"]
        for case in test.get("promql_expr_test", ())
        if case["expr"] == rule.record
        for sample in case["exp_samples"]
    ]
    assert read


@pytest.mark.parametrize("module", MODULES)
def test_every_file_of_rules_has_a_fixture_that_reads_just_it(module: Module) -> None:
    content = fixture(ROOT / "tests" / "rules" / f"{module.stem}_test.yml")
    assert content["rule_files"] == [f"../../rendered/prometheus/rules/{module.stem}.yml"]
    alerts = {case["alertname"] for test in content["tests"] for case in test.get("alert_rule_test", ())}
    assert alerts <= rules_of(module)


def test_every_slo_names_who_must_be_told() -> None:
    notices = [(slo.id, notice) for slo in catalog().of(SLO) for notice in (slo.page, slo.ticket) if not notice.disable]
    assert [name for name, notice in notices if not notice.receiver] == []


# --- §7 유지보수: what the weekly maintenance silences ---


@pytest.mark.parametrize("alert", ALERTS)
def test_maintenance_silences_the_containers_and_not_the_host(alert: Alert) -> None:
    (path,) = paths_for(root(), alert_labels(alert))
    silent = [interval.name for interval in path.node.muted_in]
    labels = alert.static_labels
    # Nobody plans at night, so tickets wait, of the host, too.
    disturbed = alert.service.name != "host" or labels["level"] == "planned"
    never = alert.name == HEARTBEAT or labels["team"] == "security" or is_loss_of_data(labels)
    assert silent == (["weekly-maintenance"] if disturbed and not never else [])


def is_loss_of_data(labels: Mapping[str, str]) -> bool:
    """Whether an alert says that data, or a safeguard against its loss, may be lost."""
    return labels.get("risk") == "data-loss"


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ({"team": "security", "service": "nginx", "severity": "warning"}, "security"),
        ({"level": "P0", "risk": "data-loss", "service": "postgresql"}, "slack-and-email"),
        ({"level": "P1", "risk": "data-loss", "service": "backups"}, "slack-and-email"),
    ],
    ids=["security", "data-loss", "safeguard"],
)
def test_security_and_the_loss_of_data_are_told_during_maintenance(labels: dict[str, str], receiver: str) -> None:
    path = way(**labels)
    assert path.receiver is not None
    assert path.receiver.name == receiver
    assert path.node.muted_in == ()


@pytest.mark.parametrize("alert", ALERTS)
def test_grouping_is_the_guides(alert: Alert) -> None:
    (path,) = paths_for(root(), alert_labels(alert))
    timing = (str(path.group_wait), str(path.group_interval), str(path.repeat_interval))
    assert path.group_by == ("alertname",)
    again = "1d" if alert.static_labels["level"] == "planned" else "1h"
    assert timing == (("0s", "10s", "1m") if alert.name == HEARTBEAT else ("10s", "10s", again))


# --- §6 장애 대응: which alert speaks for another ---


def holds_back(source: str, target: str) -> bool:
    """Whether, by its labels, one alert that fires keeps another from being told."""
    ours, theirs = (labels_of(name) for name in (source, target))
    return any(
        all_match(rule.source_matchers, ours)
        and all_match(rule.target_matchers, theirs)
        and all(ours.get(label, "") == theirs.get(label, "") for label in rule.equal)
        for rule in catalog().of(InhibitRule)
    )


def labels_of(name: str) -> Mapping[str, str]:
    """The labels of an alert in the catalog."""
    (found,) = [alert for alert in catalog().alerts if alert.name == name]
    return alert_labels(found)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("BackendDown", "HighErrorRate"),
        ("BackendDown", "BackendUnhealthy"),
        ("NginxDown", "FrontendDown"),
        ("NginxDown", "BackendUnhealthy"),
        ("PostgreSQLDown", "DatabaseConnectionFailure"),
        ("DatabaseConnectionFailure", "PostgresExporterDown"),
        ("HighErrorRate", "ErrorRateAboveLimit"),
        ("HighErrorRate", "HighResponseTime"),
        ("ErrorRateAboveLimit", "ThroughputDrop"),
    ],
)
def test_an_alert_speaks_for_its_symptoms(source: str, target: str) -> None:
    assert holds_back(source, target)
    assert not holds_back(target, source)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("NginxDown", "BackendDown"),
        ("BackendDown", "FrontendDown"),
        ("DiskAlmostFull", "HighMemoryUsage"),
        ("PrometheusDown", "Heartbeat"),
        ("AlertmanagerDown", "Heartbeat"),
        ("HighResponseTime", "ThroughputDrop"),
    ],
)
def test_an_alert_does_not_speak_for_other_troubles(source: str, target: str) -> None:
    assert not holds_back(source, target)


@pytest.mark.parametrize("alert", ALERTS)
def test_no_alert_holds_itself_or_everything_back(alert: Alert) -> None:
    assert not holds_back(alert.name, alert.name)
    assert not holds_back(alert.name, HEARTBEAT)
