"""Native histograms: values, arithmetic, statistics, text; and the mathematics of classic histograms."""

from generator.engine.histogram.accumulate import Reduced, average_histograms, sum_histograms
from generator.engine.histogram.algebra import (
    Combined,
    add,
    as_gauge,
    compact,
    divide,
    multiply,
    negate,
    subtract,
    with_hint,
)
from generator.engine.histogram.classic import Repair, bucket_fractions, bucket_quantiles
from generator.engine.histogram.compare import almost_equal, histograms_equal, histograms_match
from generator.engine.histogram.convert import convert_classic, parse_bound
from generator.engine.histogram.layout import copy_to_schema
from generator.engine.histogram.moments import (
    histogram_average,
    histogram_deviation,
    histogram_variance,
)
from generator.engine.histogram.notation import (
    HISTOGRAM_ITEM,
    HistogramSeries,
    describe_histogram,
    format_float,
    format_histogram,
    parse_histogram,
    parse_histogram_series,
)
from generator.engine.histogram.notes import Note
from generator.engine.histogram.quantile import histogram_fraction, histogram_quantile
from generator.engine.histogram.rate import Change, Window, extrapolated_change, instant_change
from generator.engine.histogram.reset import (
    changes_between,
    detect_reset,
    resets_between,
    stored_hint,
)
from generator.engine.histogram.stats import statistics_only, statistics_selectors
from generator.engine.histogram.value import Bucket, CounterResetHint, Histogram

__all__ = [
    "HISTOGRAM_ITEM",
    "Bucket",
    "Change",
    "Combined",
    "CounterResetHint",
    "Histogram",
    "HistogramSeries",
    "Note",
    "Reduced",
    "Repair",
    "Window",
    "add",
    "almost_equal",
    "as_gauge",
    "average_histograms",
    "bucket_fractions",
    "bucket_quantiles",
    "changes_between",
    "compact",
    "convert_classic",
    "copy_to_schema",
    "describe_histogram",
    "detect_reset",
    "divide",
    "extrapolated_change",
    "format_float",
    "format_histogram",
    "histogram_average",
    "histogram_deviation",
    "histogram_fraction",
    "histogram_quantile",
    "histogram_variance",
    "histograms_equal",
    "histograms_match",
    "instant_change",
    "multiply",
    "negate",
    "parse_bound",
    "parse_histogram",
    "parse_histogram_series",
    "resets_between",
    "statistics_only",
    "statistics_selectors",
    "stored_hint",
    "subtract",
    "sum_histograms",
    "with_hint",
]
