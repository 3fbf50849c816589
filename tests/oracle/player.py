"""Series of an incident as an exporter gives them, on the clock of a replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.duration import SECOND
from generator.engine.storage import FLOAT
from generator.labels import METRIC_NAME, LabelSet
from generator.testing.fixture import InputSeries
from generator.testing.incident import Incident
from tests.oracle.compressed import Clock
from tests.oracle.stand_ins import Pages, now

LEAD: Final = 4 * SECOND
"""Real time from the first samples to the start of the incident: rates have to have something to look at."""

_COUNTERS: Final = ("_total", "_count", "_bucket", "_sum")
_MOMENTS: Final = ("_timestamp_seconds", "_expiry")
_BEFORE: Final = 1e6
"""Added to counters that grow from nothing, so that they can have grown before the start, too."""


@dataclass(slots=True)
class Player(Pages):
    """Plays the series of an incident, by job and instance."""

    incident: Incident
    clock: Clock
    targets: Sequence[tuple[str, str]]
    _series: dict[tuple[str, str], list[InputSeries]] = field(default_factory=dict)
    _up: dict[tuple[str, str], InputSeries] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for series in self.incident.test.series:
            target = self._target(series.labels)
            if series.labels.metric == "up":
                self._up[target] = series
            else:
                self._series.setdefault(target, []).append(series)

    def _target(self, labels: LabelSet) -> tuple[str, str]:
        named = (labels["job"], labels.get("instance", ""))
        if not named[1]:
            named = next(each for each in self.targets if each[0] == labels["job"])
        assert named in self.targets, f"nothing scrapes {labels}"
        return named

    def page(self, job: str, instance: str) -> str | None:
        moment = now()
        if moment < self.clock.real - LEAD:
            return ""
        up = self._up.get((job, instance))
        if up is not None and self._value(up, moment) == 0:
            return None
        lines = (self._line(series, moment) for series in self._series.get((job, instance), ()))
        return "".join(line for line in lines if line)

    def _line(self, series: InputSeries, moment: int) -> str:
        value = self._value(series, moment)
        if value is None:
            return ""
        labels = series.labels.without(("job", "instance", METRIC_NAME))
        inner = ",".join(f'{name}="{text}"' for name, text in labels.pairs)
        return f"{series.labels.metric}{{{inner}}} {value!r}\n"

    def _value(self, series: InputSeries, moment: int) -> float | None:
        """The value at a real time; None where there is no sample."""
        test, values = self.incident.test, series.values
        after = self.clock.at(moment)
        place = min(after // test.interval, len(values) - 1)
        if place >= 0 and values.kinds[place] != FLOAT:
            return None
        value = float(values.floats[max(place, 0)])
        growth = float(values.floats[1] - values.floats[0])
        if place < 0:
            value += growth * place
        if series.labels.metric.endswith(_MOMENTS):
            return value - (test.start + place * test.interval) / SECOND + moment / SECOND
        if series.labels.metric.endswith(_COUNTERS):
            # By the second counters grow as in the incident: rates are what they would be, increases less.
            return (value + _BEFORE if growth else value) / self.clock.factor
        return value


class Late(Pages):
    """Targets that answer, but have nothing to say before it is known when the incident is."""

    pages: Pages | None = None

    def page(self, job: str, instance: str) -> str | None:
        return "" if self.pages is None else self.pages.page(job, instance)
