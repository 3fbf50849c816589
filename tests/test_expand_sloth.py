"""Parity with Sloth's own goldens: what its dashboards, its UI and its users rely on is named and shaped the same."""

from __future__ import annotations

import math
from typing import Any

import pytest

from generator.model.bundle import AlertingRule, Group, RecordedRule
from generator.model.naming import SLOTH
from generator.model.window import Rolling
from generator.promql import Expr, parse
from generator.promql.ast import Binary, Call, NumberLiteral, children
from tests.conftest import needs_shared_data
from tests.slo_projects import bundle_of
from tests.sloth_specs import SPECS, definitions, goldens

OUR_OWN = {"slo:sli_errors:rate5m", "slo:sli_total:rate5m"}
"""What Sloth does not record: the rates from which long windows are added up."""

WHOSE = {"sloth_id", "sloth_service", "sloth_slo", "sloth_window", "sloth_mode", "sloth_spec", "sloth_objective"}


@pytest.fixture(params=SPECS)
def both(request: pytest.FixtureRequest) -> tuple[list[Group], list[Any]]:
    """Our groups and Sloth's, of the same SLOs."""
    folder = needs_shared_data("sloth")
    ours = bundle_of(list(definitions(folder, request.param))).rule_files[0].groups
    return list(ours), goldens(folder, request.param)


Both = tuple[list[Group], list[Any]]


def test_groups_are_named_alike(both: Both) -> None:
    ours, theirs = both
    assert [group.name for group in ours] == [group["name"] for group in theirs]


def test_records_and_their_labels_are_the_same(both: Both) -> None:
    ours, theirs = both
    for group, golden in zip(ours, theirs, strict=True):
        made = [
            (rule.record, {name: text for name, text in rule.labels.items() if name in WHOSE})
            for rule in group.rules
            if isinstance(rule, RecordedRule) and rule.record not in OUR_OWN
        ]
        wanted = [
            (rule["record"], {name: text for name, text in rule["labels"].items() if name in WHOSE})
            for rule in golden["rules"]
            if "record" in rule
        ]
        assert made == wanted


def test_users_labels_are_not_on_recordings(both: Both) -> None:
    ours, theirs = both
    records = {
        (rule.record, tuple(sorted(rule.labels)))
        for group in ours
        for rule in group.rules
        if isinstance(rule, RecordedRule) and rule.record != "sloth_slo_info"
    }
    assert all(set(labels) <= WHOSE for _, labels in records)
    assert any(set(rule["labels"]) - WHOSE for group in theirs for rule in group["rules"] if "record" in rule)


def test_alerts_have_sloths_conditions(both: Both) -> None:
    ours, theirs = both
    made = [rule for group in ours for rule in group.rules if isinstance(rule, AlertingRule)]
    wanted = [rule for group in theirs for rule in group["rules"] if "alert" in rule]
    assert [(rule.alert, rule.for_, rule.labels["sloth_severity"]) for rule in made] == [
        (rule["alert"], 0, rule["labels"]["sloth_severity"]) for rule in wanted
    ]
    for rule, golden in zip(made, wanted, strict=True):
        assert alike(rule.expr, parse(golden["expr"])), rule.expr


def test_metadata_is_worked_out_the_same(both: Both) -> None:
    ours, theirs = both
    for group, golden in zip(ours, theirs, strict=True):
        if "meta-recordings" in group.name:
            for rule, wanted in zip(group.rules, golden["rules"], strict=True):
                assert alike(rule.expr, parse(wanted["expr"])), rule.name


def test_short_windows_divide_the_same_queries(both: Both) -> None:
    ours, theirs = both
    found = 0
    for group, golden in zip(ours, theirs, strict=True):
        wanted = {rule["record"]: parse(rule["expr"]) for rule in golden["rules"] if "record" in rule}
        for rule in group.rules:
            if rule.name.endswith(("rate30m", "rate1h", "rate2h", "rate6h")) and "ratio" in rule.name:
                assert quotient(rule.expr) == quotient(wanted[rule.name])
                found += 1
    assert found == 4 * sum("sli-recordings" in group.name for group in ours)


def quotient(expr: Expr) -> tuple[Expr, ...]:
    """Dividend and divisor, or the ratio itself, without what keeps NaN out: `(e) / (t > 0) or …`, `r >= -Inf or …`."""
    if isinstance(expr, Binary) and expr.op == "or":
        expr = expr.left
    if isinstance(expr, Binary) and expr.op == ">=":
        return (expr.left,)
    assert isinstance(expr, Binary)
    if expr.op != "/":
        return (expr,)
    divisor = expr.right.left if isinstance(expr.right, Binary) and expr.right.op == ">" else expr.right
    return (expr.left, divisor)


def alike(left: Expr, right: Expr) -> bool:
    """Equal but for rounding, of numbers and of differences of numbers."""
    one, other = constant(left), constant(right)
    if one is not None or other is not None:
        return one is not None and other is not None and math.isclose(one, other, rel_tol=1e-9)
    if isinstance(left, Binary) and isinstance(right, Binary):
        head = (left.op, left.matching, left.return_bool) == (right.op, right.matching, right.return_bool)
    elif isinstance(left, Call) and isinstance(right, Call):
        head = left.func == right.func
    else:
        head = type(left) is type(right) and (bool(children(left)) or left == right)
    pairs = list(zip(children(left), children(right), strict=False))
    same_number = len(children(left)) == len(children(right))
    return head and same_number and all(alike(a, b) for a, b in pairs)


def constant(expr: Expr) -> float | None:
    """The value of a number, or of a difference or product of numbers."""
    if isinstance(expr, NumberLiteral) and isinstance(expr.value, float):
        return expr.value
    if isinstance(expr, Binary) and expr.op in "-*":
        left, right = constant(expr.left), constant(expr.right)
        if left is not None and right is not None:
            return left - right if expr.op == "-" else left * right
    return None


def test_a_difference_is_noticed() -> None:
    assert alike(parse("a > (14.4 * 0.0009999999999999432)"), parse("a > (14.4 * 0.001)"))
    assert not alike(parse("a > (14.4 * 0.001)"), parse("a > (14.4 * 0.0011)"))
    assert not alike(parse("max(a) without (b)"), parse("max(a2) without (b)"))
    assert not alike(parse("a / on (x) b"), parse("a / on (y) b"))


def test_the_period_is_named_as_prometheus_prints_it() -> None:
    assert SLOTH.ratio(Rolling("28d").nominal) == "slo:sli_error:ratio_rate4w"
    assert SLOTH.ratio(Rolling("7d").nominal) == "slo:sli_error:ratio_rate1w"
    assert SLOTH.ratio(Rolling("30d").nominal) == "slo:sli_error:ratio_rate30d"
