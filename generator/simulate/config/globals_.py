"""What the loader refuses in the global block, and in the HTTP and TLS settings that stand in many blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from yaml.nodes import Node

from generator.simulate.config.blocks import Block, BlockReader
from generator.simulate.config.dialect import Dialect
from generator.simulate.config.scalars import canonical_header
from generator.targets.alertmanager.versions import Version

Fault = tuple[Node, str]

_EITHER: Final = (
    ("slack_app_token", "slack_app_token_file"),
    ("slack_api_url", "slack_api_url_file"),
    ("opsgenie_api_key", "opsgenie_api_key_file"),
    ("victorops_api_key", "victorops_api_key_file"),
    ("telegram_bot_token", "telegram_bot_token_file"),
    ("smtp_auth_password", "smtp_auth_password_file"),
    ("rocketchat_token", "rocketchat_token_file"),
    ("rocketchat_token_id", "rocketchat_token_id_file"),
    ("smtp_auth_secret", "smtp_auth_secret_file"),
    ("wechat_api_secret", "wechat_api_secret_file"),
    ("mattermost_webhook_url", "mattermost_webhook_url_file"),
)
_SET_WHEN_EMPTY: Final[Mapping[str, frozenset[str]]] = {
    "global": frozenset({"rocketchat_token", "rocketchat_token_id"}),
    "rocketchat": frozenset({"token", "token_id"}),
}
# What changed with the versions of prometheus/common that Alertmanager was built with.
_PAIRS_SINCE: Final[Version] = (0, 26)
_NO_SECRET_SINCE: Final[Version] = (0, 28)
_JWT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SIGNATURES: Final = ("RS256", "RS384", "RS512")
_RESERVED_HEADERS: Final = frozenset(
    {
        "Authorization", "Host", "Content-Encoding", "Content-Length", "Content-Type", "User-Agent", "Connection",
        "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Www-Authenticate", "Accept-Encoding",
        "X-Prometheus-Remote-Write-Version", "X-Prometheus-Remote-Read-Version", "X-Prometheus-Scrape-Timeout-Seconds",
        "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256",
    }
)  # fmt: skip
SLACK_APP_URL: Final = "https://slack.com/api/chat.postMessage"


def either(block: Block, *keys: str, where: str = "") -> Iterator[Fault]:
    """A fault when more than one of the keys has a value."""
    given = [key for key in keys if is_given(block.kind, key, block.values) or key in block.wrong]
    if len(given) > 1:
        listed = f"{', '.join(keys[:-1])} & {keys[-1]}"
        yield block.at(given[-1]), f"at most one of {where}{listed} must be configured"


def is_given(kind: str, key: str, values: Mapping[str, Any]) -> bool:
    """Whether a setting has a value; Rocket.Chat's credentials have one even when it is empty."""
    value = values.get(key)
    return value is not None if key in _SET_WHEN_EMPTY.get(kind, ()) else bool(value)


def global_faults(blocks: BlockReader, block: Block) -> None:
    """Notes what is wrong with the global block beyond its types."""
    for keys in _EITHER:
        _note(blocks, either(block, *keys))
    _note(blocks, _slack(block))
    nested_faults(blocks, block)


def _slack(block: Block) -> Iterator[Fault]:
    token = block.get("slack_app_token") or block.get("slack_app_token_file")
    address = block.get("slack_api_url") or block.get("slack_api_url_file")
    # The address of Slack's own API may stand with a token: it was once the way to use one.
    if token and address and block.get("slack_api_url") != block.get("slack_app_url", SLACK_APP_URL):
        keys = "slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file"
        yield block.at("slack_api_url", "slack_api_url_file"), f"at most one of {keys} must be configured"


def _note(blocks: BlockReader, faults: Iterator[Fault]) -> None:
    for node, message in faults:
        blocks.fault(node, message)


def nested_faults(blocks: BlockReader, block: Block, keys: Iterable[str] | None = None) -> None:
    """Notes what is wrong in the HTTP, TLS and other shared blocks below a block; below these keys of it only."""
    for key in block.values if keys is None else keys:
        value = block.values.get(key)
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, Block):
                check = _CHECKS.get(item.kind)
                if check is not None:
                    _note(blocks, check(item, blocks.dialect))
                nested_faults(blocks, item)


def _http_config(block: Block, _: Dialect) -> Iterator[Fault]:
    yield from either(block, "bearer_token", "bearer_token_file")
    token = block.get("bearer_token") or block.get("bearer_token_file")
    ways = [key for key in ("basic_auth", "oauth2", "authorization") if isinstance(block.get(key), Block)]
    if token and ways and "authorization" not in ways:
        yield block.at(*ways), "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured"
    if token and "authorization" in ways:
        yield block.at("authorization"), "authorization is not compatible with bearer_token & bearer_token_file"
    if len(ways) > 1:
        yield block.at(ways[-1]), "at most one of basic_auth, oauth2 & authorization must be configured"
    yield from _proxy(block)
    for name in map(canonical_header, block.get("http_headers", ())):
        if name in _RESERVED_HEADERS:
            yield block.at("http_headers"), f"setting header {name!r} is not allowed"


