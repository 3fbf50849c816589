"""What Alertmanager fills in where a configuration says nothing: global settings and each kind of integration's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from generator.targets.alertmanager.versions import Version

DEFAULT_GLOBAL: Final[Mapping[str, Any]] = {
    "resolve_timeout": 300_000,
    "smtp_hello": "localhost",
    "smtp_require_tls": True,
    "pagerduty_url": "https://events.pagerduty.com/v2/enqueue",
    "opsgenie_api_url": "https://api.opsgenie.com/",
    "wechat_api_url": "https://qyapi.weixin.qq.com/cgi-bin/",
    "victorops_api_url": "https://alert.victorops.com/integrations/generic/20131114/alert/",
    "telegram_api_url": "https://api.telegram.org",
    "webex_api_url": "https://webexapis.com/v1/messages",
    "rocketchat_api_url": "https://open.rocket.chat/",
    "slack_app_url": "https://slack.com/api/chat.postMessage",
}
"""The global block where it is left out; durations in milliseconds."""

UNRESOLVED: Final = frozenset({"email", "slack", "rocketchat", "wechat"})
"""The kinds that do not tell of resolved alerts unless `send_resolved` says so; all others do."""

_TOJSON_SINCE: Final[Version] = (0, 30)
_COLOUR_SINCE: Final[Version] = (0, 32)

_NAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "slack": {
        "color": "color",
        "username": "username",
        "title": "title",
        "title_link": "titlelink",
        "icon_emoji": "iconemoji",
        "icon_url": "iconurl",
        "pretext": "pretext",
        "text": "text",
        "fallback": "fallback",
        "callback_id": "callbackid",
        "footer": "footer",
    },
    "email": {"html": "html"},
    "webhook": {},
    "pagerduty": {"description": "description", "client": "client", "client_url": "clientURL"},
    "opsgenie": {"message": "message", "description": "description", "source": "source"},
    "msteams": {"title": "title", "summary": "summary", "text": "text"},
    "msteamsv2": {"title": "title", "text": "text"},
    "telegram": {"message": "message"},
    "discord": {"title": "title", "message": "message"},
    "wechat": {
        "message": "message",
        "to_user": "to_user",
        "to_party": "to_party",
        "to_tag": "to_tag",
        "agent_id": "agent_id",
    },
    "pushover": {"title": "title", "message": "message", "url": "url"},
    "victorops": {
        "state_message": "state_message",
        "entity_display_name": "entity_display_name",
        "monitoring_tool": "monitoring_tool",
    },
    "sns": {"subject": "subject", "message": "message"},
    "webex": {"message": "message"},
    "jira": {"summary": "summary", "description": "description", "priority": "priority"},
    "rocketchat": {
        "emoji": "emoji",
        "icon_url": "iconurl",
        "text": "text",
        "title": "title",
        "title_link": "titlelink",
    },
    "incidentio": {},
    "mattermost": {
        "username": "username",
        "color": "color",
        "text": "text",
        "title": "title",
        "title_link": "titlelink",
        "fallback": "fallback",
    },
}
"""By kind and key, the last part of the name of Alertmanager's template for it."""

_PLAIN: Final[Mapping[str, Mapping[str, Any]]] = {
    "telegram": {"parse_mode": "HTML", "disable_notifications": False},
    "wechat": {"message_type": "text"},
    "victorops": {"message_type": "CRITICAL"},
    "pushover": {"priority": '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}', "retry": 60_000, "expire": 3_600_000},
    "rocketchat": {"color": '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}'},
    "jira": {"api_type": "auto"},
}


def default_settings(kind: str, version: Version) -> dict[str, Any]:
    """The settings of an integration of this kind about which nothing is said."""
    named = {key: f'{{{{ template "{kind}.default.{name}" . }}}}' for key, name in _NAMED[kind].items()}
    settings: dict[str, Any] = {"send_resolved": kind not in UNRESOLVED, **named, **_PLAIN.get(kind, {})}
    if kind == "slack" and version < _COLOUR_SINCE:
        settings["color"] = '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'
    return {**settings, "details": pagerduty_details(version)} if kind == "pagerduty" else settings


def pagerduty_details(version: Version) -> dict[str, str]:
    """The details of a PagerDuty event that are sent unless others of these names are given."""
    listed = {
        status: f"{{{{ .Alerts.{status.title()} | toJson }}}}"
        if version >= _TOJSON_SINCE
        else f'{{{{ template "pagerduty.default.instances" .Alerts.{status.title()} }}}}'
        for status in ("firing", "resolved")
    }
    counted = {f"num_{status}": f"{{{{ .Alerts.{status.title()} | len }}}}" for status in listed}
    return {**listed, **counted}
