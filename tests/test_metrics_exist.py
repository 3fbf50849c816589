"""Every metric and label that a rule, an alert's text or a panel of the reference system asks for really exists.

What Debian's exporters expose was asked of them while they ran (`make catalogue`); the rest is declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from generator.model.base import as_expr
from generator.model.bundle import AlertingRule, Bundle
from generator.model.dashboard import Dashboard, Target
from generator.model.metrics import Metric
from generator.model.panels import field_of, titled_panels
from generator.pipeline import compile_project
from generator.promql import parse
from generator.promql.schema import Family, Schema, labels_of, misses, parts
from tests.conftest import ROOT
from tests.known_metrics import CATALOGUE, rules_of, schema_of, seen

LABEL = re.compile(r"\$labels\.(\w+)")
LEGEND = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@cache
def bundle() -> Bundle:
    """The reference system."""
    made = compile_project([ROOT / "alerts", ROOT / "dashboards"], base=ROOT).bundle
    assert made is not None
    return made


@cache
def schema() -> Schema:
    """Its metrics."""
    return schema_of(bundle())


def panels() -> Iterator[tuple[str, Target]]:
    """Every query of a panel, with what it stands in."""
    for dashboard in bundle().dashboards:
        for place in titled_panels(dashboard):
            targets = field_of(place.panel, "targets")
            for target in targets if isinstance(targets, list | tuple) else ():
                if isinstance(target, Target):
                    yield f"{dashboard.title} / {place.title}", target


def test_rules_ask_for_what_exists() -> None:
    found = {(rule.name, miss) for rule in rules_of(bundle()) for miss in misses(rule.expr, schema())}
    assert sorted(found) == []


def test_panels_ask_for_what_exists() -> None:
    found = {(where, miss) for where, target in panels() for miss in misses(as_expr(target.expr), schema())}
    assert sorted(found) == []


def test_texts_of_alerts_name_labels_that_the_alert_has() -> None:
    found = [
        (rule.alert, label)
        for rule in rules_of(bundle())
        if isinstance(rule, AlertingRule) and (known := labels_of(rule.expr, schema())) is not None
        for text in (*rule.annotations.values(), *rule.labels.values())
        for label in LABEL.findall(text)
        if label not in known | frozenset(rule.labels)
    ]
    assert found == []


def test_legends_name_labels_that_the_series_have() -> None:
    found = [
        (where, label)
        for where, target in panels()
        if (known := labels_of(as_expr(target.expr), schema())) is not None
        for label in LEGEND.findall(target.legend)
        if label not in known
    ]
    assert found == []


def test_choices_of_dashboards_are_made_of_labels_that_exist() -> None:
    for dashboard in bundle().catalog.of(Dashboard):
        for variable in dashboard.variables:
            if variable.metric:
                known = labels_of(parse(variable.metric), schema())
                assert list(misses(parse(variable.metric), schema())) == []
                assert known is not None
                assert variable.label in known


def test_what_is_declared_is_asked_for_or_explained() -> None:
    """A declaration is a promise of somebody who writes the metric; each says who, and what it means."""
    assert [metric.name for metric in bundle().catalog.of(Metric) if not (metric.help and metric.source)] == []


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.json")), ids=lambda path: path.stem)
def test_a_catalogue_says_of_which_exporter_it_is(path: object) -> None:
    content = seen(CATALOGUE / f"{getattr(path, 'stem', '')}.json")
    names = [metric["name"] for metric in content["metrics"]]
    assert content["version"]
    assert names == sorted(set(names))


KNOWN = Schema(
    {
        "up": Family(frozenset({"job", "instance"}), "gauge"),
        **parts("requests_total", "counter", frozenset({"job", "code"})),
        **parts("seconds", "histogram", frozenset({"job", "handler"})),
        "anything": Family(None),
    }
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("down", ["metric down is not known"]),
        ('up{jobs="x"}', ["up has no label jobs"]),
        ("sum by (code) (up)", ["sum by (code): no series below has it"]),
        ("sum without (code) (up)", ["sum without (code): no series below has it"]),
        ("up and on (code) requests_total", ["on (code): no series below has it"]),
        ("up * on (job) group_left (code) requests_total", []),
        ("up * on (job) group_left (version) requests_total", ["group_left (version): no series below has it"]),
        ("sum by (code) (sum by (job) (requests_total))", ["sum by (code): no series below has it"]),
        ("rate(up[5m])", ["rate() of up, which is a gauge"]),
        ("deriv(requests_total[5m])", ["deriv() of requests_total, which is a counter"]),
        ("histogram_quantile(0.9, sum by (le, handler) (rate(seconds_bucket[5m])))", []),
        ("sum by (le) (histogram_quantile(0.9, seconds_bucket))", ["sum by (le): no series below has it"]),
        ('sum by (new) (label_replace(up, "new", "$1", "job", "(.*)"))', []),
        ('sum by (code) (absent(requests_total{code="500"}))', []),
        ("sum by (version) (count_values('version', up))", []),
        ("sum by (whatever) (anything)", []),
        ("seconds", ["metric seconds is not known"]),
    ],
)
def test_what_is_missing_is_found(query: str, found: list[str]) -> None:
    assert list(misses(parse(query), KNOWN)) == found
