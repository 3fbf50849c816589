"""What the parts of one evaluation share: the storage, the settings, the query's range, and its annotations."""

from __future__ import annotations

from collections.abc import Callable

from generator.engine.annotations import Annotation, Level
from generator.engine.arrays import Times
from generator.engine.histogram.stats import statistics_selectors
from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.engine.vector import Scalar, Text, Value, Vector
from generator.errors import PromQLError
from generator.promql.ast import Expr, VectorSelector


class Context:
    """One evaluation of one query. `start`, `end` and `step` (0 for an instant) are the query's, in milliseconds.

    `evaluate` gives the value of a part of the query at any times, as subqueries need it.
    """

    __slots__ = ("_notes", "_statistics", "end", "evaluate", "query", "settings", "start", "step", "storage")

    def __init__(
        self,
        query: Expr,
        storage: Storage,
        times: Times,
        settings: Settings,
        evaluate: Callable[[Context, Expr, Times], Value],
    ) -> None:
        self.query = query
        self.storage = storage
        self.settings = settings
        self.start = int(times[0]) if len(times) else 0
        self.end = int(times[-1]) if len(times) else 0
        self.step = int(times[1] - times[0]) if len(times) > 1 else 0
        self.evaluate = evaluate
        self._statistics: frozenset[int] | None = None
        self._notes: dict[tuple[Level, str], Annotation] = {}

    @property
    def late_names(self) -> bool:
        """Whether metric names are removed at the end of the query only."""
        return self.settings.delayed_name_removal

    def needs_buckets(self, selector: VectorSelector) -> bool:
        """Whether more than the count and sum of the histograms that a selector of the query finds is looked at."""
        if self._statistics is None:
            self._statistics = statistics_selectors(self.query)
        return id(selector) not in self._statistics

    def info(self, message: str, node: Expr) -> None:
        """Note an info about a node."""
        self._note("info", message, node)

    def warn(self, message: str, node: Expr) -> None:
        """Note a warning about a node."""
        self._note("warning", message, node)

    def _note(self, level: Level, message: str, node: Expr) -> None:
        # As upstream, each text is said once, of the last node of which there is reason to say it.
        self._notes[level, message] = Annotation(level, message, node, self.query)

    def annotations(self) -> tuple[Annotation, ...]:
        """All that was noted, in the order in which it came up."""
        return tuple(self._notes.values())

    def vector(self, expr: Expr, times: Times) -> Vector:
        """The value of a part that must be an instant vector."""
        value = self.evaluate(self, expr, times)
        if not isinstance(value, Vector):
            raise PromQLError(f"expected an instant vector, got {kind(value)} from {expr}")
        return value

    def scalar(self, expr: Expr, times: Times) -> Scalar:
        """The value of a part that must be a scalar."""
        value = self.evaluate(self, expr, times)
        if not isinstance(value, Scalar):
            raise PromQLError(f"expected a scalar, got {kind(value)} from {expr}")
        return value

    def text(self, expr: Expr, times: Times) -> str:
        """The value of a part that must be a string."""
        value = self.evaluate(self, expr, times)
        if not isinstance(value, Text):
            raise PromQLError(f"expected a string, got {kind(value)} from {expr}")
        return value.value


def kind(value: Value) -> str:
    """What a value is, in Prometheus' words."""
    names = {Vector: "instant vector", Scalar: "scalar", Text: "string"}
    return names.get(type(value), "range vector")
