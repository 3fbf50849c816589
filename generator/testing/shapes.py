"""Series as shapes over time, for tests that tell of incidents: `steady 20, outage from 5m for 20m at 30 %`.

A shape begins with what the series usually does, and goes on with what happens to it, parts separated by commas:

    steady 20                                    always 20
    ramp 0..400 over 10m [from 5m]               from 0 to 400 within ten minutes, then 400
    daily 20..200 [peak 14:00 [Asia/Seoul]]      a wave of one day, highest at that time (UTC if no zone is given)
    ago 6h, ahead 60d                            the time that was then, or will be, in seconds since 1970
    rate SHAPE                                   a counter that grows by this much every second

    outage from 5m for 20m [at 30 %]             what is left of it meanwhile; nothing when it is not said
    jump to 7 from 5m [for 20m [every 1h]]       another value meanwhile; with `every` again and again
    stuck from 5m [for 20m]                      stays as it was
    restart at 10m                               a counter begins at nothing
    gap from 5m [for 2m]                         no samples: the scrapes fail, so the first one missing is stale
    noise 5 % seed 1                             deviates by at most this much, always in the same way

Without `for` things last to the end. Outages, jumps and noise of a `rate` are those of what it grows by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from generator.duration import DAY, MINUTE, SECOND, parse
from generator.engine.storage import FLOAT, STALE
from generator.errors import DurationError, ParseError
from generator.testing.series import OMITTED, Values

Floats = npt.NDArray[np.float64]
Moments = npt.NDArray[np.int64]

_NUMBER: Final = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_TIME: Final = r"[0-9a-z]+"
_SPAN: Final = rf"(?: from (?P<from>{_TIME}))?(?: for (?P<for>{_TIME}))?(?: every (?P<every>{_TIME}))?"
_START: Final = re.compile(r"\s*(?:rate|steady|ramp|daily|ago|ahead)\b")
_STEADY: Final = re.compile(rf"steady (?P<value>{_NUMBER})")
_RAMP: Final = re.compile(
    rf"ramp (?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER}) over (?P<over>{_TIME})(?: from (?P<from>{_TIME}))?"
)
_DAILY: Final = re.compile(
    rf"daily (?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER})(?: peak (?P<peak>\d{{1,2}}:\d\d)(?: (?P<zone>\S+))?)?"
)
_AGE: Final = re.compile(rf"(?P<way>ago|ahead) (?P<age>{_TIME})")
_STUCK: Final = re.compile(rf"stuck{_SPAN}")
_OUTAGE: Final = re.compile(rf"outage{_SPAN}(?: at (?P<left>{_NUMBER}) ?%)?")
_JUMP: Final = re.compile(rf"jump to (?P<value>{_NUMBER}){_SPAN}")
_RESTART: Final = re.compile(rf"restart at (?P<at>{_TIME})")
_GAP: Final = re.compile(rf"gap{_SPAN}")
_NOISE: Final = re.compile(rf"noise (?P<share>{_NUMBER}) ?% seed (?P<seed>\d+)")

_BEGINS: Final = re.compile(rf"\b(?:from|restart at) (?P<time>{_TIME})")

_HOURS: Final = 24
_MINUTES: Final = 60
_ALL: Final = 100

_CHANGES: Final = (
    "'outage from 5m for 20m at 30 %', 'jump to 7 from 5m for 20m', 'stuck from 5m', 'restart at 10m', "
    "'gap from 5m for 2m' or 'noise 5 % seed 1'"
)


class ShapeError(ParseError):
    """Text that is no shape."""


def is_shape(text: str) -> bool:
    """Whether values are written as a shape and not in promtool's notation."""
    return _START.match(text) is not None


@dataclass(frozen=True, slots=True)
class Grid:
    """When there are samples: `count` of them, `step` apart from `start` (milliseconds since 1970) on."""

    start: int
    step: int
    count: int

    @property
    def moments(self) -> Moments:
        """Milliseconds since the start."""
        return self.step * np.arange(self.count, dtype=np.int64)


def expand(text: str, grid: Grid) -> Values:
    """The samples of a shape. Raises `ShapeError`."""
    base, *rest = (part.strip() for part in text.split(","))
    counts = base.startswith("rate ")
    values = _base(base.removeprefix("rate ").strip(), grid)
    kinds = np.full(grid.count, FLOAT, np.int8)
    restarts: list[int] = []
    for part in rest:
        if match := _RESTART.fullmatch(part):
            restarts.append(_time(match["at"]))
        elif match := _GAP.fullmatch(part):
            _leave_out(kinds, _within(match, grid))
        else:
            values = _changed(part, values, grid)
    if counts:
        values = _counted(values, grid, restarts)
    elif restarts:
        raise ShapeError("only a counter can restart: write 'rate …'")
    return Values(np.where(kinds == FLOAT, values, 0.0), kinds)


