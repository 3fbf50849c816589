"""Texts whose actions do not close, and templates that nobody defines."""

from generator import NotificationTemplate, Receiver, Route, Secret, Slack, Webhook

files = [
    NotificationTemplate("good", '{{ define "good" }}{{/* {{ }} */}}{{ "}}" }}{{ end }}{{ block "b" . }}{{ end }}'),
    NotificationTemplate(
        "fine",
        """{{- define `raw` -}}
{{if(eq 1 1)}}a{{else if .Alerts}}{{- /* if } */ -}}b{{ end}}
{{ with $x := "{{ if }}" }}{{ $x }}{{ else }}{{ range
 .Alerts }}{{ break }}{{ end }}{{ end -}}
{{ end }}""",
    ),
    NotificationTemplate("open", '{{ define "open" }}\n{{ range .Alerts }}\n{{ end }}'),
    NotificationTemplate("twice", "{{ end }}"),
    NotificationTemplate("brace", "a\nb {{ .Status }\nc"),
    NotificationTemplate("calls", '{{ define "c" }}{{ template "missing" . }}{{ template "__subject" . }}{{ end }}'),
    NotificationTemplate("../escape", "x"),
]
a = Receiver(
    "a",
    Slack(
        "#a",
        url=Secret("s"),
        title='{{ template "slack.default.title" . }}{{ template `good` . }}{{ template "gone" . }}',
        text="{{ if .Alerts }}never ends",
    ),
    Webhook("http://a/"),
)
root = Route(to=a)
