"""Service level indicators: each kind gives the error rate and the total rate over any window.

Both are rates per second of the same thing (events, probes, slices of time), without labels, so that they can be
added up over time: the error ratio of a long window is the sum of errors over the sum of totals, not an average of
ratios.
"""

from generator.model.sli.base import SLI, ZERO, lacks_window, ratio_of
from generator.model.sli.composite import Composite, Weighted
from generator.model.sli.events import Events, Ratio
from generator.model.sli.latency import Latency, NativeLatency
from generator.model.sli.slices import Probe, TimeSlices

__all__ = [
    "SLI",
    "ZERO",
    "Composite",
    "Events",
    "Latency",
    "NativeLatency",
    "Probe",
    "Ratio",
    "TimeSlices",
    "Weighted",
    "lacks_window",
    "ratio_of",
]
