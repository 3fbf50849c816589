"""Who is told of an alert of the definitions: by the routes that are rendered, with their hours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.duration import format_duration
from generator.errors import DefinitionError
from generator.labels import LabelSet
from generator.model.bundle import AlertingRule, Bundle
from generator.pipeline import render
from generator.simulate.config import Config, Dialect, Route, read_config
from generator.simulate.routing import matching
from generator.targets import TARGETS
from generator.targets.alertmanager.versions import read_version

_PATH = Path("alertmanager/alertmanager.yml")


def alert_names(bundle: Bundle) -> list[str]:
    """The names of all alerts."""
    return sorted({rule.name for rule in _rules(bundle)})


def _rules(bundle: Bundle) -> Iterator[AlertingRule]:
    for file in bundle.rule_files:
        for group in file.groups:
            yield from (rule for rule in group.rules if isinstance(rule, AlertingRule))


def who_rows(bundle: Bundle, name: str) -> tuple[list[str], list[list[str]]]:
    """A row for each time and route on which an alert is told: headers and rows, the earliest first."""
    config = rendered_config(bundle)
    external = dict(bundle.catalog.prometheus.external_labels)
    rows: list[tuple[int, list[str]]] = []
    rules = sorted((rule for rule in _rules(bundle) if rule.name == name), key=lambda rule: _waits(rule))
    for rule in rules:
        fixed = {label: text for label, text in rule.labels.items() if "{{" not in text}
        labels = LabelSet({**external, **fixed, "alertname": name})
        rows += [(_waits(rule), _row(rule, route, config)) for route in matching(config.route, labels)]
    headers = ["told after", "kind", "level", "receiver", "by", "hours", "again every"]
    return headers, [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _waits(rule: AlertingRule) -> int:
    """How long it takes from the first sign: an escalation waits on top of what it escalates."""
    return rule.for_


def _row(rule: AlertingRule, route: Route, config: Config) -> list[str]:
    escalation = rule.labels.get("escalation", "")
    severity = next((rule.labels[label] for label in rule.labels if label.endswith("_severity")), "")
    integrations = config.receivers[route.receiver].integrations
    by = ", ".join(dict.fromkeys(_way(each.kind, dict(each.settings)) for each in integrations))
    after = f"{format_duration(rule.for_)} of firing" if escalation else format_duration(rule.for_ + route.group_wait)
    return [
        after,
        escalation or severity or "first",
        rule.labels.get("level", ""),
        route.receiver,
        by or "nobody",
        _hours(route),
        format_duration(route.repeat_interval),
    ]


def _way(kind: str, settings: dict[str, object]) -> str:
    where = settings.get("to") or settings.get("channel") or ""
    return f"{kind} {where}".rstrip()


def _hours(route: Route) -> str:
    """When a route speaks, by the names of its time intervals."""
    parts = []
    if route.active:
        parts.append(f"only in {' or '.join(route.active)}")
    if route.mute:
        parts.append(f"not in {' or '.join(route.mute)}")
    return ", ".join(parts) or "always"


def rendered_config(bundle: Bundle) -> Config:
    """The Alertmanager configuration of a project as it would be read. Raises `DefinitionError`."""
    targets = [target for target in TARGETS if target.name == "alertmanager"]
    files = render(bundle, targets).files
    text = next((text for path, text in files.items() if Path(path) == _PATH), "")
    version = read_version(bundle.catalog.alertmanager.version)
    config, problems = read_config(text, _PATH, Dialect() if version is None else Dialect(version))
    if config is None:
        raise DefinitionError("\n".join(map(str, problems)))
    return config
