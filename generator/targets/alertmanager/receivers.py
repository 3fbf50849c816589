"""Receivers and their integrations, in Alertmanager's keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from generator.diagnostics import Problem, error
from generator.model.receiver import (
    Discord,
    Email,
    Integration,
    Opsgenie,
    PagerDuty,
    Receiver,
    Secret,
    Slack,
    Teams,
    Telegram,
    Webhook,
)
from generator.model.settings import AlertmanagerSettings
from generator.targets.alertmanager.forms import form_problems
from generator.targets.alertmanager.keys import Place, key_problems, too_new
from generator.targets.alertmanager.versions import FIRST, Version

Values = dict[str, Any]

_OTHER_PRODUCT: Final = "Or let another integration carry the message."


def receiver_values(receiver: Receiver, folder: str) -> Values:
    """The receiver as Alertmanager has it; folder: where its secrets lie."""
    values: Values = {"name": receiver.name}
    for integration in known_integrations(receiver):
        values.setdefault(f"{block_of(integration)}_configs", []).append(integration_values(integration, folder))
    return values


def block_of(integration: Integration) -> str:
    """The integration's name in Alertmanager's configuration."""
    return "msteamsv2" if isinstance(integration, Teams) and integration.workflow else integration.kind


def integration_values(integration: Integration, folder: str) -> Values:
    """The integration's own keys, with its `options` laid over them; secrets become paths in `folder`."""
    keys = next(_KEYS[kind] for kind in type(integration).__mro__ if kind in _KEYS)
    made = {"send_resolved": integration.send_resolved, **_given(keys(integration))}
    resolved: Values = as_paths(_laid_over(made, integration.options), folder)
    return resolved


def as_paths(value: Any, folder: str) -> Any:
    """The value with every `Secret` in it replaced by the path of its file."""
    if isinstance(value, Secret):
        return f"{folder.rstrip('/')}/{value.name}"
    if isinstance(value, Mapping):
        return {key: as_paths(item, folder) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_paths(item, folder) for item in value]
    return value


def secrets_in(value: Any) -> Iterator[Secret]:
    """The secrets that a definition or a value of options refers to, in written order."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Receiver):
        yield from secrets_in(value.integrations)
    elif isinstance(value, Integration):
        yield from secrets_in([getattr(value, name) for name in value.secrets])
        yield from secrets_in(value.options)
    elif isinstance(value, Mapping):
        yield from secrets_in(list(value.values()))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from secrets_in(item)


def receiver_problems(receiver: Receiver, settings: AlertmanagerSettings, target: Version) -> Iterator[Problem]:
    """What the target version would not read of a receiver, or would refuse."""
    for integration in known_integrations(receiver):
        place = Place(f"{type(integration).__name__} of Receiver {receiver.name!r}", integration.origin, _OTHER_PRODUCT)
        values = integration_values(integration, settings.secrets)
        lacking = _lacking_product(block_of(integration), values, target, place)
        # A product that the version lacks is one problem, not one for each of its keys.
        yield from [lacking] if lacking else key_problems(block_of(integration), values, target, place)
        yield from form_problems(block_of(integration), values, target, place)
        yield from _misplaced_secrets(integration.options, place)
        yield from _incomplete(integration, settings, place)
        yield from _nested_details(integration, target, place)


def known_integrations(receiver: Receiver) -> Iterator[Integration]:
    """The integrations that are some product; others are faults already."""
    return (one for one in receiver.integrations if isinstance(one, Integration) and one.kind)


def _lacking_product(block: str, values: Values, target: Version, place: Place) -> Problem | None:
    product = FIRST["receiver"][f"{block}_configs"]
    if product <= target:
        return None
    needed = max(product, *(FIRST[block].get(key, product) for key in values))
    return too_new(f"{block}_configs", needed, target, place)


def _misplaced_secrets(options: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    for key, value in options.items():
        if isinstance(value, Secret) and not key.endswith("_file"):
            message = f"{place.name}: {key!r} is not read from a file, so it cannot hold a Secret"
            yield error("receiver/secret", place.origin, message, "Only keys that end in _file can.")
        elif isinstance(value, Mapping):
            yield from _misplaced_secrets(value, place)


def _incomplete(integration: Integration, settings: AlertmanagerSettings, place: Place) -> Iterator[Problem]:
    everywhere, own = settings.options, integration.options
    if isinstance(integration, Slack) and integration.url is None:
        local = {"api_url", "api_url_file", "app_token", "app_token_file"} & set(own)
        if not local and not {"slack_api_url_file", "slack_app_token_file"} & set(everywhere):
            why = 'Give Slack(url=Secret("…")), or AlertmanagerSettings(options={"slack_api_url_file": Secret("…")}).'
            yield error("receiver/credential", place.origin, f"{place.name}: no webhook URL", why)
    said = {"bot_token", "bot_token_file"} & set(own) or "telegram_bot_token_file" in everywhere
    if isinstance(integration, Telegram) and integration.token is None and not said:
        why = 'Give Telegram(…, token=Secret("…")), or since 0.31 telegram_bot_token_file in AlertmanagerSettings.'
        yield error("receiver/credential", place.origin, f"{place.name}: no token", why)
    if isinstance(integration, Email) and settings.smtp is None:
        for name, key in (("smarthost", "smarthost"), ("sender", "from")):
            if not getattr(integration, name) and key not in own and f"smtp_{key}" not in everywhere:
                why = f'Give AlertmanagerSettings(smtp=Smtp("mail.example.org:587", "alerts@…")), or {name} here.'
                yield error("receiver/smtp", place.origin, f"{place.name}: no {name}", why)


def _nested_details(integration: Integration, target: Version, place: Place) -> Iterator[Problem]:
    if isinstance(integration, PagerDuty) and target < (0, 30):
        details = {**integration.details, **integration.options.get("details", {})}
        for key, value in details.items():
            if not isinstance(value, str):
                message = f"{place.name}: details[{key!r}] is {value!r}; before Alertmanager 0.30 details are texts"
                yield error("alertmanager/version", place.origin, message)


def _given(values: Values) -> Values:
    """The values that an author set; zero is the products' word for no limit and goes, False stays."""
    return {key: value for key, value in values.items() if value is False or value}


