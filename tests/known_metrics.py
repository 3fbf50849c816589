"""Every metric that exists, as far as can be known without the real system: seen, declared, recorded, built in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generator.model.bundle import AlertingRule, Bundle, Group, RecordedRule
from generator.model.metrics import Metric
from generator.model.settings import ScrapeJob
from generator.promql.schema import ANY, Family, Schema, labels_of, parts
from tests.conftest import ROOT

CATALOGUE = ROOT / "alerts" / "catalogue"

PROMETHEUS_OWN = (
    "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
    "scrape_series_added", "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes",
)  # fmt: skip
"""What Prometheus adds to each scrape."""

ALERTS = ("ALERTS", "ALERTS_FOR_STATE")
"""What it tells of alerts, whose labels are those of any alert."""


def seen(path: Path) -> Mapping[str, Any]:
    """A file of the catalogue."""
    content = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def schema_of(bundle: Bundle) -> Schema:
    """The metrics that the rules and panels of a bundle may ask for."""
    scraped = _scrape_labels(bundle)
    families: dict[str, Family] = {name: Family(scraped, "gauge") for name in PROMETHEUS_OWN}
    families |= {name: Family(ANY, "gauge") for name in ALERTS}
    for name, kind, labels in (*_catalogued(), *_declared(bundle)):
        for part, family in parts(name, kind, frozenset(labels) | scraped).items():
            earlier = families.get(part)
            both = (family.labels or frozenset()) | ((earlier.labels or frozenset()) if earlier else frozenset())
            families[part] = Family(both, family.type)
    recorded: dict[str, list[RecordedRule]] = {}
    for rule in rules_of(bundle):
        if isinstance(rule, RecordedRule):
            recorded.setdefault(rule.record, []).append(rule)
    made = Schema(families)
    made.later = lambda metric: _recorded(recorded.get(metric, []), made)
    return made


def _recorded(rules: list[RecordedRule], schema: Schema) -> Family | None:
    labels: frozenset[str] | None = frozenset()
    for rule in rules:
        below = labels_of(rule.expr, schema)
        labels = None if labels is None or below is None else labels | below | frozenset(rule.labels)
    return Family(labels) if rules else None


def _scrape_labels(bundle: Bundle) -> frozenset[str]:
    jobs = bundle.catalog.of(ScrapeJob)
    targets = {step.target for job in jobs for step in job.relabel if step.target}
    return frozenset({"job", "instance", *targets, *(label for job in jobs for label in job.labels)})


def _catalogued() -> Iterator[tuple[str, str, list[str]]]:
    for path in sorted(CATALOGUE.glob("*.json")):
        for metric in seen(path)["metrics"]:
            yield metric["name"], metric["type"], metric["labels"]


def _declared(bundle: Bundle) -> Iterator[tuple[str, str, list[str]]]:
    for metric in bundle.catalog.of(Metric):
        yield metric.name, metric.type, list(metric.labels)


def groups_of(bundle: Bundle) -> Iterator[Group]:
    """Every group of rules."""
    return (group for file in bundle.rule_files for group in file.groups)


def rules_of(bundle: Bundle) -> Iterator[AlertingRule | RecordedRule]:
    """Every rule."""
    return (rule for group in groups_of(bundle) for rule in group.rules)
