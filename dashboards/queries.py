"""Choices, selectors and queries that several panels share."""

from __future__ import annotations

from generator import Variable

REAL_DISK = 'fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"'
"""File systems that can fill."""

REAL_CARD = 'device!~"lo|veth.*|br-.*|docker.*"'
"""Network cards of the machine, without those that containers talk over among themselves."""

HERE = 'instance=~"$instance"'
"""The machines that were chosen at the top."""

MACHINES = Variable("instance", label="instance", metric='node_uname_info{job="node"}', title="Machine")
"""The choice among them."""

THESE = 'handler=~"$endpoint"'
"""The endpoints of the backend that were chosen at the top."""

ENDPOINTS = Variable("endpoint", label="handler", metric='http_requests_total{job="backend"}', title="Endpoint")
"""The choice among them."""


def quantile(share: float, by: str = "", of: str = "") -> str:
    """Seconds within which a share of the backend's requests is answered, of each `by` or of all together.

    of: a matcher of the requests that count.
    """
    grouping = f"le, {by}" if by else "le"
    selector = f"http_request_duration_seconds_bucket{{{of}}}" if of else "http_request_duration_seconds_bucket"
    return f"histogram_quantile({share}, sum by ({grouping}) (rate({selector}[$__rate_interval])))"


def mean_time(grouping: str) -> str:
    """Seconds that a statement takes on average, by pg_stat_statements."""
    seconds, calls = (
        f"sum by ({grouping}) (rate(pg_stat_statements_{what}_total[$__rate_interval]))"
        for what in ("seconds", "calls")
    )
    return f"{seconds} / ({calls} > 0)"


def share_of(hits: str, misses: str) -> str:
    """Hits of all, as two counters tell it."""
    hit, missed = (f"sum(rate({metric}[$__rate_interval]))" for metric in (hits, misses))
    return f"{hit} / ({hit} + {missed})"
