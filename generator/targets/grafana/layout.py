"""Places on Grafana's grid of 24 columns: from left to right, a new line when one is full, nothing over anything else.

Widths are columns, heights are grid units (30 pixels and 8 between).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

COLUMNS: Final = 24
ROW_HEIGHT: Final = 1

_DEFAULT: Final[tuple[int, int]] = (8, 8)
_SIZES: Final[dict[str, tuple[int, int]]] = {
    "alertlist": (8, 8),
    "bargauge": (8, 8),
    "dashlist": (6, 8),
    "gauge": (4, 6),
    "geomap": (12, 12),
    "heatmap": (12, 8),
    "logs": (24, 10),
    "nodeGraph": (24, 12),
    "piechart": (6, 8),
    "stat": (4, 4),
    "state-timeline": (12, 8),
    "status-history": (12, 8),
    "table": (12, 8),
    "text": (24, 3),
    "timeseries": (8, 8),
}


@dataclass(frozen=True, slots=True)
class Size:
    """What an author asked of a panel; None leaves it to the layout."""

    kind: str
    width: int | None = None
    height: int | None = None

    @property
    def free(self) -> bool:
        """Whether both sizes are left to the layout."""
        return self.width is None and self.height is None

    @property
    def wide(self) -> int:
        """The width to begin with."""
        return _SIZES.get(self.kind, _DEFAULT)[0] if self.width is None else self.width

    @property
    def high(self) -> int:
        """The height to begin with."""
        return _SIZES.get(self.kind, _DEFAULT)[1] if self.height is None else self.height


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on the grid, from its upper left corner."""

    x: int
    y: int
    w: int
    h: int

    @property
    def json(self) -> dict[str, int]:
        """Grafana's `gridPos`."""
        return {"h": self.h, "w": self.w, "x": self.x, "y": self.y}


def placed(sizes: Sequence[Size], top: int) -> tuple[list[Place], int]:
    """A place for each panel below `top`, and where the next row may begin.

    The panels of a line become equally high, and those without a width of their own share what is left of it.
    """
    places: list[Place] = []
    for line in lines(sizes):
        height = max(size.high for size in line)
        x = 0
        for size, width in zip(line, _widths(line), strict=True):
            places.append(Place(x, top, width, height if size.height is None else size.height))
            x += width
        top += height
    return places, top


def lines(sizes: Sequence[Size]) -> list[list[Size]]:
    """The panels of each line. Widths are at most 24; what does not fit into one line is spread evenly over several."""
    found: list[list[Size]] = []
    for _, group in groupby(sizes, key=lambda size: size.wide if size.free else 0):
        run = list(group)
        if run[0].free and len(run) > (fitting := COLUMNS // run[0].wide):
            found += _balanced(run, -(-len(run) // fitting))
        else:
            for size in run:
                _add(found, size)
    return found


def _balanced(run: list[Size], count: int) -> list[list[Size]]:
    """The run in so many lines, none more than one panel longer than another: four graphs are two and two."""
    short, longer = divmod(len(run), count)
    lengths = [short + 1] * longer + [short] * (count - longer)
    starts = [sum(lengths[:index]) for index in range(count)]
    return [run[start : start + length] for start, length in zip(starts, lengths, strict=True)]


def _add(found: list[list[Size]], size: Size) -> None:
    line = found[-1] if found else []
    crowded = sum(other.wide for other in line) + size.wide > COLUMNS
    # A panel without a height of its own grows with its line, but not with what an author made low or high.
    unlike = any(other.high != size.high and (other.height is None) != (size.height is None) for other in line)
    if not line or crowded or unlike:
        found.append([size])
    else:
        line.append(size)


def _widths(line: Sequence[Size]) -> list[int]:
    """The widths of a line's panels, spare columns given to those that leave their width to us.

    Nobody grows beyond twice its size, and spare columns that do not divide go to the first.
    """
    widths = [size.wide for size in line]
    free = [index for index, size in enumerate(line) if size.width is None]
    spare = COLUMNS - sum(widths)
    if not free or spare <= 0:
        return widths
    share, rest = divmod(spare, len(free))
    for position, index in enumerate(free):
        widths[index] += min(widths[index], share + (1 if position < rest else 0))
    return widths
