"""Values of the loader's types: URLs, addresses, durations; each gives what is wrong as `ValueError`."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from generator.duration import parse
from generator.errors import DurationError

SECRET: Final = "<secret>"  # noqa: S105 - what Alertmanager prints instead of a secret
MAX_MILLISECONDS: Final = (2**63 - 1) // 1_000_000
"""The longest duration that fits into Go's nanoseconds."""

_GO_UNITS: Final = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6}
_GO_PART: Final = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_GO_DURATION: Final = re.compile(rf"[-+]?(?:0|(?:{_GO_PART.pattern})+)")
_BAD_URL: Final = re.compile(r"[\x00-\x20\x7f]|%(?![0-9a-fA-F]{2})")
TLS_VERSIONS: Final = ("TLS13", "TLS12", "TLS11", "TLS10")


def duration(text: str) -> int:
    """Milliseconds of a Prometheus duration. Raises ValueError."""
    try:
        value = int(parse(text))
    except DurationError as reason:
        raise ValueError(str(reason)) from None
    if value > MAX_MILLISECONDS:
        raise ValueError(f"duration out of range: {text}")
    return value


def go_duration(text: str) -> float:
    """Milliseconds of a Go duration such as `1m30s`; a bare number counts nanoseconds. Raises ValueError."""
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text) / 1e6
    if not _GO_DURATION.fullmatch(text):
        raise ValueError(f"not a Go duration: {text!r} (expected for example '10s', '1m30s')")
    size = sum(float(count) * _GO_UNITS[unit] for count, unit in _GO_PART.findall(text))
    return -size if text.startswith("-") else size


def url(text: str) -> str:
    """An http or https URL with a host. Raises ValueError."""
    if _BAD_URL.search(text.partition("?")[0]):
        raise ValueError("not a URL: it holds a blank, a control character or an incomplete % escape")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as reason:
        raise ValueError(f"not a URL: {reason}") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"unsupported scheme {parts.scheme!r} for URL")
    if not parts.netloc or (not parts.hostname and port is None):
        raise ValueError("missing host for URL")
    return text


def secret_url(text: str) -> str:
    """A URL, or the `<secret>` that stands for one in configurations printed by Alertmanager. Raises ValueError."""
    return text if text == SECRET else url(text)


def host_port(text: str) -> str:
    """`host:port`, the host may be empty; or nothing. Raises ValueError."""
    if not text:
        return text
    host, colon, port = text.rpartition(":")
    if text.startswith("[") != host.endswith("]") or (":" in host and not text.startswith("[")):
        raise ValueError(f"address {text}: too many colons in address")
    if not colon:
        raise ValueError(f"address {text}: missing port in address")
    if not port:
        raise ValueError(f"address {text!r}: port cannot be empty")
    return text


def tls_version(text: str) -> str:
    """A TLS version as Go's configuration names it. Raises ValueError."""
    if text not in TLS_VERSIONS:
        raise ValueError(f"unknown TLS version: {text}")
    return text
