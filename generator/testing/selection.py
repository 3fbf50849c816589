"""Which tests and assertions to run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from generator.errors import ParseError
from generator.testing.fixture import AlertCase, Case, TestGroup

_TOKEN: Final = re.compile(r"\s*(\(|\)|[^\s()]+)")


class SelectionError(ParseError):
    """A pattern or a keyword expression that cannot be read."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Tests whose name matches one of `names` (as promtool's `--run`), assertions that satisfy `keywords`.

    The keywords are kept as text, which other processes can be given.
    """

    names: tuple[re.Pattern[str], ...] = ()
    keywords: str = ""

    @classmethod
    def of_texts(cls, names: tuple[str, ...], keywords: str) -> Selection:
        """From the texts of the command line. Raises `SelectionError`."""
        try:
            patterns = tuple(re.compile(name) for name in names)
        except re.error as reason:
            raise SelectionError(f"--run: not a regular expression: {reason}") from None
        if keywords:
            parse_keywords(keywords)
        return cls(patterns, keywords)

    def of(self, test: TestGroup, path: str) -> TestGroup | None:
        """The test with the chosen assertions only; None when nothing is chosen of it."""
        if self.names and not any(name.search(test.name) for name in self.names):
            return None
        if not self.keywords:
            return test
        wanted = parse_keywords(self.keywords)
        alerts = tuple(case for case in test.alerts if wanted(_text(case, test, path)))
        exprs = tuple(case for case in test.exprs if wanted(_text(case, test, path)))
        return replace(test, alerts=alerts, exprs=exprs) if alerts or exprs else None


EVERYTHING: Final = Selection()


def _text(case: Case, test: TestGroup, path: str) -> str:
    what = case.alertname if isinstance(case, AlertCase) else case.text
    return f"{path} {test.name} {what}".lower()


@lru_cache(maxsize=16)
def parse_keywords(text: str) -> Callable[[str], bool]:
    """A test for texts from words with `and`, `or`, `not` and parentheses, as pytest's `-k`."""
    tokens = _TOKEN.findall(text)
    parser = _Keywords(tokens)
    wanted = parser.either()
    if parser.place != len(tokens):
        raise SelectionError(f"-k: unexpected {tokens[parser.place]!r} in {text!r}")
    return wanted


@dataclass(slots=True)
class _Keywords:
    tokens: list[str]
    place: int = 0

    def _next(self, *expected: str) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place].lower() in expected:
            self.place += 1
            return True
        return False

    def either(self) -> Callable[[str], bool]:
        left = self._both()
        while self._next("or"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Callable[[str], bool]:
        left = self._one()
        while self._next("and"):
            left = _and(left, self._one())
        return left

    def _one(self) -> Callable[[str], bool]:
        if self._next("not"):
            inner = self._one()
            return lambda text: not inner(text)
        if self._next("("):
            inside = self.either()
            if not self._next(")"):
                raise SelectionError("-k: a parenthesis is not closed")
            return inside
        if self.place >= len(self.tokens) or self.tokens[self.place].lower() in ("and", "or", ")"):
            raise SelectionError("-k: a word is missing")
        word = self.tokens[self.place].lower()
        self.place += 1
        return lambda text: word in text


def _or(left: Callable[[str], bool], right: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: left(text) or right(text)


def _and(left: Callable[[str], bool], right: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: left(text) and right(text)
