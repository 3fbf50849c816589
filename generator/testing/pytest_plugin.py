"""pytest: rule tests as items, one for each assertion, and a `promql` fixture.

`*_test.yml` (`*-test.yml`, `*.test.yml`) and `tests/rules/*.yml` are collected where their content is a rule test,
since other tools have files called `*_test.yml`, too. A project that runs its rule tests otherwise says
`tocsin = false` in its pytest settings; `--tocsin`, or naming the file on the command line, collects all the same.
Imports of the engine wait until they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from generator.testing.outcome import Outcome
    from generator.testing.playground import Playground
    from generator.testing.verdict import Verdict


def pytest_addoption(parser: pytest.Parser) -> None:
    """The switches that turn collection off, and on all the same."""
    group = parser.getgroup("tocsin", "Prometheus rule tests")
    group.addoption("--tocsin", action="store_true", help="collect rule tests even if the settings say tocsin = false")
    parser.addini("tocsin", "collect rule tests (*_test.yml, tests/rules/*.yml)", type="bool", default=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector for a rule test, where collection is on."""
    if file_path.suffix not in (".yml", ".yaml"):
        return None
    from generator.testing.recognition import is_rule_test

    named = parent.session.isinitpath(file_path)
    wanted = named or parent.config.getoption("--tocsin") or parent.config.getini("tocsin")
    if not wanted or not (named or _is_named_so(file_path)) or not is_rule_test(file_path):
        return None
    return RuleTestFile.from_parent(parent, path=file_path)


def _is_named_so(path: Path) -> bool:
    from generator.testing.recognition import is_fixture_name

    in_folder = path.parent.name == "rules" and path.parent.parent.name == "tests"
    return in_folder or is_fixture_name(path.name)


class RuleTestFile(pytest.File):
    """A fixture, run once when it is collected."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each assertion."""
        from generator.testing.fixture_run import RuleCache, run_fixture

        outcome = run_fixture(self.path, RuleCache())
        if outcome.unreadable:
            raise self.CollectError("\n".join(str(problem) for problem in outcome.problems))
        yield from self._items(outcome)

    def _items(self, outcome: Outcome) -> Iterator[pytest.Item]:
        seen: dict[str, int] = {}
        for verdict in outcome.verdicts:
            name = f"{verdict.group}::{verdict.title}"
            seen[name] = seen.get(name, 0) + 1
            unique = name if seen[name] == 1 else f"{name}#{seen[name]}"
            yield AssertionItem.from_parent(self, name=unique, verdict=verdict)


class AssertionFailed(Exception):  # noqa: N818 - it is an outcome
    """The assertion of an item does not hold."""


class AssertionItem(pytest.Item):
    """One assertion of a fixture."""

    def __init__(self, *, verdict: Verdict, name: str, parent: pytest.Collector) -> None:
        super().__init__(name, parent)
        self._verdict = verdict

    def runtest(self) -> None:
        """Raise what is wrong."""
        if self._verdict.status == "skipped":
            pytest.skip(self._verdict.message)
        if self._verdict.failed:
            raise AssertionFailed(f"{self._verdict.message}\n{self._verdict.detail}".rstrip())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002
        """What is wrong, without a traceback through this plugin."""
        if isinstance(excinfo.value, AssertionFailed):
            return f"{self._verdict.origin}: {self._verdict.title}\n{excinfo.value}"
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line from 0, and title."""
        return self.path, max(0, self._verdict.origin.line - 1), self.name


@pytest.fixture
def promql() -> Playground:
    """Series in the notation of tests, and PromQL over them: `promql.load('up 1 1 0').value('sum(up)')`."""
    from generator.testing.playground import Playground

    return Playground()
