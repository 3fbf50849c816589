"""Who is told of an alert of the definitions: by the routes that are rendered, with their hours, and what escalates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from generator.duration import SECOND, format_duration
from generator.errors import DefinitionError
from generator.labels import LabelSet
from generator.model.base import as_duration
from generator.model.bundle import AlertingRule, Bundle
from generator.model.escalation import LABEL
from generator.model.route import Hours, InhibitRule, TimeInterval
from generator.model.routing import told
from generator.model.routing.inhibition import Sources
from generator.model.slo import SLO
from generator.pipeline import render
from generator.report.told import way_of
from generator.simulate.config import Config, Dialect, Route, read_config
from generator.simulate.routing import matching
from generator.targets import TARGETS
from generator.targets.alertmanager.versions import read_version

_PATH = Path("alertmanager/alertmanager.yml")
_LISTED = 6


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which an alert reaches somebody. after: milliseconds since its condition began.

    what: `page`, `ticket`, or the escalation's name. by: such as `slack #alerts`. active, mute: names of time
    intervals. again: how often it is said once more, in milliseconds.
    """

    after: int
    what: str
    level: str
    receiver: str
    by: tuple[str, ...]
    active: tuple[str, ...]
    mute: tuple[str, ...]
    again: int


@dataclass(frozen=True, slots=True)
class Who:
    """All ways of an alert, the earliest first, and the alerts that can hold it back."""

    alert: str
    ways: tuple[Way, ...]
    held_by: tuple[str, ...]


def alert_names(bundle: Bundle) -> list[str]:
    """The names of all alerts."""
    return sorted({rule.name for rule in _rules(bundle)})


def asked_for(bundle: Bundle, name: str) -> list[str]:
    """The alerts that a name stands for: one of that name, or those of an SLO."""
    known = alert_names(bundle)
    if name in known:
        return [name]
    slos = [slo for slo in bundle.catalog.of(SLO) if name in (slo.id, slo.name)]
    return [alert for slo in slos for alert in (slo.alert_name, slo.absence_alert_name) if alert in known]


def alike(bundle: Bundle, name: str) -> list[str]:
    """Names of alerts and SLOs that somebody may have meant, the likeliest first."""
    known = {each.lower(): each for each in [*alert_names(bundle), *(slo.id for slo in bundle.catalog.of(SLO))]}
    return [known[each] for each in get_close_matches(name.lower(), list(known), n=3, cutoff=0.5)]


def _rules(bundle: Bundle) -> Iterator[AlertingRule]:
    for file in bundle.rule_files:
        for group in file.groups:
            yield from (rule for rule in group.rules if isinstance(rule, AlertingRule))


def who(bundle: Bundle, name: str, config: Config) -> Who:
    """Who is told of an alert. config: the project's, as it is rendered."""
    external = dict(bundle.catalog.prometheus.external_labels)
    rules = [rule for rule in _rules(bundle) if rule.name == name]
    # An escalation's `for` counts from when the alert fires, which its own `for` is before.
    holds = {rule.labels.without([LABEL]): rule.for_ for rule in rules if LABEL not in rule.labels}
    ways: list[Way] = []
    for rule in rules:
        fixed = {label: text for label, text in rule.labels.items() if "{{" not in text}
        labels = LabelSet({**external, **fixed, "alertname": name})
        fires = rule.for_
        if LABEL in rule.labels:
            fires += holds.get(rule.labels.without([LABEL]), min(holds.values(), default=0))
        severity = rule.labels.get(bundle.catalog.prometheus.naming.severity_label, "")
        ways += [_way(rule, route, config, fires, severity) for route in matching(config.route, labels)]
    ways.sort(key=lambda way: (way.after, way.level))
    return Who(name, tuple(ways), tuple(_held_by(bundle, name)))


def _way(rule: AlertingRule, route: Route, config: Config, fires: int, severity: str) -> Way:
    integrations = config.receivers[route.receiver].integrations
    by = dict.fromkeys(way_of(each.kind, dict(each.settings)) for each in integrations)
    return Way(
        after=fires + route.group_wait,
        what=" ".join(filter(None, [severity, rule.labels.get(LABEL, "")])) or "fires",
        level=rule.labels.get("level", ""),
        receiver=route.receiver,
        by=tuple(by),
        active=route.active,
        mute=route.mute,
        again=route.repeat_interval,
    )


