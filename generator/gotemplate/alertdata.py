"""What Alertmanager hands to notification templates: ``template.Data`` and the types inside it.

As of 0.34, and as of the versions before where they differ: ``Strings`` with its ``Join`` and ``RouteLabels`` came
with 0.34, ``NotificationReason`` with 0.32, and what KV and Pairs print as text with 0.26.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, cast

from generator.gotemplate.gotime import GoTime
from generator.gotemplate.values import (
    STRING,
    STRINGS,
    Field,
    Func,
    GoMap,
    GoSlice,
    GoStruct,
    StringSlice,
)

ALERT_NAME: Final = "alertname"

Version = tuple[int, int]
"""Of Alertmanager: ``(0, 25)``."""

NEWEST: Final[Version] = (0, 34)
"""The newest Alertmanager whose templates are known."""


class Strings(StringSlice):
    """``template.Strings``: strings that can be joined."""

    __slots__ = ()
    go_type = "template.Strings"
    go_methods: ClassVar[Mapping[str, Func]] = {
        "Join": Func(lambda strings, separator: separator.join(map(str, strings)), (STRING,)),
    }


@dataclass(frozen=True, slots=True)
class Pair(GoStruct):
    """``template.Pair``: a label or annotation."""

    name: str
    value: str

    go_type: ClassVar[str] = "template.Pair"
    go_fields: ClassVar[Mapping[str, Field]] = {"Name": Field("name"), "Value": Field("value")}


class Pairs(GoSlice):
    """``template.Pairs``: labels or annotations in order."""

    __slots__ = ()
    go_type = "template.Pairs"
    strings: ClassVar[type[StringSlice]] = Strings

    def names(self) -> StringSlice:
        """The names, in order."""
        return self.strings(cast(Pair, pair).name for pair in self)

    def values(self) -> StringSlice:
        """The values, in order."""
        return self.strings(cast(Pair, pair).value for pair in self)

    def __str__(self) -> str:
        return ", ".join(f"{cast(Pair, pair).name}={cast(Pair, pair).value}" for pair in self)


Pairs.go_methods = {
    "Names": Func(Pairs.names),
    "Values": Func(Pairs.values),
    "String": Func(Pairs.__str__),
}


class _PairsOf26(Pairs):
    """0.26 to 0.33."""

    __slots__ = ()
    strings = StringSlice


class _PairsOf25(_PairsOf26):
    """0.25: printed as Go prints slices."""

    __slots__ = ()


_PairsOf25.go_methods = {name: func for name, func in Pairs.go_methods.items() if name != "String"}


class KV(GoMap):
    """``template.KV``: a set of labels or annotations."""

    go_type = "template.KV"
    pairs: ClassVar[type[Pairs]] = Pairs

    def sorted_pairs(self) -> Pairs:
        """Sorted by name, but ``alertname`` first."""
        names = sorted(self, key=lambda name: (name != ALERT_NAME, name))
        return self.pairs(Pair(name, str(self[name])) for name in names)

    def remove(self, names: Iterable[object] | None) -> KV:
        """A copy without these names."""
        removed = set(names or ())
        return type(self)({name: value for name, value in self.items() if name not in removed})

    def __str__(self) -> str:
        return str(self.sorted_pairs())


KV.go_methods = {
    "SortedPairs": Func(KV.sorted_pairs),
    "Remove": Func(KV.remove, (STRINGS,)),
    "Names": Func(lambda labels: labels.sorted_pairs().names()),
    "Values": Func(lambda labels: labels.sorted_pairs().values()),
    "String": Func(KV.__str__),
}


class _KVOf26(KV):
    """0.26 to 0.33."""

    pairs = _PairsOf26


class _KVOf25(KV):
    """0.25: printed as Go prints maps."""

    pairs = _PairsOf25


_KVOf25.go_methods = {name: func for name, func in KV.go_methods.items() if name != "String"}


def kv_of(version: Version) -> type[KV]:
    """``template.KV`` of a version."""
    return KV if version >= (0, 34) else _KVOf26 if version >= (0, 26) else _KVOf25


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(GoStruct):
    """``template.Alert``: one alert of a notification. ``status`` is ``firing`` or ``resolved``."""

    status: str
    labels: KV = field(default_factory=KV)
    annotations: KV = field(default_factory=KV)
    starts_at: GoTime = field(default_factory=GoTime.zero)
    ends_at: GoTime = field(default_factory=GoTime.zero)
    generator_url: str = ""
    fingerprint: str = ""

    go_type: ClassVar[str] = "template.Alert"
    go_fields: ClassVar[Mapping[str, Field]] = {
        "Status": Field("status", json="status"),
        "Labels": Field("labels", json="labels"),
        "Annotations": Field("annotations", json="annotations"),
        "StartsAt": Field("starts_at", json="startsAt"),
        "EndsAt": Field("ends_at", json="endsAt"),
        "GeneratorURL": Field("generator_url", json="generatorURL"),
        "Fingerprint": Field("fingerprint", json="fingerprint"),
    }


class AlertSlice(GoSlice):
    """``[]template.Alert``, what Firing and Resolved give."""

    __slots__ = ()
    go_type = "[]template.Alert"


class Alerts(AlertSlice):
    """``template.Alerts``: all alerts of a notification."""

    __slots__ = ()
    go_type = "template.Alerts"

    def having(self, status: str) -> AlertSlice:
        """The alerts with this status."""
        return AlertSlice(alert for alert in self if cast(Alert, alert).status == status)


Alerts.go_methods = {
    "Firing": Func(lambda alerts: alerts.having("firing")),
    "Resolved": Func(lambda alerts: alerts.having("resolved")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Data(GoStruct):
    """``template.Data``: the dot of a notification template. Alertmanager passes a pointer to it.

    ``route_labels_rendered`` is Go's unexported flag that route labels are plain text already.
    """

    receiver: str = ""
    status: str = ""
    alerts: Alerts = field(default_factory=Alerts)
    notification_reason: str = ""
    group_labels: KV = field(default_factory=KV)
    common_labels: KV = field(default_factory=KV)
    common_annotations: KV = field(default_factory=KV)
    route_labels: KV = field(default_factory=KV)
    external_url: str = ""
    route_labels_rendered: bool = False

    go_type: ClassVar[str] = "template.Data"
    go_fields: ClassVar[Mapping[str, Field]] = {
        "Receiver": Field("receiver", json="receiver"),
        "Status": Field("status", json="status"),
        "Alerts": Field("alerts", json="alerts"),
        "NotificationReason": Field("notification_reason", json="notification_reason"),
        "GroupLabels": Field("group_labels", json="groupLabels"),
        "CommonLabels": Field("common_labels", json="commonLabels"),
        "CommonAnnotations": Field("common_annotations", json="commonAnnotations"),
        "RouteLabels": Field("route_labels", json="routeLabels"),
        "ExternalURL": Field("external_url", json="externalURL"),
        "routeLabelsRendered": Field("route_labels_rendered"),
    }


def _without(fields: Mapping[str, Field], *names: str) -> dict[str, Field]:
    return {name: field for name, field in fields.items() if name not in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class _DataOf32(Data):
    """0.32 and 0.33."""

    go_fields: ClassVar[Mapping[str, Field]] = _without(Data.go_fields, "RouteLabels", "routeLabelsRendered")


@dataclass(frozen=True, slots=True, kw_only=True)
class _DataOf25(Data):
    """0.25 to 0.31."""

    go_fields: ClassVar[Mapping[str, Field]] = _without(_DataOf32.go_fields, "NotificationReason")


def data_of(version: Version) -> type[Data]:
    """``template.Data`` of a version; its labels and annotations are to be of the same version (`kv_of`)."""
    return Data if version >= (0, 34) else _DataOf32 if version >= (0, 32) else _DataOf25


def common(sets: Sequence[Mapping[str, str]], kv: type[KV] = KV) -> KV:
    """The labels or annotations that all of these have with the same value."""
    if not sets:
        return kv()
    first, *others = sets
    return kv({name: value for name, value in first.items() if all(o.get(name, "") == value for o in others)})
