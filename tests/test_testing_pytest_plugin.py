"""The pytest plugin: collects what is a rule test and nothing else, one item for each assertion."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml.cyaml  # noqa: F401 - an extension cannot be loaded twice, and pytester forgets what it saw imported

from generator.testing.playground import Playground
from generator.testing.series import SeriesError

pytest_plugins = ["pytester"]

# Where tocsin is installed its entry point has brought the plugin already, and pytest refuses to take it twice.
INSTALLED = bool(entry_points(group="pytest11", name="tocsin"))
PLUGIN = (
    ("-p", "no:cacheprovider") if INSTALLED else ("-p", "generator.testing.pytest_plugin", "-p", "no:cacheprovider")
)

FIXTURE = """\
rule_files: [rules.yml]
tests:
- name: first
  input_series: [{series: 'up{job="a"}', values: 0x5}]
  alert_rule_test:
  - {eval_time: 1m, alertname: Down, exp_alerts: [{exp_labels: {job: a}}]}
  - {eval_time: 1m, alertname: Down, exp_alerts: []}
  promql_expr_test:
  - {expr: up, eval_time: 1m, exp_samples: [{labels: 'up{job="a"}', value: 0}]}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.path.joinpath("rules.yml").write_text("groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n")
    pytester.path.joinpath("up_test.yml").write_text(FIXTURE)
    pytester.path.joinpath("other_test.yml").write_text("nothing: of ours\n")
    pytester.path.joinpath("foreign_test.yml").write_text("tests:\n- name: of another tool\n")
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess(*PLUGIN, *arguments)


def test_one_item_for_each_assertion(project: pytest.Pytester) -> None:
    done = run(project, "-v")
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(
        [
            "*up_test.yml::first::Down at 1m PASSED*",
            "*up_test.yml::first::Down at 1m#2 FAILED*",
            "*up_test.yml::first::up at 1m PASSED*",
            "*up_test.yml:7: Down at 1m",
            "expected no alerts firing, got 1 alert",
        ]
    )
    done.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_keywords_choose(project: pytest.Pytester) -> None:
    run(project, "-k", "Down").assert_outcomes(passed=1, failed=1, deselected=1)


@pytest.mark.parametrize(("arguments", "passed"), [((), 0), (("--tocsin",), 2), (("up_test.yml",), 2)])
def test_settings_turn_it_off(project: pytest.Pytester, arguments: tuple[str, ...], passed: int) -> None:
    project.makeini("[pytest]\ntocsin = false")
    run(project, *arguments).assert_outcomes(passed=passed, failed=passed // 2)


def test_files_in_tests_rules_are_collected(project: pytest.Pytester) -> None:
    folder = project.mkdir("tests") / "rules"
    folder.mkdir()
    for name in ("rules.yml", "up_test.yml"):
        project.path.joinpath(name).rename(folder / name.replace("up_test", "up"))
    run(project).assert_outcomes(passed=2, failed=1)


def test_unreadable_files_are_errors(project: pytest.Pytester) -> None:
    project.path.joinpath("up_test.yml").write_text("rule_files: []\ntests: [{nmae: x}]\n")
    done = run(project)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*up_test.yml:2: error: unknown key 'nmae'*"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("typo_test.yml", b"rule_files: [r.yml]\ntest: [{interval: 1m}]\n"),
        ("list.test.yml", b"- rule_files: [r.yml]\n  tests: []\n"),
        ("wide-test.yaml", "rule_files: []\ntests: []\n".encode("utf-16")),
    ],
)
def test_mistakes_are_not_passed_over(project: pytest.Pytester, name: str, text: bytes) -> None:
    project.path.joinpath("up_test.yml").unlink()
    project.path.joinpath(name).write_bytes(text)
    run(project).assert_outcomes(errors=1)


def test_a_configuration_is_no_test(project: pytest.Pytester) -> None:
    project.path.joinpath("prometheus_test.yml").write_text("global: {}\nrule_files: [rules.yml]\n")
    run(project, "-k", "Down").assert_outcomes(passed=1, failed=1, deselected=1)


def test_the_fixture_evaluates(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_it(promql):
            promql.load('up{job="a"} 1 0 1', 'up{job="b"} 1x2', step="1m")
            assert promql.value("sum(up)") == 2
            assert promql.value("sum(up)", at="1m") == 1
            assert {labels["job"]: value for labels, value in promql.vector("up == 1", at="1m").items()} == {"b": 1}
        """
    )
    run(project, "-k", "test_it").assert_outcomes(passed=1, deselected=3)


def test_playground() -> None:
    ground = Playground().load('a{x="1"} 0+60x10', step="1m")
    assert ground.last == 600_000
    assert ground.value("rate(a[5m])") == 1
    assert ground.value("2 * 3") == 6
    assert list(ground.range("a > 100", "1m", "3m", "1m").values()) == [[(120_000, 120.0), (180_000, 180.0)]]
    assert list(ground.vector("1").values()) == [1.0]
    with pytest.raises(ValueError, match="gives 0 series"):
        ground.value("nothing")
    with pytest.raises(SeriesError):
        ground.load("a b")


def test_the_plugin_is_light() -> None:
    text = Path(__file__).parents[1].joinpath("generator", "testing", "pytest_plugin.py").read_text(encoding="utf-8")
    top = [line for line in text.splitlines() if line.startswith(("from generator", "import numpy"))]
    assert top == []
