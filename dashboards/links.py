"""The links at the top of every dashboard: to all the others."""

from __future__ import annotations

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


def links_from(uid: str) -> list[Link]:
    """Links to all dashboards but this one."""
    return [Link(title, uid=other) for other, title in OTHERS.items() if other != uid]
