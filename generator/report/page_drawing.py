"""The drawing of a simulation: series, hours, alerts with their `for` clocks, and messages on one time axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from generator.duration import MINUTE
from generator.labels import LabelSet
from generator.model.escalation import LABEL
from generator.report.names import Names
from generator.report.page_axis import LEFT, RIGHT, TOP, WIDTH, Axis, fitted, label, width_of
from generator.report.page_messages import Message
from generator.simulate.config import Config, Route
from generator.simulate.intervals import in_force
from generator.simulate.timeline import Ended, Event, InhibitedBy, Timeline
from generator.testing.incident_run import Drawn

_LIFE: Final = ("pending", "firing", "withdrawn", "resolved")
_LOOKS: Final = 3_000
_ROW: Final = 24
_SERIES: Final = 50
_REASON: Final = 17
_THOUSAND: Final = 1000
_DOWN: Final = ((-6, 4), (6, 4), (0, 15))
_UP: Final = ((-6, 15), (6, 15), (0, 4))
_AGAIN: Final = ((-4, 6), (4, 6), (0, 13))
_APART: Final = 16
_MANY: Final = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the drawing with its height; `at` draws it from some height on."""

    height: float
    parts: Sequence[tuple[float, str]]

    def at(self, y: float) -> str:
        """The part, moved down."""
        inner = "".join(text for _, text in self.parts)
        return f'<g transform="translate(0,{y:.1f})">{inner}</g>'


def drawing(
    timeline: Timeline,
    events: Sequence[Event],
    messages: Sequence[Message],
    series: Sequence[Drawn],
    config: Config,
    axis: Axis,
) -> str:
    """The drawing as SVG. events, messages: those that are shown."""
    names = Names(timeline)
    sections = (
        ("SERIES", [_series(drawn, axis) for drawn in series]),
        ("HOURS", list(_hours(config, axis))),
        ("ALERTS", [_alert(labels, row, axis, names) for labels, row in _rows(events).items()]),
        ("MESSAGES", [_told(name, own, axis) for name, own in _by_receiver(messages).items()]),
    )
    parts: list[str] = []
    y = float(TOP)
    for title, pieces in sections:
        if not pieces:
            continue
        parts.append(f'<line class="rule" x1="0" x2="{WIDTH}" y1="{y + 4:.1f}" y2="{y + 4:.1f}"/>')
        parts.append(f'<text class="head" x="0" y="{y + 19:.1f}">{title}</text>')
        y += 28
        for piece in pieces:
            parts.append(piece.at(y))
            y += piece.height
        y += 6
    ticks = "".join(axis.ticks(y))
    return f'<svg viewBox="0 0 {WIDTH} {y + 4:.0f}" role="img">{ticks}{"".join(parts)}</svg>'


def _series(drawn: Drawn, axis: Axis) -> Piece:
    values = [value for _, value in drawn.points if value is not None]
    low, high = min((*values, 0.0)), max(values, default=1.0)
    scale = (_SERIES - 14) / ((high - low) or 1.0)
    name, brace, rest = drawn.name.partition("{")
    texts = [label(name, 18), label(brace + rest, 33, dim=True) if brace else ""]
    texts += [
        f'<text class="dim" x="{LEFT - 6}" y="{y}" text-anchor="end">{_number(value)}</text>'
        for y, value in ((12, high), (_SERIES - 8, low))
    ]
    lines, areas = [], []
    for run in _runs(drawn.points):
        path = [f"{axis.x(time):.1f} {_SERIES - 10 - (value - low) * scale:.1f}" for time, value in run]
        lines.append(f"M{'L'.join(path)}")
        base = f"{_SERIES - 10:.1f}"
        areas.append(f"M{axis.x(run[0][0]):.1f} {base}L{'L'.join(path)}L{axis.x(run[-1][0]):.1f} {base}Z")
    drawn_paths = f'<path class="area" d="{"".join(areas)}"/><path class="data" d="{"".join(lines)}"/>'
    return Piece(_SERIES, [(0, "".join(texts) + drawn_paths)])


