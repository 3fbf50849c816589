"""What Alertmanager hands to notification templates: ``template.Data`` and the types inside it (0.34)."""

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

    def names(self) -> Strings:
        """The names, in order."""
        return Strings(cast(Pair, pair).name for pair in self)

    def values(self) -> Strings:
        """The values, in order."""
        return Strings(cast(Pair, pair).value for pair in self)

    def __str__(self) -> str:
        return ", ".join(f"{cast(Pair, pair).name}={cast(Pair, pair).value}" for pair in self)


Pairs.go_methods = {
    "Names": Func(Pairs.names),
    "Values": Func(Pairs.values),
    "String": Func(Pairs.__str__),
}


class KV(GoMap):
    """``template.KV``: a set of labels or annotations."""

    go_type = "template.KV"

    def sorted_pairs(self) -> Pairs:
        """Sorted by name, but ``alertname`` first."""
        names = sorted(self, key=lambda name: (name != ALERT_NAME, name))
        return Pairs(Pair(name, str(self[name])) for name in names)

    def remove(self, names: Iterable[object] | None) -> KV:
        """A copy without these names."""
        removed = set(names or ())
        return KV({name: value for name, value in self.items() if name not in removed})

    def __str__(self) -> str:
        return str(self.sorted_pairs())


KV.go_methods = {
    "SortedPairs": Func(KV.sorted_pairs),
    "Remove": Func(KV.remove, (STRINGS,)),
    "Names": Func(lambda labels: labels.sorted_pairs().names()),
    "Values": Func(lambda labels: labels.sorted_pairs().values()),
    "String": Func(KV.__str__),
}


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


def common(sets: Sequence[Mapping[str, str]]) -> KV:
    """The labels or annotations that all of these have with the same value."""
    if not sets:
        return KV()
    first, *others = sets
    return KV({name: value for name, value in first.items() if all(o.get(name, "") == value for o in others)})
