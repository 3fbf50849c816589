"""URLs as Go's net/url parses them, which refuses less than a standard would and more than Python does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2}).{0,2}", re.DOTALL)
# In a host only bytes above ASCII may be escaped, and the percent sign itself.
_BAD_HOST_ESCAPE: Final = re.compile(r"%(?:(?![0-9a-fA-F]{2}).{0,2}|(?!25)[0-7].)", re.DOTALL)
_BAD_HOST: Final = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:\[\]<>\"%\x80-\U0010ffff]")
_PORT: Final = re.compile(r"(?::[0-9]*)?")
_USER: Final = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")


@dataclass(frozen=True, slots=True)
class GoURL:
    """The parts of a URL that its use depends on. scheme: lower case; host: with its port; both empty if absent."""

    scheme: str
    host: str


def parse_url(text: str) -> GoURL:
    """A URL, which may be relative or empty. Raises ValueError with what Go says, without the URL: it may be secret."""
    try:
        address, _, fragment = text.partition("#")
        found = _parse(address)
        _check_escapes(fragment)
    except ValueError as reason:
        raise ValueError(f"not a URL: {reason}") from None
    return found


def _parse(address: str) -> GoURL:
    if _CONTROL.search(address):
        raise ValueError("invalid control character in URL")
    if address.startswith(":"):
        raise ValueError("missing protocol scheme")
    named = _SCHEME.match(address)
    scheme = named[1].lower() if named else ""
    rest = address[named.end() if named else 0 :].partition("?")[0]
    if not rest.startswith("/"):
        if scheme:
            return GoURL(scheme, "")  # opaque, as in `mailto:a@b`
        if ":" in rest.partition("/")[0]:
            raise ValueError("first path segment in URL cannot contain colon (is 'http://' missing?)")
    host = ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        host = _host(authority)
    _check_escapes(rest)
    return GoURL(scheme, host)


def _host(authority: str) -> str:
    user, _, host = authority.rpartition("@")
    if host.startswith("["):
        inside, bracket, port = host.rpartition("]")
        if not bracket:
            raise ValueError("missing ']' in host")
        inside, _, zone = inside.partition("%25")
        _check_escapes(zone)
    else:
        inside, colon, port = host.rpartition(":")
        inside, port = (inside, colon + port) if colon else (host, "")
    if not _PORT.fullmatch(port):
        raise ValueError(f'invalid port "{port}" after host')
    _check_escapes(inside, _BAD_HOST_ESCAPE)
    if wrong := _BAD_HOST.search(inside):
        raise ValueError(f'invalid character "{wrong[0]}" in host name')
    if not _USER.fullmatch(user):
        raise ValueError("invalid userinfo")
    _check_escapes(user)
    return host


def _check_escapes(text: str, bad: re.Pattern[str] = _BAD_ESCAPE) -> None:
    if wrong := bad.search(text):
        raise ValueError(f'invalid URL escape "{wrong[0]}"')
