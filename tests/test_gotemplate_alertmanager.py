"""Notification templates against what Alertmanager 0.34 gave (``cases/gotemplate/alertmanager.yml``)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.gotemplate.alertdata import KV, Alert, Alerts, Data, common
from generator.gotemplate.alertmanager import FUNCTIONS, Library
from generator.gotemplate.errors import TemplateError
from generator.gotemplate.gotime import GoTime

FILE = Path(__file__).parent / "cases" / "gotemplate" / "alertmanager.yml"
SUITE: Mapping[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
NOW = GoTime.parse("2006-01-02T15:04:05Z07:00", "2024-03-01T13:00:00Z")
LIBRARY = Library()
NEEDS_THE_TIME = ("now", "since")


def time(text: str) -> GoTime:
    """A time as JSON has it."""
    return GoTime.parse("2006-01-02T15:04:05Z07:00", text)


def data_of(raw: Mapping[str, Any]) -> Data:
    """Template data from its webhook JSON."""
    alerts = Alerts(
        Alert(
            status=alert["status"],
            labels=KV(alert["labels"]),
            annotations=KV(alert["annotations"]),
            starts_at=time(alert["startsAt"]),
            ends_at=time(alert["endsAt"]),
            generator_url=alert["generatorURL"],
            fingerprint=alert["fingerprint"],
        )
        for alert in raw["alerts"]
    )
    return Data(
        receiver=raw["receiver"],
        status=raw["status"],
        alerts=alerts,
        notification_reason=raw["notification_reason"],
        group_labels=KV(raw["groupLabels"]),
        common_labels=KV(raw["commonLabels"]),
        common_annotations=KV(raw["commonAnnotations"]),
        route_labels=KV(raw["routeLabels"]),
        external_url=raw["externalURL"],
    )


def outcome(case: Mapping[str, Any], data: Data, library: Library) -> dict[str, str]:
    """What a case's text or HTML template gives."""
    try:
        if "html" in case:
            return {"output": library.render_html(case["html"], data, now=NOW)}
        return {"output": library.render_text(case["text"], data, now=NOW)}
    except TemplateError as error:
        return {"error": str(error)}


@pytest.mark.parametrize("case", [pytest.param(case, id=str(n)) for n, case in enumerate(SUITE["cases"])])
def test_renders_as_alertmanager(case: Mapping[str, Any]) -> None:
    expected = {key: case[key] for key in ("output", "error") if key in case}
    assert outcome(case, data_of(SUITE["data"]), LIBRARY) == expected


def test_every_function_has_a_case() -> None:
    texts = " ".join(case.get("text", "") for case in SUITE["cases"])
    assert [name for name in FUNCTIONS if name not in texts and name not in NEEDS_THE_TIME] == []


def test_the_time_is_the_callers() -> None:
    got = LIBRARY.render_text("{{ now }} {{ since (index .Alerts 0).StartsAt }}", data_of(SUITE["data"]), now=NOW)
    assert got == "2024-03-01 13:00:00 +0000 UTC 29m14.876543211s"


def test_later_files_redefine_templates_unless_empty() -> None:
    library = Library(
        [
            ("a.tmpl", '{{define "x"}}1{{end}}{{define "y"}}2{{end}}'),
            ("b.tmpl", '{{define "x"}}3{{end}}'),
            ("c", '{{define "y"}} {{end}}'),
        ]
    )
    assert library.render_text('{{template "x"}}{{template "y"}}', None, now=NOW) == "32"


def test_common_labels_are_those_of_all() -> None:
    assert common([{"a": "1", "b": "2"}, {"a": "1", "b": "3"}]) == {"a": "1"}
    assert common([]) == {}
