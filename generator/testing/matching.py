"""Whether the alerts and samples got are the ones expected, as promtool compares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.engine.histogram.value import Histogram
from generator.engine.matchers import compile_anchored
from generator.labels import LabelSet
from generator.testing.compare import same_or_next
from generator.testing.fixture import ExpectedAlert, ExpectedSample, Partial


def alert_matches(expected: ExpectedAlert, labels: LabelSet, annotations: Mapping[str, str]) -> bool:
    """Whether one alert is as expected."""
    return (
        (expected.labels is None or dict(labels) == dict(expected.labels))
        and (expected.annotations is None or dict(annotations) == dict(expected.annotations))
        and includes(expected.partial_labels, labels)
        and includes(expected.partial_annotations, annotations)
    )


def includes(wanted: Partial, got: Mapping[str, str]) -> bool:
    """Whether labels or annotations are as a partial expectation says."""
    for name, (how, text) in wanted.items():
        value = got.get(name, "")
        if how == "is" and value != text:
            return False
        if how == "matches" and compile_anchored(text).search(value) is None:
            return False
    return True


def alerts_match(expected: Sequence[ExpectedAlert], got: Sequence[tuple[LabelSet, Mapping[str, str]]]) -> bool:
    """Whether expected and got alerts can be paired off, each with one that is as expected."""
    return len(expected) == len(got) and None not in pair_alerts(expected, got)


def pair_alerts(
    expected: Sequence[ExpectedAlert], got: Sequence[tuple[LabelSet, Mapping[str, str]]]
) -> list[int | None]:
    """For each expected alert the one of `got` that it is paired with, as many as can be (augmenting paths)."""
    fits = [
        [place for place, (labels, annotations) in enumerate(got) if alert_matches(each, labels, annotations)]
        for each in expected
    ]
    owner: dict[int, int] = {}

    def claim(wanting: int, tried: set[int]) -> bool:
        for place in fits[wanting]:
            if place not in tried:
                tried.add(place)
                if place not in owner or claim(owner[place], tried):
                    owner[place] = wanting
                    return True
        return False

    for wanting in range(len(expected)):
        claim(wanting, set())
    pairs: list[int | None] = [None] * len(expected)
    for place, wanting in owner.items():
        pairs[wanting] = place
    return pairs


def samples_match(
    expected: Sequence[ExpectedSample], got: Sequence[tuple[LabelSet, float | Histogram]], *, fuzzy: bool
) -> bool:
    """Whether the samples are the same in any order: exactly, or up to one step of a float with `fuzzy`.

    A NaN is never the same as another, as in promtool.
    """
    if len(expected) != len(got):
        return False
    wanted = sorted(expected, key=lambda sample: tuple(sorted(sample.labels.items())))
    found = sorted(got, key=lambda pair: pair[0].pairs)
    return all(
        dict(sample.labels) == dict(labels) and sample_matches(sample, value, fuzzy=fuzzy)
        for sample, (labels, value) in zip(wanted, found, strict=True)
    )


def sample_matches(expected: ExpectedSample, value: float | Histogram, *, fuzzy: bool) -> bool:
    """Whether one value is as expected; histograms are compared by their text, hint included.

    promtool compares the float of a histogram sample too, which is 0.
    """
    if isinstance(value, Histogram) or expected.histogram is not None:
        if not isinstance(value, Histogram) or expected.histogram is None:
            return False
        return expected.value == 0 and _same(expected.histogram, value)
    return same_or_next(expected.value, value) if fuzzy else expected.value == value


def _same(expected: Histogram, got: Histogram) -> bool:
    from generator.engine.histogram.notation import format_histogram

    return format_histogram(expected) == format_histogram(got)
