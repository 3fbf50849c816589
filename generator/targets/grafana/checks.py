"""What can only be seen of all dashboards together: names that clash, links that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from generator.diagnostics import Problem
from generator.model.dashboard import Dashboard
from generator.targets.grafana.notes import Notes

LONGEST_UID: Final = 40
_UID: Final = re.compile(r"[A-Za-z0-9_-]+")
_RESERVED: Final = "general"


def check_names(dashboards: Iterable[Dashboard]) -> list[Problem]:
    """Names that Grafana refuses. One clash stops the provisioning of every dashboard (grafana/grafana#127619)."""
    found = [problem for dashboard in dashboards for problem in _own_name(dashboard)]
    uids: dict[str, Dashboard] = {}
    titles: dict[tuple[str, str], Dashboard] = {}
    folders = {dashboard.folder.casefold() for dashboard in dashboards if dashboard.folder}
    for dashboard in dashboards:
        notes = _notes(dashboard)
        first = uids.setdefault(dashboard.uid, dashboard)
        if first is not dashboard:
            notes.error("uid", f"the uid {dashboard.uid!r} is already that of {first.title!r} ({first.origin})")
        namesake = titles.setdefault((dashboard.folder.casefold(), dashboard.title.casefold()), dashboard)
        if namesake is not dashboard:
            where = f"folder {dashboard.folder!r}" if dashboard.folder else "the root folder"
            notes.error("title", f"{where} already has a dashboard of that title ({namesake.origin})")
        if not dashboard.folder and dashboard.title.casefold() in folders:
            notes.error("title", f"the folder {dashboard.title!r} has the same name")
        found += notes.problems
    return found


def _own_name(dashboard: Dashboard) -> list[Problem]:
    notes = _notes(dashboard)
    if not _UID.fullmatch(dashboard.uid) or len(dashboard.uid) > LONGEST_UID:
        rule = f"letters, digits, hyphens and underscores, at most {LONGEST_UID}"
        notes.error("uid", f"{dashboard.uid!r} is no uid: {rule}")
    if not dashboard.title.strip():
        notes.error("title", "has no title")
    folder = dashboard.folder
    if folder and (re.search(r'[/\\:*?"<>|\x00-\x1f]', folder) or folder.strip(". ") != folder):
        notes.error(
            "folder", f"{folder!r} cannot be a folder", "Folders are not nested, and are named as a file may be."
        )
    if folder.casefold() == _RESERVED:
        notes.error("folder", f"{folder!r} is what Grafana calls its root folder", 'Leave folder="" for that.')
    return notes.problems


def check_links(dashboard: Dashboard, uids: frozenset[str]) -> list[Problem]:
    """Links at the top of a dashboard to one that nothing provisions."""
    notes = _notes(dashboard)
    for link in dashboard.links:
        if link.uid and link.uid not in uids:
            notes.error(
                "link", f"link {link.title!r} leads to {link.uid!r}, which no dashboard has", origin=link.origin
            )
    return notes.problems


def _notes(dashboard: Dashboard) -> Notes:
    return Notes(f"dashboard {dashboard.title!r}", dashboard.origin)
