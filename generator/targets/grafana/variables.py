"""The choices at the top of a dashboard."""

from __future__ import annotations

from typing import Any, Final

from generator.errors import PromQLError
from generator.model.dashboard import Dashboard, Variable
from generator.targets.grafana.datasource import PROMETHEUS
from generator.targets.grafana.foreign import Object
from generator.targets.grafana.notes import Notes
from generator.targets.grafana.panel_checks import undeclared
from generator.targets.grafana.references import check_query, used, used_in

DATASOURCE: Final = "datasource"
PROMETHEUS_NAME: Final = "Prometheus"
_REFRESH_ON_TIME: Final = 2
_SORTED: Final = 1
_HIDDEN: Final = 2
_ALL: Final[Object] = {"text": ["All"], "value": ["$__all"]}


def templating(dashboard: Dashboard, datasource: str, notes: Notes) -> list[Object]:
    """The variables' JSON: the data source first, then the author's in their order."""
    return [_datasource(datasource), *(_variable(variable, notes) for variable in dashboard.variables)]


def _datasource(uid: str) -> Object:
    return {
        "current": {"selected": True, "text": PROMETHEUS_NAME, "value": uid},
        "hide": 0,
        "includeAll": False,
        "label": "Data source",
        "multi": False,
        "name": DATASOURCE,
        **_sources("prometheus"),
    }


def _sources(kind: str) -> Object:
    return {"query": kind, "refresh": 1, "regex": "", "type": "datasource"}


def _variable(variable: Variable, notes: Notes) -> Object:
    if variable.hidden:
        return _constant(variable, notes)
    made: Object = {
        "hide": 0,
        "includeAll": variable.include_all and not variable.source,
        "label": variable.title or variable.name.replace("_", " ").capitalize(),
        "multi": variable.multi and not variable.source,
        "name": variable.name,
    }
    if made["includeAll"]:
        made["allValue"] = ".+"
    made |= _current(variable, made)
    if variable.source:
        return made | _sources(variable.source)
    return made | (_fixed(variable) if variable.values else _asked(variable, notes))


def _constant(variable: Variable, notes: Notes) -> Object:
    if len(variable.values) != 1:
        message = f"hidden variable {variable.name!r} must have one value, got {len(variable.values)}"
        notes.error("variable", message, origin=variable.origin)
    value = variable.values[0] if variable.values else ""
    return {
        "current": {"selected": True, "text": value, "value": value},
        "hide": _HIDDEN,
        "name": variable.name,
        "query": value,
        "skipUrlSync": True,
        "type": "constant",
    }


def _asked(variable: Variable, notes: Notes) -> Object:
    if not variable.metric or not variable.label:
        why = 'Write Variable("job", label="job", metric="up"), or values=[…], or source="loki".'
        message = f"variable {variable.name!r} has neither a metric and a label nor values"
        notes.error("variable", message, why, origin=variable.origin)
    _check_metric(variable, notes)
    query = f"label_values({variable.metric}, {variable.label})"
    return {
        "datasource": dict(PROMETHEUS),
        "query": {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        "refresh": _REFRESH_ON_TIME,
        "regex": "",
        "sort": _SORTED,
        "type": "query",
    }


def _current(variable: Variable, made: Object) -> Object:
    if not variable.default:
        return {"current": {"selected": True, **_ALL}} if made["includeAll"] else {}
    chosen: Any = [variable.default] if made["multi"] else variable.default
    return {"current": {"selected": True, "text": chosen, "value": chosen}}


def _fixed(variable: Variable) -> Object:
    options = [{"selected": value == variable.default, "text": value, "value": value} for value in variable.values]
    escaped = [value.replace(",", "\\,") for value in variable.values]
    return {"options": options, "query": ",".join(escaped), "type": "custom"}


def _check_metric(variable: Variable, notes: Notes) -> None:
    if not variable.metric:
        return
    try:
        check_query(variable.metric)
    except PromQLError as reason:
        notes.error("promql", f"variable {variable.name!r}: metric does not parse: {reason}", origin=variable.origin)


def check_uses(made: Object, uses: set[str], dashboard: Dashboard, notes: Notes) -> None:
    """What no panel can know: variables that rows and other variables need, and those that nobody uses.

    made: the dashboard without its panels. uses: the variables that its panels use.
    """
    declared = {variable.name: variable for variable in dashboard.variables}
    needed = {row.repeat: row.origin for row in dashboard.rows if row.repeat}
    for variable in made["templating"]["list"]:
        for name in used_in(variable.get("query")):
            needed[name] = declared[variable["name"]].origin
    for name, origin in needed.items():
        if name not in declared:
            notes.error("variable", *undeclared(name), origin=origin)
    everywhere = used_in(made) | uses | set(needed)
    everywhere |= {name for row in dashboard.rows for name in used(row.title)}
    for name, variable in declared.items():
        if name not in everywhere:
            notes.error("variable", f"variable {name!r} is declared but not used", origin=variable.origin)
