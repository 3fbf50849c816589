"""Sloth's own examples as our definitions, and the rules that Sloth made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from generator.model.service import Service, Team
from generator.model.sli import SLI, Events, Ratio
from generator.model.slo import SLO, Page, Ticket

SPECS = ("getting-started", "home-wifi", "kubernetes-apiserver", "multifile", "no-alerts", "raw-home-wifi")
"""The examples in Sloth's format for Prometheus; the others are the same in other wrappings."""

_TEAM = Team("sloth")


def documents(path: Path) -> list[Any]:
    """The YAML documents of a file that are not empty."""
    with path.open(encoding="utf-8") as file:
        return [document for document in yaml.safe_load_all(file) if document]


def definitions(folder: Path, name: str) -> Iterator[SLO]:
    """The SLOs of an example, without the guards that Sloth does not have."""
    for spec in documents(folder / f"{name}.yml"):
        service = Service(spec["service"], team=_TEAM)
        for slo in spec["slos"]:
            alerting = slo["alerting"]
            yield SLO(
                slo["name"],
                service=service,
                objective=slo["objective"],
                sli=_indicator(slo["sli"]),
                labels={**spec.get("labels", {}), **slo.get("labels", {})},
                alert=alerting.get("name", ""),
                page=Page(disable=alerting.get("page_alert", {}).get("disable", False)),
                ticket=Ticket(disable=alerting.get("ticket_alert", {}).get("disable", False)),
                low_traffic=None,
                absent_for=None,
            )


def _indicator(sli: Any) -> SLI:
    if "raw" in sli:
        return Ratio(_query(sli["raw"]["error_ratio_query"]))
    return Events(errors=_query(sli["events"]["error_query"]), total=_query(sli["events"]["total_query"]))


def _query(text: str) -> str:
    return text.replace("{{.window}}", "$window")


def goldens(folder: Path, name: str) -> list[Any]:
    """The rule groups that Sloth generated."""
    return [group for document in documents(folder / "_gen" / f"{name}.yml") for group in document["groups"]]
