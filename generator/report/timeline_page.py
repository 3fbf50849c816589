"""A simulation as one self-contained HTML page: series, alerts with their `for` clocks, and messages on one axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final

from generator.duration import DAY, HOUR, MINUTE, SECOND, WEEK, format_duration
from generator.labels import LabelSet
from generator.report.timeline import short, shown
from generator.simulate.config import Config
from generator.simulate.messages.render import render_message
from generator.simulate.nflog import Repeated
from generator.simulate.timeline import Event, Notification, Sent, Timeline
from generator.testing.incident_run import Drawn

LEFT: Final = 330
WIDTH: Final = 1180
RIGHT: Final = 34
_STEPS: Final = (
    MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, WEEK,
)  # fmt: skip
_TICKS: Final = 12
_NAME_LENGTH: Final = 46
_CARDS: Final = 200

_STYLE: Final = """
:root{--ink:#1b1f24;--dim:#69707a;--line:#e3e6ea;--bg:#fff;--card:#f7f8fa;--fire:#d92d20;--wait:#f5b43c;--ok:#1a8f4c;
--held:#8a93a0;--data:#2f6fde}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--dim:#98a1ad;--line:#2c323a;--bg:#14171b;--card:#1c2127;
--fire:#ff6b5e;--wait:#e0a63b;--ok:#4cc47f;--held:#767f8b;--data:#7aa7ff}}
*{box-sizing:border-box}body{margin:0;padding:24px;background:var(--bg);color:var(--ink);
font:14px/1.45 system-ui,"Noto Sans KR",sans-serif}main{max-width:1240px;margin:auto}h1{font-size:20px;margin:0 0 4px}
h2{font-size:15px;margin:28px 0 8px}p{margin:0 0 12px;color:var(--dim)}svg{width:100%;height:auto;display:block}
svg text{fill:var(--ink);font:12px system-ui,"Noto Sans KR",sans-serif}svg .dim{fill:var(--dim);font-size:11px}
.grid{stroke:var(--line)}.data{fill:none;stroke:var(--data);stroke-width:1.5}.wait{fill:var(--wait)}
.fire{fill:var(--fire)}.ok{fill:var(--ok)}.held{fill:none;stroke:var(--held);stroke-width:3;stroke-dasharray:4 3}
.late{stroke:var(--dim);stroke-width:2}.key span{display:inline-block;margin-right:18px;color:var(--dim)}
.key i{display:inline-block;width:14px;height:10px;margin-right:6px;border-radius:2px}
article{background:var(--card);border-left:4px solid var(--fire);border-radius:4px;padding:10px 14px;margin:8px 0}
article.resolved{border-color:var(--ok)}article header{display:flex;gap:14px;flex-wrap:wrap}
article time{font-variant-numeric:tabular-nums;font-weight:600;min-width:76px}article .why{color:var(--dim)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:8px 0 0}dt{color:var(--dim)}
dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}
td{padding:3px 10px 3px 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td:first-child{font-variant-numeric:tabular-nums;white-space:nowrap}
"""


@dataclass(frozen=True, slots=True)
class _Axis:
    start: int
    end: int

    def x(self, time: int) -> float:
        share = (time - self.start) / max(1, self.end - self.start)
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)


def as_page(title: str, timeline: Timeline, config: Config, series: Sequence[Drawn], hidden: Sequence[str] = ()) -> str:
    """The page. hidden: alerts that are left out, by name."""
    told = [each for each in timeline.notifications if not _all_hidden(each, hidden)]
    events = [event for event in timeline.events if event.labels.get("alertname", "") not in hidden]
    day = datetime.fromtimestamp(timeline.start / SECOND, UTC).strftime("%A, %Y-%m-%d %H:%M UTC")
    length = format_duration(timeline.end - timeline.start)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style><main>'
        f"<h1>{escape(title)}</h1><p>{day}, {length}. {len(told)} messages.</p>{_KEY}"
        f"{_drawing(timeline, events, told, series)}<h2>Messages</h2>{''.join(_cards(told, timeline, config))}"
        f"<h2>What kept messages back</h2>{_held(events, timeline.start)}</main></html>\n"
    )


_KEY: Final = (
    '<p class="key"><span><i style="background:var(--wait)"></i>condition holds, <code>for</code> runs</span>'
    '<span><i style="background:var(--fire)"></i>alert fires</span>'
    '<span><i style="border-top:3px dashed var(--held);height:0"></i>held back</span>'
    '<span><b style="color:var(--fire)">▼</b> told that it fires</span>'
    '<span><b style="color:var(--ok)">▲</b> told that it is over</span></p>'
)


def _all_hidden(notification: Notification, hidden: Sequence[str]) -> bool:
    return all(alert.labels.get("alertname", "") in hidden for alert in notification.alerts)


def _drawing(timeline: Timeline, events: Sequence[Event], told: Sequence[Notification], series: Sequence[Drawn]) -> str:
    axis = _Axis(timeline.start, timeline.end)
    parts: list[str] = []
    y = 28.0
    for drawn in series:
        parts.append(_series(drawn, axis, y))
        y += 46
    for labels, row in _alert_rows(events).items():
        parts.append(_alert(labels, row, axis, y))
        y += 26
    y += 8
    for name, notifications in _by_integration(told).items():
        parts.append(_told(name, notifications, axis, y))
        y += 26
    height = y + 8
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img">{_ticks(axis, height)}{"".join(parts)}</svg>'


def _ticks(axis: _Axis, height: float) -> str:
    length = axis.end - axis.start
    step = next((step for step in _STEPS if length / step <= _TICKS), _STEPS[-1])
    parts = []
    for offset in range(0, length + 1, step):
        x = axis.x(axis.start + offset)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="20" y2="{height:.0f}"/>')
        parts.append(f'<text class="dim" x="{x:.1f}" y="13" text-anchor="middle">+{format_duration(offset)}</text>')
    return "".join(parts)


def _label(text: str, y: float) -> str:
    cut = text if len(text) <= _NAME_LENGTH else text[: _NAME_LENGTH - 1] + "…"
    return f'<text x="0" y="{y:.1f}"><title>{escape(text)}</title>{escape(cut)}</text>'


def _series(drawn: Drawn, axis: _Axis, y: float) -> str:
    values = [value for _, value in drawn.points if value is not None]
    low, high = min((*values, 0.0)), max(values, default=1.0)
    scale = 34 / ((high - low) or 1.0)
    path, pen = [], "M"
    for time, value in drawn.points:
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{axis.x(time):.1f} {y + 36 - (value - low) * scale:.1f}")
        pen = "L"
    ends = f'<text class="dim" x="{LEFT - 5}" y="{y + 9:.0f}" text-anchor="end">{high:.4g}</text>'
    return f'{_label(drawn.name, y + 24)}{ends}<path class="data" d="{"".join(path)}"/>'


def _alert_rows(events: Sequence[Event]) -> dict[LabelSet, list[Event]]:
    """The events of each alert, in the order in which alerts appear; Alertmanager's labels join Prometheus' ones."""
    rows: dict[LabelSet, list[Event]] = {}
    for event in events:
        if event.kind in ("pending", "firing", "withdrawn", "resolved"):
            rows.setdefault(event.labels, []).append(event)
    rows = {labels: row for labels, row in rows.items() if any(event.kind == "firing" for event in row)}
    for event in events:
        if event.kind in ("held", "released", "unseen"):
            fitting = [labels for labels in rows if labels.items() <= event.labels.items()]
            if fitting:
                rows[max(fitting, key=len)].append(event)
    return rows


def _alert(labels: LabelSet, row: Sequence[Event], axis: _Axis, y: float) -> str:
    parts = [_label(short(labels), y + 15)]
    begun: Event | None = None
    for event in sorted((each for each in row if each.kind in _LIFE), key=lambda each: each.time):
        if begun is not None:
            parts.append(_bar(begun, event.time, axis, y))
        begun = event if event.kind in ("pending", "firing") else None
    if begun is not None:
        parts.append(_bar(begun, axis.end, axis, y))
    held: dict[str, Event] = {}
    for event in row:
        if event.kind == "held":
            held.setdefault(str(event.reason), event)
        elif event.kind in ("released", "unseen") and (began := held.pop(str(event.reason), None)) is not None:
            parts.append(_hold(began, event.time, axis, y))
    parts += [_hold(event, axis.end, axis, y) for event in held.values()]
    return "".join(parts)


_LIFE: Final = ("pending", "firing", "withdrawn", "resolved")


def _bar(event: Event, end: int, axis: _Axis, y: float) -> str:
    kind = "wait" if event.kind == "pending" else "fire"
    left, right = axis.x(event.time), axis.x(end)
    text = escape(f"+{format_duration(event.time - axis.start)} {event.kind} {event.reason}")
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{y + 5:.1f}" width="{max(1.5, right - left):.1f}" height="12">'
        f"<title>{text}</title></rect>"
    )


def _hold(event: Event, end: int, axis: _Axis, y: float) -> str:
    left, right, at = axis.x(event.time), axis.x(end), y + 21
    return (
        f'<line class="held" x1="{left:.1f}" x2="{right:.1f}" y1="{at:.1f}" y2="{at:.1f}">'
        f"<title>{escape(str(event.reason))}</title></line>"
    )


def _by_integration(told: Sequence[Notification]) -> dict[str, list[Notification]]:
    found: dict[str, list[Notification]] = {}
    for each in told:
        found.setdefault(str(each.integration), []).append(each)
    return found


def _told(name: str, notifications: Sequence[Notification], axis: _Axis, y: float) -> str:
    parts = [_label(f"→ {name}", y + 15)]
    for each in notifications:
        x = axis.x(each.time)
        if each.latest > each.time:
            parts.append(
                f'<line class="late" x1="{x:.1f}" x2="{axis.x(each.latest):.1f}" y1="{y + 10:.1f}" y2="{y + 10:.1f}"/>'
            )
        firing = each.status == "firing"
        points = ((-6, 5), (6, 5), (0, 16)) if firing else ((-6, 16), (6, 16), (0, 5))
        shape = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in points)
        text = f"+{format_duration(each.time - axis.start)} {each.status}, {each.because}: " + ", ".join(
            short(alert.labels) for alert in each.alerts
        )
        parts.append(
            f'<polygon class="{"fire" if firing else "ok"}" points="{shape}"><title>{escape(text)}</title></polygon>'
        )
    return "".join(parts)


def _cards(told: Sequence[Notification], timeline: Timeline, config: Config) -> Iterator[str]:
    """A card for each message but repetitions, which are only counted."""
    fresh = [each for each in told if not isinstance(each.because, Repeated)]
    for each in fresh[:_CARDS]:
        yield _card(each, timeline.start, config)
    left = len(told) - len(fresh[:_CARDS])
    if left:
        yield f"<p>{left} more, most of them repetitions: they are in the drawing.</p>"


def _card(each: Notification, start: int, config: Config) -> str:
    message = render_message(config, each)
    parts = [(part.name, _lines(part.text)) for part in message.shown] or list(shown(message))
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in parts)
    to = f" to {escape(message.to)}" if message.to else ""
    return (
        f'<article class="{each.status}"><header><time>+{format_duration(each.time - start)}</time>'
        f"<strong>{escape(str(each.integration))}</strong><span>{escape(message.product)}{to}</span>"
        f'<span class="why">{each.status}, {escape(str(each.because))}</span></header><dl>{rows}</dl></article>'
    )


def _lines(text: str) -> str:
    """The text without the empty lines that templates leave."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _held(events: Sequence[Event], start: int) -> str:
    rows = "".join(
        f"<tr><td>+{format_duration(event.time - start)}</td><td>{escape(event.kind)}</td>"
        f"<td>{escape(short(event.labels))}</td><td>{escape(str(event.reason))}</td></tr>"
        for event in events
        if event.kind in ("held", "released", "unseen", "dropped") and not isinstance(event.reason, Sent)
    )
    return f"<table>{rows}</table>" if rows else "<p>Nothing.</p>"
