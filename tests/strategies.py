"""Random PromQL, well typed enough to be parsed."""

from __future__ import annotations

from hypothesis import strategies as st

from generator.promql.ast import (
    PLAIN,
    Aggregation,
    Binary,
    CalculatedSpan,
    Call,
    Expr,
    Matcher,
    Matching,
    MatrixSelector,
    NumberLiteral,
    Subquery,
    Unary,
    Variable,
    VectorSelector,
)

METRICS = st.sampled_from(["a", "b:c", "up", "http_requests_total", "sum", "by", "inf_total", "offset"])
LABEL_NAMES = st.sampled_from(["job", "instance", "le", "by", "on"])
EQUALITIES = st.builds(Matcher, LABEL_NAMES, st.sampled_from(["=", "!="]), st.text("ab\"\\\n'`|.*한", max_size=4))
PATTERNS = st.builds(
    Matcher, LABEL_NAMES, st.sampled_from(["=~", "!~"]), st.sampled_from(["5..", "a|b", r"\d+", ".*한"])
)
MATCHERS = st.one_of(EQUALITIES, PATTERNS)
SECONDS = st.integers(1, 10**6).map(float)
CALCULATED = st.recursive(
    st.sampled_from([CalculatedSpan("step"), CalculatedSpan("range")]),
    lambda inner: st.one_of(
        st.builds(
            lambda op, left, right: CalculatedSpan(op, (left, right)),
            st.sampled_from(["+", "-", "*", "/", "%", "^", "min_of", "max_of"]), inner, st.one_of(inner, SECONDS),
        ),
        st.builds(lambda op, left, right: CalculatedSpan(op, (left, right)), st.sampled_from("-/^"), SECONDS, inner),
        st.builds(lambda term: CalculatedSpan("-", (term,)), inner),
    ),
    max_leaves=4,
)  # fmt: skip
SPANS = st.one_of(st.integers(1, 10**9), st.just(Variable("window")), CALCULATED)
OFFSETS = st.one_of(st.just(0), st.integers(-(10**9), 10**9), CALCULATED)
AT = st.one_of(st.none(), st.sampled_from(["start", "end"]), st.integers(-(10**12), 10**12))
READINGS = st.sampled_from(["", "", "anchored", "smoothed"])
SELECTORS = st.builds(VectorSelector, METRICS, st.lists(MATCHERS, max_size=2).map(tuple), OFFSETS, AT, READINGS).filter(
    lambda selector: selector.name not in {"sum", "by", "offset"}
)
NUMBERS = st.builds(NumberLiteral, st.floats(allow_nan=False))
GROUPINGS = st.lists(LABEL_NAMES, max_size=2, unique=True).map(tuple)
VECTOR_MATCHINGS = st.one_of(
    st.just(PLAIN),
    st.builds(Matching, st.booleans(), GROUPINGS).filter(lambda matching: matching.on or bool(matching.labels)),
    st.builds(Matching, st.just(True), st.just(("job",)), st.sampled_from(["left", "right"]), st.just(("le",))),
)


def _compound(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    arithmetic = st.sampled_from(["+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<=", "</", ">/"])
    simple = st.one_of(st.just(PLAIN), st.builds(Matching, st.just(True), GROUPINGS))
    return st.one_of(
        st.builds(Binary, arithmetic, inner, inner, VECTOR_MATCHINGS),
        st.builds(Binary, st.sampled_from(["and", "or", "unless"]), inner, inner, simple),
        st.builds(Binary, arithmetic, inner, NUMBERS),
        st.builds(Binary, st.sampled_from(["==", ">", "<="]), inner, inner, return_bool=st.just(True)),
        st.builds(Unary, st.just("-"), inner),
        st.builds(Aggregation, st.sampled_from(["sum", "max", "count"]), inner, GROUPINGS, st.booleans()),
        st.builds(Aggregation, st.just("topk"), inner, GROUPINGS, st.booleans(), NUMBERS),
        st.builds(lambda arg: Call("abs", (arg,)), inner),
        st.builds(lambda arg, width: Call("rate", (MatrixSelector(arg, width),)), SELECTORS, SPANS),
        st.builds(
            lambda arg, width, step, offset, at: Call("max_over_time", (Subquery(arg, width, step, offset, at),)),
            inner, SPANS, st.one_of(st.none(), st.integers(1, 10**7)), OFFSETS, AT,
        ),
    )  # fmt: skip


EXPRESSIONS: st.SearchStrategy[Expr] = st.recursive(SELECTORS, _compound, max_leaves=8)
