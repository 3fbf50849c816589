"""Random routing trees and alerts for them: few labels and values, so that routes and alerts often meet."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from generator.labels import LabelSet
from generator.model.receiver import Receiver, Webhook
from generator.model.route import Match, Route
from generator.promql.ast import Matcher, MatchOp

LABELS: Final = ("team", "severity", "instance")
VALUES: Final = ("", "x", "y", "xy", "X", "z|w", 'q"uo\\te', "a\nb", "한글", "{brace}", "1,2", " space ")
PATTERNS: Final = (
    "",
    "x",
    "x|y",
    "x|y|",
    "x.*",
    ".*",
    ".+",
    "[xy]+",
    "(?i)X",
    "x?",
    "z\\|w",
    'q".*',
    "a.b",
    "(?s)a.b",
    "^x$",
    "\\S+",
    "한.",
    "x,y",
    "\\{.*\\}",
)
RECEIVERS: Final = tuple(Receiver(f"r{number}", Webhook(f"http://r{number}/")) for number in range(6))

_EQUALITIES: Final[tuple[MatchOp, ...]] = ("=", "!=")
_EXPRESSIONS: Final[tuple[MatchOp, ...]] = ("=~", "!~")

equalities = st.builds(Matcher, st.sampled_from(LABELS), st.sampled_from(_EQUALITIES), st.sampled_from(VALUES))
expressions = st.builds(Matcher, st.sampled_from(LABELS), st.sampled_from(_EXPRESSIONS), st.sampled_from(PATTERNS))
plain_equalities = st.builds(
    Matcher, st.sampled_from(LABELS), st.sampled_from(_EQUALITIES), st.sampled_from(("x", "y"))
)
alerts = st.dictionaries(st.sampled_from(LABELS), st.sampled_from(VALUES)).map(LabelSet)


def routes(matchers: st.SearchStrategy[Matcher], depth: int = 3) -> st.SearchStrategy[Route]:
    """Nodes below a root, with up to `depth` levels of nodes under them."""
    below = st.lists(routes(matchers, depth - 1), max_size=3) if depth else st.just([])
    return st.builds(
        lambda held, to, going, children: Route(Match(tuple(held)), to=to, keep_going=going, routes=children),
        st.lists(matchers, max_size=2),
        st.none() | st.sampled_from(RECEIVERS),
        st.booleans(),
        below,
    )


def trees(matchers: st.SearchStrategy[Matcher]) -> st.SearchStrategy[Route]:
    """Roots with up to four nodes."""
    below = st.lists(routes(matchers, 2), max_size=4)
    return st.builds(lambda children: Route(to=RECEIVERS[0], routes=children), below)
