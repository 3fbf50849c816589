"""PromQL against Prometheus' own tests, and against ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from generator.engine.functions import functions as engine_functions
from generator.engine.operators.aggregate import RANKINGS, REDUCTIONS
from generator.errors import PromQLError
from generator.promql.functions import PARAMETER_AGGREGATIONS, PRECEDENCE
from generator.promql.parse import parse
from generator.testing.scores import ALLOWED, page, reason, run_corpus, skip_list
from generator.testing.script_run import CANNOT_PARSE, run_script
from generator.testing.verdict import Verdict
from tests.conftest import CASES, ROOT, compare, needs_shared_data

OWN = sorted((CASES / "promql").glob("*.test"))
AGGREGATIONS = {*REDUCTIONS, *RANKINGS, *PARAMETER_AGGREGATIONS}
SKIPS = CASES / "promql" / "skips.yml"


@lru_cache(maxsize=1)
def corpus(folder: Path) -> Mapping[str, list[Verdict]]:
    return run_corpus(folder)


@pytest.fixture
def upstream() -> Mapping[str, list[Verdict]]:
    return corpus(needs_shared_data("promqltest"))


def failures(verdicts: list[Verdict]) -> str:
    return "\n".join(f"{v.origin}: {v.title}\n    {v.message}" for v in verdicts if v.failed)


def test_upstream_cases_pass(upstream: Mapping[str, list[Verdict]]) -> None:
    assert not [text for verdicts in upstream.values() if (text := failures(verdicts))]


def test_the_skip_list_is_just_what_is_skipped(upstream: Mapping[str, list[Verdict]], update: bool) -> None:
    compare(SKIPS, skip_list(upstream), update)


def test_skips_have_an_allowed_reason(upstream: Mapping[str, list[Verdict]]) -> None:
    reasons = {reason(v) for verdicts in upstream.values() for v in verdicts if v.status == "skipped"}
    assert reasons <= set(ALLOWED)


def said_not_to_parse() -> list[str]:
    skips = yaml.safe_load(SKIPS.read_text(encoding="utf-8")) if SKIPS.exists() else {}
    return [case["expr"] for cases in (skips or {}).values() for case in cases if case["reason"] == CANNOT_PARSE]


def test_what_is_said_not_to_parse_does_not() -> None:
    for expr in said_not_to_parse():
        with pytest.raises(PromQLError):
            parse(expr)


def test_the_page_shows_the_score(upstream: Mapping[str, list[Verdict]], update: bool) -> None:
    compare(ROOT / "docs" / "promql.md", page(upstream), update)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_cases_pass(path: Path) -> None:
    verdicts = run_script(path)
    assert verdicts
    assert not failures(verdicts)
    assert not [v.title for v in verdicts if v.status == "skipped"]


def test_own_cases_name_every_function_and_operator() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in OWN)
    functions = {each.name for each in engine_functions() if f"{each.name}(" not in text}
    aggregations = {name for name in AGGREGATIONS if not re.search(rf"\b{name}( by| without|\()", text)}
    operators = {op for op in PRECEDENCE if f" {op} " not in text}
    assert (functions, aggregations, operators) == (set(), set(), set())
