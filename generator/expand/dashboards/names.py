"""Names of the generated dashboards: made from the services' names, so that links to them last."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from generator.model.service import Service

OVERVIEW: Final = "slo-overview"
TAG: Final = "slo"
_PREFIX: Final = "slo-"
_LONGEST: Final = 40
_ODD: Final = re.compile(r"[^A-Za-z0-9_-]+")


def service_uid(service: Service) -> str:
    """`slo-<name>`; a name that Grafana would not take as a uid is shortened and marked with a hash of itself."""
    plain = _PREFIX + service.name
    if _is_uid(plain) and plain != OVERVIEW:
        return plain
    mark = blake2b(service.name.encode(), digest_size=4).hexdigest()
    return f"{_PREFIX}{_ODD.sub('-', service.name)[: _LONGEST - len(_PREFIX) - 9]}-{mark}"


def table_link(services: Iterable[Service]) -> str:
    """Where a row of the overview leads. Grafana can put a service's name into a link, but not its hash."""
    if all(service_uid(service) == _PREFIX + service.name for service in services):
        return f"/d/{_PREFIX}${{__data.fields.Service}}?${{__url_time_range}}"
    return f"/dashboards?tag={TAG}"


def _is_uid(text: str) -> bool:
    return len(text) <= _LONGEST and _ODD.search(text) is None
