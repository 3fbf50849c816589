"""Templates in labels and annotations of alerts, expanded against the storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from generator.engine.evaluate import evaluate
from generator.engine.histogram.value import Histogram
from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.errors import TocsinError
from generator.gotemplate.errors import FunctionError
from generator.labels import LabelSet
from generator.promql.parse import parse
from generator.rules.cells import cell
from generator.rules.plain_templates import fill, is_plain
from generator.rules.recorded import as_vector

if TYPE_CHECKING:
    from generator.gotemplate.prometheus import Sample


class Expander:
    """Expands templates with the data of one evaluation of rules."""

    __slots__ = ("_external_labels", "_external_url", "_settings", "_storage")

    def __init__(
        self, storage: Storage, settings: Settings, external_labels: Mapping[str, str], external_url: str
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._external_labels = external_labels
        self._external_url = external_url

    def expand(self, text: str, alert: str, series: LabelSet, value: float | Histogram, time: int) -> str:
        """The text for an alert; a fault in the template is told in the text, as Prometheus does."""
        if "{{" not in text:
            return text
        if not isinstance(value, Histogram) and is_plain(text):
            return fill(text, series, self._external_labels, value)
        # The engine is imported for templates that need it: most rules have none.
        from generator.gotemplate.prometheus import Server, alert_template_name, expand

        return expand(
            text,
            name=alert_template_name(alert),
            labels=series,
            value=_printable(value),
            external_labels=self._external_labels,
            external_url=self._external_url,
            server=Server(query=lambda query: self._query(query, time), timestamp_ms=time),
        )

    def _query(self, text: str, time: int) -> list[Sample]:
        """What the template function `query` gives at a time in milliseconds."""
        from generator.gotemplate.prometheus import Sample

        try:
            vector = as_vector(evaluate(parse(text), self._storage, np.array([time]), self._settings).value)
        except TocsinError as reason:
            raise FunctionError(str(reason)) from None
        return [
            Sample(labels=labels, value=_printable(cell(vector, 0, column)))
            for column, labels in enumerate(vector.labels)
        ]


def _printable(value: float | Histogram) -> float | str:
    return str(value) if isinstance(value, Histogram) else value
