"""Hosts and ports as Go's ``net`` splits them, for ``stripPort`` and ``stripDomain``."""

from __future__ import annotations

import ipaddress


def split_host_port(text: str) -> tuple[str, str] | None:
    """Host and port of ``host:port`` or ``[host]:port``; None where net.SplitHostPort gives an error."""
    colon = text.rfind(":")
    if colon < 0:
        return None
    if text.startswith("["):
        bracket = text.find("]")
        if bracket < 0 or bracket + 1 != colon:
            return None
        host, before, after = text[1:bracket], text[1:], text[bracket + 1 :]
    else:
        host, before, after = text[:colon], text, text
        if ":" in host:
            return None
    if "[" in before or "]" in after:
        return None
    return host, text[colon + 1 :]


def strip_port(text: str) -> str:
    """The host alone; the text itself if it has no port."""
    pair = split_host_port(text)
    return text if pair is None else pair[0]


def _is_address(host: str) -> bool:
    if "%" in host:  # a zone, which net.ParseIP does not take
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def strip_domain(text: str) -> str:
    """The first label of the host name, with its port; addresses stay as they are."""
    pair = split_host_port(text)
    host, port = (text, "") if pair is None else pair
    if _is_address(host):
        return text
    host = host.split(".")[0]
    if not port:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
