"""From definitions to what is printed: SLOs become rules, dashboards and test cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from generator.expand.alert_rules import alert_rules
from generator.expand.calendar import calendar_groups
from generator.expand.dashboards import slo_dashboards
from generator.expand.escalation import escalation_file
from generator.expand.fixtures import Fixtures
from generator.expand.handwritten import loose_rules, rule_group
from generator.expand.links import Links
from generator.expand.metadata_rules import metadata_rules
from generator.expand.plan import Plan, Planner
from generator.expand.sli_rules import sli_rules
from generator.model.bundle import Bundle, Group, RuleFile
from generator.model.catalog import Catalog, Module
from generator.model.dashboard import Dashboard
from generator.model.escalation import EscalationPolicy
from generator.model.rule import Alert, RecordingRule, RuleGroup
from generator.model.slo import SLO

PASSES: Final[tuple[Callable[[Plan], Group | None], ...]] = (sli_rules, metadata_rules)
"""What makes the recording groups of an SLO, in the order in which they stand in the file; its alerts come last."""

_RULES: Final = (Alert, RecordingRule, RuleGroup, SLO, EscalationPolicy)
"""The definitions that become rules."""


def expand(catalog: Catalog) -> Bundle:
    """Everything that targets print of a catalog that was found valid."""
    planner = Planner(catalog)
    links = Links(catalog, planner)
    files = tuple(rule_files(catalog, planner, links))
    return Bundle(
        catalog,
        (*files, *escalation_files(catalog, files)),
        (*catalog.of(Dashboard), *slo_dashboards(catalog)),
        Fixtures(catalog, planner, file_names(catalog), files),
    )


def rule_files(catalog: Catalog, planner: Planner, links: Links) -> Iterator[RuleFile]:
    """A file for each definitions module that has rules."""
    grouped = {id(rule) for group in catalog.of(RuleGroup) for rule in group.rules}
    calendars = {id(slo): calendar for slo, calendar in _first_uses(catalog, planner)}
    names = file_names(catalog)
    for module in catalog.modules:
        groups = tuple(_groups(module, planner, links, grouped))
        extra = tuple(group for slo in module.of(SLO) for group in calendars.get(id(slo), ()))
        if groups or extra:
            yield RuleFile(names[module.name], (*extra, *groups), source_path(module))


def escalation_files(catalog: Catalog, files: tuple[RuleFile, ...]) -> Iterator[RuleFile]:
    """The files of escalation policies. files: those of the alerts that they escalate."""
    names = file_names(catalog)
    for module in catalog.modules:
        made = escalation_file(catalog, module, files, names[module.name])
        if made is not None:
            yield replace(made, source=source_path(module))


def _first_uses(catalog: Catalog, planner: Planner) -> Iterator[tuple[SLO, tuple[Group, ...]]]:
    """Calendar groups, each with the SLO that needs it first: two files must not record the same series."""
    known: set[str] = set()
    for slo in catalog.of(SLO):
        fresh = tuple(group for group in calendar_groups((slo,), planner.naming) if group.name not in known)
        known.update(group.name for group in fresh)
        if fresh:
            yield slo, fresh


def _groups(module: Module, planner: Planner, links: Links, grouped: set[int]) -> Iterator[Group]:
    loose = [item for item in module.items if isinstance(item, Alert | RecordingRule) and id(item) not in grouped]
    group = loose_rules(module.stem, loose, links)
    if group is not None:
        yield group
    for item in module.items:
        if isinstance(item, SLO):
            plan = planner.plan(item)
            made = (*(make(plan) for make in PASSES), alert_rules(plan, links))
            yield from (group for group in made if group is not None)
        elif isinstance(item, RuleGroup):
            yield rule_group(item, links)


def file_names(catalog: Catalog) -> dict[str, str]:
    """The rule file of each module: its stem, or its dotted name where two modules with rules have the same stem."""
    stems = [module.stem for module in catalog.modules if any(isinstance(item, _RULES) for item in module.items)]
    return {
        module.name: module.stem if stems.count(module.stem) <= 1 else module.name.replace(".", "-")
        for module in catalog.modules
    }


def source_path(module: Module) -> str:
    """The definitions file as people know it: `alerts/slos.py`."""
    return module.name.replace(".", "/") + ".py"
