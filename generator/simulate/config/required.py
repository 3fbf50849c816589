"""What an integration must have, may not have together, or must choose from, by its own settings alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from generator.simulate.config.blocks import Block
from generator.simulate.config.dialect import Dialect
from generator.simulate.config.globals_ import Fault, either
from generator.simulate.config.scalars import canonical_header as canonical_header
from generator.targets.alertmanager.versions import Version

_EITHER: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "slack": (("api_url", "api_url_file"), ("app_token", "app_token_file")),
    "opsgenie": (("api_key", "api_key_file"),),
    "victorops": (("api_key", "api_key_file"),),
    "wechat": (("api_secret", "api_secret_file"),),
    "pagerduty": (("routing_key", "routing_key_file"), ("service_key", "service_key_file")),
    "pushover": (("user_key", "user_key_file"), ("token", "token_file"), ("monospace", "html")),
    "telegram": (("bot_token", "bot_token_file"), ("chat_id", "chat_id_file")),
    "webhook": (("url", "url_file"),),
    "discord": (("webhook_url", "webhook_url_file"),),
    "msteams": (("webhook_url", "webhook_url_file"),),
    "msteamsv2": (("webhook_url", "webhook_url_file"),),
    "mattermost": (("webhook_url", "webhook_url_file"),),
    "rocketchat": (("token", "token_file"), ("token_id", "token_id_file")),
    "incidentio": (("url", "url_file"), ("alert_source_token", "alert_source_token_file")),
}

_ONE_OF: Final[Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]] = {
    "email": ((("to",), "missing to address in email config"),),
    "webhook": ((("url", "url_file"), "one of url or url_file must be configured"),),
    "incidentio": ((("url", "url_file"), "one of url or url_file must be configured"),),
    "pagerduty": (
        (
            ("routing_key", "service_key", "routing_key_file", "service_key_file"),
            "missing service or routing key in PagerDuty config",
        ),
    ),
    "pushover": (
        (("user_key", "user_key_file"), "one of user_key or user_key_file must be configured"),
        (("token", "token_file"), "one of token or token_file must be configured"),
    ),
    "telegram": ((("chat_id", "chat_id_file"), "missing chat_id or chat_id_file on telegram_config"),),
    "discord": ((("webhook_url", "webhook_url_file"), "one of webhook_url or webhook_url_file must be configured"),),
    "msteams": ((("webhook_url", "webhook_url_file"), "one of webhook_url or webhook_url_file must be configured"),),
    "msteamsv2": ((("webhook_url", "webhook_url_file"), "one of webhook_url or webhook_url_file must be configured"),),
    "victorops": ((("routing_key",), "missing Routing key in VictorOps config"),),
    "webex": ((("room_id",), "missing room_id on webex_config"),),
    "jira": (
        (("project",), "missing project in jira_config"),
        (("issue_type",), "missing issue_type in jira_config"),
    ),
}

_CHOICES: Final[Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "telegram": (("parse_mode", ("Markdown", "MarkdownV2", "HTML", "")),),
    "wechat": (("message_type", ("text", "markdown", "")),),
    "jira": (("api_type", ("auto", "cloud", "datacenter")),),
}

_RESPONDERS: Final = ("team", "teams", "user", "escalation", "schedule")
_VICTOROPS_OWN: Final = (
    "routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool", "entity_id",
    "entity_state",
)  # fmt: skip
_SLACK_POST: Final = "https://slack.com/api/chat.postMessage"
_URL_FILES_SINCE: Final[Version] = (0, 28)


def integration_faults(block: Block, dialect: Dialect) -> Iterator[Fault]:
    """Everything that is wrong with the block of an integration by itself."""
    for keys in _EITHER.get(block.kind, ()):
        yield from either(block, *keys)
    for wanted, message in _ONE_OF.get(block.kind, ()):
        # A value that could not be read has been reported; to call it missing would mislead.
        if block.lacks(*wanted):
            yield block.at(*wanted), message
    for key, choices in _CHOICES.get(block.kind, ()):
        value = block.get(key, choices[0])
        if value not in choices and key not in block.wrong:
            listed = ", ".join(filter(None, choices))
            yield block.at(key), f"unknown {key} {value!r}, must be one of {listed}"
    own = _OWN.get(block.kind)
    if own is not None:
        yield from own(block)
    if block.kind in ("discord", "msteams") and dialect.version < _URL_FILES_SINCE and block.get("webhook_url_file"):
        yield block.at("webhook_url_file"), "no webhook URL provided (before 0.28, webhook_url_file alone is refused)"


def _email(block: Block) -> Iterator[Fault]:
    headers: dict[str, str] = block.get("headers", {})
    canonical: set[str] = set()
    for name in headers:
        found = canonical_header(name)
        if found in canonical:
            yield block.at("headers"), f"duplicate header {found!r} in email config"
        canonical.add(found)
    threading = block.get("threading")
    if isinstance(threading, Block) and threading.get("enabled"):
        for name in ("References", "In-Reply-To"):
            if name in canonical:
                message = f"conflicting configuration: threading.enabled conflicts with custom {name} header"
                yield block.at("headers"), message
        if threading.get("thread_by_date", "") not in ("none", "daily"):
            yield threading.at("thread_by_date"), "threading.thread_by_date must be either 'none' or 'daily'"


def _slack(block: Block) -> Iterator[Fault]:
    address = block.get("api_url") or block.get("api_url_file")
    token = block.get("app_token") or block.get("app_token_file")
    if address and token:
        at = block.at("api_url", "api_url_file")
        yield at, "at most one of api_url/api_url_file & app_token/app_token_file must be configured"
    if block.get("update_message") and block.get("api_url", "") != _SLACK_POST:
        message = f"update_message can only be used with bot tokens. api_url must be set to {_SLACK_POST}"
        yield block.at("update_message"), message
    for action in block.blocks("actions"):
        yield from _slack_action(action)
    for field in block.blocks("fields"):
        for key in ("title", "value"):
            if field.lacks(key):
                yield field.at(key), f"missing {key} in Slack field configuration"


def _slack_action(action: Block) -> Iterator[Fault]:
    for key in ("type", "text"):
        if action.lacks(key):
            yield action.at(key), f"missing {key} in Slack action configuration"
    if action.lacks("url", "name"):
        yield action.node, "missing name or url in Slack action configuration"
    confirm = action.get("confirm")
    if isinstance(confirm, Block) and confirm.lacks("text"):
        yield confirm.node, "missing text in Slack confirmation configuration"


def _opsgenie(block: Block) -> Iterator[Fault]:
    for responder in block.blocks("responders", "opsgenie_responder"):
        if responder.lacks("id", "username", "name"):
            yield responder.node, "responder has to have at least one of id, username or name specified"
        kind = str(responder.get("type", ""))
        if "{{" not in kind and kind.lower() not in _RESPONDERS and "type" not in responder.wrong:
            yield responder.at("type"), f"responder type {kind!r} is none of {', '.join(_RESPONDERS)}"


def _victorops(block: Block) -> Iterator[Fault]:
    for name in _VICTOROPS_OWN:
        if name in block.get("custom_fields", {}):
            message = f"custom field {name} cannot be used as it conflicts with the fixed/static fields"
            yield block.at("custom_fields"), message


def _sns(block: Block) -> Iterator[Fault]:
    missing = [not block.get(key) for key in ("target_arn", "topic_arn", "phone_number")]
    # The loader compares in a chain, so that none and two of them are refused, one and three are not.
    if (missing[0] != missing[1]) != missing[2]:
        yield block.node, "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config"
    sigv4 = block.get("sigv4")
    if isinstance(sigv4, Block) and bool(sigv4.get("access_key")) != bool(sigv4.get("secret_key")):
        yield sigv4.node, "must provide a AWS SigV4 Access key and Secret Key if credentials are specified"
    if isinstance(sigv4, Block) and sigv4.get("external_id") and not sigv4.get("role_arn"):
        yield sigv4.at("external_id"), "external_id can only be used with role_arn"


def _webex(block: Block) -> Iterator[Fault]:
    http = block.get("http_config")
    authorized = isinstance(http, Block) and (
        isinstance(http.get("authorization"), Block) or http.get("bearer_token") or http.get("bearer_token_file")
    )
    if not authorized:
        yield block.at("http_config"), "missing webex_configs.http_config.authorization"


def _incidentio(block: Block) -> Iterator[Fault]:
    http = block.get("http_config")
    token = block.get("alert_source_token") or block.get("alert_source_token_file")
    authorized = isinstance(http, Block) and isinstance(http.get("authorization"), Block)
    if authorized and token:
        message = "cannot specify alert_source_token or alert_source_token_file when using http_config.authorization"
        yield block.at("http_config"), message
    if isinstance(http, Block) and not authorized and not token:
        keys = "alert_source_token, alert_source_token_file or http_config.authorization"
        yield block.at("http_config"), f"at least one of {keys} must be configured"


def _mattermost(block: Block) -> Iterator[Fault]:
    holders = [block, *block.blocks("attachments")]
    for field in (field for holder in holders for field in holder.blocks("fields")):
        for key in ("title", "value"):
            if field.lacks(key):
                yield field.at(key), f"missing {key} in Mattermost field configuration"


_OWN: Final[Mapping[str, Callable[[Block], Iterator[Fault]]]] = {
    "email": _email,
    "slack": _slack,
    "opsgenie": _opsgenie,
    "victorops": _victorops,
    "sns": _sns,
    "webex": _webex,
    "incidentio": _incidentio,
    "mattermost": _mattermost,
}
