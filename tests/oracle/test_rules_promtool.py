"""promtool on what is rendered: rules load, generated tests pass, the peers' faults are absent and Sloth's are seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from generator.duration import DAY, HOUR, MINUTE
from generator.expand.plan import Planner
from generator.expand.sli_rules import sli_rules
from generator.model.bundle import RuleFile
from generator.model.burn import BurnPolicy, BurnRate
from generator.model.catalog import Catalog, Module
from generator.model.naming import SLOTH, Naming
from generator.model.settings import PrometheusSettings
from generator.model.slo import SLO, LowTraffic
from generator.targets.rulefile import rule_file_text
from tests.conftest import needs_shared_data
from tests.promtool_runs import judged, promtool
from tests.slo_projects import SHOP, bundle_of, events, every_kind, rendered
from tests.sloth_specs import definitions

PERIOD = SLOTH.ratio(30 * DAY)


def test_everything_loads(tmp_path: Path) -> None:
    good, said = promtool("check", "config", rendered(every_kind(), tmp_path) / "prometheus" / "prometheus.yml")
    assert good, said
    assert "duplicate" not in said


GENERATED = [
    *(f"slos_every_{step}_test.yml" for step in ("1h", "1m", "30m", "5m")),
    *(f"slos_recorded_every_{step}_test.yml" for step in ("11h", "6h4m")),
]


@pytest.mark.parametrize("name", GENERATED)
def test_generated_tests_pass(name: str, tmp_path: Path) -> None:
    tests = rendered([slo for slo in every_kind() if slo.name != "month"], tmp_path) / "tests"
    assert sorted(path.name for path in tests.iterdir()) == GENERATED
    good, said = promtool("test", "rules", name, folder=tests)
    assert good, said


def test_generated_tests_pass_for_a_calendar_month(tmp_path: Path) -> None:
    tests = rendered([slo for slo in every_kind() if slo.name == "month"], tmp_path) / "tests"
    files = ("slos_every_1m_test.yml", "slos_every_5m_test.yml", "slos_recorded_every_11h_test.yml")
    good, said = promtool("test", "rules", *files, folder=tests)
    assert good, said


QUICK = BurnPolicy(page=(BurnRate("1h", "5m", factor=14.4), BurnRate("6h", "30m", factor=6)))
CHANGES = {
    "a threshold that is too high": ("14.4 * 0.001", "60 * 0.001"),
    "a threshold that is too low": ("> 6 * 0.001", "> 3 * 0.001"),
    "other errors": ('code=~"5.."', 'code=~"4.."'),
    "conditions that must all hold": ("or\n          max without", "and\n          max without"),
    "another level": ("level: P1", "level: P2"),
    "an absence told late": ("for: 10m", "for: 20m"),
    "a guard that lets everything through": (">= 3", ">= 1"),
    "no answer to no traffic": ("== 0", "== 7"),
    "an error counter that must exist": ('sum(rate(http_requests_total{job="shop"}[5m])) * 0', "vector(0) > 1"),
    "an average of ratios": (
        'slo:sli_error:ratio_rate30d{sloth_id="shop-availability", sloth_service="shop", sloth_slo="availability"}',
        "avg_over_time(slo:sli_error:ratio_rate5m[30d])",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_generated_tests_notice(change: str, tmp_path: Path) -> None:
    """A rule file that was changed by hand does not pass the tests of the definitions."""
    slo = SLO("availability", service=SHOP, objective=99.9, sli=events(), burn=QUICK)
    folder = rendered([slo], tmp_path)
    rules = folder / "prometheus" / "rules" / "slos.yml"
    text = rules.read_text(encoding="utf-8")
    before, after = CHANGES[change]
    assert before in text
    rules.write_text(text.replace(before, after), encoding="utf-8")
    files = sorted(path.name for path in (folder / "tests").iterdir())
    verdicts = (promtool("test", "rules", name, folder=folder / "tests") for name in files)
    said = next((said for good, said in verdicts if not good), "")
    assert said
    assert "parse error" not in said
    assert "could not parse" not in said


# The faults that were reproduced in Sloth's rules: its golden shows them, ours of the same SLO does not.

TOTAL = 'http_request_duration_seconds_count{job="myservice", code="200"}'
ERRORS = 'http_request_duration_seconds_count{job="myservice", code="500"}'
LEFT = f"sum({SLOTH.budget_left})"
PAGES = 'count(ALERTS{alertstate="firing", sloth_severity="page"})'
FAULTS: dict[str, tuple[dict[str, str], list[tuple[int, str, Mapping[str, float]]]]] = {
    "no traffic is NaN": (
        {TOTAL: "100+0x40", ERRORS: "7+0x40"},
        [(30 * MINUTE, LEFT, {"{}": 1.0})],
    ),
    "an error counter that does not exist yet blinds": (
        {TOTAL: "100+60x40"},
        [(30 * MINUTE, LEFT, {"{}": 1.0})],
    ),
    "quiet hours weigh as much as busy ones": (
        {TOTAL: "0+6000x60 360005.4+5.4x59", ERRORS: "0+0x60 0.6+0.6x59"},
        [
            (2 * HOUR, f"sum({PERIOD}) < bool 0.001", {"{}": 1.0}),
            (2 * HOUR, f"sum({PERIOD}) > bool 0.00005", {"{}": 1.0}),
        ],
    ),
    "one failure in a quiet night pages": (
        {TOTAL: " ".join(f"{n}+0x4" for n in range(60)), ERRORS: "5+0x203 6+0x90"},
        [(minutes * MINUTE, PAGES, {}) for minutes in (200, 204, 206, 210, 240)],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_sloths_faults_are_absent(fault: str, tmp_path: Path) -> None:
    folder = needs_shared_data("sloth")
    series, expectations = FAULTS[fault]
    golden = (folder / "_gen" / "getting-started.yml").read_text(encoding="utf-8")
    (slo,) = definitions(folder, "getting-started")
    ours = bundle_of([replace(slo, low_traffic=LowTraffic())]).rule_files[0].groups
    theirs_are_good, _ = judged(tmp_path, golden, series, expectations, step=MINUTE)
    ours_are_good, said = judged(tmp_path, ours, series, expectations, step=MINUTE)
    assert not theirs_are_good
    assert ours_are_good, said


def test_a_label_may_change_at_any_time() -> None:
    """User labels are on alerts and on the info series only, so no recorded series begins anew."""
    before, after = (
        bundle_of([SLO("availability", service=SHOP, objective=99, sli=events(), labels={"owner": owner})])
        for owner in ("mine", "yours")
    )
    groups = [bundle.rule_files[0].groups for bundle in (before, after)]
    changed = [
        one.name
        for mine, yours in zip(*groups, strict=True)
        for one, other in zip(mine.rules, yours.rules, strict=True)
        if one.labels != other.labels
    ]
    assert changed == ["sloth_slo_info", *["ShopAvailabilityErrorBudgetBurn"] * 2, "ShopAvailabilityMetricAbsent"]


def test_ratios_are_those_of_sloth(tmp_path: Path) -> None:
    """Where Sloth gives a ratio, ours is the same number; over days, added up, it is close to it."""
    folder = needs_shared_data("sloth")
    golden = (folder / "_gen" / "getting-started.yml").read_text(encoding="utf-8")
    naming = Naming(error_ratio="our:sli_error:ratio_rate{window}")
    settings = PrometheusSettings(naming=naming)
    catalog = Catalog((Module("alerts.slos", "alerts/slos.py", (settings, *definitions(folder, "getting-started"))),))
    (slo,) = catalog.of(SLO)
    plan = Planner(catalog).plan(slo)
    ours = rule_file_text(RuleFile("ours", (replace(sli_rules(plan), name="ours"),))).removeprefix("groups:\n")
    theirs = golden[golden.index("groups:") :].replace("\n", "\n  ").rstrip() + "\n"
    series = {
        TOTAL: "0+3000x300 900000+2000x400 1700000+4000x500",
        ERRORS: "0+0x200 30+30x300 9030+7x500 12542+12x400",
    }
    pairs = [(window, 1e-9) for window in ("5m", "30m", "1h", "2h", "6h")] + [("1d", 0.03), ("3d", 0.03)]
    at = 19 * HOUR
    quotient = "sum(our:sli_error:ratio_rate{0}) / sum(slo:sli_error:ratio_rate{0})"
    expectations = [
        (at, f"abs({quotient.format(window)} - 1) <= bool {tolerance}", {"{}": 1.0}) for window, tolerance in pairs
    ]
    good, said = judged(tmp_path, theirs + ours, series, expectations, step=5 * MINUTE, interval=MINUTE)
    assert good, said