def _proxy(block: Block) -> Iterator[Fault]:
    if "proxy_url" in block.wrong:
        return
    url, environment = block.get("proxy_url"), block.get("proxy_from_environment")
    if block.get("proxy_connect_header") and not url and not environment:
        message = "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured"
        yield block.at("proxy_connect_header"), message
    if environment and url:
        yield block.at("proxy_url"), "if proxy_from_environment is configured, proxy_url must not be configured"
    if block.get("no_proxy") and environment:
        yield block.at("no_proxy"), "if proxy_from_environment is configured, no_proxy must not be configured"
    elif block.get("no_proxy") and url is None:
        yield block.at("no_proxy"), "if no_proxy is configured, proxy_url must also be configured"


def _basic_auth(block: Block, _: Dialect) -> Iterator[Fault]:
    yield from either(block, "username", "username_file", "username_ref", where="basic_auth ")
    yield from either(block, "password", "password_file", "password_ref", where="basic_auth ")


def _authorization(block: Block, _: Dialect) -> Iterator[Fault]:
    yield from either(block, "credentials", "credentials_file", "credentials_ref", where="authorization ")
    if str(block.get("type", "")).strip().lower() == "basic":
        yield block.at("type"), 'authorization type cannot be set to "basic", use "basic_auth" instead'


def _oauth2(block: Block, dialect: Dialect) -> Iterator[Fault]:
    for key in ("client_id", "token_url"):
        if block.lacks(key):
            yield block.at(key), f"oauth2 {key} must be configured"
    certified = block.get("grant_type") == _JWT
    own = "client_certificate_key" if certified else "client_secret"
    yield from either(block, own, f"{own}_file", f"{own}_ref", where="oauth2 ")
    if certified and block.get("signature_algorithm", "") not in ("", *_SIGNATURES):
        yield block.at("signature_algorithm"), f"valid signature algorithms are {', '.join(_SIGNATURES)}"
    if dialect.version < _NO_SECRET_SINCE and block.lacks("client_secret", "client_secret_file"):
        yield block.node, "either oauth2 client_secret or client_secret_file must be configured"
    yield from _proxy(block)


def _tls_config(block: Block, dialect: Dialect) -> Iterator[Fault]:
    if dialect.version < _PAIRS_SINCE:
        return
    for name in ("ca", "cert", "key"):
        yield from either(block, name, f"{name}_file", f"{name}_ref")
    certificate, key = (any(block.get(f"{name}{end}") for end in ("", "_file", "_ref")) for name in ("cert", "key"))
    if certificate != key:
        missing, given = ("key", "client certificate") if certificate else ("cert", "client key")
        at = block.at("cert", "cert_file", "key", "key_file")
        yield at, f"exactly one of {missing} or {missing}_file must be configured when a {given} is configured"


def _tracing(block: Block, _: Dialect) -> Iterator[Fault]:
    if block.lacks("endpoint"):
        yield block.at("endpoint"), "tracing endpoint must be set"
    yield from _chosen(block, "tracing")


def _recorder(block: Block, _: Dialect) -> Iterator[Fault]:
    for key in _RECORDER_NEEDS[block.kind]:
        if block.lacks(key):
            what = block.kind.removeprefix("recorder_")
            yield block.at(key), f"event_recorder {what} output requires {key}"
    yield from _chosen(block, "event_recorder")


def _chosen(block: Block, where: str) -> Iterator[Fault]:
    for key, choices in _CHOICES.get(block.kind, {}).items():
        if key not in block.wrong and block.get(key, choices[0]) not in choices:
            listed = ", ".join(filter(None, choices))
            yield block.at(key), f"{where} {key} must be one of {listed}, got {block.values[key]!r}"


_RECORDER_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "recorder_file": ("path",),
    "recorder_webhook": ("url",),
    "recorder_kafka": ("brokers", "topic"),
}

_CHOICES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "tracing": {"client_type": ("grpc", "http"), "compression": ("", "gzip")},
    "recorder_kafka": {
        "format": ("", "json", "protobuf"),
        "acks": ("", "none", "leader", "all"),
        "compression": ("", "none", "gzip", "snappy", "lz4", "zstd"),
    },
}

_CHECKS: Final[Mapping[str, Callable[[Block, Dialect], Iterator[Fault]]]] = {
    "http_config": _http_config,
    "basic_auth": _basic_auth,
    "authorization": _authorization,
    "oauth2": _oauth2,
    "tls_config": _tls_config,
    "tracing": _tracing,
    "recorder_file": _recorder,
    "recorder_webhook": _recorder,
    "recorder_kafka": _recorder,
}


def with_globals(kind: str, settings: dict[str, Any], given: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Fills in, for each key that is not given, the global setting of the name."""
    for key, name in names.items():
        if not is_given(kind, key, settings) and is_given("global", name, given):
            settings[key] = given[name]
