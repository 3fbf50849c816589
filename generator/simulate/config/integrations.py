"""Receivers and their integrations: settings with defaults and globals filled in, and what the loader refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from generator.simulate.config.blocks import Block, BlockReader
from generator.simulate.config.credentials import credential_faults
from generator.simulate.config.defaults import default_settings, pagerduty_details
from generator.simulate.config.globals_ import nested_faults, with_globals
from generator.simulate.config.model import Integration, Receiver
from generator.simulate.config.required import integration_faults
from generator.simulate.config.schema import INTEGRATIONS

_MAY_BE_EMPTY: Final = frozenset({"slack", "opsgenie", "wechat", "rocketchat"})
"""The kinds whose empty item the loader takes for one with no settings at all."""

_INHERITED: Final[Mapping[str, Mapping[str, str]]] = {
    "email": {
        "smarthost": "smtp_smarthost",
        "from": "smtp_from",
        "hello": "smtp_hello",
        "auth_username": "smtp_auth_username",
        "auth_secret": "smtp_auth_secret",
        "auth_secret_file": "smtp_auth_secret_file",
        "auth_identity": "smtp_auth_identity",
        "tls_config": "smtp_tls_config",
    },
    "slack": {"app_url": "slack_app_url"},
    "pagerduty": {"url": "pagerduty_url"},
    "opsgenie": {
        "api_url": "opsgenie_api_url",
        "api_key": "opsgenie_api_key",
        "api_key_file": "opsgenie_api_key_file",
    },
    "wechat": {"api_url": "wechat_api_url", "corp_id": "wechat_api_corp_id"},
    "victorops": {
        "api_url": "victorops_api_url",
        "api_key": "victorops_api_key",
        "api_key_file": "victorops_api_key_file",
    },
    "telegram": {"api_url": "telegram_api_url"},
    "webex": {"api_url": "webex_api_url"},
    "jira": {"api_url": "jira_api_url"},
    "rocketchat": {
        "api_url": "rocketchat_api_url",
        "token": "rocketchat_token",
        "token_file": "rocketchat_token_file",
        "token_id": "rocketchat_token_id",
        "token_id_file": "rocketchat_token_id_file",
    },
}
"""By kind and key, the global setting that stands in where the integration says nothing."""

_INHERITED_PAIRS: Final[Mapping[str, Mapping[str, str]]] = {
    "email": {"auth_password": "smtp_auth_password", "auth_password_file": "smtp_auth_password_file"},
    "wechat": {"api_secret": "wechat_api_secret", "api_secret_file": "wechat_api_secret_file"},
    "telegram": {"bot_token": "telegram_bot_token", "bot_token_file": "telegram_bot_token_file"},
    "mattermost": {"webhook_url": "mattermost_webhook_url", "webhook_url_file": "mattermost_webhook_url_file"},
}
"""The same for keys that are inherited together, only when all of them are empty."""


def receiver(blocks: BlockReader, block: Block, settings: Mapping[str, Any]) -> Receiver:
    """A receiver; `settings` are the global ones."""
    name: str = block.get("name", "")
    if block.lacks("name"):
        blocks.fault(block.node, "missing name in receiver")
    labels: dict[str, str] = block.get("labels", {})
    if labels.get("name", name) != name:
        message = f'receiver label "name" must match receiver name {name!r}, got {labels["name"]!r}'
        blocks.fault(block.at("labels"), message)
    made = [integration for kind in INTEGRATIONS for integration in _of_kind(blocks, block, name, kind, settings)]
    origin = blocks.reader.origin(block.node)
    return Receiver(name=name, integrations=tuple(made), labels={**labels, "name": name}, origin=origin)


def _of_kind(blocks: BlockReader, block: Block, name: str, kind: str, settings: Mapping[str, Any]) -> list[Integration]:
    key = f"{kind}_configs"
    made: list[Integration] = []
    for index, given in enumerate(block.get(key, ())):
        item = given
        if item is None:
            if kind not in _MAY_BE_EMPTY:
                blocks.fault(block.at(key), f"missing {kind} config")
                continue
            item = Block(kind, block.at(key))
        made.append(_integration(blocks, item, name, index, settings))
    return made


def _integration(blocks: BlockReader, block: Block, name: str, index: int, settings: Mapping[str, Any]) -> Integration:
    where = f"{block.kind} of receiver {name!r}"
    nested_faults(blocks, block)
    for node, message in integration_faults(block, blocks.dialect):
        blocks.fault(node, f"{where}: {message}")
    values = _settings(block, blocks, settings)
    for node, message in credential_faults(block, values, settings, blocks.dialect):
        blocks.fault(node, f"{where}: {message}")
    return Integration(
        receiver=name,
        kind=block.kind,
        index=index,
        send_resolved=bool(values["send_resolved"]),
        settings=values,
        lines={key: blocks.reader.origin(node).line for key, node in block.nodes.items()},
        origin=blocks.reader.origin(block.node),
    )


def _settings(block: Block, blocks: BlockReader, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is written, on top of the defaults, with global settings where both are silent."""
    values = {**default_settings(block.kind, blocks.dialect.version), **block.plain()}
    with_globals(block.kind, values, given, _INHERITED.get(block.kind, {}))
    pairs = _INHERITED_PAIRS.get(block.kind, {})
    if not any(values.get(key) for key in pairs):
        with_globals(block.kind, values, given, pairs)
    if block.kind == "slack":
        _slack(values, given)
    if block.kind == "pagerduty":
        details = values.get("details") or {}
        values["details"] = {**pagerduty_details(blocks.dialect.version), **details}
        values["source"] = values.get("source") or values["client"]
    if block.kind == "email" and values.get("require_tls") is None:
        values["require_tls"] = given.get("smtp_require_tls")
    return values


def _slack(values: dict[str, Any], given: Mapping[str, Any]) -> None:
    """A token is inherited unless the integration has its own address, token or authorization."""
    http = values.get("http_config") or {}
    own = any(values.get(key) for key in ("app_token", "app_token_file", "api_url")) or http.get("authorization")
    if not own:
        with_globals("slack", values, given, {"app_token": "slack_app_token", "app_token_file": "slack_app_token_file"})
    if not values.get("api_url") and not values.get("api_url_file"):
        with_globals("slack", values, given, {"api_url": "slack_api_url", "api_url_file": "slack_api_url_file"})
