"""Alertmanager: `alertmanager.yml` with routes, inhibition, intervals and receivers, and message templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from generator.diagnostics import Origin, Problem, error, has_errors
from generator.model.base import Definition, Part, described
from generator.model.bundle import Bundle, Files, Rendering
from generator.model.catalog import Catalog, descendants
from generator.model.receiver import Integration, Receiver
from generator.model.route import InhibitRule, NotificationTemplate, Route
from generator.model.routing import routing_tree
from generator.targets.alertmanager.document import document, global_values
from generator.targets.alertmanager.keys import Place, key_problems
from generator.targets.alertmanager.receivers import integration_values, known_integrations, receiver_problems
from generator.targets.alertmanager.templates import (
    defined_names,
    file_problems,
    text_problems,
    texts_in,
    undefined_problems,
)
from generator.targets.alertmanager.versions import NEWEST, OLDEST, Version, read_version, written

_FOLDER: Final = PurePosixPath("alertmanager")


def render(bundle: Bundle) -> Rendering:
    """The files below `alertmanager/`; there are none without a routing tree, or with errors."""
    catalog, root = bundle.catalog, routing_tree(bundle.catalog)
    if root is None:
        return Rendering()
    target = read_version(catalog.alertmanager.version)
    if target is None or target < OLDEST:
        return Rendering(problems=(_bad_version(catalog),))
    problems = tuple(_problems(catalog, root, target))
    return Rendering({} if has_errors(problems) or _faulty(catalog, root) else _files(catalog, root), problems)


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
    yield from key_problems("global", global_values(settings), target, place)
    yield from _route_problems(root, target)
    for receiver in catalog.receivers:
        yield from receiver_problems(receiver, settings, target)
    yield from _template_problems(catalog)


def _route_problems(root: Route, target: Version) -> Iterator[Problem]:
    for route in descendants(root):
        if route.group_by == () and route is not root and target < (0, 31):
            message = f"{described(route)}: before Alertmanager 0.31 an empty group_by does not undo the parent's"
            why = "Name a label that these alerts share, such as alertname."
            yield error("alertmanager/version", route.origin, message, why)


def _template_problems(catalog: Catalog) -> Iterator[Problem]:
    templates = catalog.of(NotificationTemplate)
    defined = defined_names(templates)
    yield from file_problems(templates)
    for template in templates:
        name = f"NotificationTemplate {template.name!r}"
        yield from undefined_problems(template.text, defined, name, template.origin)
    for receiver in catalog.receivers:
        for name, origin, text in _message_texts(receiver, catalog.alertmanager.secrets):
            yield from text_problems(text, name, origin)
            yield from undefined_problems(text, defined, name, origin)


def _message_texts(receiver: Receiver, folder: str) -> Iterator[tuple[str, Origin, str]]:
    for integration in known_integrations(receiver):
        name = f"{type(integration).__name__} of Receiver {receiver.name!r}"
        for key, value in integration_values(integration, folder).items():
            for text in texts_in(value):
                yield f"{name}: {key}", integration.origin, text
