"""Which keys Alertmanager's configuration has, and since which version.

Held against amtool 0.25 for the first column and against the configuration types of 0.34 for completeness; what
lies between is from Alertmanager's change log. Keys of `http_config` come with a library whose version the change
log does not tell: where it is not sure, the later version stands. Keys that need a secret manager (`*_ref`) are
left out, since Alertmanager has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

Version = tuple[int, int]

OLDEST: Final[Version] = (0, 25)
"""The oldest Alertmanager whose keys are known here."""

NEWEST: Final[Version] = (0, 34)
"""The newest Alertmanager that the table was compared with."""

_VERSION: Final = re.compile(r"v?(\d+)\.(\d+)(?:\.\d+)?")

_TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "configuration": {
        "0.25": "global route inhibit_rules receivers templates mute_time_intervals time_intervals",
        "0.30": "tracing",
        "0.33": "event_recorder",
    },
    "global": {
        "0.25": "resolve_timeout http_config smtp_from smtp_hello smtp_smarthost smtp_auth_username"
        " smtp_auth_password smtp_auth_password_file smtp_auth_secret smtp_auth_identity smtp_require_tls"
        " slack_api_url slack_api_url_file pagerduty_url opsgenie_api_url opsgenie_api_key opsgenie_api_key_file"
        " wechat_api_url wechat_api_secret wechat_api_corp_id victorops_api_url victorops_api_key"
        " victorops_api_key_file telegram_api_url webex_api_url",
        "0.28": "smtp_tls_config jira_api_url rocketchat_api_url rocketchat_token rocketchat_token_file"
        " rocketchat_token_id rocketchat_token_id_file",
        "0.30": "slack_app_token slack_app_token_file slack_app_url",
        "0.31": "smtp_auth_secret_file smtp_force_implicit_tls telegram_bot_token telegram_bot_token_file"
        " wechat_api_secret_file",
        "0.32": "mattermost_webhook_url mattermost_webhook_url_file",
    },
    "route": {
        "0.25": "receiver group_by match match_re matchers mute_time_intervals active_time_intervals continue routes"
        " group_wait group_interval repeat_interval",
        "0.34": "labels",
    },
    "inhibit_rule": {
        "0.25": "source_match source_match_re source_matchers target_match target_match_re target_matchers equal",
        "0.30": "name",
    },
    "time_interval": {"0.25": "times weekdays days_of_month months years location"},
    "receiver": {
        "0.25": "name slack_configs email_configs webhook_configs pagerduty_configs opsgenie_configs telegram_configs"
        " discord_configs wechat_configs pushover_configs victorops_configs sns_configs webex_configs",
        "0.26": "msteams_configs",
        "0.28": "msteamsv2_configs jira_configs rocketchat_configs",
        "0.29": "incidentio_configs",
        "0.30": "mattermost_configs",
        "0.33": "labels",
    },
    "slack": {
        "0.25": "send_resolved http_config api_url api_url_file channel username color title title_link pretext text"
        " fields short_fields footer fallback callback_id icon_emoji icon_url image_url thumb_url link_names mrkdwn_in"
        " actions",
        "0.30": "app_token app_token_file app_url timeout",
        "0.31": "message_text",
        "0.32": "update_message",
    },
    "slack_action": {"0.25": "type text url style name value confirm"},
    "slack_confirmation": {"0.25": "text title ok_text dismiss_text"},
    "slack_field": {"0.25": "title value short"},
    "email": {
        "0.25": "send_resolved to from hello smarthost auth_username auth_password auth_password_file auth_secret"
        " auth_identity headers html text require_tls tls_config",
        "0.30": "threading",
        "0.31": "auth_secret_file force_implicit_tls",
    },
    "email_threading": {"0.30": "enabled thread_by_date"},
    "webhook": {
        "0.25": "send_resolved http_config url max_alerts",
        "0.26": "url_file",
        "0.28": "timeout",
        "0.32": "payload",
    },
    "pagerduty": {
        "0.25": "send_resolved http_config service_key service_key_file routing_key routing_key_file url client"
        " client_url description details images links source severity class component group",
        "0.30": "timeout",
    },
    "pagerduty_image": {"0.25": "src alt href"},
    "pagerduty_link": {"0.25": "href text"},
    "opsgenie": {
        "0.25": "send_resolved http_config api_key api_key_file api_url message description source details entity"
        " responders actions tags note priority update_alerts",
    },
    "opsgenie_responder": {"0.25": "id name username type"},
    # 0.27 has webhook_url_file for Discord and Teams, but its loader asks for a webhook_url all the same.
    "msteams": {
        "0.26": "send_resolved http_config webhook_url title text",
        "0.27": "summary",
        "0.28": "webhook_url_file",
    },
    "msteamsv2": {"0.28": "send_resolved http_config webhook_url webhook_url_file title text"},
    "telegram": {
        "0.25": "send_resolved http_config api_url bot_token chat_id message disable_notifications parse_mode",
        "0.26": "bot_token_file",
        "0.28": "message_thread_id",
        "0.31": "chat_id_file",
    },
    "discord": {
        "0.25": "send_resolved http_config webhook_url title message",
        "0.28": "webhook_url_file content username avatar_url",
    },
    "http_config": {
        "0.25": "basic_auth authorization oauth2 bearer_token bearer_token_file tls_config follow_redirects"
        " enable_http2 proxy_url proxy_connect_header",
        "0.26": "no_proxy proxy_from_environment",
        "0.28": "http_headers",
    },
    "basic_auth": {"0.25": "username password password_file", "0.28": "username_file"},
    "authorization": {"0.25": "type credentials credentials_file"},
    "oauth2": {
        "0.25": "client_id client_secret client_secret_file scopes token_url endpoint_params tls_config proxy_url",
        "0.26": "no_proxy proxy_from_environment proxy_connect_header",
        "0.34": "client_certificate_key_id client_certificate_key client_certificate_key_file grant_type"
        " signature_algorithm iss audience claims",
    },
    "tls_config": {
        "0.25": "ca_file cert_file key_file server_name insecure_skip_verify min_version max_version",
        "0.28": "ca cert key",
    },
}

_NESTED: Final[Mapping[tuple[str, str], str]] = {
    ("slack", "actions"): "slack_action",
    ("slack_action", "confirm"): "slack_confirmation",
    ("slack", "fields"): "slack_field",
    ("email", "threading"): "email_threading",
    ("email", "tls_config"): "tls_config",
    ("pagerduty", "images"): "pagerduty_image",
    ("pagerduty", "links"): "pagerduty_link",
    ("opsgenie", "responders"): "opsgenie_responder",
    ("global", "smtp_tls_config"): "tls_config",
    ("http_config", "basic_auth"): "basic_auth",
    ("http_config", "authorization"): "authorization",
    ("http_config", "oauth2"): "oauth2",
    ("http_config", "tls_config"): "tls_config",
    ("oauth2", "tls_config"): "tls_config",
}

_CREDENTIALS: Final[Mapping[str, str]] = {
    "global": "smtp_auth_password smtp_auth_secret slack_api_url slack_app_token opsgenie_api_key wechat_api_secret"
    " victorops_api_key telegram_bot_token rocketchat_token rocketchat_token_id mattermost_webhook_url",
    "slack": "api_url app_token",
    "email": "auth_password auth_secret",
    "pagerduty": "routing_key service_key",
    "opsgenie": "api_key",
    "msteams": "webhook_url",
    "msteamsv2": "webhook_url",
    "telegram": "bot_token",
    "discord": "webhook_url",
    "http_config": "bearer_token",
    "basic_auth": "password",
    "authorization": "credentials",
    "oauth2": "client_secret client_certificate_key",
    "tls_config": "key",
}

FIRST: Final[Mapping[str, Mapping[str, Version]]] = {
    block: {
        key: (int(since.partition(".")[0]), int(since.partition(".")[2]))
        for since, keys in columns.items()
        for key in keys.split()
    }
    for block, columns in _TABLE.items()
}
"""By block and key, the first version whose files may have the key."""

CREDENTIALS: Final[Mapping[str, frozenset[str]]] = {
    block: frozenset(keys.split()) for block, keys in _CREDENTIALS.items()
}
"""By block, the keys whose value is itself a credential and so may not stand in a rendered file."""


MENDED: Final[Mapping[tuple[str, str], tuple[Version, str]]] = {
    ("webhook", "url_file"): ((0, 28), "Alertmanager crashes when the other side answers with an error"),
}
"""Keys that are read from the first version on, but with a fault: since when it is mended, and what it is."""


def nested_block(block: str, key: str) -> str | None:
    """The block that the value of a key is made of (or each item of it), None for plain values."""
    return "http_config" if key == "http_config" else _NESTED.get((block, key))


def read_version(text: str) -> Version | None:
    """`"0.25"` or `"v0.25.1"` as (0, 25); None for anything else."""
    found = _VERSION.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def written(version: Version) -> str:
    """(0, 25) as `0.25`."""
    return f"{version[0]}.{version[1]}"
