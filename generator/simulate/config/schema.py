"""Which keys each block of the configuration has, of which type, and since when.

The types are those of the loader: `text` (the default, any scalar), `optional` (a text that null leaves out), `bool`,
`int`, `count` (not negative), `number`, `duration` (Prometheus'), `gotime` (Go's: `1m30s`, or a number of nanoseconds),
`gotext` (Go's, text alone), `url`, `secret_url`, `template_url`, `hostport`, `proxy`, `texts` (a list), `labels` (a
mapping of texts), `tls_version`, `any`, `headers` (a mapping of lists of texts), `structures` (a mapping of anything),
`header_map`, the name of another block, or `[block]` for a list of them. Since when a key exists stands behind `@`,
unless `targets.alertmanager.versions` says it. `labels<0.30<structures`: `labels` before 0.30, `structures` since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from generator.targets.alertmanager.versions import FIRST, OLDEST, Version, read_version

_SMTP: Final = (
    "smtp_from smtp_hello smtp_smarthost:hostport smtp_auth_username smtp_auth_password smtp_auth_password_file"
    " smtp_auth_secret smtp_auth_secret_file smtp_auth_identity smtp_require_tls:bool smtp_tls_config:tls_config"
    " smtp_force_implicit_tls:bool"
)
_PROXY: Final = "proxy_url:proxy no_proxy proxy_from_environment:bool proxy_connect_header:headers"
_COMMON: Final = "send_resolved:bool http_config:http_config"

_BLOCKS: Final[Mapping[str, str]] = {
    "configuration": "global:global route:route inhibit_rules:[inhibit_rule] receivers:[receiver] templates:texts"
    " mute_time_intervals:[named_interval] time_intervals:[named_interval] tracing:tracing"
    " event_recorder:event_recorder",
    "global": f"resolve_timeout:duration http_config:http_config {_SMTP} slack_api_url:secret_url slack_api_url_file"
    " slack_app_token slack_app_token_file slack_app_url:url pagerduty_url:url opsgenie_api_url:url opsgenie_api_key"
    " opsgenie_api_key_file wechat_api_url:url wechat_api_secret wechat_api_secret_file wechat_api_corp_id"
    " victorops_api_url:url victorops_api_key victorops_api_key_file telegram_api_url:url telegram_bot_token"
    " telegram_bot_token_file webex_api_url:url jira_api_url:url rocketchat_api_url:url rocketchat_token:optional"
    " rocketchat_token_file rocketchat_token_id:optional rocketchat_token_id_file mattermost_webhook_url:secret_url"
    " mattermost_webhook_url_file",
    "route": "receiver group_by:texts match:labels match_re:labels matchers:texts mute_time_intervals:texts"
    " active_time_intervals:texts continue:bool routes:[route] group_wait:duration group_interval:duration"
    " repeat_interval:duration labels:labels",
    "inhibit_rule": "name source_match:labels source_match_re:labels source_matchers:texts target_match:labels"
    " target_match_re:labels target_matchers:texts equal:texts",
    "named_interval": "name time_intervals:[time_interval]",
    "time_interval": "times:[time_range] weekdays:texts days_of_month:texts months:texts years:texts location",
    "time_range": "start_time end_time",
    "receiver": "name labels:labels slack_configs:[slack] email_configs:[email] webhook_configs:[webhook]"
    " pagerduty_configs:[pagerduty] opsgenie_configs:[opsgenie] telegram_configs:[telegram]"
    " discord_configs:[discord] wechat_configs:[wechat] pushover_configs:[pushover] victorops_configs:[victorops]"
    " sns_configs:[sns] webex_configs:[webex] msteams_configs:[msteams] msteamsv2_configs:[msteamsv2]"
    " jira_configs:[jira] rocketchat_configs:[rocketchat] incidentio_configs:[incidentio]"
    " mattermost_configs:[mattermost]",
    "slack": f"{_COMMON} api_url:secret_url api_url_file app_token app_token_file app_url:url channel username color"
    " title title_link pretext text message_text fields:[slack_field] short_fields:bool footer fallback callback_id"
    " icon_emoji icon_url image_url thumb_url link_names:bool mrkdwn_in:texts actions:[slack_action]"
    " update_message:bool timeout:gotime",
    "slack_action": "type text url style name value confirm:slack_confirmation",
    "slack_confirmation": "text title ok_text dismiss_text",
    "slack_field": "title value short:bool",
    "email": "send_resolved:bool to from hello smarthost:hostport auth_username auth_password auth_password_file"
    " auth_secret auth_secret_file auth_identity headers:labels html text require_tls:bool tls_config:tls_config"
    " force_implicit_tls:bool threading:email_threading",
    "email_threading": "enabled:bool thread_by_date",
    "webhook": f"{_COMMON} url:url<0.26<secret_url<0.31<template_url url_file max_alerts:count timeout:gotime"
    " payload:any",
    "pagerduty": f"{_COMMON} service_key service_key_file routing_key routing_key_file url:url client client_url"
    " description details:labels<0.30<structures images:[pagerduty_image] links:[pagerduty_link] source severity class"
    " component group timeout:gotime",
    "pagerduty_image": "src alt href",
    "pagerduty_link": "href text",
    "opsgenie": f"{_COMMON} api_key api_key_file api_url:url message description source details:labels entity"
    " responders:[opsgenie_responder] actions tags note priority update_alerts:bool",
    "opsgenie_responder": "id name username type",
    "msteams": f"{_COMMON} webhook_url:secret_url webhook_url_file title summary text",
    "msteamsv2": f"{_COMMON} webhook_url:secret_url webhook_url_file title text",
    "telegram": f"{_COMMON} api_url:url bot_token bot_token_file chat_id:int chat_id_file message_thread_id:int message"
    " disable_notifications:bool parse_mode",
    "discord": f"{_COMMON} webhook_url:secret_url webhook_url_file content title message username avatar_url",
    "wechat": f"{_COMMON} api_secret api_secret_file@0.31 corp_id message api_url:url to_user to_party to_tag agent_id"
    " message_type",
    "pushover": f"{_COMMON} user_key user_key_file@0.26 token token_file@0.26 title message url url_title device@0.26"
    " sound priority retry:gotext expire:gotext ttl:gotext@0.27 html:bool monospace:bool@0.29",
    "victorops": f"{_COMMON} api_key api_key_file api_url:url routing_key message_type state_message"
    " entity_display_name monitoring_tool custom_fields:labels",
    "sns": f"{_COMMON} api_url sigv4:sigv4 topic_arn phone_number target_arn subject message attributes:labels"
    " use_aws_http_client:bool@0.33",
    "sigv4": "region access_key secret_key profile role_arn external_id@0.34 use_fips_sts_endpoint:bool@0.28"
    " service_name@0.34",
    "webex": f"{_COMMON} api_url:url message room_id",
    "jira": f"{_COMMON} api_url:url api_type@0.29 project summary:jira_field description:jira_field labels:texts"
    " priority issue_type reopen_transition resolve_transition wont_fix_resolution reopen_duration:duration"
    " fields:structures",
    "jira_field": "template@0.29 enable_update:bool@0.29",
    "rocketchat": f"{_COMMON} api_url:url token_id:optional token_id_file token:optional token_file channel color title"
    " title_link text fields:[rocketchat_field] short_fields:bool emoji icon_url image_url thumb_url link_names:bool"
    " actions:[rocketchat_action]",
    "rocketchat_field": "short:bool title value",
    "rocketchat_action": "type text url imageurl iswebview:bool webviewheightratio msg msginchatwindow:bool"
    " msgprocessingtype",
    "incidentio": f"{_COMMON} url:url url_file alert_source_token alert_source_token_file max_alerts:count"
    " timeout:gotime",
    "mattermost": f"{_COMMON} webhook_url:secret_url webhook_url_file channel username text fallback color pretext"
    " author_name author_link author_icon title title_link fields:[mattermost_field] thumb_url footer footer_icon"
    " image_url icon_url icon_emoji attachments:[mattermost_attachment] type props:mattermost_props"
    " priority:mattermost_priority",
    "mattermost_field": "title value short:bool",
    "mattermost_attachment": "fallback color pretext text author_name author_link author_icon title title_link"
    " fields:[mattermost_field] thumb_url footer footer_icon image_url",
    "mattermost_props": "card",
    "mattermost_priority": "priority requested_ack:bool persistent_notifications:bool",
    "http_config": "basic_auth:basic_auth authorization:authorization oauth2:oauth2 bearer_token bearer_token_file"
    f" tls_config:tls_config follow_redirects:bool enable_http2:bool {_PROXY} http_headers:header_map",
    "header": "values:texts secrets:texts files:texts",
    "basic_auth": "username username_file username_ref@0.28 password password_file password_ref@0.28",
    "authorization": "type credentials credentials_file credentials_ref@0.28",
    "oauth2": "client_id client_secret client_secret_file client_secret_ref@0.28 client_certificate_key_id"
    " client_certificate_key client_certificate_key_file client_certificate_key_ref@0.34 grant_type"
    f" signature_algorithm iss audience claims:structures scopes:texts token_url endpoint_params:labels "
    f"tls_config:tls_config {_PROXY}",
    "tls_config": "ca ca_file ca_ref@0.28 cert cert_file cert_ref@0.28 key key_file key_ref@0.28 server_name"
    " insecure_skip_verify:bool min_version:tls_version max_version:tls_version",
    "tracing": "client_type:optional endpoint sampling_fraction:number insecure:bool tls_config:tls_config"
    " headers:header_map compression timeout:duration",
    "event_recorder": "file_outputs:[recorder_file] webhook_outputs:[recorder_webhook] kafka_outputs:[recorder_kafka]"
    " stdout_outputs:[recorder_stdout]@0.34",
    "recorder_file": "path",
    "recorder_webhook": "url:secret_url http_config:http_config timeout:duration workers:int max_retries:int"
    " retry_backoff:duration batch:bool batch_max_events:int batch_max_bytes:int batch_flush_interval:duration",
    "recorder_kafka": "brokers:texts topic client_id format acks compression buffer_size:int tls_config:tls_config",
    "recorder_stdout": "",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a block. type: as above; since: the first version that has it; before: what it was, until when."""

    name: str
    type: str
    since: Version
    before: tuple[tuple[Version, str], ...] = ()

    def type_in(self, version: Version) -> str:
        """The type that a version reads it as."""
        if not self.before:
            return self.type
        return next((kind for until, kind in self.before if version < until), self.type)


def _key(block: str, text: str) -> Key:
    head, _, since = text.partition("@")
    name, _, kinds = head.partition(":")
    *older, kind = kinds.split("<")
    before = tuple((_version(until), old) for old, until in zip(older[::2], older[1::2], strict=True))
    known = FIRST.get(block, {}).get(name, OLDEST)
    return Key(name, kind or "text", _version(since) if since else known, before)


def _version(text: str) -> Version:
    version = read_version(text)
    assert version is not None, text
    return version


SCHEMA: Final[Mapping[str, Mapping[str, Key]]] = {
    block: {key.name: key for key in (_key(block, text) for text in keys.split())} for block, keys in _BLOCKS.items()
}
"""By block and key, what may stand there."""

INTEGRATIONS: Final = (
    "webhook", "email", "pagerduty", "opsgenie", "wechat", "slack", "victorops", "pushover", "sns", "telegram",
    "discord", "webex", "msteams", "msteamsv2", "jira", "incidentio", "rocketchat", "mattermost",
)  # fmt: skip
"""The kinds of integrations, in the order in which a receiver's are built."""
