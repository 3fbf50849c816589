"""The house style: grafanalib's panels with what all of ours have in common.

Sizes, ids, data sources and letters are worked out by tocsin; a panel says what it shows, in which unit, and from
which value on it is bad.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from grafanalib.core import BarGauge, Heatmap, HeatmapColor, Stat, Table, TimeSeries, YAxis

from generator import thresholds

lines = partial(
    TimeSeries,
    fillOpacity=8,
    showPoints="never",
    tooltipMode="multi",
    tooltipSort="desc",
    legendDisplayMode="list",
    valueMin=0,
)
"""Values over time, from 0 up. thresholds are drawn as dashed lines."""

shares = partial(lines, unit="percentunit", valueMax=1)
"""Shares of a whole over time, from 0 to 100 %."""

areas = partial(lines, fillOpacity=40, stacking={"mode": "normal", "group": "A"})
"""Parts of a whole over time, one upon the other: a threshold is one of their sum."""

number = partial(Stat, reduceCalc="lastNotNull", colorMode="background_solid", graphMode="none")
"""The value now, on the colour of its threshold."""

trend = partial(Stat, reduceCalc="lastNotNull", colorMode="value", graphMode="area")
"""The value now, and faintly how it came about."""

ranking = partial(
    BarGauge, calc="lastNotNull", displayMode="basic", orientation="horizontal", min=0, max=None, thresholds=[]
)
"""Values side by side, one bar each."""

UP_OR_DOWN = [
    {"type": "value", "options": {"0": {"text": "DOWN", "color": "red"}, "1": {"text": "UP", "color": "green"}}}
]
"""What 0 and 1 mean of something that lives or does not."""

alive = partial(number, mappings=UP_OR_DOWN, thresholds=thresholds("red", green=1))
"""Whether something lives: 1 is up, 0 is down."""

listing = partial(Table, displayMode="auto")
"""Series as the lines of a table."""

buckets = partial(Heatmap, dataFormat="tsbuckets", yBucketBound="upper", hideZeroBuckets=True, color=HeatmapColor())
"""How the observations of a histogram spread, over time."""


def axis(unit: str) -> YAxis:
    """The unit of a heat map, which stands at its axis."""
    return YAxis(format=unit)


def column(name: str, **looks: Any) -> dict[str, Any]:
    """How one column of a table looks: `column("Mean", unit="s")`."""
    properties = [{"id": key.replace("__", "."), "value": value} for key, value in looks.items()]
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}


def columns(renamed: dict[str, str]) -> list[dict[str, Any]]:
    """Several instant queries as one table, with only these columns, in this order, under these names."""
    order = {name: place for place, name in enumerate(renamed)}
    return [
        {"id": "merge", "options": {}},
        {"id": "filterFieldsByName", "options": {"include": {"names": list(renamed)}}},
        {"id": "organize", "options": {"excludeByName": {}, "indexByName": order, "renameByName": renamed}},
    ]
