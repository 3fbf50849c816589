"""Annotations as promtool expands them, in one rule test of many alerts' worth of templates."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml

from generator.gotemplate.prometheus import Sample, Server, alert_template_name, expand
from tests.conftest import needs_binary

ALERT = "Templated"
LABELS = {"job": "api", "instance": "host.example.com:9100", "odd": "é<b>"}
EXTERNAL_LABELS = {"region": "eu"}
EXTERNAL_URL = "http://prometheus.example.com/p"
VALUES = ("1234567", "0", "-0.5", "0.12", "899.99", "1e-9", "90061", "123456789.987", "+Inf", "1e21")
# Of functions and messages that promtool 2.42 has in the same words.
TEMPLATES = (
    "{{ $value }} {{ .Value }} {{ printf `%.2f %e %g %v` $value $value $value $value }}",
    "{{ humanize $value }}|{{ humanize1024 $value }}|{{ humanizeDuration $value }}",
    "{{ humanizePercentage $value }}|{{ $value | printf `%08.3f` }}",
    "{{ if gt $value 1.0 }}big{{ else if eq $value 0.0 }}zero{{ else }}small{{ end }}",
    "{{ $labels.job }}{{ $labels.nope }} {{- $labels.instance -}} x",
    "{{ $labels }} {{ $externalLabels.region }} {{ $externalURL }}",
    "{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }} {{ $labels.odd | html | toUpper }}",
    "{{ reReplaceAll `(.*):(\\d+)` `$2-${1}` $labels.instance }} {{ match `^ho` $labels.instance }}",
    "{{ title `aa bb CC` }} {{ graphLink `up > 1` }} {{ tableLink `up` }}",
    "{{ humanizeTimestamp 1435065584.128 }} {{ (toTime 0).Format `2006-01-02` }} {{ parseDuration `1h2m10ms` }}",
    "{{ range query `up` | sortByLabel `instance` }}{{ .Labels.instance }}={{ .Value }};{{ end }}",
    "{{ with query `none` }}x{{ else }}no data{{ end }} {{ query `up` | len }}",
    "{{ query `up{instance='b'}` | first | value }} {{ query `up{instance='b'}` | first | label `instance` }}",
    "{{ query `none` | first }}",
    "{{ define `x` }}<{{ .arg0 }} {{ .arg1 }}>{{ end }}{{ template `x` (args 1 `two`) }}",
    "{{ range $name, $text := $labels }}{{ $name }}={{ $text }},{{ end }}{{ len $labels }}",
    "{{ externalURL }}",
    "{{ .Labels.job.Nope }}",
    "{{ $labels.job.x }}",
    "{{ printf `%d` $value }} {{ printf `%s %q` $labels.job $labels.odd }} {{ print 1 `a` 2 3 }}",
    "{{ $x := 1 }}{{ range $i, $l := args 1 2 }}{{ $x = $i }}{{ end }}{{ $x }}",
    "{{ index $labels `job` }} {{ slice $labels.job 1 }} {{ urlquery $labels.odd }} {{ js $labels.odd }}",
)


def _up(text: str) -> list[Sample]:
    found = [
        Sample(labels={"__name__": "up", "instance": "b"}, value=21.0),
        Sample(labels={"__name__": "up", "instance": "a"}, value=11.5),
    ]
    return [] if text == "none" else found[:1] if "'b'" in text else found


def _expression(value: str) -> str:
    expression = f"vector({value})"
    for name, text in LABELS.items():
        expression = f'label_replace({expression}, "{name}", "{text}", "", "")'
    return expression


def _expected(text: str, value: str) -> str:
    return expand(
        text,
        name=alert_template_name(f"{ALERT}{VALUES.index(value)}"),
        labels=LABELS,
        value=float(value),
        external_labels=EXTERNAL_LABELS,
        external_url=EXTERNAL_URL,
        server=Server(query=_up),
    )


def _test_file() -> dict[str, Any]:
    cases = [
        {
            "eval_time": "0m",
            "alertname": f"{ALERT}{number}",
            "exp_alerts": [
                {
                    "exp_labels": LABELS,
                    "exp_annotations": {f"a{place}": _expected(text, value) for place, text in enumerate(TEMPLATES)},
                }
            ],
        }
        for number, value in enumerate(VALUES)
    ]
    group = {
        "interval": "1m",
        "external_labels": EXTERNAL_LABELS,
        "external_url": EXTERNAL_URL,
        "input_series": [
            {"series": 'up{instance="b"}', "values": "21"},
            {"series": 'up{instance="a"}', "values": "11.5"},
        ],
        "alert_rule_test": cases,
    }
    return {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [group]}


def test_promtool_expands_the_same_text(tmp_path: Path) -> None:
    promtool = needs_binary("promtool")
    annotations = {f"a{place}": text for place, text in enumerate(TEMPLATES)}
    rules = [
        {"alert": f"{ALERT}{number}", "expr": _expression(value), "annotations": annotations}
        for number, value in enumerate(VALUES)
    ]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": rules}]}))
    (tmp_path / "test.yml").write_text(yaml.safe_dump(_test_file()))
    run = subprocess.run(
        [promtool, "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr
