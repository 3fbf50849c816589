"""Whether two alerts agree on the labels that an inhibition rule wants equal, by what can be known of their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from generator.model.routing.told import Told
from generator.model.routing.variants import brings, pinned

Known = frozenset[str] | None
"""The values that a label may have, the empty one for none; None where it may have any."""
Values = tuple[Known, ...]

_NONE: Final = frozenset({""})


def values_of(names: Iterable[str], alert: Told, labels: Mapping[str, str]) -> Values:
    """What an alert with labels that it may have can have of the named ones."""
    return tuple(_known(name, alert, labels) for name in names)


def _known(name: str, alert: Told, labels: Mapping[str, str]) -> Known:
    value = labels.get(name, "")
    if value:
        return None if "{{" in value else frozenset({value})
    return pinned(alert, name) if brings(alert, name) else _NONE


def agree(names: Sequence[str], one: Values, other: Values, apart: Mapping[str, frozenset[str]]) -> bool:
    """Whether all values can be equal.

    apart: the values of labels for which alerts are looked at one by one; where such a label is open, it has others.
    """
    pairs = zip(names, one, other, strict=True)
    return all(_meet(mine, theirs, apart.get(name, frozenset())) for name, mine, theirs in pairs)


def _meet(mine: Known, theirs: Known, apart: frozenset[str]) -> bool:
    if mine is not None and theirs is not None:
        return not mine.isdisjoint(theirs)
    known = theirs if mine is None else mine
    return known is None or not known <= apart


def is_known(values: Values) -> bool:
    """Whether there is no choice of values."""
    return all(one is not None and len(one) == 1 for one in values)


def surely_agree(one: Values, other: Values) -> bool:
    """Whether all values are equal, whatever series bring."""
    return one == other and is_known(one)
