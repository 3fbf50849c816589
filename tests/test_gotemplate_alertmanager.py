"""Notification templates against what Alertmanager gave: 0.34 (``cases/gotemplate/alertmanager.yml``) and 0.25."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.gotemplate.alertdata import NEWEST, Alert, Alerts, Data, Version, common, data_of, kv_of
from generator.gotemplate.alertmanager import FUNCTIONS, SINCE, Library, functions_of
from generator.gotemplate.errors import TemplateError
from generator.gotemplate.gotime import GoTime

FILE = Path(__file__).parent / "cases" / "gotemplate" / "alertmanager.yml"
SUITE: Mapping[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
OLD_FILE = FILE.with_name("alertmanager_0_25.yml")
OLD: Mapping[str, Any] = yaml.load(OLD_FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
OLDEST: Version = (0, 25)
NOW = GoTime.parse("2006-01-02T15:04:05Z07:00", "2024-03-01T13:00:00Z")
LIBRARY = Library()
OLD_LIBRARY = Library(version=OLDEST)
NEEDS_THE_TIME = ("now", "since")


def time(text: str) -> GoTime:
    """A time as JSON has it."""
    return GoTime.parse("2006-01-02T15:04:05Z07:00", text)


def data_from(raw: Mapping[str, Any], version: Version = NEWEST) -> Data:
    """Template data of a version from its webhook JSON."""
    kv = kv_of(version)
    alerts = Alerts(
        Alert(
            status=alert["status"],
            labels=kv(alert["labels"]),
            annotations=kv(alert["annotations"]),
            starts_at=time(alert["startsAt"]),
            ends_at=time(alert["endsAt"]),
            generator_url=alert["generatorURL"],
            fingerprint=alert["fingerprint"],
        )
        for alert in raw["alerts"]
    )
    return data_of(version)(
        receiver=raw["receiver"],
        status=raw["status"],
        alerts=alerts,
        notification_reason=raw["notification_reason"],
        group_labels=kv(raw["groupLabels"]),
        common_labels=kv(raw["commonLabels"]),
        common_annotations=kv(raw["commonAnnotations"]),
        route_labels=kv(raw["routeLabels"]),
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
    assert outcome(case, data_from(SUITE["data"]), LIBRARY) == expected


@pytest.mark.parametrize("case", [pytest.param(case, id=str(n)) for n, case in enumerate(OLD["cases"])])
def test_renders_as_alertmanager_0_25(case: Mapping[str, Any]) -> None:
    expected = {key: case[key] for key in ("output", "error") if key in case}
    assert outcome(case, data_from(SUITE["data"], OLDEST), OLD_LIBRARY) == expected


@pytest.mark.parametrize(
    ("version", "count", "newest"),
    [
        ((0, 25), 8, ""),
        ((0, 26), 9, "trimSpace"),
        ((0, 27), 9, ""),
        ((0, 28), 13, "humanizeDuration"),
        ((0, 29), 13, ""),
        ((0, 30), 16, "toJson"),
        ((0, 31), 16, ""),
        ((0, 32), 19, "append"),
        ((0, 33), 20, "now"),
        ((0, 34), 25, "routeLabels"),
    ],
)
def test_functions_come_with_their_version(version: Version, count: int, newest: str) -> None:
    """The numbers of functions in template/template.go at the tags of Alertmanager."""
    known = functions_of(version)
    assert len(known) == count
    assert not newest or (newest in known and SINCE[newest] == version)
    assert all(since <= NEWEST for since in SINCE.values())
    assert set(SINCE) <= set(FUNCTIONS)


@pytest.mark.parametrize(
    ("version", "text", "output"),
    [
        ((0, 25), "{{ .GroupLabels }}", "map[alertname:HighLatency job:api]"),
        ((0, 26), "{{ .GroupLabels }}", "alertname=HighLatency, job=api"),
        ((0, 33), '{{ printf "%T" .GroupLabels.Names }}', "[]string"),
        ((0, 34), '{{ printf "%T" .GroupLabels.Names }}', "template.Strings"),
        ((0, 32), "{{ .NotificationReason }}", "first"),
        ((0, 34), "{{ .RouteLabels.team }}", "sre"),
    ],
)
def test_data_change_with_their_version(version: Version, text: str, output: str) -> None:
    assert Library(version=version).render_text(text, data_from(SUITE["data"], version), now=NOW) == output


@pytest.mark.parametrize(
    ("version", "text"), [((0, 31), "{{ .NotificationReason }}"), ((0, 33), "{{ .RouteLabels.x }}")]
)
def test_fields_of_later_versions_fail(version: Version, text: str) -> None:
    with pytest.raises(TemplateError, match="can't evaluate field"):
        Library(version=version).render_text(text, data_from(SUITE["data"], version), now=NOW)


@pytest.mark.parametrize(
    "text", ["{{ (index .Alerts 0).StartsAt.Local }}", '{{ tz "Local" (index .Alerts 0).StartsAt }}']
)
def test_the_zone_of_the_machine_is_utc(text: str) -> None:
    got = LIBRARY.render_text(text, data_from(SUITE["data"]), now=NOW)
    assert got == "2024-03-01 12:30:45.123456789 +0000 UTC"


@pytest.mark.parametrize(("month", "summer"), [("01", "false"), ("07", "true")])
def test_whether_it_is_summer_time(month: str, summer: str) -> None:
    text = f'{{{{ (tz "Europe/Berlin" (toDate "2006-01-02" "2024-{month}-01")).IsDST }}}} {{{{ now.IsDST }}}}'
    assert LIBRARY.render_text(text, None, now=NOW) == f"{summer} false"


def test_every_function_has_a_case() -> None:
    texts = " ".join(case.get("text", "") for case in SUITE["cases"])
    assert [name for name in FUNCTIONS if name not in texts and name not in NEEDS_THE_TIME] == []


def test_the_time_is_the_callers() -> None:
    got = LIBRARY.render_text("{{ now }} {{ since (index .Alerts 0).StartsAt }}", data_from(SUITE["data"]), now=NOW)
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
