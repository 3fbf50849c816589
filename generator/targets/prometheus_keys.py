"""Which keys Prometheus' configuration and the blackbox exporter's have, in any of the versions known here.

Held against promtool 2.42 and 3.14, and against blackbox exporter 0.23; its keys since then are from its documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOP: Final = _words(
    "global runtime rule_files scrape_configs scrape_config_files alerting remote_write remote_read storage tracing"
    " otlp"
)
"""The sections of `prometheus.yml`."""

_LIMITS: Final = (
    "body_size_limit sample_limit target_limit label_limit label_name_length_limit label_value_length_limit"
    " keep_dropped_targets metric_name_validation_scheme metric_name_escaping_scheme scrape_protocols"
    " always_scrape_classic_histograms convert_classic_histograms_to_nhcb scrape_native_histograms"
    " extra_scrape_metrics scrape_failure_log_file"
)
_HTTP_CLIENT: Final = (
    "basic_auth authorization oauth2 bearer_token bearer_token_file tls_config follow_redirects enable_http2"
    " proxy_url no_proxy proxy_from_environment proxy_connect_header http_headers"
)
_DISCOVERIES: Final = (
    "aws azure consul digitalocean dns docker dockerswarm ec2 ecs elasticache eureka file gce hetzner http ionos"
    " kubernetes kuma lightsail linode marathon msk nerve nomad openstack outscale ovhcloud puppetdb rds scaleway"
    " serverset stackit triton uyuni vultr"
)

GLOBAL: Final = _words(
    f"{_LIMITS} scrape_interval scrape_timeout evaluation_interval rule_query_offset query_log_file external_labels"
)
"""The section `global`."""

SCRAPE: Final = _words(
    f"{_LIMITS} {_HTTP_CLIENT} job_name honor_labels honor_timestamps track_timestamps_staleness params"
    " scrape_interval scrape_timeout fallback_scrape_protocol scrape_classic_histograms metrics_path scheme"
    " enable_compression native_histogram_bucket_limit native_histogram_min_bucket_factor relabel_configs"
    " metric_relabel_configs static_configs"
) | {f"{name}_sd_configs" for name in _DISCOVERIES.split()}
"""A scrape configuration."""

RELABEL_ACTIONS: Final = _words(
    "replace keep drop keepequal dropequal hashmod labelmap labeldrop labelkeep lowercase uppercase"
)
"""What a relabelling step may do."""

TARGETED: Final = _words("replace keepequal dropequal hashmod lowercase uppercase")
"""The actions that need a target label."""

_ADDRESS: Final = "preferred_ip_protocol ip_protocol_fallback"

PROBERS: Final[Mapping[str, frozenset[str]]] = {
    name: _words(keys)
    for name, keys in {
        "http": f"{_ADDRESS} {_HTTP_CLIENT} valid_status_codes valid_http_versions skip_resolve_phase_with_proxy"
        " no_follow_redirects fail_if_ssl fail_if_not_ssl method headers fail_if_body_matches_regexp"
        " fail_if_body_not_matches_regexp fail_if_body_json_matches_cel fail_if_body_json_not_matches_cel"
        " fail_if_header_matches fail_if_header_not_matches body body_file body_size_limit compression enable_http3",
        "tcp": f"{_ADDRESS} source_ip_address query_response tls tls_config",
        "dns": f"{_ADDRESS} source_ip_address dns_over_tls tls_config transport_protocol query_class query_name"
        " query_type recursion_desired valid_rcodes validate_answer_rrs validate_authority_rrs"
        " validate_additional_rrs",
        "icmp": f"{_ADDRESS} source_ip_address dont_fragment payload_size ttl",
        "grpc": f"{_ADDRESS} service tls tls_config metadata",
    }.items()
}
"""The blackbox exporter's probers and their keys."""
