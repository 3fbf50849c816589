"""The links at the top of every dashboard: to all the others, to the alerts that are told now, and to the runbooks."""

from __future__ import annotations

from alerts.scrape import mail, settings
from generator import Link

OTHERS = {
    "operations": "Operations",
    "performance": "Performance",
    "capacity": "Capacity",
    "security": "Security",
    "backup": "Backup",
    "slo-overview": "SLOs",
}
"""Titles by uid."""


ELSEWHERE = (
    Link("Alerts", url=f"{mail.url}/#/alerts"),
    Link("Runbooks", url=f"{settings.runbooks}/README.md"),
)
"""What is not in Grafana."""


def links_from(uid: str) -> list[Link]:
    """Links to all dashboards but this one, and to what is no dashboard."""
    return [*(Link(title, uid=other) for other, title in OTHERS.items() if other != uid), *ELSEWHERE]
