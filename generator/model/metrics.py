"""Metrics that exist though no catalogue of a running exporter lists them: the application's own, those written to
text files, those derived from logs, and those of exporters that cannot be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from generator.labels import is_label_name, is_metric_name
from generator.model.base import Definition, described, fault, keep, normalise_tuples

MetricType = Literal["counter", "gauge", "histogram", "summary"]

_TYPES: Final = ("counter", "gauge", "histogram", "summary")


@dataclass(frozen=True, slots=True, eq=False)
class Metric(Definition):
    """A metric as its source exposes it.

    type: as the exposition says, whatever the name suggests. labels: exactly those it carries, without the ones that
    a scrape adds (`job`, `instance`). help: what it means, with its unit. source: the exporter with the options it
    needs, or the program that writes it.
    """

    name: str
    type: MetricType
    labels: Sequence[str] = ()
    help: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        normalise_tuples(self, "labels")
        if not is_metric_name(self.name):
            fault(self, "name/metric", f"{described(self)}: not a metric name")
            keep(self, "name", "invalid")
        if self.type not in _TYPES:
            message = f"{described(self)}: type must be one of {', '.join(_TYPES)}, got {self.type!r}"
            fault(self, "metric/type", message)
        for label in self.labels:
            if isinstance(label, str) and not is_label_name(label):
                fault(self, "label/name", f"{described(self)}: {label!r} is not a label name")
