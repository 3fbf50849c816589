"""An alert as Alertmanager keeps it: its identity, its life, and how two reports of it become one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from generator.labels import LabelSet

_OFFSET: Final = 14695981039346656037
_PRIME: Final = 1099511628211
_MASK: Final = 0xFFFFFFFFFFFFFFFF


@lru_cache(maxsize=65536)
def fingerprint(labels: LabelSet) -> str:
    """The identity of a label set: 64-bit FNV-1a over names and values, each ended by 0xff, as 16 hex digits.

    Source: `labelSetToFingerprint` of prometheus/common.
    """
    total = _OFFSET
    for pair in labels.pairs:
        for part in pair:
            for byte in part.encode():
                total = ((total ^ byte) * _PRIME) & _MASK
            total = ((total ^ 255) * _PRIME) & _MASK
    return f"{total:016x}"


class Annotations(Mapping[str, str]):
    """Annotations that are worked out when somebody reads them: most reports of an alert nobody reads."""

    __slots__ = ("_known", "_make")

    def __init__(self, make: Callable[[], Mapping[str, str]]) -> None:
        self._make = make
        self._known: Mapping[str, str] | None = None

    def _read(self) -> Mapping[str, str]:
        if self._known is None:
            self._known = self._make()
        return self._known

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return f"Annotations({dict(self._read())!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self._read()),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A report of an alert as it is posted to Alertmanager. Times are milliseconds since 1970; None: not given."""

    labels: LabelSet
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at: int | None = None
    ends_at: int | None = None
    generator_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert in Alertmanager.

    ends_at: when it is resolved, or counts as resolved unless it is reported again. timeout: whether that time was
    made up from `resolve_timeout`. updated_at: when it was last reported. Milliseconds since 1970.
    """

    labels: LabelSet
    annotations: Mapping[str, str]
    starts_at: int
    ends_at: int
    updated_at: int
    timeout: bool = False
    generator_url: str = ""

    @classmethod
    def received(cls, posted: Posted, now: int, resolve_timeout: int) -> Alert:
        """What a report becomes at a time."""
        starts_at = posted.starts_at
        if starts_at is None:
            starts_at = now if posted.ends_at is None else posted.ends_at
        return cls(
            labels=posted.labels,
            annotations=posted.annotations,
            starts_at=starts_at,
            ends_at=now + resolve_timeout if posted.ends_at is None else posted.ends_at,
            updated_at=now,
            timeout=posted.ends_at is None,
            generator_url=posted.generator_url,
        )

    @property
    def fingerprint(self) -> str:
        """The identity of its labels."""
        return fingerprint(self.labels)

    def resolved(self, now: int) -> bool:
        """Whether it is over at a time."""
        return self.ends_at <= now

    def after(self, old: Alert, now: int) -> Alert:
        """This newer report put together with the older one, if their lives overlap (`Alerts.Put` of 0.25)."""
        begins_within = old.starts_at < self.starts_at < old.ends_at
        ends_within = old.starts_at < self.ends_at < old.ends_at
        if not (begins_within or ends_within):
            return self
        starts_at, ends_at = min(old.starts_at, self.starts_at), self.ends_at
        if self.resolved(now):
            if old.resolved(now):
                ends_at = max(old.ends_at, ends_at)
        elif not old.timeout:
            ends_at = max(old.ends_at, ends_at)
        if starts_at == self.starts_at and ends_at == self.ends_at:
            return self
        return replace(self, starts_at=starts_at, ends_at=ends_at)


def order(labels: LabelSet) -> tuple[Any, ...]:
    """The key by which Alertmanager sorts alerts: job, instance, how many labels, then names and values in turn.

    A label that only one of two alerts has decides for the alert that lacks it, as in `LabelSet.Before` of
    prometheus/common; with equally many labels that is the alert whose first differing name is the later one.
    """
    places = tuple((label not in labels, labels.get(label, "")) for label in ("job", "instance"))
    return (*places, len(labels), tuple(_Pair(name, value) for name, value in labels.pairs))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A label in the order of `LabelSet.Before`: names backwards, values forwards."""

    name: str
    value: str

    def __lt__(self, other: _Pair) -> bool:
        return self.value < other.value if self.name == other.name else self.name > other.name