def late_parts(text: str, until: int) -> list[str]:
    """The parts of a shape that begin after `until`, in milliseconds after the start, so that nobody sees them."""
    found = []
    for part in map(str.strip, text.split(",")):
        begins = _BEGINS.search(part)
        if begins is not None and _time(begins["time"]) > until:
            found.append(part)
    return found


def _base(text: str, grid: Grid) -> Floats:
    if match := _STEADY.fullmatch(text):
        return np.full(grid.count, float(match["value"]))
    if match := _RAMP.fullmatch(text):
        start, over = _time(match["from"] or "0"), _lasting(match["over"], "over")
        share = np.clip((grid.moments - start) / over, 0.0, 1.0)
        return float(match["low"]) + share * (float(match["high"]) - float(match["low"]))
    if match := _DAILY.fullmatch(text):
        return _wave(match, grid)
    if match := _AGE.fullmatch(text):
        age = _time(match["age"]) if match["way"] == "ago" else -_time(match["age"])
        return (grid.start + grid.moments - age) / SECOND
    raise ShapeError(f"cannot read {text!r}; expected 'steady 20', 'ramp 0..400 over 10m' or 'daily 20..200'")


def _wave(match: re.Match[str], grid: Grid) -> Floats:
    hours, minutes = (int(part) for part in (match["peak"] or "12:00").split(":"))
    if hours >= _HOURS or minutes >= _MINUTES:
        raise ShapeError(f"there is no time of day {match['peak']!r}")
    try:
        zone = ZoneInfo(match["zone"] or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise ShapeError(f"there is no time zone {match['zone']!r}") from None
    offset = datetime.fromtimestamp(grid.start / SECOND, UTC).astimezone(zone).utcoffset()
    ahead = 0 if offset is None else round(offset.total_seconds()) * SECOND
    phase = (grid.start + ahead + grid.moments - (hours * 60 + minutes) * MINUTE) / DAY
    low, high = float(match["low"]), float(match["high"])
    wave: Floats = (low + high) / 2 + (high - low) / 2 * np.cos(2 * np.pi * phase)
    return wave


def _changed(part: str, values: Floats, grid: Grid) -> Floats:
    if match := _OUTAGE.fullmatch(part):
        if not 0 <= float(match["left"] or 0) <= _ALL:
            raise ShapeError(f"of an outage 0 to 100 % are left, not {match['left']} %; 'jump to 7' gives any value")
        return np.where(_within(match, grid), values * float(match["left"] or 0) / 100, values)
    if match := _JUMP.fullmatch(part):
        return np.where(_within(match, grid), float(match["value"]), values)
    if match := _STUCK.fullmatch(part):
        return _stuck(values, _within(match, grid))
    if match := _NOISE.fullmatch(part):
        dice = np.random.default_rng(int(match["seed"]))
        return values * (1 + float(match["share"]) / 100 * dice.uniform(-1, 1, grid.count))
    if part.startswith("noise"):
        raise ShapeError(f"cannot read {part!r} in a shape; it needs a seed, such as 'noise 5 % seed 1'")
    raise ShapeError(f"cannot read {part!r} in a shape; expected {_CHANGES}")


def _within(match: re.Match[str], grid: Grid) -> npt.NDArray[np.bool_]:
    """The samples from `from` on, for as long as `for` says, again `every` so often."""
    since = grid.moments - _time(match["from"] or "0")
    inside: npt.NDArray[np.bool_] = since >= 0
    if match["for"] is None:
        if match["every"] is not None:
            raise ShapeError("'every' needs 'for'")
        return inside
    lasts = _lasting(match["for"], "for")
    if match["every"] is not None:
        every = _time(match["every"])
        if every <= lasts:
            raise ShapeError(f"'for {match['for']} every {match['every']}' never pauses: 'every' must be longer")
        since = since % every
    return inside & (since < lasts)


def _stuck(values: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """Inside, the last value from before."""
    places = np.where(inside, 0, np.arange(len(values)))
    frozen: Floats = values[np.maximum.accumulate(places)]
    return frozen


def _leave_out(kinds: npt.NDArray[np.int8], missing: npt.NDArray[np.bool_]) -> None:
    first = missing & ~np.concatenate(([False], missing[:-1]))
    kinds[missing] = OMITTED
    kinds[first] = STALE


def _counted(values: Floats, grid: Grid, restarts: list[int]) -> Floats:
    """A counter that grows by `values` every second, from nothing at the start and at each restart."""
    grown = np.concatenate(([0.0], np.cumsum(values[:-1]) * grid.step / SECOND)) if grid.count else values
    for at in sorted(restarts):
        place = -(-at // grid.step)
        if place < grid.count:
            grown[place:] -= grown[place]
    return grown


def _lasting(text: str, what: str) -> int:
    """A time that is longer than nothing."""
    time = _time(text)
    if not time:
        raise ShapeError(f"'{what} {text}' lasts no time")
    return time


def _time(text: str) -> int:
    try:
        return int(parse(text))
    except DurationError as reason:
        raise ShapeError(str(reason)) from None
