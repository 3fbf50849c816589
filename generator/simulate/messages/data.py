"""From a notification to the dot of its templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.gotemplate.alertdata import KV, Alert, Alerts, Data, common, data_of, kv_of
from generator.gotemplate.gotime import MILLISECOND, GoTime
from generator.simulate.nflog import AllResolved, Because, FirstNotification, NewAlerts, NewResolved
from generator.simulate.timeline import Notification, ToldAlert
from generator.targets.alertmanager.versions import Version

_META: Final = re.compile(r"[\\.+*?()|\[\]{}^$]")


def go_time(milliseconds: int) -> GoTime:
    """A time in UTC as templates have it."""
    return GoTime(milliseconds * MILLISECOND)


def quote_meta(text: str) -> str:
    """The text as a regular expression that matches it: receivers are handed to templates so (`regexp.QuoteMeta`)."""
    return _META.sub(lambda found: "\\" + found[0], text)


def template_data(
    notification: Notification,
    alerts: tuple[ToldAlert, ...],
    external_url: str,
    labels: Mapping[str, str],
    version: Version,
    *,
    rendered: bool,
) -> Data:
    """What templates of a version see.

    alerts: those that are told of; labels: the route's, whether already `rendered` or not.
    """
    kv = kv_of(version)
    return data_of(version)(
        receiver=quote_meta(notification.receiver),
        status="firing" if any(alert.status == "firing" for alert in alerts) else "resolved",
        alerts=Alerts(_alert(alert, kv) for alert in alerts),
        notification_reason=reason(notification.because),
        group_labels=kv(notification.group_labels),
        common_labels=common([alert.labels for alert in alerts], kv),
        common_annotations=common([alert.annotations for alert in alerts], kv),
        route_labels=kv(labels),
        external_url=external_url,
        route_labels_rendered=rendered,
    )


def _alert(alert: ToldAlert, kv: type[KV]) -> Alert:
    return Alert(
        status=alert.status,
        labels=kv(alert.labels),
        annotations=kv(alert.annotations),
        starts_at=go_time(alert.starts_at),
        ends_at=GoTime.zero() if alert.ends_at is None else go_time(alert.ends_at),
        generator_url=alert.generator_url,
        fingerprint=alert.fingerprint,
    )


def reason(because: Because) -> str:
    """Why there is a notification, in Alertmanager's words."""
    if isinstance(because, FirstNotification):
        return "first notification"
    if isinstance(because, NewAlerts):
        return "new alerts added"
    if isinstance(because, NewResolved):
        return "some alerts resolved"
    return "all alerts resolved" if isinstance(because, AllResolved) else "repeat interval elapsed"
