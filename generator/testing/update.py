"""Rewrites the expectations of fixtures in place, from what the rules give; everything else stays as it is.

Only assertions that fail are touched, and of these only what differs. Partial expectations are left alone, and so is
what assertions share through YAML aliases, unless all of them want the same. The new text is read again before it
is written.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from yaml.nodes import MappingNode, Node, SequenceNode

from generator.diagnostics import Origin, Problem, error, has_errors, in_order, warning
from generator.errors import TocsinError
from generator.testing.fixture import AlertCase, Case
from generator.testing.fixture_run import Prepared, RuleCache, prepare
from generator.testing.promtool import DEFAULT, TestRun
from generator.testing.read_fixture import parse_fixture
from generator.testing.update_items import Alerts, Samples, Want, list_edits, settled
from generator.testing.yaml_edits import Edit, apply, overlap, set_value
from generator.testing.yaml_source import Source, entries, items

CHECK: Final = "test/update"
"""The name under which expectations are reported that were not rewritten."""

ALERTS: Final = "alert_rule_test"
EXPRS: Final = "promql_expr_test"

_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Updated:
    """How many expectations of a file were rewritten, and which were not: warnings for single ones, or one error."""

    count: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion with its node and that of its list, if it has one; `want` is None where nothing is to be done.

    `path` is where it stands: the number of the test, the section, the number there.
    """

    path: tuple[int, str, int]
    case: Case
    node: MappingNode
    listed: SequenceNode | None
    want: Want | None


def update(path: Path, *, lenient: bool = False) -> Updated:
    """Rewrite the failing expectations of a fixture. Nothing is done to a broken file.

    `lenient` reads rule files as `Options` says.
    """
    count = 0
    while True:
        done = _once(path, lenient)
        count += done.count
        # Where aliases have been replaced, what they stood for may now be somebody's own.
        if not done.count or not done.problems:
            return Updated(count, done.problems)


def _once(path: Path, lenient: bool) -> Updated:
    ready = prepare(path, RuleCache(lenient))
    if not isinstance(ready, Prepared):
        return Updated(0)
    text = path.read_bytes().decode("utf-8")
    mark = _BOM if text.startswith(_BOM) else ""
    source = Source(text.removeprefix(_BOM))
    edits: list[Edit] = []
    changed: list[Assertion] = []
    problems: list[Problem] = []
    for assertion, its in _planned(source, list(_assertions(ready, source))):
        if its is None:
            problems.append(_shared(assertion, path))
        else:
            edits += its
            changed.append(assertion)
    fault = _write(path, mark, source, edits, changed) if changed else None
    return Updated(0, (fault,)) if fault else Updated(len(changed), tuple(in_order(problems)))


def _planned(source: Source, assertions: Sequence[Assertion]) -> Iterator[tuple[Assertion, list[Edit] | None]]:
    """For each assertion to be rewritten its edits; None where others would be changed that want something else."""
    groups: dict[int, list[Assertion]] = {}
    for each in assertions:
        groups.setdefault(id(each.node if each.listed is None else each.listed), []).append(each)
    readers = Counter(id(each.node) for each in assertions)
    for group in groups.values():
        wanting = [(each, each.want) for each in group if each.want is not None]
        if len(wanting) == len(group) and len({repr(want.values()) for _, want in wanting}) == 1:
            edits = _where_written(source, *wanting[0], readers)
            for number, (each, _) in enumerate(wanting):
                yield each, edits if not number or edits is None else []
            continue
        for each, want in wanting:
            here = each.listed is not None and source.parents[id(each.listed)][0] is each.node
            yield each, None if here or readers[id(each.node)] > 1 else _in_the_case(source, each, want, readers)


