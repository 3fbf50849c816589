"""A rendered project on a faster clock: every duration of its files divided by one factor, every address on loopback.

What is done to the files, and nothing else:

* Rules: `for`, `keep_firing_for`, `query_offset`, intervals, ranges, offsets and steps of subqueries are divided.
  Numbers stay as they are, also those that mean seconds; so do rates, and increases become smaller by the factor.
  Groups that are evaluated equally often become one group: Prometheus spreads groups over their interval by a hash of
  the path of their file, which differs everywhere. Groups that read what others write come after those, as
  `tocsin test` takes them.
* `prometheus.yml`: intervals are divided, a scrape may take a whole interval; all targets are the exporter of the test,
  which learns from parameters for which job and instance it is asked; `instance` stays what it would be.
* `alertmanager.yml`: waits are divided; Slack, mail and webhooks lead to stand-ins that learn from path or greeting
  which receiver it was; secrets are files of the test; mail goes without TLS; time intervals become intervals that hold
  at the same moments of the replay as they do in the incident.

The simulator reads the files that come out of this, so it sees what the servers see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from generator.duration import MINUTE, format_duration, parse
from generator.promql import parse as parse_query
from generator.promql import to_text
from generator.promql.ast import Expr, MatrixSelector, Subquery, VectorSelector
from generator.promql.rewrite import transform
from generator.rules.group import RuleGroup
from generator.rules.read import read_rules
from generator.simulate.config.model import TimeInterval
from generator.simulate.intervals import in_force
from generator.testing.group_order import in_order
from tests.oracle.processes import LOOPBACK

EVALUATION: Final = 15_000
"""How often rules are evaluated where nothing else is said, in milliseconds of the incident."""

ALWAYS: Final = [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}]
NEVER: Final = [{"years": ["1970"]}]


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a replay lies in time: `real` is when `incident` is; `factor` incident milliseconds pass in a real one."""

    factor: int
    incident: int
    real: int

    def at(self, real: int) -> int:
        """Milliseconds after the start of the incident."""
        return (real - self.real) * self.factor

    def real_at(self, after: int) -> int:
        """When it is in reality so long after the start of the incident."""
        return self.real + after // self.factor


@dataclass(frozen=True, slots=True)
class Places:
    """Ports of the stand-ins, and the folder of secret files."""

    web: int
    mail: int
    secrets: Path