def _number(value: float) -> str:
    """Three digits, with the prefix of a thousand, a million and so on."""
    for prefix in ("", "k", "M", "G", "T"):
        if abs(value) < _THOUSAND:
            return f"{value:.3g}{prefix}"
        value /= _THOUSAND
    return f"{value:.3g}P"


def _runs(points: Sequence[tuple[int, float | None]]) -> Iterator[list[tuple[int, float]]]:
    """The points without gaps; of many of one value the first and the last."""
    run: list[tuple[int, float]] = []
    for time, value in points:
        if value is None:
            if run:
                yield run
            run = []
        elif len(run) > 1 and run[-1][1] == run[-2][1] == value:
            run[-1] = (time, value)
        else:
            run.append((time, value))
    if run:
        yield run


def _hours(config: Config, axis: Axis) -> Iterator[Piece]:
    """When the time intervals of the routes are in force."""
    used = dict.fromkeys(name for route in _routes(config.route) for name in (*route.mute, *route.active))
    step = max(MINUTE, (axis.end - axis.start) // _LOOKS // MINUTE * MINUTE)
    for name in used:
        bars, since = [], None
        for time in (*range(axis.start, axis.end, step), axis.end):
            now = time < axis.end and in_force(config.time_intervals[name], time)
            if now and since is None:
                since = time
            elif not now and since is not None:
                bars.append((since, time))
                since = None
        rects = "".join(_rect("hours", axis, first, last, 5, 12, name) for first, last in bars)
        note = "" if bars else f'<text class="dim" x="{LEFT + 6}" y="15">not in force</text>'
        yield Piece(_ROW - 2, [(0, label(name, 15) + rects + note)])


def _routes(route: Route) -> Iterator[Route]:
    yield route
    for child in route.routes:
        yield from _routes(child)


def _rect(kind: str, axis: Axis, start: int, end: int, y: float, height: float, title: str) -> str:
    left, right = axis.x(start), axis.x(end)
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{y:.1f}" width="{max(2.0, right - left):.1f}" height="{height}"'
        f' rx="2"><title>{escape(title)}</title></rect>'
    )


def _rows(events: Sequence[Event]) -> dict[LabelSet, list[Event]]:
    """The events of each alert that fired, escalations below theirs; Alertmanager's labels join Prometheus' ones."""
    rows: dict[LabelSet, list[Event]] = {}
    for event in events:
        if event.kind in _LIFE:
            rows.setdefault(event.labels, []).append(event)
    fired = [labels for labels, row in rows.items() if any(event.kind == "firing" for event in row)]
    heads: dict[LabelSet, list[LabelSet]] = {labels: [] for labels in fired if LABEL not in labels}
    for labels in fired:
        if LABEL in labels:
            heads.setdefault(labels.without([LABEL]), []).append(labels)
    found = {one: rows[one] for head, more in heads.items() for one in (head, *more) if one in rows}
    for event in events:
        if event.kind in ("held", "released", "unseen"):
            fitting = [labels for labels in found if labels.items() <= event.labels.items()]
            if fitting:
                found[max(fitting, key=len)].append(event)
    return found


def _alert(labels: LabelSet, row: Sequence[Event], axis: Axis, names: Names) -> Piece:
    escalation = labels.get(LABEL, "")
    name, brace, rest = names.of(labels.without([LABEL])).partition("{")
    parts = [label(f"↳ {escalation}", 15, 14, dim=True) if escalation else label(name, 15)]
    second = bool(brace) and not escalation
    parts += [label(brace + rest, 29, dim=True)] if second else []
    begun: Event | None = None
    for event in sorted((each for each in row if each.kind in _LIFE), key=lambda each: each.time):
        kept = event.reason.kept if isinstance(event.reason, Ended) else 0
        if begun is not None:
            parts.append(_bar(begun, event.time - kept, axis))
        if kept:
            since = event.time - kept
            parts.append(_rect("fire kept", axis, since, event.time, 5, 12, f"{axis.offset(since)} kept firing"))
        begun = event if event.kind in ("pending", "firing") else None
    if begun is not None:
        parts.append(_bar(begun, axis.end, axis))
    reasons = _reasons(row, axis, names)
    parts += [_held(why, spans, axis, 20 + _REASON * number) for number, (why, spans) in enumerate(reasons.items())]
    return Piece(max(_ROW + _REASON * len(reasons), 2 * _REASON if second else 0), [(0, "".join(parts))])


