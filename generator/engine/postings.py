"""The series of one metric by the values of their labels, so that a selector need not look at all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from generator.promql.ast import Matcher

if TYPE_CHECKING:
    from generator.engine.storage import Series

# Among fewer series than this looking at each is faster than keeping them by label.
_WORTH_KEEPING: Final = 16


class Postings:
    """Series in the order in which they came; those of each value of a label as soon as the label is asked for."""

    __slots__ = ("_by_label", "_series")

    def __init__(self) -> None:
        self._series: list[Series] = []
        self._by_label: dict[str, dict[str, list[Series]]] = {}

    def add(self, series: Series) -> None:
        """Take in one more series."""
        self._series.append(series)
        for label, by_value in self._by_label.items():
            by_value.setdefault(series.labels.get(label, ""), []).append(series)

    def candidates(self, matchers: Iterable[Matcher]) -> Sequence[Series]:
        """The fewest series of which a single matcher leaves no doubt that all others are out."""
        fewest = self._series
        for matcher in matchers:
            if len(fewest) < _WORTH_KEEPING:
                break
            if matcher.op == "=":
                equal = self._of(matcher.label).get(matcher.value, [])
                fewest = equal if len(equal) < len(fewest) else fewest
        return fewest

    def _of(self, label: str) -> dict[str, list[Series]]:
        """The series by the value of a label, which is empty where they have none."""
        by_value = self._by_label.get(label)
        if by_value is None:
            by_value = self._by_label[label] = {}
            for series in self._series:
                by_value.setdefault(series.labels.get(label, ""), []).append(series)
        return by_value
