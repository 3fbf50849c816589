"""Alert templates against what Prometheus 3.14's own template package gave (``cases/gotemplate/prometheus.yml``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.gotemplate.errors import FunctionError
from generator.gotemplate.prometheus import (
    FUNCTIONS,
    Sample,
    Server,
    alert_template_name,
    expand,
    validate,
)
from generator.gotemplate.strconv import parse_float
from tests.conftest import needs_shared_data

FILE = Path(__file__).parent / "cases" / "gotemplate" / "prometheus.yml"
SUITE: Mapping[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
CASES = [pytest.param(case, id=str(number)) for number, case in enumerate(SUITE["cases"])]
NAME = "__alert_A"


def query(text: str) -> Sequence[Sample]:
    """The data the cases were run with."""
    if text not in SUITE["queries"]:
        raise FunctionError(f"unknown query {text}")
    return [Sample(labels=sample["Labels"], value=parse_float(sample["Value"])) for sample in SUITE["queries"][text]]


def expanded(case: Mapping[str, Any]) -> str:
    """A case's text, as tocsin expands it."""
    server = Server(query=query, timestamp_ms=SUITE["timestamp_ms"], url=case.get("url", SUITE["url"]))
    return expand(
        case["text"],
        name=NAME,
        labels=SUITE["labels"],
        value=parse_float(case.get("value", "1234567")),
        external_labels=SUITE["external_labels"],
        external_url=SUITE["external_url"],
        server=server,
    )


@pytest.mark.parametrize("case", CASES)
def test_expands_as_prometheus(case: Mapping[str, Any]) -> None:
    assert expanded(case) == case["output"]


@pytest.mark.parametrize("case", CASES)
def test_validates_as_prometheus(case: Mapping[str, Any]) -> None:
    assert validate(case["text"], name=NAME) == ([case["invalid"]] if "invalid" in case else [])


def test_every_function_has_a_case() -> None:
    texts = " ".join(case["text"] for case in SUITE["cases"])
    assert [name for name in FUNCTIONS if name not in texts] == []


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Alert names and the texts of their labels and annotations, of all rule files below a folder."""
    for path in sorted(folder.rglob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        groups = document.get("groups") if isinstance(document, dict) else None
        for group in groups or ():
            for rule in group.get("rules") or ():
                for text in (rule.get("labels", {}) | rule.get("annotations", {})).values():
                    yield rule.get("alert", ""), str(text)


@pytest.mark.parametrize("folder", ["mixins", "promtool/wikimedia"])
def test_real_alerts_validate_and_expand(folder: str) -> None:
    texts = [(alert, text) for alert, text in _texts(needs_shared_data(folder)) if alert and "{{" in text]
    assert len(texts) > 20
    failed = {}
    for alert, text in texts:
        name = alert_template_name(alert)
        assert validate(text, name=name) == []
        got = expand(text, name=name, labels={"instance": "a"}, value=0.5, server=Server(query=_one_of_each))
        if got.startswith("<error"):
            failed[text] = got
    assert failed == {}


def _one_of_each(_text: str) -> Sequence[Sample]:
    return [Sample(labels={"instance": "a"}, value=1.0)]
