"""Alertmanager's own notification templates, written anew: other text, the same output, held against the real ones.

The e-mail's HTML shows and links what the real one shows and links, in the same order; its markup is its own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from generator.simulate.messages.default_email import EMAIL_HTML
from generator.targets.alertmanager.versions import FIRST, OLDEST, Version

_STATUS: Final = '{{ toUpper .Status }}{{ if eq .Status "firing" }}{{ printf ":%d" (len .Alerts.Firing) }}{{ end }}'
_REST: Final = (
    "{{ if lt (len .GroupLabels) (len .CommonLabels) }}"
    '({{ with .CommonLabels.Remove .GroupLabels.Names }}{{ join " " .Values }}{{ end }})'
    "{{ end }}"
)
_SUBJECT: Final = f'[{_STATUS}] {{{{ join " " .GroupLabels.SortedPairs.Values }}}} {_REST}'
_URL: Final = "{{ .ExternalURL }}/#/alerts?receiver={{ urlquery .Receiver }}"
_PRIORITY: Final = (
    '{{ $told := "" }}{{ range .Alerts.Firing }}{{ $told = print $told "|" .Labels.severity "|" }}{{ end }}'
    '{{ if not (match "[|](critical|warning|info)[|]" $told) }}'
    '{{ $told = "" }}{{ range .Alerts.Resolved }}{{ $told = print $told "|" .Labels.severity "|" }}{{ end }}{{ end }}'
    '{{ if match "[|]critical[|]" $told }}High{{ else if match "[|]warning[|]" $told }}Medium'
    '{{ else if match "[|]info[|]" $told }}Low{{ end }}'
)
_COLOUR: Final = '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'
_ANNOTATIONS: Final = '{{ join " " .CommonAnnotations.SortedPairs.Values }}'


def _pairs(of: str, lead: str) -> str:
    """A line for each label or annotation."""
    return f"{{{{ range .{of}.SortedPairs }}}}{lead}- {{{{ .Name }}}} = {{{{ .Value }}}}\n{{{{ end }}}}"


def _listed(lead: str, gap: str) -> str:
    """The alerts of a list. lead: before each label; gap: the blank lines between the parts."""
    labels, annotations = _pairs("Labels", lead), _pairs("Annotations", lead)
    parts = f"{gap}Labels:\n{labels}{gap}Annotations:\n{annotations}{gap}Source: {{{{ .GeneratorURL }}}}\n"
    return f"{{{{ range . }}}}{parts}{{{{ end }}}}{gap}"


def _told(before: str, after: str, title: str = "Alerts", listing: str = "__text_alert_list") -> str:
    """Firing alerts, then resolved ones, each part only where there are any."""
    parts = [
        f"{{{{ with .Alerts.{status} }}}}{before}{title} {status}:\n"
        f'{{{{ template "{listing}" . }}}}{after}{{{{ end }}}}'
        for status in ("Firing", "Resolved")
    ]
    return "\n" + "\n".join(parts) + after


_LOOSE: Final = _told("\n", "\n")
_TIGHT: Final = _told("", "")
_MARKDOWN: Final = _told("\n", "\n", "# Alerts", "__text_alert_list_markdown")

_SUBJECT_CALL: Final = '{{ template "__subject" . }}'
_NAME_CALL: Final = '{{ template "__alertmanager" . }}'
_URL_CALL: Final = '{{ template "__alertmanagerURL" . }}'

_COMMON: Final = {
    "__alertmanager": "Alertmanager",
    "__alertmanagerURL": _URL,
    "__subject": _SUBJECT,
    "__description": "",
    "__text_alert_list": _listed(" ", ""),
    "__text_alert_list_markdown": _listed("  ", "\n"),
}

_PRODUCTS: Final = {
    "slack": {
        "title": _SUBJECT_CALL,
        "username": _NAME_CALL,
        "fallback": f"{_SUBJECT_CALL} | {_URL_CALL}",
        "callbackid": "",
        "pretext": "",
        "titlelink": _URL_CALL,
        "iconemoji": "",
        "iconurl": "",
        "text": "",
        "footer": "",
        "color": _COLOUR,
    },
    "email": {"subject": _SUBJECT_CALL, "html": EMAIL_HTML},
    "pagerduty": {
        "description": _SUBJECT_CALL,
        "client": _NAME_CALL,
        "clientURL": _URL_CALL,
        "instances": '{{ template "__text_alert_list" . }}',
    },
    "opsgenie": {"message": _SUBJECT_CALL, "description": _ANNOTATIONS + _TIGHT, "source": _URL_CALL},
    "wechat": {
        "message": f"{_SUBJECT_CALL}\n{_ANNOTATIONS}{_TIGHT}\nAlertmanagerUrl:\n{_URL_CALL}",
        "to_user": "",
        "to_party": "",
        "to_tag": "",
        "agent_id": "",
    },
    "victorops": {
        "state_message": _ANNOTATIONS + _TIGHT,
        "entity_display_name": _SUBJECT_CALL,
        "monitoring_tool": _NAME_CALL,
    },
    "pushover": {"title": _SUBJECT_CALL, "message": _ANNOTATIONS + _LOOSE, "url": _URL_CALL},
    "sns": {"subject": _SUBJECT_CALL, "message": _ANNOTATIONS + _LOOSE},
    "telegram": {"message": _LOOSE},
    "discord": {"content": "", "title": _SUBJECT_CALL, "message": _LOOSE},
    "webex": {"message": _ANNOTATIONS + _LOOSE},
    "msteams": {"summary": _SUBJECT_CALL, "title": _SUBJECT_CALL, "text": _MARKDOWN},
    "msteamsv2": {"title": _SUBJECT_CALL, "text": _MARKDOWN},
    "jira": {"summary": _SUBJECT_CALL, "description": _MARKDOWN, "priority": _PRIORITY},
    "rocketchat": {
        "title": _SUBJECT_CALL,
        "alias": _NAME_CALL,
        "titlelink": _URL_CALL,
        "emoji": "",
        "iconurl": "",
        "text": "",
    },
    "mattermost": {
        "color": _COLOUR,
        "username": _NAME_CALL,
        "title": _SUBJECT_CALL,
        "titlelink": _URL_CALL,
        "fallback": f"{_SUBJECT_CALL} | {_URL_CALL}",
        "text": _MARKDOWN,
    },
}

_LATER: Final[dict[str, Version]] = {
    "__text_alert_list_markdown": (0, 26),
    "discord.default.content": (0, 28),
    "slack.default.color": (0, 32),
}
"""Templates that came after their product."""


def default_templates(version: Version) -> dict[str, str]:
    """By name, the templates that Alertmanager of this version brings along."""
    found = dict(_COMMON)
    for product, texts in _PRODUCTS.items():
        if FIRST["receiver"].get(f"{product}_configs", OLDEST) <= version:
            found.update({f"{product}.default.{name}": text for name, text in texts.items()})
    return {name: text for name, text in found.items() if _LATER.get(name, OLDEST) <= version}


@lru_cache(maxsize=16)
def default_texts(version: Version) -> tuple[tuple[str, str], ...]:
    """The same as template files for a library."""
    texts = default_templates(version).items()
    return (("", "".join(f'{{{{ define "{name}" }}}}{text}{{{{ end }}}}' for name, text in texts)),)
