"""Plain templates are filled in as the template engine does it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.gotemplate.prometheus import expand, validate
from generator.rules.plain_templates import fill, is_plain

PIECES = st.sampled_from(
    [
        "text ", "{", "}", "}}", "{ {", "\n", "%", "한", "{{ $labels.job }}", "{{$labels.job}}", "{{ .Labels.none }}",
        "{{ $externalLabels.site }}", "{{.ExternalLabels.site}}", "{{ $value }}", "{{ .Value | humanize }}",
        "{{ $value|humanizePercentage }}", "{{ $value | humanizeDuration }}", "{{ $value | humanize1024 }}",
        "{{- $value }}", "{{ $labels }}", "{{ $labels.job-x }}", "{{ if true }}", "{{/* no */}}", "{{ $value | len }}",
    ]
)  # fmt: skip
LABELS = {"job": "a{{b}}", "instance": "x"}


@given(st.lists(PIECES, max_size=6).map("".join), st.floats())
@example("{{{ $value }}}", 1.0)
@example("{{ $value }}", 1e21)
@example("{{ $value }}", -0.0)
def test_plain_templates(text: str, value: float) -> None:
    if not is_plain(text):
        return
    assert validate(text, name="x") == []
    external = {"site": "eqiad"}
    assert fill(text, LABELS, external, value) == expand(
        text, name="x", labels=LABELS, value=value, external_labels=external
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", True),
        ("{{ $labels.job }} is { down }", True),
        ("{{ $value | humanize }} of {{ .Labels.a_1 }}", True),
        ("{{{ $value }}", False),
        ("{{- $value }}", False),
        ("{{ $labels.a | title }}", False),
        ("{{ $labels.a", False),
        ("{{ $value | humanize | title }}", False),
    ],
)
def test_what_is_plain(text: str, plain: bool) -> None:
    assert is_plain(text) is plain
