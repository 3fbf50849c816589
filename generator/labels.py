"""Label sets: immutable, sorted, hashable; and the rules of label and metric names."""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping
from typing import Final, TypeVar, overload

METRIC_NAME: Final = "__name__"

_T = TypeVar("_T")

_LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_METRIC_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def is_label_name(name: str) -> bool:
    """Whether `name` is a label name of Prometheus 2 (ASCII letters, digits, underscore)."""
    return _LABEL_NAME.fullmatch(name) is not None


def is_metric_name(name: str) -> bool:
    """Whether `name` is a metric name of Prometheus 2 (as a label name, with colons)."""
    return _METRIC_NAME.fullmatch(name) is not None


class LabelSet(Mapping[str, str]):
    """Labels of one series or alert. Equal by value, hashable, ordered by name; empty values are kept out."""

    __slots__ = ("_hash", "_map", "pairs")

    pairs: tuple[tuple[str, str], ...]

    def __init__(self, labels: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        # A dict is what it nearly always is, and to ask whether something is a mapping at all takes a while.
        items = labels.items() if type(labels) is dict or isinstance(labels, Mapping) else labels
        self._set(tuple(sorted([(name, value) for name, value in items if value != ""])))

    def _set(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self.pairs = pairs
        self._map = dict(pairs)
        self._hash = hash(pairs)

    @classmethod
    def from_sorted(cls, pairs: tuple[tuple[str, str], ...]) -> LabelSet:
        """From pairs that are known to be sorted by name, without duplicates and without empty values."""
        made = cls.__new__(cls)
        made._set(pairs)
        return made

    def __getitem__(self, name: str) -> str:
        return self._map[name]

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str) -> str: ...
    @overload
    def get(self, name: str, /, default: _T) -> str | _T: ...
    def get(self, name: str, /, default: object = None) -> object:
        """The value of a label, or the default where it is missing; selectors ask it of every series."""
        return self._map.get(name, default)

    def keys(self) -> KeysView[str]:
        """The names of the labels, in order."""
        return self._map.keys()

    def items(self) -> ItemsView[str, str]:
        """Names and values, in order of the names."""
        return self._map.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)

    def __contains__(self, name: object) -> bool:
        return name in self._map

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LabelSet):
            return self.pairs == other.pairs
        return NotImplemented if not isinstance(other, Mapping) else self._map == dict(other)

    def __or__(self, other: Mapping[str, str]) -> LabelSet:
        """These labels with `other` laid over them; an empty value removes a label."""
        return LabelSet({**self._map, **other})

    def keep(self, names: Iterable[str]) -> LabelSet:
        """Only the labels named."""
        wanted = frozenset(names)
        return LabelSet.from_sorted(tuple(pair for pair in self.pairs if pair[0] in wanted))

    def without(self, names: Iterable[str]) -> LabelSet:
        """All but the labels named."""
        unwanted = frozenset(names)
        return LabelSet.from_sorted(tuple(pair for pair in self.pairs if pair[0] not in unwanted))

    @property
    def metric(self) -> str:
        """The metric name, or an empty string."""
        return self._map.get(METRIC_NAME, "")

    def __str__(self) -> str:
        inner = [f"{_label(name)}={_quoted(value)}" for name, value in self.pairs if name != METRIC_NAME]
        metric = self.metric
        if metric and not is_metric_name(metric):
            inner, metric = [_quoted(metric), *inner], ""
        return f"{metric}{{{', '.join(inner)}}}" if inner or not metric else metric

    def __repr__(self) -> str:
        return f"LabelSet({dict(self.pairs)!r})"


def _label(name: str) -> str:
    return name if is_label_name(name) else _quoted(name)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


EMPTY: Final = LabelSet()
