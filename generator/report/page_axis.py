"""The time axis of a drawing, and text that fits where it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from typing import Final

from generator.duration import DAY, HOUR, MINUTE, SECOND, WEEK, format_duration

LEFT: Final = 320
WIDTH: Final = 1200
RIGHT: Final = 30
TOP: Final = 36
_STEPS: Final = (
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR,
    12 * HOUR, DAY, 2 * DAY, WEEK, 2 * WEEK, 4 * WEEK,
)  # fmt: skip
_TICKS: Final = 12
_NARROW: Final = 0.55
_PUNCTUATION: Final = 0.36


@dataclass(frozen=True, slots=True)
class Axis:
    """From where to where a drawing reaches, in milliseconds since 1970, and by whose clock it is read."""

    start: int
    end: int
    zone: tzinfo

    def x(self, time: int) -> float:
        """Where a moment is; what is outside lies on the edge."""
        share = (time - self.start) / max(1, self.end - self.start)
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)

    def clock(self, time: int) -> str:
        """The time of the day; with the weekday where the drawing is longer than one."""
        there = datetime.fromtimestamp(time / SECOND, self.zone)
        long = self.end - self.start > DAY
        seconds = ":%S" if there.second else ""
        return there.strftime(f"%a %H:%M{seconds}" if long else f"%H:%M{seconds}")

    def offset(self, time: int) -> str:
        """How long after the beginning."""
        return f"+{format_duration((time - self.start) // SECOND * SECOND)}"

    def ticks(self, height: float) -> Iterator[str]:
        """Lines with how long after the beginning they are, and what time it is there."""
        length = self.end - self.start
        step = next((step for step in _STEPS if length / step <= _TICKS), _STEPS[-1])
        for offset in range(0, length + 1, step):
            x = self.x(self.start + offset)
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 4}" y2="{height:.0f}"/>'
            yield f'<text x="{x:.1f}" y="12" text-anchor="middle">{self.offset(self.start + offset)}</text>'
            clock = self.clock(self.start + offset)
            yield f'<text class="dim" x="{x:.1f}" y="26" text-anchor="middle">{clock}</text>'


def width_of(text: str, size: float = 12) -> float:
    """About how wide a text is in a proportional font, in units of the drawing."""
    return size * sum(_share(char) for char in text)


def _share(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    return _PUNCTUATION if char in " .,:;'|!()[]{}ijlt" else _NARROW * (1.2 if char.isupper() else 1.0)


def fitted(text: str, width: float, size: float = 12) -> str:
    """The text, cut where it would not fit."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def label(text: str, y: float, indent: float = 0, dim: bool = False) -> str:
    """A name at the left of a row; all of it shows when the mouse rests on it."""
    size = 11 if dim else 12
    shown = escape(fitted(text, LEFT - 52 - indent, size))
    kind = ' class="dim"' if dim else ""
    return f'<text{kind} x="{indent:.0f}" y="{y:.1f}"><title>{escape(text)}</title>{shown}</text>'