def _held_by(bundle: Bundle, name: str) -> Iterator[str]:
    """The names of the alerts that can hold it back."""
    alerts = [alert for alert in told(bundle.catalog) if LABEL not in alert.labels]
    own = [alert for alert in alerts if alert.labels["alertname"] == name]
    found = (
        source.labels["alertname"]
        for rule in bundle.catalog.of(InhibitRule)
        for alert in own
        for source in Sources(rule, alerts).all_holding_back(alert)
    )
    yield from dict.fromkeys(found)


def who_table(found: Who) -> tuple[list[str], list[list[str]]]:
    """A row for each way: headers and rows. What is true of all ways is in `who_notes`."""
    common = _common_mute(found)
    rows = [
        [
            format_duration(way.after),
            f"{way.level} {way.what}".strip(),
            way.receiver,
            ", ".join(way.by) or "nobody",
            _hours(way, common),
        ]
        for way in found.ways
    ]
    return ["after", "of", "told", "by", "when"], rows


def _common_mute(found: Who) -> set[str]:
    mutes = [set(way.mute) for way in found.ways]
    return set.intersection(*mutes) if mutes else set()


def _hours(way: Way, common: set[str]) -> str:
    """When a way is open, by the names of its time intervals."""
    mute = [name for name in way.mute if name not in common]
    parts = [f"in {' or '.join(way.active)}"] if way.active else []
    parts += [f"outside {' and '.join(mute)}"] if mute else []
    return ", ".join(parts) or "always"


def who_notes(bundle: Bundle, found: Who) -> Iterator[str]:
    """What the table does not say: repetitions, hours, levels, and what holds the alert back."""
    levels = dict.fromkeys(alert.level for alert in told(bundle.catalog) if alert.labels["alertname"] == found.alert)
    for level in levels:
        respond, restore = (as_duration(length) for length in (level.respond, level.restore))
        if respond:
            yield f"{level.name}: somebody responds within {respond}" + (
                f", restored within {restore}" if restore else ""
            )
    common, again = _common_mute(found), sorted({way.again for way in found.ways})
    yield f"Told again every {' or '.join(map(format_duration, again))} for as long as it lasts."
    if common:
        yield f"Nobody is told in {' and '.join(sorted(common))}."
    used = {name for way in found.ways for name in (*way.active, *way.mute)}
    for interval in bundle.catalog.intervals:
        if interval.name in used:
            yield f"{interval.name}: {interval_text(interval)}"
    if found.held_by:
        more = f" and {len(found.held_by) - _LISTED} more" if len(found.held_by) > _LISTED else ""
        yield f"Held back while one of these fires: {', '.join(found.held_by[:_LISTED])}{more}."


def interval_text(interval: TimeInterval) -> str:
    """A time interval in words: `mon-fri 09:00-18:00 (Asia/Seoul)`."""
    return f"{'; '.join(map(_span, interval.spans))} ({interval.timezone})"


def _span(span: Hours) -> str:
    parts = [span.weekdays, f"days {span.days}" if span.days else "", span.months, span.years, span.times]
    return " ".join(filter(None, parts)) or "always"


def who_as_json(found: Who) -> dict[str, Any]:
    """It all for programs; times are seconds."""
    return {
        "alert": found.alert,
        "ways": [
            {
                "after": way.after / SECOND,
                "of": way.what,
                "level": way.level,
                "receiver": way.receiver,
                "by": list(way.by),
                "only_in": list(way.active),
                "not_in": list(way.mute),
                "again_every": way.again / SECOND,
            }
            for way in found.ways
        ],
        "held_back_by": list(found.held_by),
    }


def rendered_config(bundle: Bundle) -> Config:
    """The Alertmanager configuration of a project as it would be read. Raises `DefinitionError`."""
    targets = [target for target in TARGETS if target.name == "alertmanager"]
    made = render(bundle, targets)
    text = next((text for path, text in made.files.items() if Path(path) == _PATH), "")
    if not text:
        reasons = "\n".join(map(str, made.problems)) or "there is no routing tree"
        raise DefinitionError(f"no Alertmanager configuration can be rendered: {reasons}")
    version = read_version(bundle.catalog.alertmanager.version)
    config, problems = read_config(text, _PATH, Dialect() if version is None else Dialect(version))
    if config is None:
        raise DefinitionError("\n".join(map(str, problems)))
    templates = sorted((str(path), text) for path, text in made.files.items() if path.suffix == ".tmpl")
    return replace(config, template_texts=tuple(templates))