def shorter(text: str, factor: int) -> str:
    """A duration divided by the factor, as Prometheus and Alertmanager write it."""
    return format_duration(parse(text) // factor)


def shorten(content: dict[str, Any], factor: int, *keys: str) -> None:
    """Divide the durations under these keys, if they are there."""
    for key in keys:
        if key in content:
            content[key] = shorter(content[key], factor)


def shorter_query(text: str, factor: int) -> str:
    """A query with all its durations divided."""

    def change(node: Expr) -> Expr:
        match node:
            case VectorSelector(offset=int() as offset) if offset:
                return replace(node, offset=offset // factor)
            case MatrixSelector(range=int() as span):
                return replace(node, range=span // factor)
            case Subquery(range=int() as span, offset=int() as offset):
                step = node.step // factor if isinstance(node.step, int) else node.step
                return replace(node, range=span // factor, step=step, offset=offset // factor)
        return node

    return to_text(transform(parse_query(text), change))


def compress_rules(folder: Path, target: Path, factor: int) -> None:
    """All rule files of a folder as one file, a group for each interval; groups that read others come after those."""
    written: dict[str, dict[str, Any]] = {}
    known: list[RuleGroup] = []
    for path in sorted(folder.glob("*.yml")):
        known += read_rules(path)[0].groups
        written |= {group["name"]: group for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]}
    assert len(written) == len(known), "two groups have the same name"
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in in_order(known, ()):
        group = written[each.name]
        assert set(group) <= {"name", "interval", "rules"}, f"{each.name} says more than is known here"
        rules = (_shorter_rule(rule, factor) for rule in group["rules"])
        groups.setdefault(group.get("interval", format_duration(EVALUATION)), []).extend(rules)
    content = [
        {"name": f"every {interval}", "interval": shorter(interval, factor), "rules": rules}
        for interval, rules in groups.items()
    ]
    target.write_text(yaml.safe_dump({"groups": content}, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _shorter_rule(rule: dict[str, Any], factor: int) -> dict[str, Any]:
    shorten(rule, factor, "for", "keep_firing_for")
    return {**rule, "expr": shorter_query(rule["expr"], factor)}


def compress_prometheus(path: Path, factor: int, exporter: int, alertmanager: int) -> list[tuple[str, str]]:
    """`prometheus.yml` on the faster clock; the jobs and instances that it scrapes."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    shorten(content["global"], factor, "scrape_interval", "evaluation_interval")
    content["global"]["scrape_timeout"] = content["global"]["scrape_interval"]
    for each in content["alerting"]["alertmanagers"]:
        each["static_configs"] = [{"targets": [f"{LOOPBACK}:{alertmanager}"]}]
    found = []
    for job in content["scrape_configs"]:
        shorten(job, factor, "scrape_interval")
        job.pop("scrape_timeout", None)
        job["relabel_configs"] = [*job.get("relabel_configs", ()), *_to_exporter(exporter)]
        targets = (target for each in job["static_configs"] for target in each["targets"])
        found += [(job["job_name"], target) for target in targets]
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return found


def _to_exporter(port: int) -> Iterator[dict[str, Any]]:
    """Relabelling by which the exporter is scraped instead of a target, and is told which."""
    names = {"source_labels": ["instance", "__address__"], "regex": ";(.+)", "target_label": "instance"}
    yield names
    yield {"source_labels": ["job"], "target_label": "__param_job"}
    yield {"source_labels": ["instance"], "target_label": "__param_instance"}
    yield {"target_label": "__address__", "replacement": f"{LOOPBACK}:{port}"}
    yield {"target_label": "__metrics_path__", "replacement": "/metrics"}


def compress_alertmanager(path: Path, secrets: str, factor: int, places: Places) -> None:
    """`alertmanager.yml` on the faster clock, with intervals that never hold. secrets: the folder that it names."""
    content = yaml.safe_load(path.read_text(encoding="utf-8").replace(secrets, str(places.secrets)))
    shorten(content["global"], factor, "resolve_timeout")
    content["global"] |= {"smtp_smarthost": f"{LOOPBACK}:{places.mail}", "smtp_require_tls": False}
    _shorter_route(content["route"], factor)
    for receiver in content["receivers"]:
        _lead_to(receiver, places)
    for each in content["time_intervals"]:
        each["time_intervals"] = NEVER
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def set_intervals(path: Path, intervals: Mapping[str, Any]) -> None:
    """Put these spans in the place of those of the intervals of an `alertmanager.yml`."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for each in content["time_intervals"]:
        each["time_intervals"] = intervals[each["name"]]
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _shorter_route(route: dict[str, Any], factor: int) -> None:
    shorten(route, factor, "group_wait", "group_interval", "repeat_interval")
    for child in route.get("routes", ()):
        _shorter_route(child, factor)


def _lead_to(receiver: dict[str, Any], places: Places) -> None:
    name = receiver["name"]
    web = f"http://{LOOPBACK}:{places.web}"
    for slack in receiver.get("slack_configs", ()):
        secret = places.secrets / f"slack-{name}"
        secret.write_text(f"{web}/slack/{name}", encoding="utf-8")
        slack["api_url_file"] = str(secret)
    for webhook in receiver.get("webhook_configs", ()):
        webhook["url"] = f"{web}/webhook/{name}"
    for mail in receiver.get("email_configs", ()):
        mail["hello"] = name


def edges(interval: TimeInterval, start: int, lasts: int) -> tuple[bool, list[int]]:
    """Whether an interval holds at the start of an incident, and when that changes, in milliseconds after it."""
    minutes = range(0, lasts + 1, MINUTE)
    held = [in_force(interval, start + minute) for minute in minutes]
    changes = [minute for minute, before, now in zip(minutes[1:], held, held[1:], strict=False) if before != now]
    return held[0], changes


def replayed(interval: TimeInterval, lasts: int, clock: Clock) -> list[dict[str, Any]]:
    """Spans that hold during the replay when the interval holds in the incident. One change falls on a full minute."""
    held, changes = edges(interval, clock.incident, lasts)
    if not changes:
        return ALWAYS if held else NEVER
    assert len(changes) == 1, f"{interval.name} changes more than once"
    moment = datetime.fromtimestamp(clock.real_at(changes[0]) / 1000, UTC)
    assert (moment.second, moment.microsecond) == (0, 0), "Alertmanager knows no less than a minute"
    text = f"{moment:%H:%M}"
    times = {"start_time": "00:00", "end_time": text} if held else {"start_time": text, "end_time": "24:00"}
    return [{"times": [times]}]


def started(intervals: Mapping[str, TimeInterval], clock: Callable[[int], Clock], lasts: int, soonest: int) -> Clock:
    """The clock of a replay that begins as soon as it can: where an interval changes, that must be on a full minute.

    clock: for the real start; soonest: milliseconds since 1970.
    """
    earliest = clock(soonest)
    changes = {at for each in intervals.values() for at in edges(each, earliest.incident, lasts)[1]}
    if not changes:
        return earliest
    assert len(changes) == 1, "intervals change at several moments"
    (change,) = changes
    edge = -(-earliest.real_at(change) // MINUTE) * MINUTE
    if datetime.fromtimestamp(edge / 1000, UTC).strftime("%H:%M") == "00:00":
        edge += MINUTE
    return clock(edge - change // earliest.factor)