def _laid_over(values: Values, options: Mapping[str, Any]) -> Values:
    merged = dict(values)
    for key, value in options.items():
        below = merged.get(key)
        merged[key] = {**below, **value} if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def _slack(slack: Slack) -> Values:
    return {
        "api_url_file": slack.url,
        "channel": slack.channel,
        "username": slack.username,
        "color": slack.color,
        "title": slack.title,
        "title_link": slack.title_link,
        "text": slack.text,
    }


def _email(email: Email) -> Values:
    return {
        "to": email.to,
        "from": email.sender,
        "smarthost": email.smarthost,
        "auth_username": email.username,
        "auth_password_file": email.password,
        "require_tls": email.require_tls,
        "headers": _given({"Subject": email.subject}),
        "html": email.html,
        "text": email.text,
    }


def _webhook(webhook: Webhook) -> Values:
    bearer = {"authorization": {"credentials_file": webhook.bearer_token}} if webhook.bearer_token else {}
    return {
        "url": webhook.url,
        "url_file": webhook.url_secret,
        "max_alerts": webhook.max_alerts,
        "http_config": bearer,
    }


def _pagerduty(pagerduty: PagerDuty) -> Values:
    return {
        "routing_key_file": pagerduty.routing_key,
        "service_key_file": pagerduty.service_key,
        "severity": pagerduty.severity,
        "description": pagerduty.description,
        "details": dict(pagerduty.details),
    }


def _opsgenie(opsgenie: Opsgenie) -> Values:
    return {
        "api_key_file": opsgenie.api_key,
        "message": opsgenie.message,
        "description": opsgenie.description,
        "priority": opsgenie.priority,
        "tags": opsgenie.tags,
    }


def _teams(teams: Teams) -> Values:
    return {"webhook_url_file": teams.url, "title": teams.title, "text": teams.text}


def _telegram(telegram: Telegram) -> Values:
    return {
        "bot_token_file": telegram.token,
        "chat_id": telegram.chat,
        "parse_mode": telegram.parse_mode,
        "message": telegram.message,
    }


def _discord(discord: Discord) -> Values:
    return {"webhook_url_file": discord.url, "title": discord.title, "message": discord.message}


_KEYS: Final[Mapping[type[Integration], Callable[[Any], Values]]] = {
    Slack: _slack,
    Email: _email,
    Webhook: _webhook,
    PagerDuty: _pagerduty,
    Opsgenie: _opsgenie,
    Teams: _teams,
    Telegram: _telegram,
    Discord: _discord,
}
