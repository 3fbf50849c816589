"""The `.test` language of Prometheus' promqltest: scripts of `load`, `clear` and `eval` commands.

Grammar and behaviour follow Prometheus 3.14's own harness; a script is read whole before anything runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from generator.duration import parse as parse_duration
from generator.errors import ParseError
from generator.labels import LabelSet
from generator.testing.quoting import unquote
from generator.testing.series import Series, SeriesError, parse_series

Expectation = Literal["ordered", "fail", "warn", "no_warn", "info", "no_info"]
_EXPECTATIONS: Final[dict[str, Expectation]] = {name: name for name in get_args(Expectation)}

_LOAD: Final = re.compile(r"load(?:_(with_nhcb))?\s+(.+?)")
_INSTANT: Final = re.compile(r"eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)")
_RANGE: Final = re.compile(r"eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)")
_EXPECT: Final = re.compile(r"expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?")
_EXPECT_RANGE: Final = re.compile(r"expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)")
_OLD_FAILURE: Final = re.compile(r"expected_fail_(message|regexp)(.*)")
_START: Final = re.compile(
    r"(?:(?P<gap>_)|(?P<first>[+-]?\d+[a-wyz]*)(?P<step>[+-]\d+[a-wyz]*(?=x))?)(?:x(?P<times>\d+))?", re.IGNORECASE
)
_PLACE: Final = re.compile(r" \(\d+:\d+\)$")
_PLACE_IN_REGEX: Final = re.compile(r" \\\([^ ]*\\\)$")
_CONTRADICTIONS: Final = (("info", "no_info"), ("warn", "no_warn"))


Starts = tuple[int | None, ...]


class ScriptError(ParseError):
    """A line of a script that is not in the language; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Load:
    """Samples to add: each series has one value every `step` milliseconds from 0 on.

    `starts` are those of samples of some series: milliseconds from the sample's time, None where there is none.
    """

    line: int
    step: int
    series: tuple[Series, ...]
    with_custom_histograms: bool = False
    starts: Mapping[LabelSet, Starts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clear:
    """Forget all samples."""

    line: int


@dataclass(frozen=True, slots=True)
class TextMatch:
    """What a message must be: exactly `text`, or a text in which the regular expression `text` is found."""

    text: str = ""
    regex: bool = True

    def matches(self, message: str) -> bool:
        """Whether the message is as wanted."""
        return message == self.text if not self.regex else re.search(self.text, message) is not None

    def without_place(self) -> TextMatch:
        """The same without the line and column at the end, which only the original query text can give."""
        pattern = _PLACE_IN_REGEX if self.regex else _PLACE
        return TextMatch(pattern.sub("", self.text), self.regex)


@dataclass(frozen=True, slots=True)
class Eval:
    """One evaluation and what it must give.

    Times are milliseconds. An instant query has `start == end`; `expected_range` is the grid on which the values
    of an expected range vector lie. `series` are in the order of the file, and their place counts when ordered.
    """

    line: int
    expr: str
    start: int
    end: int
    step: int
    is_range: bool
    expectations: tuple[tuple[Expectation, TextMatch], ...] = ()
    series: tuple[Series, ...] = ()
    scalar: float | None = None
    string: str | None = None
    expected_range: tuple[int, int, int] | None = None

    def wanted(self, kind: Expectation) -> list[TextMatch]:
        """The expectations of one kind."""
        return [match for name, match in self.expectations if name == kind]


Command = Load | Clear | Eval


def parse_script(text: str) -> tuple[Command, ...]:
    """The commands of a script. Raises `ScriptError` with the line."""
    return tuple(_commands(_Lines(text)))


class _Lines:
    """The lines of a script, trimmed and without comments, read one after the other."""

    def __init__(self, text: str) -> None:
        trimmed = (line.strip() for line in text.split("\n"))
        self._lines = ["" if line.startswith("#") else line for line in trimmed]
        self.number = 0

    def next(self) -> str | None:
        if self.number >= len(self._lines):
            return None
        self.number += 1
        return self._lines[self.number - 1]

    def block(self) -> Iterator[str]:
        """The lines up to the next empty one."""
        while self.number < len(self._lines) and self._lines[self.number]:
            self.number += 1
            yield self._lines[self.number - 1]


def _commands(lines: _Lines) -> Iterator[Command]:
    while (line := lines.next()) is not None:
        word = re.split(r"[\t ]+", line, maxsplit=1)[0].lower()
        if not line:
            continue
        if word == "clear":
            yield Clear(lines.number)
        elif word.startswith("load"):
            yield _load(line, lines)
        elif word.startswith("eval"):
            yield _eval(line, lines)
        else:
            raise ScriptError(lines.number, f"expected load, clear or eval, got {line[:60]!r}")


def _load(line: str, lines: _Lines) -> Load:
    match = _LOAD.fullmatch(line)
    number = lines.number
    if match is None:
        raise ScriptError(number, "expected 'load[_with_nhcb] <step>'")
    series: list[Series] = []
    starts: dict[LabelSet, Starts] = {}
    waiting: tuple[LabelSet, Starts] | None = None
    for text in lines.block():
        if text.split(maxsplit=1)[0].endswith("@st"):
            if waiting is not None:
                raise ScriptError(lines.number - 1, "a line of starts has no line of samples after it")
            waiting = _starts(text, lines.number)
            continue
        series.append(_series(text, lines.number))
        if waiting is not None:
            _check_starts(waiting, series[-1], lines.number)
            starts[waiting[0]] = waiting[1]
            waiting = None
    if waiting is not None:
        raise ScriptError(lines.number, "a line of starts has no line of samples after it")
    unique = {each.labels: each for each in series}
    return Load(number, _duration(match[2], number), tuple(unique.values()), match[1] is not None, starts)


def _starts(text: str, number: int) -> tuple[LabelSet, Starts]:
    """A line such as `metric{a="b"}@st -1m-10sx3 _ 5s`."""
    metric, _, items = text.partition("@st")
    made: list[int | None] = []
    for item in items.split():
        match = _START.fullmatch(item)
        if match is None:
            raise ScriptError(number, f"cannot read the start {item!r}")
        times = int(match["times"] or 0)
        if match["gap"]:
            made += [None] * (times or 1)
            continue
        first, step = (_signed_duration(match[name] or "0", number) for name in ("first", "step"))
        made += [first + place * step for place in range(times + 1)]
    return _series(f"{metric} _", number).labels, tuple(made)


def _signed_duration(text: str, number: int) -> int:
    unsigned = _duration(text.lstrip("+-"), number)
    return -unsigned if text.startswith("-") else unsigned


def _check_starts(starts: tuple[LabelSet, Starts], series: Series, number: int) -> None:
    if starts[0] != series.labels:
        raise ScriptError(number, f"starts of {starts[0]} stand before samples of {series.labels}")
    if len(starts[1]) != len(series.values):
        raise ScriptError(number, f"{len(starts[1])} starts for {len(series.values)} samples")


def _series(text: str, number: int) -> Series:
    try:
        return parse_series(text)
    except SeriesError as reason:
        raise ScriptError(number, str(reason)) from None


def _duration(text: str, number: int) -> int:
    try:
        return int(parse_duration(text))
    except ParseError as reason:
        raise ScriptError(number, str(reason)) from None


def _eval(line: str, lines: _Lines) -> Eval:
    number = lines.number
    instant, over = _INSTANT.fullmatch(line), _RANGE.fullmatch(line)
    if instant is not None:
        at = _duration(instant[2] or "", number)
        query, modifier, grid = instant[3], instant[1], (at, at, 0)
    elif over is not None:
        query, modifier = over[5], over[1]
        grid = _grid((over[2], over[3], over[4]), number)
    else:
        raise ScriptError(number, "expected 'eval instant at …' or 'eval range from … to … step …'")
    wanted = _Expected(number, instant is not None)
    if modifier:
        wanted.expectations.append((_EXPECTATIONS[modifier], TextMatch()))
    wanted.read(lines)
    return Eval(
        number,
        query,
        *grid,
        over is not None and instant is None,
        tuple(wanted.expectations),
        tuple({each.labels: each for each in wanted.series}.values()),
        wanted.scalar,
        wanted.string,
        wanted.expected_range,
    )


def _grid(texts: tuple[str, str, str], number: int) -> tuple[int, int, int]:
    start, end, step = (_duration(text, number) for text in texts)
    if end < start:
        raise ScriptError(number, f"the end of the range ({texts[1]}) is before its start ({texts[0]})")
    return start, end, step


@dataclass(slots=True)
class _Expected:
    """The lines under an eval."""

    number: int
    instant: bool
    expectations: list[tuple[Expectation, TextMatch]] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    scalar: float | None = None
    string: str | None = None
    expected_range: tuple[int, int, int] | None = None

    def read(self, lines: _Lines) -> None:
        for line in lines.block():
            if self._last(line, lines.number):
                return

    def _last(self, line: str, number: int) -> bool:
        """Takes in one line; true when the evaluation ends with it, even without an empty line."""
        old = _OLD_FAILURE.match(line) if any(kind == "fail" for kind, _ in self.expectations) else None
        if old:
            self.expectations = [pair for pair in self.expectations if pair[0] != "fail"]
            self.expectations.append(("fail", TextMatch(old[2].strip(), old[1] == "regexp")))
            return True
        if match := _EXPECT_RANGE.fullmatch(line):
            self.expected_range = _grid((match[1], match[2], match[3]), number)
        elif line.startswith("expect string"):
            self.string = _string(line, number)
        elif line.split(" ", maxsplit=1)[0] == "expect":
            self._expectation(line, number)
        elif (value := _number(line)) is not None:
            self.scalar = value
            return True
        else:
            self._series(line, number)
        return False

    def _expectation(self, line: str, number: int) -> None:
        match = _EXPECT.fullmatch(line)
        if match is None:
            raise ScriptError(number, "expected 'expect <ordered|fail|warn|…> [msg:…|regex:…]'")
        kind, form, text = match.groups()
        wanted = TextMatch((text or "").strip(), form != "msg")
        if wanted.regex:
            _check_regex(wanted.text, number)
        self.expectations.append((_EXPECTATIONS[kind], wanted))
        kinds = [name for name, _ in self.expectations]
        if kinds.count("fail") > 1:
            raise ScriptError(number, "only one 'expect fail' is allowed")
        for one, other in _CONTRADICTIONS:
            if one in kinds and other in kinds:
                raise ScriptError(number, f"{one} and {other} cannot be expected together")

    def _series(self, line: str, number: int) -> None:
        series = _series(line, number)
        if len(series.values) > 1 and self.instant and self.expected_range is None:
            raise ScriptError(number, "an instant evaluation has one value a series")
        self.series.append(series)


def _check_regex(pattern: str, number: int) -> None:
    try:
        re.compile(pattern)
    except re.error as reason:
        raise ScriptError(number, f"not a regular expression: {pattern!r} ({reason})") from None


def _string(line: str, number: int) -> str:
    try:
        return unquote(line.removeprefix("expect string").strip())
    except ParseError as reason:
        raise ScriptError(number, str(reason)) from None


def _number(line: str) -> float | None:
    """A line that is nothing but a number, as Go reads it (`0x1F` too)."""
    try:
        return float(int(line, 0))
    except ValueError:
        pass
    try:
        return None if "_" in line else float(line)
    except ValueError:
        return None
