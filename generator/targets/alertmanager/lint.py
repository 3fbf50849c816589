"""The one door to amlint, a linter of Alertmanager files: its findings on what is rendered, told of the definitions.

Its interface is not a promised one, so the version is pinned. It is imported when there is something to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from generator.diagnostics import Origin, Problem, Severity
from generator.model.bundle import AlertingRule, Bundle, Files
from generator.model.receiver import Receiver
from generator.model.route import InhibitRule, NotificationTemplate, Route
from generator.targets.alertmanager.lint_checks import DECISIONS, SKIPPED
from generator.targets.alertmanager.receivers import block_of, known_integrations

_BY_CODE: Final = {decision.code: decision for decision in DECISIONS}
_DEFINES: Final = re.compile(r'\{\{-?\s*(?:define|block)\s+["`]([^"`]*)["`]')
_STEP: Final = re.compile(r"routes\[(\d+)\]")
_INHIBITION: Final = re.compile(r"inhibit_rules\[(\d+)\]")
_RECEIVER: Final = re.compile(r"receivers\[(?P<name>.*?)\](?:\.(?P<block>\w+)_configs\[(?P<number>\d+)\].*)?")
_TEMPLATE: Final = re.compile(r"templates\[(.+)\.tmpl\]")


def lint_problems(bundle: Bundle, root: Route, files: Files) -> Iterator[Problem]:
    """What amlint finds in the files, each finding at the definition that it comes from.

    files: those of the target, `alertmanager/alertmanager.yml` among them. root: the tree that was rendered.
    """
    places = Places(bundle, root)
    text = next((text for path, text in files.items() if path.name == "alertmanager.yml"), "")
    for finding in _findings(yaml.load(text, Loader=yaml.CSafeLoader), _templates(files), _alerts(bundle)):
        # A later patch of amlint may know more than this table: that is told, and stops nobody.
        severity = _BY_CODE[finding.code].severity if finding.code in _BY_CODE else Severity.WARNING
        if severity is not None:
            message, _, advice = _sentences(finding.msg)
            yield Problem(f"amlint/{finding.code}", severity, places.of(finding.where), message, advice)


def _sentences(text: str) -> tuple[str, str, str]:
    """What is wrong, and what follows from it: amlint says both in one text."""
    head, dot, tail = text.partition(". ")
    return head.rstrip("."), dot, tail


def _findings(config: dict[str, Any], templates: list[tuple[str, str]], alerts: list[tuple[str, str]]) -> Iterator[Any]:
    # Not at the top: most commands render nothing.
    from amlint import linter, rules
    from amlint import templates as of_templates

    for check in linter.ALL_CHECKS:
        if check.__name__ not in SKIPPED:
            yield from check(config)
    sources = [of_templates.Source(f"templates[{name}]", name, text, None, name) for name, text in templates]
    found = of_templates.check_templates(config, sources)
    yield from found
    broken = {finding.where for finding in found if finding.code == "bad-template-file"}
    if broken:
        # amlint then asks no more who defines what; with what they would define in their place it goes on.
        mended = [one._replace(text=_stubs(one.text)) if one.where in broken else one for one in sources]
        yield from (one for one in of_templates.check_templates(config, mended) if one.code == "undefined-template")
    known = [rules.AlertRule(name, {"alertname": name}, frozenset(), place, 0) for name, place in alerts]
    if known:
        yield from rules.check_route_unknown_alertname(config, known)
        yield from rules.check_inhibit_unknown_alertname(config, known)


def _stubs(text: str) -> str:
    return "".join(f'{{{{define "{name}"}}}}{{{{end}}}}' for name in _DEFINES.findall(text))


def _templates(files: Files) -> list[tuple[str, str]]:
    folder = PurePosixPath("templates")
    return sorted((path.name, text) for path, text in files.items() if path.parent.name == folder.name)


def _alerts(bundle: Bundle) -> list[tuple[str, str]]:
    """The names of all alerts, and where each was written."""
    found: dict[str, str] = {}
    for file in bundle.rule_files:
        for group in file.groups:
            for rule in group.rules:
                if isinstance(rule, AlertingRule):
                    found.setdefault(rule.alert, str(rule.origin))
    return list(found.items())


class Places:
    """Where the pieces of a configuration were defined, by amlint's paths to them."""

    def __init__(self, bundle: Bundle, root: Route) -> None:
        catalog = bundle.catalog
        self._root = root
        self._settings = catalog.alertmanager.origin
        self._inhibitions = catalog.of(InhibitRule)
        self._receivers = {receiver.name: receiver for receiver in reversed(catalog.receivers)}
        self._templates = {template.name: template.origin for template in catalog.of(NotificationTemplate)}

    def of(self, where: str) -> Origin:
        """The place of `route.routes[1]`, `receivers[ops].slack_configs[0].title` and so on; else of the tree."""
        if found := _INHIBITION.match(where):
            return self._inhibitions[int(found[1])].origin
        if found := _TEMPLATE.match(where):
            return self._templates.get(found[1], self._root.origin)
        if (found := _RECEIVER.fullmatch(where)) and found["name"] in self._receivers:
            return _integration(self._receivers[found["name"]], found["block"], int(found["number"] or 0))
        return self._settings if where.startswith("global") and self._settings.line else self._route(where)

    def _route(self, where: str) -> Origin:
        route = self._root
        for number in _STEP.findall(where):
            route = route.routes[int(number)]
        return route.origin


def _integration(receiver: Receiver, block: str | None, number: int) -> Origin:
    own = [one for one in known_integrations(receiver) if block_of(one) == block]
    return own[number].origin if number < len(own) else receiver.origin