def _where_written(source: Source, assertion: Assertion, want: Want, readers: Counter[int]) -> list[Edit] | None:
    """The edits of the list itself, wherever aliases to it stand."""
    if assertion.listed is None:
        return _in_the_case(source, assertion, want, readers)
    owner, number = source.parents[id(assertion.listed)]
    return list_edits(source, owner, number // 2, want) if isinstance(owner, MappingNode) else None


def _in_the_case(source: Source, assertion: Assertion, want: Want, readers: Counter[int]) -> list[Edit] | None:
    """The edits that give a case a list of its own; None where other cases are made of it with `<<`."""
    node = assertion.node
    if len(source.aliases.get(id(node), ())) >= readers[id(node)]:
        return None
    return list(set_value(source, node, want.key, want.values()))


def _shared(assertion: Assertion, path: Path) -> Problem:
    message = "left as it is: other assertions share this expectation through a YAML alias and expect something else"
    return warning(CHECK, Origin(str(path), assertion.case.origin.line), message, "change it by hand")


def _write(
    path: Path, mark: str, source: Source, edits: Sequence[Edit], changed: Sequence[Assertion]
) -> Problem | None:
    """Carry out edits and write the file as a whole; or what is wrong, and nothing is written."""
    text = "" if overlap(edits) else apply(source.text, edits)
    if not text or not _good(text, str(path), source, changed):
        first = min(each.case.origin.line for each in changed)
        reason = "not updated: its expectations cannot be rewritten without harm to the rest of the file"
        return error(CHECK, Origin(str(path), first), reason, "write this case in plain YAML, or change it by hand")
    try:
        _replace(path.resolve(), (mark + text).encode())
    except OSError as reason:
        return error(CHECK, Origin(str(path)), f"cannot be written: {reason}")
    return None


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _good(text: str, file: str, source: Source, changed: Sequence[Assertion]) -> bool:
    """Whether a new text is a fixture in which the changed assertions hold, and all else is as it was."""
    fixture, problems = parse_fixture(text, file)
    if has_errors(problems) or _rest(Source(text), changed) != _rest(source, changed):
        return False
    for each in changed:
        number, _, place = each.path
        test = fixture.tests[number]
        if isinstance(each.want, Alerts):
            want: Want = replace(each.want, expected=test.alerts[place].expected)
        elif isinstance(each.want, Samples):
            want = replace(each.want, expected=test.exprs[place].expected)
        if not settled(want):
            return False
    return True


def _rest(source: Source, changed: Sequence[Assertion]) -> object:
    """All that a text says but for what the changed assertions expect."""
    rest = _plain(source.root)
    for each in changed:
        number, section, place = each.path
        try:
            case = rest["tests"][number][section][place]
        except (IndexError, KeyError):
            return None
        case.pop("exp_alerts" if section == ALERTS else "exp_samples", None)
    return rest


def _plain(node: Node | None) -> Any:
    if isinstance(node, MappingNode):
        return {key: _plain(value) for key, value in entries(node).items()}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    return None if node is None else (node.tag, node.value)


def _assertions(ready: Prepared, source: Source) -> Iterator[Assertion]:
    """All assertions of a file; with what they should expect where they fail and can be rewritten."""
    fixture = ready.fixture
    for number, (test, node) in enumerate(zip(fixture.tests, items(entries(source.root).get("tests")), strict=True)):
        run = TestRun(test, ready.rules, fixture, DEFAULT)
        failed = [verdict.failed and not run.run.failures for verdict in run.verdicts()]
        parts = entries(node)
        sections: list[tuple[str, Sequence[Case]]] = [(ALERTS, test.alerts), (EXPRS, test.exprs)]
        for section, cases in sections:
            verdicts = failed if section == ALERTS else failed[len(test.alerts) :]
            for place, (case, at) in enumerate(zip(cases, items(parts.get(section)), strict=True)):
                if isinstance(at, MappingNode):
                    listed = entries(at).get("exp_alerts" if section == ALERTS else "exp_samples")
                    own = listed if isinstance(listed, SequenceNode) else None
                    want = _want(run, case) if verdicts[place] else None
                    yield Assertion((number, section, place), case, at, own, want)


def _want(run: TestRun, case: Case) -> Want | None:
    """What a failing assertion gets, in order; None where there is nothing to expect, or it is expected already."""
    want: Want
    if isinstance(case, AlertCase):
        if any(alert.partial_labels or alert.partial_annotations for alert in case.expected):
            return None
        want = Alerts(case.expected, sorted(run.firing(case), key=lambda got: (got[0].pairs, sorted(got[1].items()))))
    elif case.expr is None:
        return None
    else:
        try:
            got = sorted(run.samples(case), key=lambda sample: sample[0].pairs)
        except TocsinError:
            return None
        want = Samples(case.expected, got, run.fixture.fuzzy_compare)
    return None if settled(want) else want
