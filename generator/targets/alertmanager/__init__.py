"""Alertmanager: `alertmanager.yml` with routes, inhibition, intervals and receivers, and message templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from generator.diagnostics import Problem, error, has_errors
from generator.model.base import Definition, Part, described
from generator.model.bundle import Bundle, Files, Rendering
from generator.model.catalog import Catalog, descendants
from generator.model.receiver import Integration
from generator.model.route import InhibitRule, NotificationTemplate, Route
from generator.model.routing import routing_tree
from generator.targets.alertmanager.document import document, global_values
from generator.targets.alertmanager.forms import form_problems
from generator.targets.alertmanager.keys import Place, key_problems
from generator.targets.alertmanager.lint import lint_problems
from generator.targets.alertmanager.receivers import receiver_problems
from generator.targets.alertmanager.versions import NEWEST, OLDEST, Version, read_version, written

_FOLDER: Final = PurePosixPath("alertmanager")
_SECOND_OPINION: Final = {"receiver/secret": "amlint/plaintext-secret"}
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def render(bundle: Bundle) -> Rendering:
    """The files below `alertmanager/`; there are none without a routing tree, or with errors."""
    catalog, root = bundle.catalog, routing_tree(bundle.catalog)
    if root is None:
        return Rendering()
    target = read_version(catalog.alertmanager.version)
    if target is None or target < OLDEST:
        return Rendering(problems=(_bad_version(catalog),))
    problems = tuple(_problems(catalog, root, target))
    if _faulty(catalog, root):
        return Rendering(problems=problems)
    files = _files(catalog, root)
    told = {(problem.origin, _SECOND_OPINION.get(problem.check)) for problem in problems}
    found = lint_problems(bundle, root, files)
    problems += tuple(problem for problem in found if (problem.origin, problem.check) not in told)
    return Rendering({} if has_errors(problems) else files, problems)


def _faulty(catalog: Catalog, root: Route) -> bool:
    """Whether a constructor found fault with something; a credential written out, for one, must not get into a text."""
    receivers = catalog.receivers
    parts = [part for receiver in receivers for part in receiver.integrations if isinstance(part, Integration)]
    rules, routes = catalog.of(InhibitRule), descendants(root)
    used: tuple[Definition | Part, ...] = (
        catalog.alertmanager,
        *receivers,
        *parts,
        *catalog.intervals,
        *rules,
        *routes,
    )
    return any(item.faults for item in used)


def _files(catalog: Catalog, root: Route) -> Files:
    files: Files = {_FOLDER / "alertmanager.yml": document(catalog, root)}
    for template in catalog.of(NotificationTemplate):
        files[_FOLDER / "templates" / f"{template.name}.tmpl"] = template.text.rstrip("\n") + "\n"
    return files


def _bad_version(catalog: Catalog) -> Problem:
    settings = catalog.alertmanager
    message = f"AlertmanagerSettings: version must be {written(OLDEST)} or newer, got {settings.version!r}"
    why = f"tocsin knows the keys of Alertmanager {written(OLDEST)} to {written(NEWEST)}."
    return error("alertmanager/version", settings.origin, message, why)


def _problems(catalog: Catalog, root: Route, target: Version) -> Iterator[Problem]:
    settings = catalog.alertmanager
    place = Place("AlertmanagerSettings", settings.origin)
    everywhere = global_values(settings)
    yield from key_problems("global", everywhere, target, place)
    yield from form_problems("global", everywhere, target, place)
    yield from _route_problems(root, target)
    for receiver in catalog.receivers:
        yield from receiver_problems(receiver, settings, target)
    yield from _file_problems(catalog.of(NotificationTemplate))


def _file_problems(templates: Iterable[NotificationTemplate]) -> Iterator[Problem]:
    """Names of templates that make no file name."""
    for template in templates:
        if not _FILE_NAME.fullmatch(template.name):
            why = "Use letters, digits, and . _ - between them; the file is called NAME.tmpl."
            yield error("template/name", template.origin, f"{described(template)}: not a file name", why)


def _route_problems(root: Route, target: Version) -> Iterator[Problem]:
    for route in descendants(root):
        if route.group_by == () and route is not root and target < (0, 31):
            message = f"{described(route)}: before Alertmanager 0.31 an empty group_by does not undo the parent's"
            why = "Name a label that these alerts share, such as alertname."
            yield error("alertmanager/version", route.origin, message, why)
