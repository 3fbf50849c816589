"""From a notification of the timeline to the message that its integration sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from generator.diagnostics import Problem, error
from generator.gotemplate.errors import TemplateError
from generator.simulate.config.defaults import default_settings
from generator.simulate.config.model import Config, Integration
from generator.simulate.config.templates import library, template_settings
from generator.simulate.messages import discord, email, opsgenie, other, pagerduty, slack, teams, telegram, webhook
from generator.simulate.messages.data import go_time, template_data
from generator.simulate.messages.default_templates import default_templates
from generator.simulate.messages.message import Draft, Message, Shown
from generator.simulate.messages.rendering import Rendering
from generator.simulate.timeline import Notification
from generator.targets.alertmanager.versions import written

TEMPLATE: Final = "message/template"
"""The name under which a template that fails is reported."""

DEFAULT_URL: Final = "http://alertmanager.example.org"
"""Where Alertmanager is reached from outside, when nobody says it."""

_NOTHING: Final = "Alertmanager sends nothing then, and tries again at every group_interval."

PRODUCTS: Final[Mapping[str, tuple[str, Callable[[Rendering], Draft]]]] = {
    "slack": ("Slack", slack.draft),
    "email": ("e-mail", email.draft),
    "pagerduty": ("PagerDuty", pagerduty.draft),
    "opsgenie": ("Opsgenie", opsgenie.draft),
    "msteams": ("Microsoft Teams", teams.card),
    "msteamsv2": ("Microsoft Teams", teams.adaptive_card),
    "telegram": ("Telegram", telegram.draft),
    "discord": ("Discord", discord.draft),
}
"""By kind, the product's name and what makes its messages; webhooks stand apart, they tell of fewer alerts."""


def render_message(config: Config, notification: Notification, external_url: str = "") -> Message:
    """The message. A template that fails leaves an error instead of text where Alertmanager then sends nothing.

    external_url: Alertmanager's `--web.external-url`, without a slash at the end, if not the configuration's.
    """
    external_url = external_url or config.external_url or DEFAULT_URL
    integration = notification.integration
    product, make = PRODUCTS.get(integration.kind, (integration.kind, other.draft))
    alerts, truncated = notification.alerts, 0
    if integration.kind == "webhook":
        most = int(integration.settings.get("max_alerts") or 0) or len(alerts)
        alerts, truncated = alerts[:most], max(0, len(alerts) - most)
        make = partial(webhook.draft, truncated=truncated)
    version = config.dialect.version
    known = library(config.template_texts, version)
    now = go_time(notification.time)
    data = template_data(notification, alerts, external_url, notification.route.labels, version, rendered=False)
    rendering = Rendering(integration, data, notification.group_key, now, known, version)
    if notification.route.labels:
        labels = _route_labels(rendering, notification.route.labels)
        rendering.data = template_data(notification, alerts, external_url, labels, version, rendered=True)
    try:
        draft = make(rendering)
    except TemplateError as reason:
        problem = _failed(integration, reason, _NOTHING)
        return Message(product=product, integration=integration, problems=(problem,), error=str(reason), noted=False)
    if rendering.failed is not None:
        again = "" if draft.noted else ", and again at every group_interval"
        why = f"Alertmanager {written(version)} sends the message without the texts that follow{again}."
        rendering.problems.append(_failed(integration, rendering.failed, why))
    return Message(
        product=product,
        integration=integration,
        to=draft.to,
        shown=tuple(Shown(part, text) for part, text in draft.shown if text),
        payload=draft.payload,
        problems=tuple(rendering.problems),
        crippled="" if rendering.failed is None else str(rendering.failed),
        noted=draft.noted,
    )


def may_fail(config: Config, integration: Integration) -> bool:
    """Whether messages hold templates other than Alertmanager's own, which do not fail."""
    version = config.dialect.version
    if any(name in text for _, text in config.template_texts for name in default_templates(version)):
        return True
    own = {text for _, text in template_settings(default_settings(integration.kind, version))}
    return any(text not in own for _, text in template_settings(integration.settings))


def _route_labels(rendering: Rendering, texts: Mapping[str, str]) -> dict[str, str]:
    """A route's labels, rendered (0.34); one that fails is left out, and the message is sent without it."""
    labels: dict[str, str] = {}
    if texts:
        rendering.data = replace(rendering.data, notification_reason="unknown")
    for name, text in texts.items():
        try:
            labels[name] = rendering.text(text, name)
        except TemplateError as reason:
            rendering.warn(TEMPLATE, f"route label {name!r} fails and is left out: {reason}")
    return labels


def _failed(integration: Integration, reason: TemplateError, why: str) -> Problem:
    return error(TEMPLATE, integration.origin, f"{integration}: a template fails: {reason}", why)
