"""Data sources by reference: the dashboard's variable for Prometheus, so that one file works wherever it is loaded."""

from __future__ import annotations

import re
from typing import Any, Final

from generator.targets.grafana.foreign import Object

PROMETHEUS: Final[Object] = {"type": "prometheus", "uid": "${datasource}"}
"""What every panel and query of ours names: the variable `datasource`, whose default the settings give."""

ALERTMANAGER_UID: Final = "alertmanager"
"""The uid of the provisioned Alertmanager."""

_BUILT_IN: Final = {
    "-- Mixed --": "-- Mixed --",
    "-- Dashboard --": "-- Dashboard --",
    "-- Grafana --": "grafana",
    "grafana": "grafana",
}
_VARIABLE: Final = re.compile(r"\$\{?\w+\}?|\[\[\w+\]\]")
_PLACEHOLDER: Final = re.compile(r"\$\{(DS_\w+|VAR_\w+)\}")


def reference(given: Any) -> Object:
    """The data source that somebody named, as Grafana has wanted it since 9; none named is Prometheus by variable."""
    if isinstance(given, dict):
        uid, kind = given.get("uid"), given.get("type")
        if uid in (None, "", "default") or (isinstance(uid, str) and _PLACEHOLDER.fullmatch(uid)):
            return dict(PROMETHEUS) if kind in (None, "", "prometheus") else {"type": kind}
        if isinstance(uid, str) and uid in _BUILT_IN:
            return {"type": "datasource", "uid": _BUILT_IN[uid]}
        return {key: value for key, value in given.items() if isinstance(value, str)}
    if not isinstance(given, str) or given.casefold() in ("", "default", "prometheus") or _PLACEHOLDER.fullmatch(given):
        return dict(PROMETHEUS)
    if given in _BUILT_IN:
        return {"type": "datasource", "uid": _BUILT_IN[given]}
    if given in ("$datasource", "${datasource}", "[[datasource]]"):
        return dict(PROMETHEUS)
    return {"uid": given}


def by_variable(reference_: Object) -> bool:
    """Whether it is chosen at the top of the dashboard, or by Grafana itself."""
    uid = str(reference_.get("uid", ""))
    return reference_.get("type") == "datasource" or not uid or _VARIABLE.fullmatch(uid) is not None
