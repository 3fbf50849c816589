"""What the assertions of a test that hold prove of its rules.

An alert is proved to fire when the rule itself fires, not another of its name. It is proved to keep quiet only where
it could have spoken: the series that it reads are there. A test without data says nothing but that nothing comes of
nothing. A recording rule is proved where a query that is asserted sees what the rule wrote, or an alert that fires
does, itself or through other recordings; input of the same name proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from generator.engine.matchers import predicate
from generator.engine.storage import STALE, Series
from generator.promql.ast import Binary, Expr, MatrixSelector, Subquery, VectorSelector, children, selectors
from generator.rules.evaluation import Run
from generator.rules.group import RecordingRule
from generator.rules.writers import ALERTS
from generator.testing.coverage import Proof
from generator.testing.fixture import ExprCase


@dataclass(slots=True)
class Proofs:
    """What one run proves: by the place of a rule, what was asserted of it and held. start: of the test."""

    run: Run
    found: set[tuple[int, Proof]] = field(default_factory=set)

    def of_alerts(self, places: Iterable[int], at: int) -> None:
        """Note of each alerting rule whether it fires at a time (milliseconds after the start) or keeps quiet."""
        step = min(at // self.run.grid.step, self.run.grid.count - 1)
        for place in places:
            history = self.run.histories.get(place)
            states = set() if history is None else {alert.state for alert in history.at(step)}
            time = self.run.grid.start + step * self.run.grid.step
            if "firing" in states:
                self.found.add((place, "firing"))
                self._recorded(self._rule_expr(place), time)
            elif (place, "quiet") not in self.found and (states or self._could_speak(self._rule_expr(place), time)):
                self.found.add((place, "quiet"))

    def of_expr(self, case: ExprCase, expr: Expr, *, has_result: bool) -> None:
        """Note of what is read that it was recorded, and of `ALERTS` whether the alerts fired."""
        for selector in selectors(expr):
            if selector.metric == ALERTS and _asks_for_firing(selector):
                self.of_alerts(sorted(self.run.graph.writers(selector)), case.eval_time)
        if has_result:
            self._recorded(expr, self.run.grid.start + case.eval_time)

    def _rule_expr(self, place: int) -> Expr:
        return self.run.graph.rules[place].rule.expr

    def _recorded(self, expr: Expr, time: int) -> None:
        """Note the recording rules whose samples a query sees, and those whose samples they saw in turn."""
        waiting = [expr]
        while waiting:
            for look in _looks(waiting.pop()):
                for series in self._seen(look, time):
                    place = self.run.ledger.writer(series.labels)
                    if place is None or (place, "recorded") in self.found:
                        continue
                    if isinstance(self.run.graph.rules[place].rule, RecordingRule):
                        self.found.add((place, "recorded"))
                        waiting.append(self._rule_expr(place))

    def _could_speak(self, expr: Expr, time: int) -> bool:
        """Whether a query has something to read: all that it calculates with, any of what it chooses from."""
        looks = list(_looks(expr))
        if not looks:
            return False
        if isinstance(expr, Binary):
            sides = [side for side in (expr.left, expr.right) if any(selectors(side))]
            if expr.op == "unless":
                sides = sides[:1]
            able = (self._could_speak(side, time) for side in sides)
            return any(able) if expr.op in ("and", "or") else all(able)
        return any(any(True for _ in self._seen(look, time)) for look in looks)

    def _seen(self, look: _Look, time: int) -> Iterator[Series]:
        """The series of which a selector sees a sample."""
        lookback = self.run.surroundings.settings.lookback
        end = time - look.offset
        for series in self.run.storage.select(look.selector.all_matchers()):
            low, high = np.searchsorted(series.times, [end - (look.reach or lookback), end], side="right").tolist()
            newest = low if look.reach else high - 1
            if low < high and (series.kinds is None or bool((series.kinds[newest:high] != STALE).any())):
                yield series


@dataclass(frozen=True, slots=True)
class _Look:
    """A selector, and how far it looks back beyond an instant: through ranges, and from an offset (milliseconds)."""

    selector: VectorSelector
    reach: int = 0
    offset: int = 0


def _looks(expr: Expr, reach: int = 0, offset: int = 0) -> Iterator[_Look]:
    """Every selector of a query. Pinned times (`@`) are not followed: such a selector is taken to look at now."""
    match expr:
        case VectorSelector():
            yield _Look(expr, reach, offset + _known(expr.offset))
        case MatrixSelector(selector=selector):
            yield _Look(selector, reach + _known(expr.range), offset + _known(selector.offset))
        case Subquery():
            yield from _looks(expr.expr, reach + _known(expr.range), offset + _known(expr.offset))
        case _:
            for child in children(expr):
                yield from _looks(child, reach, offset)


def _known(span: object) -> int:
    """A duration in milliseconds, 0 for one that is a variable."""
    return span if isinstance(span, int) else 0


def _asks_for_firing(selector: VectorSelector) -> bool:
    """Whether a selector of `ALERTS` takes in alerts that fire."""
    return all(predicate(m)("firing") for m in selector.matchers if m.label == "alertstate")
