"""The body of the default e-mail: what Alertmanager's shows and links, in plain markup of our own."""

from __future__ import annotations

from typing import Final

_HEAD: Final = (
    '<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"><title>{{ template "__subject" . }}</title></head>\n'
)

_BANNER: Final = (
    '<p style="padding: 1em; color: #fff; text-align: center; background: {{ if .Alerts.Firing }}#e6522c'
    '{{ else }}#68b90f{{ end }}">'
    "{{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }} for"
    "{{ range .GroupLabels.SortedPairs }} {{ .Name }}={{ .Value }}{{ end }}</p>\n"
)

_LINK: Final = '<p><a href="{{ template "__alertmanagerURL" . }}">View in {{ template "__alertmanager" . }}</a></p>\n'

_ALERT: Final = (
    "<p><b>Labels</b><br>"
    "{{ range .Labels.SortedPairs }}{{ .Name }} = {{ .Value }}<br>{{ end }}"
    "{{ with .Annotations }}<b>Annotations</b><br>"
    "{{ range .SortedPairs }}{{ .Name }} = {{ .Value }}<br>{{ end }}{{ end }}"
    '<a href="{{ .GeneratorURL }}">Source</a></p>\n'
)


def _section(status: str) -> str:
    heading = f"<h4>[{{{{ len .Alerts.{status} }}}}] {status}</h4>\n"
    return f"{{{{ if .Alerts.{status} }}}}{heading}{{{{ range .Alerts.{status} }}}}{_ALERT}{{{{ end }}}}{{{{ end }}}}"


_RULE: Final = "{{ if and .Alerts.Firing .Alerts.Resolved }}<hr>\n{{ end }}"
_FOOT: Final = '<p><a href="{{ .ExternalURL }}">Sent by {{ template "__alertmanager" . }}</a></p>\n'

EMAIL_HTML: Final = (
    f'{_HEAD}<body style="font-family: sans-serif">\n{_BANNER}{_LINK}'
    f"{_section('Firing')}{_RULE}{_section('Resolved')}{_FOOT}</body>\n</html>\n"
)
"""The template `email.default.html`. The dot is the notification's data."""
