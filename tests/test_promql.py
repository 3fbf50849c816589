"""Queries survive being read, printed, broken over lines and rewritten."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import PromQLError
from generator.promql import parse, to_lines, to_text, value_type
from generator.promql.ast import Expr, Matcher, Variable, selectors, variables, walk
from generator.promql.printer import to_text_with_spans
from generator.promql.rewrite import has_window, metric_names, substitute, with_matchers, with_window
from tests.conftest import CASES, needs_shared_data
from tests.strategies import EXPRESSIONS

LINES = (CASES / "printer" / "printing.txt").read_text(encoding="utf-8").splitlines()
PAIRS = [tuple(line.split(" => ")) for line in LINES if line and not line.startswith("#")]


@pytest.mark.parametrize(("written", "printed"), PAIRS)
def test_printing(written: str, printed: str) -> None:
    assert to_text(parse(written)) == printed
    assert to_text(parse(printed)) == printed


@given(EXPRESSIONS)
def test_what_is_printed_reads_back_as_the_same_tree(expr: Expr) -> None:
    assert parse(to_text(expr)) == expr


@given(EXPRESSIONS, st.integers(10, 80))
def test_broken_lines_read_back_as_the_same_tree(expr: Expr, width: int) -> None:
    assert parse(to_lines(expr, width)) == expr


@given(EXPRESSIONS)
@settings(max_examples=50)
def test_spans_lie_inside_their_parents_and_name_their_nodes(expr: Expr) -> None:
    text, spans = to_text_with_spans(expr)
    for node in walk(expr):
        start, end = spans[id(node)]
        assert 0 <= start < end <= len(text)


@given(EXPRESSIONS, st.integers(1, 10**9))
def test_putting_a_window_in_leaves_nothing_to_put_in(expr: Expr, window: int) -> None:
    made = with_window(expr, window)
    assert not has_window(made)
    assert metric_names(made) == metric_names(expr)
    assert (made == expr) == (not has_window(expr))


@given(EXPRESSIONS)
def test_added_matchers_stand_on_every_selector_once(expr: Expr) -> None:
    added = Matcher("job", "=", "backend")
    made = with_matchers(expr, [added])
    for selector in selectors(made):
        assert [matcher.label for matcher in selector.matchers].count("job") >= 1
    assert with_matchers(made, [added]) == made


def test_variables_stand_for_durations_and_numbers() -> None:
    tree = parse("topk($k, rate(a[$window] offset $back))")
    assert set(variables(tree)) == {Variable("k"), Variable("window"), Variable("back")}
    filled = substitute(tree, {Variable("k"): 3000, Variable("window"): 60_000, Variable("back"): 1000})
    assert to_text(filled) == "topk(3, rate(a[1m] offset 1s))"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sum(a", "unclosed left parenthesis"),
        ("", "no expression"),
        ("a[5m", "missing|unclosed|unexpected"),
        ("rate(a)", "expected type"),
        ("a[5m:1m] anchored", "not supported for subqueries"),
        ("sum(a) smoothed", "not implemented"),
        ("a[5m] anchored smoothed", "cannot be used together"),
        ("a[1m - 60]", "greater than 0"),
        ("a[1m / 0]", "division by zero"),
        ("a[(1m]", "expected|unexpected"),
        ("a[5m + b]", "unexpected 'b'"),
        ("a offset (1m", "unexpected|unclosed|expected"),
        ("a </ bool b", "bool modifier"),
        ("1 + fill (0) a", "filling in missing series"),
        ('a{b="1" or c="2"}', "'or' between label matchers"),
        ("nonsense(a)", "unknown function"),
    ],
)
def test_what_is_no_promql_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(PromQLError, match=reason):
        parse(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("a", "vector"), ("a[5m]", "matrix"), ("a[5m:1m]", "matrix"), ("1 + 1", "scalar"), ('"x"', "string"),
     ("time()", "scalar"), ("scalar(a)", "scalar"), ("vector(1)", "vector"), ("a > 1", "vector"), ("-1", "scalar"),
     ("sum(a)", "vector")],
)  # fmt: skip
def test_value_types(text: str, kind: str) -> None:
    assert value_type(parse(text)) == kind


def test_the_queries_of_real_mixins_survive() -> None:
    folder = needs_shared_data("mixins")
    count = 0
    for file in sorted(folder.rglob("*.yaml")):
        for group in (yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}).get("groups") or []:
            for rule in group["rules"]:
                tree = parse(str(rule["expr"]))
                assert parse(to_text(tree)) == tree
                assert parse(to_lines(tree, 60)) == tree
                count += 1
    assert count > 100
