"""Random rule files and series: small, entangled, and with every field that rules have."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from generator.promql.parse import parse
from generator.rules.group import AlertingRule, RecordingRule, Rule, RuleGroup
from generator.testing.series import Series, parse_series

STEP = 60_000

# Expressions over two inputs and over what other rules write; `{r}` is a recorded name, perhaps the rule's own.
_EXPRESSIONS = (
    "a",
    "b > 1",
    "a > 0",
    "sum(a) by (x)",
    "sum(a)",
    "vector(1)",
    "time() / 60",
    "rate(a[3m])",
    "count_over_time(a[2m]) >= 2",
    "{r}",
    "{r} + 1",
    "{r} > 1",
    "sum({r}) by (x)",
    "sum_over_time({r}[3m])",
    "count({r})",
    "a + on (x) b",
    "a or b",
    "a or on () b",
    "b or {r}",
    "absent({r})",
    "{r} offset 1m",
    "max_over_time(a[4m:1m])",
    "last_over_time({r}[2m:1m])",
    "{r} or vector(0)",
    'ALERTS{{alertstate="firing"}}',
    'count(ALERTS{{alertname="A1"}})',
    "ALERTS_FOR_STATE",
    "a offset -1m",
    "a @ 120",
    'label_replace(a, "x", "1", "x", ".*")',
)
_NAMES = ("r1", "r2", "r3")
_TEXTS = ("", "page", "v{{ $value }}", "{{ $labels.x }}", "{{ with query `sum(r1)` }}{{ . | first | value }}{{ end }}")


@dataclass(frozen=True, slots=True)
class Setting:
    """Rules and the data they see."""

    groups: tuple[RuleGroup, ...]
    texts: tuple[tuple[str, str], ...]
    steps: int

    @property
    def series(self) -> tuple[Series, ...]:
        """The series of the texts, each of which is a name and values."""
        return tuple(parse_series(f"{name} {values}") for name, values in self.texts)


def _expression(pair: tuple[str, str]) -> str:
    return pair[0].format(r=pair[1])


EXPRESSIONS = st.tuples(st.sampled_from(_EXPRESSIONS), st.sampled_from(_NAMES)).map(_expression)
LABELS = st.dictionaries(st.sampled_from(("x", "severity")), st.sampled_from(_TEXTS), max_size=2)
DURATIONS = st.sampled_from((0, 30_000, STEP, 2 * STEP, 150_000))


def _recording(name: str, text: str, labels: dict[str, str]) -> Rule:
    plain = {key: value for key, value in labels.items() if "{{" not in value}
    return RecordingRule(name, parse(text), text, plain)


def _alerting(name: str, text: str, hold: int, keep: int, labels: dict[str, str]) -> Rule:
    return AlertingRule(name, parse(text), text, hold, keep, labels, {"note": "{{ $value }} {{ $labels.x }}"})


RULES: st.SearchStrategy[Rule] = st.one_of(
    st.builds(_recording, st.sampled_from(_NAMES), EXPRESSIONS, LABELS),
    st.builds(_alerting, st.sampled_from(("A1", "A2")), EXPRESSIONS, DURATIONS, DURATIONS, LABELS),
)


def _groups(chunks: list[tuple[list[Rule], int, int]]) -> tuple[RuleGroup, ...]:
    return tuple(
        RuleGroup(f"g{place}", tuple(rules), None, offset, limit, "rules.yml")
        for place, (rules, offset, limit) in enumerate(chunks)
    )


GROUPS = st.lists(
    st.tuples(
        st.lists(RULES, min_size=1, max_size=3), st.sampled_from((0, 0, 0, STEP)), st.sampled_from((0, 0, 0, 1, 2))
    ),
    min_size=1,
    max_size=3,
).map(_groups)

_VALUES = st.lists(st.sampled_from(("0", "1", "2", "3", "_", "stale", "1x2", "0+1x3")), min_size=1, max_size=6)
_SERIES_NAMES = st.sampled_from(('a{x="1"}', 'a{x="2"}', 'b{x="1"}', "b", 'r1{x="1"}'))
SERIES = st.dictionaries(_SERIES_NAMES, _VALUES.map(" ".join), min_size=1, max_size=4).map(
    lambda pairs: tuple(pairs.items())
)
SETTINGS = st.builds(Setting, GROUPS, SERIES, st.integers(1, 9))
