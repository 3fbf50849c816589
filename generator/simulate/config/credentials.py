"""Credentials that an integration lacks after the global settings have been filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator.simulate.config.blocks import Block
from generator.simulate.config.dialect import Dialect
from generator.simulate.config.globals_ import Fault, is_given
from generator.targets.alertmanager.versions import Version

_NEEDED: Final[Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]] = {
    "email": (
        (("smarthost",), "no global SMTP smarthost set"),
        (("from",), "no global SMTP from set"),
    ),
    "pagerduty": ((("url",), "no global PagerDuty URL set"),),
    "opsgenie": (
        (("api_url",), "no global OpsGenie URL set"),
        (("api_key", "api_key_file"), "no global OpsGenie API Key set either inline or in a file"),
    ),
    "wechat": (
        (("api_url",), "no global Wechat URL set"),
        (("api_secret", "api_secret_file"), "no global Wechat Api Secret set either inline or in a file"),
        (("corp_id",), "no global Wechat CorpID set"),
    ),
    "victorops": (
        (("api_url",), "no global VictorOps URL set"),
        (("api_key", "api_key_file"), "no global VictorOps API Key set"),
    ),
    "telegram": ((("bot_token", "bot_token_file"), "missing bot_token or bot_token_file on telegram_config"),),
    "webex": ((("api_url",), "no global Webex URL set"),),
    "jira": ((("api_url",), "no global Jira Cloud URL set"),),
    "rocketchat": (
        (("token_id", "token_id_file"), "no global Rocketchat TokenID set either inline or in a file"),
        (("token", "token_file"), "no global Rocketchat Token set either inline or in a file"),
    ),
    "mattermost": ((("webhook_url", "webhook_url_file"), "missing webhook_url or webhook_url_file"),),
}
"""By kind: keys of which one must have a value, and what is said when none has."""

_SLACK_TOKEN_SINCE: Final[Version] = (0, 30)


def credential_faults(
    block: Block, values: Mapping[str, Any], settings: Mapping[str, Any], dialect: Dialect
) -> Iterator[Fault]:
    """What is missing. values: the integration's, settings: the global ones."""
    for keys, message in _NEEDED.get(block.kind, ()):
        if not any(is_given(block.kind, key, values) or key in block.wrong for key in keys):
            yield block.at(*keys), message
    if block.kind == "slack":
        yield from _slack(block, values, settings, dialect)


def _slack(block: Block, values: Mapping[str, Any], settings: Mapping[str, Any], dialect: Dialect) -> Iterator[Fault]:
    keys = ("api_url", "api_url_file", "app_token", "app_token_file")
    if not block.wrong.intersection(keys) and not any(values.get(key) for key in keys):
        has_tokens = dialect.version >= _SLACK_TOKEN_SINCE
        message = (
            "no Slack API URL nor App token set either inline or in a file"
            if has_tokens
            else "no global Slack API URL set either inline or in a file"
        )
        yield block.node, message
    http = values.get("http_config") or settings.get("http_config") or {}
    if (values.get("app_token") or values.get("app_token_file")) and http.get("authorization"):
        yield block.at("http_config", "app_token"), "http authorization can't be set when using Slack App tokens"
