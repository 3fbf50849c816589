"""From a panel to the runbooks of the alerts that lead to it: the way back of an alert's `dashboard_url`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.model.bundle import AlertingRule, Bundle
from generator.model.escalation import LABEL
from generator.targets.grafana.foreign import Object
from generator.targets.grafana.panel import link_to

Pages = Mapping[str, Sequence[Object]]
"""By the URL of a panel, the links to the pages of its alerts, as Grafana has them."""

NO_PAGES: Pages = {}


def pages_of(bundle: Bundle) -> Pages:
    """The pages of every panel that alerts lead to. A panel of an SLO is shown once more for each, and has none."""
    found: dict[str, dict[str, Object]] = {}
    for file in bundle.rule_files:
        for group in file.groups:
            for rule in group.rules:
                if isinstance(rule, AlertingRule) and rule.panel is not None and LABEL not in rule.labels:
                    page = rule.annotations.get("runbook_url", "")
                    if page:
                        found.setdefault(rule.panel.url, {})[rule.alert] = link_to(f"Runbook: {rule.alert}", page)
    return {url: tuple(links.values()) for url, links in found.items()}


def panel_url(base: str, uid: str, panel: int) -> str:
    """The address of a panel, as an alert's `dashboard_url` has it. base: where people reach Grafana."""
    return f"{base.rstrip('/')}/d/{uid}?viewPanel={panel}"
