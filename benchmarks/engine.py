"""How long queries over native histograms take in a warm process: ten series of 21 buckets, a day at one minute."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from generator.engine.evaluate import evaluate
from generator.engine.histogram.value import Histogram
from generator.engine.storage import Storage
from generator.labels import LabelSet
from generator.promql.parse import parse

_SERIES: Final = 10
_STEPS: Final = 1440
_MINUTE: Final = 60_000
QUERIES: Final = (
    "rate(latency[5m])",
    "rate(latency[1h])",
    "sum(rate(latency[5m]))",
    "histogram_quantile(0.99, latency)",
    "histogram_quantile(0.99, sum(rate(latency[5m])))",
    "sum_over_time(latency[5m])",
)


def run() -> None:
    """Print the best of three evaluations of each query."""
    storage, times = _storage(), [_MINUTE * step for step in range(_STEPS)]
    print("| query | time of processors |\n| --- | --- |")
    for query in QUERIES:
        expr, seconds = parse(query), []
        for _ in range(3):
            begun = time.process_time()
            evaluate(expr, storage, times)
            seconds.append(time.process_time() - begun)
        print(f"| `{query}` | {min(seconds):.2f} s |", flush=True)


def _storage() -> Storage:
    storage, random = Storage(), np.random.default_rng(0)
    for series in range(_SERIES):
        counts = random.integers(0, 5, (_STEPS, 20)).cumsum(axis=0).tolist()
        samples = [_histogram(step, row) for step, row in enumerate(counts)]
        labels = LabelSet({"__name__": "latency", "pod": str(series)})
        storage.append(labels, [_MINUTE * step for step in range(_STEPS)], np.zeros(_STEPS), histograms=samples)
    return storage


def _histogram(step: int, counts: list[int]) -> Histogram:
    buckets = tuple((index, float(count)) for index, count in enumerate(counts))
    return Histogram(3, sum(counts) + 1.0, 0.7 * step, 1e-9, 1.0, buckets)


if __name__ == "__main__":
    run()
