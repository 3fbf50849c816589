"""Values of the loader's types: URLs, addresses, durations; each gives what is wrong as `ValueError`."""

from __future__ import annotations

import re
from typing import Final

from generator.duration import parse
from generator.errors import DurationError
from generator.simulate.config.urls import parse_url

SECRET: Final = "<secret>"  # noqa: S105 - what Alertmanager prints instead of a secret
MAX_MILLISECONDS: Final = (2**63 - 1) // 1_000_000
"""The longest duration that fits into Go's nanoseconds."""

_GO_UNITS: Final = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6}
_GO_PART: Final = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_GO_DURATION: Final = re.compile(rf"[-+]?(?:0|(?:{_GO_PART.pattern})+)")
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
    """Milliseconds of a Go duration such as `1m30s`. Raises ValueError."""
    if not _GO_DURATION.fullmatch(text):
        raise ValueError(f"not a Go duration: {text!r} (expected for example '10s', '1m30s')")
    size = sum(float(count) * _GO_UNITS[unit] for count, unit in _GO_PART.findall(text))
    if size > MAX_MILLISECONDS:
        raise ValueError(f"duration out of range: {text}")
    return -size if text.startswith("-") else size


def url(text: str) -> str:
    """An http or https URL with a host. Raises ValueError."""
    parts = parse_url(text)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"unsupported scheme {parts.scheme!r} for URL")
    if not parts.host:
        raise ValueError("missing host for URL")
    return text


def proxy(text: str) -> str:
    """Any URL, or nothing. Raises ValueError."""
    parse_url(text)
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


def canonical_header(name: str) -> str:
    """A header's name as Go writes it: each word capitalised; as it is when it holds other characters."""
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
        return name
    return "-".join(word[:1].upper() + word[1:].lower() for word in name.split("-"))
