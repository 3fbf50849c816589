"""Escalations in routing: which alerts a policy covers, and the routes that its steps become.

An escalation has the name and all the labels of its alert, and the label `escalation`. So a silence on the alert is
one on its escalations, an inhibition that holds the alert back holds them back, and here the times in which nobody is
told of the alert become those in which nobody is told of its escalations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.diagnostics import Problem, error
from generator.model.catalog import Catalog
from generator.model.escalation import LABEL, EscalationPolicy, Step, carried
from generator.model.route import Match, Route, TimeInterval
from generator.model.routing.dispatch import all_match, paths_for
from generator.model.routing.told import Told, raised
from generator.promql.ast import Matcher

Intervals = tuple[TimeInterval, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """When alerts are not told, whatever happens: in the times `muted`, and outside those of `active` if there are."""

    muted: Intervals = ()
    active: Intervals = ()


ALWAYS_TOLD = Silence()


def covers(policy: EscalationPolicy, labels: Mapping[str, str]) -> bool:
    """Whether the policy is for an alert with these labels (its name among them), and not for an escalation."""
    if LABEL in labels or (policy.levels and policy.level_of(labels) is None):
        return False
    return all_match(policy.matchers, labels)


def escalations(alerts: Iterable[Told], policies: Sequence[EscalationPolicy]) -> Iterator[Told]:
    """Every escalation of the alerts, with whom it must reach."""
    for alert in alerts:
        for policy in policies:
            for step in policy.chain if covers(policy, alert.labels) else ():
                name = policy.step_name(step)
                labels = {**carried(alert.labels), LABEL: name}
                reached = step.told or alert.receivers
                yield Told(
                    f"{alert.name}, escalated as {name!r}", labels, alert.level, reached, step.origin, open=alert.open
                )


def original(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels of the alert that was escalated."""
    return {name: value for name, value in labels.items() if name != LABEL}


def told(catalog: Catalog) -> Iterator[Told]:
    """Every alert that the catalog's rules can raise, escalations last."""
    alerts, policies = raised(catalog), _policies(catalog)
    if not policies:
        yield from alerts
        return
    known = list(alerts)
    yield from known
    yield from escalations(known, policies)


def _policies(catalog: Catalog) -> tuple[EscalationPolicy, ...]:
    return tuple(policy for policy in catalog.of(EscalationPolicy) if policy.is_whole)


def routing_tree(catalog: Catalog) -> Route | None:
    """The routing tree as Alertmanager gets it: as it was written, with the routes of escalations in front."""
    root, policies = catalog.root, _policies(catalog)
    if root is None or not policies:
        return root
    alerts = list(raised(catalog))
    made = [route for policy in policies for route in _routes(policy, silences(policy, root, alerts))]
    return replace(root, routes=(*made, *root.routes))


def silences(policy: EscalationPolicy, root: Route, alerts: Iterable[Told]) -> dict[Silence, tuple[str, ...]]:
    """When the routes keep silent about the alerts that a policy covers, with the alerts' names; always told, last."""
    ways: dict[str, list[Silence]] = {}
    for alert in alerts:
        if covers(policy, alert.labels):
            known = ways.setdefault(alert.labels["alertname"], [])
            known += [Silence(path.node.muted_in, path.node.active_in) for path in paths_for(root, alert.labels)]
    found: dict[Silence, list[str]] = {}
    for name, known in ways.items():
        found.setdefault(_shared(known), []).append(name)
    last = found.pop(ALWAYS_TOLD, None)
    return {silence: tuple(names) for silence, names in found.items()} | ({ALWAYS_TOLD: tuple(last)} if last else {})


def _shared(ways: Sequence[Silence]) -> Silence:
    """The silence of alerts that go several ways: when none of the ways tells anybody."""
    first, *others = ways
    muted = tuple(interval for interval in first.muted if all(interval in way.muted for way in others))
    if not all(way.active for way in ways):
        return Silence(muted)
    return Silence(muted, tuple(dict.fromkeys(interval for way in ways for interval in way.active)))


def _routes(policy: EscalationPolicy, classes: Mapping[Silence, Sequence[str]]) -> Iterator[Route]:
    """The routes of all steps; a step that names nobody has none, so that it goes where its alert went."""
    for step in policy.chain:
        for silence, names in classes.items():
            matchers = [Matcher(LABEL, "=", policy.step_name(step))]
            # The last class takes what is left, and those that are told at any time are the last.
            if silence != list(classes)[-1]:
                matchers.append(_one_of(names))
            yield from _ways(step, silence, Match(tuple(matchers), origin=step.origin), policy)


def _one_of(names: Sequence[str]) -> Matcher:
    if len(names) == 1:
        return Matcher("alertname", "=", names[0])
    return Matcher("alertname", "=~", "|".join(map(re.escape, names)))


def _ways(step: Step, silence: Silence, match: Match, policy: EscalationPolicy) -> Iterator[Route]:
    """A route for each who is told; after the last of them the escalation goes no further."""
    made = [(to, step.hours or silence.active, silence.muted) for to in step.first_choice]
    made += [(to, silence.active, (*step.hours, *silence.muted)) for to in step.stand_in]
    for number, (to, active, mute) in enumerate(made, 1):
        going = number < len(made)
        yield Route(match, to=to, active=active, mute=mute, keep_going=going, guide=policy.guide, origin=step.origin)


def hours_problems(catalog: Catalog) -> Iterator[Problem]:
    """Steps that are kept to other times than the alerts: Alertmanager knows no time that is in two intervals."""
    root, policies = catalog.root, _policies(catalog)
    if root is None or not policies:
        return
    alerts = list(raised(catalog))
    for policy in policies:
        for silence, names in silences(policy, root, alerts).items():
            for step in policy.chain:
                if step.hours and silence.active and set(step.hours) != set(silence.active):
                    yield _two_hours(policy, step, silence, names[0])


def _two_hours(policy: EscalationPolicy, step: Step, silence: Silence, alert: str) -> Problem:
    ours, theirs = (" or ".join(repr(interval.name) for interval in one) for one in (step.hours, silence.active))
    name = policy.step_name(step)
    message = (
        f"EscalationPolicy {policy.name!r}: {alert} is told only in {theirs}, and its step {name!r} only in {ours}"
    )
    why = "Alertmanager cannot keep a route to both. Leave `during` out, or exclude the alert."
    return error("escalation/hours", step.origin, message, why)