def _reasons(row: Sequence[Event], axis: Axis, names: Names) -> Mapping[str, list[tuple[int, int]]]:
    """What held an alert back, and when."""
    found: dict[str, list[tuple[int, int]]] = {}
    begun: dict[str, int] = {}
    for event in row:
        why = why_held(event, names)
        if event.kind == "held":
            begun.setdefault(why, event.time)
        elif event.kind in ("released", "unseen") and why in begun:
            found.setdefault(why, []).append((begun.pop(why), event.time))
    last = max((event for event in row if event.kind in _LIFE), key=lambda event: event.time)
    over = last.time if last.kind in ("withdrawn", "resolved") else axis.end
    for why, since in begun.items():
        found.setdefault(why, []).append((since, max(since, over)))
    return found


def why_held(event: Event, names: Names) -> str:
    """The reason in words, with the short name of what inhibits."""
    if isinstance(event.reason, InhibitedBy):
        return f"inhibited by {names.of(event.reason.by)} (inhibit rule {event.reason.rule + 1})"
    return str(event.reason)


def _bar(event: Event, end: int, axis: Axis) -> str:
    kind = "wait" if event.kind == "pending" else "fire"
    return _rect(kind, axis, event.time, end, 5, 12, f"{axis.offset(event.time)} {event.kind} {event.reason}")


def _held(why: str, spans: Sequence[tuple[int, int]], axis: Axis, y: float) -> str:
    parts = []
    for start, end in spans:
        left, right = axis.x(start), axis.x(end)
        parts.append(
            f'<line class="held" x1="{left:.1f}" x2="{max(left + 3, right):.1f}" y1="{y + 2:.1f}" y2="{y + 2:.1f}">'
            f"<title>{escape(f'{axis.offset(start)} held back: {why}')}</title></line>"
        )
    left = axis.x(spans[0][0])
    edge = WIDTH - RIGHT
    text = fitted(why, edge - LEFT - 12, 11)
    x, anchor = (left, "start") if left + width_of(text, 11) < edge else (edge, "end")
    parts.append(f'<text class="dim" x="{x:.1f}" y="{y + 14:.1f}" text-anchor="{anchor}">{escape(text)}</text>')
    return "".join(parts)


def _by_receiver(messages: Sequence[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for each in messages:
        found.setdefault(each.receiver, []).append(each)
    return found


def _told(receiver: str, messages: Sequence[Message], axis: Axis) -> Piece:
    ways = ", ".join(dict.fromkeys(way for each in messages for way in each.ways))
    parts = [label(f"→ {receiver}", 15), label(ways, 30, 14, dim=True)]
    numbers: list[tuple[float, list[str]]] = []
    for each in sorted(messages, key=lambda each: not each.again):
        x = axis.x(each.time)
        if each.latest > each.time:
            y = '" y1="10" y2="10"/>'
            parts.append(f'<line class="late" x1="{x:.1f}" x2="{axis.x(each.latest):.1f}{y}')
        points = _AGAIN if each.again else _DOWN if each.status == "firing" else _UP
        shape = " ".join(f"{x + dx:.1f},{dy:.1f}" for dx, dy in points)
        kind = "again" if each.again else "fire" if each.status == "firing" else "ok"
        title = escape(f"{axis.offset(each.time)} {each.headline}")
        mark = f'<polygon class="{kind}" points="{shape}"><title>{title}</title></polygon>'
        parts.append(mark if each.again else f'<a href="#m{each.number}">{mark}</a>')
        if not each.again:
            if numbers and x - numbers[-1][0] < _APART * len(numbers[-1][1]):
                numbers[-1][1].append(str(each.number))
            else:
                numbers.append((x, [str(each.number)]))
    for x, texts in numbers:
        text = ",".join(texts) if len(texts) < _MANY else f"{texts[0]}–{texts[-1]}"
        parts.append(f'<text class="number" x="{x:.1f}" y="28" text-anchor="middle">{text}</text>')
    return Piece(_ROW + 14, [(0, "".join(parts))])
