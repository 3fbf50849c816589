"""What promql-parser 0.12 does not know of PromQL, taken out of a text before it is parsed.

Calculated durations and negative times after `@` become lengths of time that nobody writes; `</` and `>/` become the
comparisons that bind as they do; `anchored`, `smoothed` and selectors that only `info` may have become matchers of a
label that nobody has. The converter of the parser's nodes puts back what stands for what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from generator.errors import PromQLError
from generator.promql.ast import CalculatedSpan
from generator.promql.spans import calculate, read_span, to_milliseconds

MARK: Final = "__tocsin_reading__"
"""The label whose matchers tell how a selector is read."""

_CALCULATED_SECONDS: Final = 1_987_654_321
_NEGATIVE_TIMES: Final = 5_987_654_321
_TOKEN: Final = re.compile(
    r"""(?P<space>(?:\s|\#[^\n]*)+)|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)"""
    r"|(?P<number>\.?\d[\w.]*(?:(?<=[eE])[+-]\d+)?)|(?P<word>[A-Za-z_:][\w:]*)|(?P<trim></|>/)"
    r"|(?P<compare>[<>]=|[=!][=~])|(?P<sign>.)",
    re.DOTALL,
)
_NEEDED: Final = re.compile(
    r"</|>/|\b(?:anchored|smoothed)\b|\binfo\b|@\s*-|\[[^\]]*[-+*/%^()]|\boffset\s*[-+]?\s*[(a-zA-Z]", re.IGNORECASE
)
_PLAIN: Final = re.compile(r"\s*(?:[\d.]+(?:ms|[smhdwy])?|(?:\d+(?:ms|[smhdwy]))+)\s*")
_CALCULATED: Final = re.compile(r"\(|(?:step|range|min_of|max_of)$", re.IGNORECASE)
_OPERATORS: Final = ("+", "-", "*", "/", "%", "^")
_READINGS: Final = ("anchored", "smoothed")
_NO_OPERAND: Final = frozenset(
    {"and", "or", "unless", "atan2", "bool", "on", "ignoring", "group_left", "group_right", "by", "without", "offset",
     "fill", "fill_left", "fill_right"}
)  # fmt: skip


@dataclass(slots=True)
class Replaced:
    """A text for promql-parser, and what stands for what in it.

    `spans`: calculated durations by the seconds that stand for them. `times`: negative times (milliseconds) after
    `@`, likewise. `trims`: for each `<` and `>` in their order whether it is a trim.
    """

    text: str
    spans: dict[int, CalculatedSpan] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    trims: list[bool] = field(default_factory=list)


def replace_extensions(text: str) -> Replaced:
    """The text without what the parser does not know. Raises `PromQLError` where that is used wrongly."""
    return _Replacer(text).run() if _NEEDED.search(text) else Replaced(text)


class _Replacer:
    """Goes through the tokens of a text once."""

    def __init__(self, text: str) -> None:
        self._tokens = [(m.lastgroup or "", m[0]) for m in _TOKEN.finditer(text)]
        self._place = 0
        self._made: list[str] = []
        self._replaced = Replaced(text)
        self._calls: list[str] = []
        self._before = ""
        # Where in `_made` a mark of the last selector goes, and whether it has braces already.
        self._selector: tuple[int, bool] | None = None
        self._subquery = False

    def run(self) -> Replaced:
        while self._place < len(self._tokens):
            kind, text = self._tokens[self._place]
            self._place += 1
            if kind == "space":
                self._made.append(text)
            else:
                self._before = self._token(kind, text)
        self._replaced.text = "".join(self._made)
        return self._replaced

    def _token(self, kind: str, text: str) -> str:
        """Takes over one token, with what belongs to it; gives the last piece of text that this was."""
        if kind == "word":
            return self._word(text)
        if kind == "trim" or text in ("<", ">"):
            self._replaced.trims.append(kind == "trim")
            self._made.append(text[0])
        elif text == "{":
            return self._braces()
        elif text == "[":
            return self._range()
        elif text == "@":
            return self._time()
        else:
            self._made.append(text)
            self._parenthesis(text)
        return text

    def _parenthesis(self, text: str) -> None:
        if text == "(":
            self._calls.append(self._before.lower())
        elif text == ")" and self._calls and self._calls.pop() not in ("start", "end"):
            self._selector = None

    def _word(self, text: str) -> str:
        word = text.lower()
        if word in _READINGS and self._ends_operand():
            self._read(word)
            return "}"
        self._made.append(text)
        if word == "offset" and self._ends_operand():
            return self._offset()
        if word not in _NO_OPERAND and self._next() not in ("(", "{") and self._before != "@":
            self._selector, self._subquery = (len(self._made) - 1, False), False
        return text

    def _ends_operand(self) -> bool:
        return self._before in ("]", "}", ")") or (
            bool(re.match(r"[\w:.]", self._before)) and self._before.lower() not in _NO_OPERAND
        )

    def _next(self) -> str:
        rest = (text for kind, text in self._tokens[self._place :] if kind != "space")
        return next(rest, "")

    def _read(self, word: str) -> None:
        """Marks the selector before `anchored` or `smoothed`."""
        if self._subquery:
            raise PromQLError(f"{word} modifier is not supported for subqueries")
        if self._selector is None:
            raise PromQLError(f"{word} modifier not implemented")
        self._mark(word)

    def _mark(self, value: str) -> None:
        place, braced = self._selector or (len(self._made) - 1, True)
        mark = f'{MARK}="{value}"'
        if braced:
            self._made[place] = "{" + mark + ("" if self._made[place] == "{}" else ",") + self._made[place][1:]
        else:
            self._made.insert(place + 1, "{" + mark + "}")
            self._selector = (place + 1, True)

    def _braces(self) -> str:
        """Copies a list of matchers as one piece."""
        text = "{"
        while self._place < len(self._tokens) and not text.endswith("}"):
            text += self._tokens[self._place][1]
            self._place += 1
        self._made.append(re.sub(r"^\{\s*\}$", "{}", text))
        self._selector, self._subquery = (len(self._made) - 1, True), False
        if self._before == "," and self._calls[-1:] == ["info"]:
            self._mark("info")
        return "}"

    def _range(self) -> str:
        parts, depth = [""], 0
        while self._place < len(self._tokens):
            _, text = self._tokens[self._place]
            self._place += 1
            if text == "]":
                break
            depth += (text == "(") - (text == ")")
            # A word may hold colons, as those of recording rules do.
            pieces = text.split(":") if depth == 0 else [text]
            parts[-1] += pieces[0]
            parts += pieces[1:]
        self._subquery = len(parts) > 1
        self._made.append("[" + ":".join(map(self._span, parts)) + "]")
        return "]"

    def _span(self, text: str) -> str:
        if not text.strip() or _PLAIN.fullmatch(text):
            return text
        term = read_span(text)
        if isinstance(term, float):
            return f"{to_milliseconds(term, negative=False)}ms"
        return self._stand_in(term)

    def _stand_in(self, term: CalculatedSpan) -> str:
        seconds = _CALCULATED_SECONDS + len(self._replaced.spans)
        self._replaced.spans[seconds] = term
        return f"{seconds}s"

    def _offset(self) -> str:
        """A calculated offset: in parentheses, or a function with or without a sign.

        What follows parentheses without a sign is taken for a part of the calculation, as upstream's grammar does.
        """
        start = self._place
        sign = self._next()
        if sign in ("+", "-"):
            self._skip()
        if not _CALCULATED.match(self._next()):
            self._place = start
            return "offset"
        whole = self._next() == "(" and sign == "("
        self._skip_operand()
        while whole and self._next() in _OPERATORS:
            self._skip()
            while self._next() in ("+", "-"):
                self._skip()
            self._skip_operand()
        term = read_span("".join(text for _, text in self._tokens[start : self._place]))
        if not isinstance(term, float):
            self._made.append(" " + self._stand_in(term))
        elif milliseconds := to_milliseconds(term, negative=True):
            self._made.append(f" {milliseconds}ms")
        else:
            self._made.pop()
        return ")"

    def _skip(self) -> str:
        """Goes past the next token that is not space."""
        while self._tokens[self._place][0] == "space":
            self._place += 1
        self._place += 1
        return self._tokens[self._place - 1][1]

    def _skip_operand(self) -> None:
        """Goes past a number, or a function and parentheses with all that is in them."""
        depth = 0
        while self._next():
            text = self._skip()
            depth += (text == "(") - (text == ")")
            if depth == 0 and self._next() != "(":
                return

    def _time(self) -> str:
        """A negative time after `@`."""
        self._made.append("@")
        texts = [text for kind, text in self._tokens[self._place :] if kind != "space"][:2]
        if len(texts) < 2 or texts[0] != "-" or not re.fullmatch(r"[\d.]+(?:[eE][+-]?\d+)?", texts[1]):
            return "@"
        seconds = _NEGATIVE_TIMES + len(self._replaced.times)
        self._replaced.times[seconds] = round(-float(texts[1]) * 1000)
        self._made.append(f" {seconds}")
        self._skip()
        self._skip()
        return texts[1]


def milliseconds_of(term: CalculatedSpan, step: int, query_range: int, *, negative: bool) -> int:
    """A calculated duration in a query whose step and range are given in milliseconds. Raises `PromQLError`."""
    return to_milliseconds(calculate(term, step / 1000, query_range / 1000), negative=negative)
