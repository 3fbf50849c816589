"""Texts that must have a form, or Alertmanager does not start: URLs, and the addresses of mail servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator.diagnostics import Problem, error
from generator.targets.alertmanager.keys import Place
from generator.targets.alertmanager.versions import Version, written

_URLS: Final[Mapping[str, frozenset[str]]] = {
    "global": frozenset(
        f"{product}_url"
        for product in (
            "jira_api", "opsgenie_api", "pagerduty", "rocketchat_api", "slack_app", "telegram_api", "victorops_api",
            "webex_api", "wechat_api",
        )
    ),
    "opsgenie": frozenset({"api_url"}),
    "pagerduty": frozenset({"url"}),
    "slack": frozenset({"app_url"}),
    "telegram": frozenset({"api_url"}),
    "webhook": frozenset({"url"}),
}  # fmt: skip
"""By block, the keys whose value is a URL."""

_SERVERS: Final[Mapping[str, str]] = {"global": "smtp_smarthost", "email": "smarthost"}
"""By block, the key whose value is a host with a port."""

_URL: Final = re.compile(r"https?://[^\s/?#{}]+(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)
_HOST_PORT: Final = re.compile(r"(?:[^:\[\]]*|\[[^\[\]]*\]):[^:\[\]]+")
_TEMPLATED_SINCE: Final[Version] = (0, 31)


def form_problems(block: str, values: Mapping[str, Any], target: Version, place: Place) -> Iterator[Problem]:
    """Values of a block that the target version would refuse for their form."""
    for key in sorted(_URLS.get(block, frozenset()) & values.keys()):
        yield from _url(block, key, str(values[key]), target, place)
    key = _SERVERS.get(block, "")
    if key in values and not _HOST_PORT.fullmatch(str(values[key])):
        message = f"{place.name}: {key} must be a host and a port, got {values[key]!r}"
        yield error("alertmanager/form", place.origin, message, 'Write for example "mail.example.org:587".')
    if block == "email" and not values.get("to"):
        yield error("alertmanager/form", place.origin, f"{place.name}: to nobody", "Give Email the addresses in to.")


def _url(block: str, key: str, url: str, target: Version, place: Place) -> Iterator[Problem]:
    templated = block == "webhook" and "{{" in url
    if templated and target < _TEMPLATED_SINCE:
        message = f"{place.name}: a template in {key} needs Alertmanager {written(_TEMPLATED_SINCE)}"
        yield error("alertmanager/version", place.origin, f"{message}, but the configuration is for {written(target)}")
    elif not templated and not _URL.fullmatch(url):
        message = f"{place.name}: {key} must be a URL that begins with http:// or https://, got {url!r}"
        yield error("alertmanager/form", place.origin, message)
