"""The messages of a simulation, one for all ways in which a receiver is told, as cards that look like what is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from generator.report.names import Names
from generator.report.page_axis import Axis
from generator.report.ways import way
from generator.simulate.config import Config
from generator.simulate.messages.message import Message as Rendered
from generator.simulate.messages.render import render_message
from generator.simulate.nflog import Repeated
from generator.simulate.timeline import Notification

_CARDS: Final = 120
_LEADS: Final = ("title", "subject", "message", "summary")
_TEXTS: Final = ("text", "description")
_ASIDE: Final = frozenset({"colour", "title_link", "status", "from"})


@dataclass(frozen=True, slots=True)
class Message:
    """What one receiver was told at one moment. number: of its card, counted from 1; 0 for a repetition."""

    number: int
    notifications: tuple[Notification, ...]
    names: tuple[tuple[str, str], ...]
    """The alerts: status and short name."""

    ways: tuple[str, ...]
    """By what: `slack #alerts`; none where none of them can be sent."""

    @property
    def _first(self) -> Notification:
        return self.notifications[0]

    @property
    def time(self) -> int:
        """When it was sent."""
        return self._first.time

    @property
    def latest(self) -> int:
        """When at the latest."""
        return max(each.latest for each in self.notifications)

    @property
    def receiver(self) -> str:
        """Who was told."""
        return self._first.receiver

    @property
    def status(self) -> str:
        """`firing` or `resolved`."""
        return self._first.status

    @property
    def sent(self) -> bool:
        """Whether somebody gets it."""
        return bool(self.ways)

    @property
    def again(self) -> bool:
        """Whether it says nothing new."""
        return isinstance(self._first.because, Repeated)

    @property
    def because(self) -> str:
        """Why it was sent."""
        return str(self._first.because)

    @property
    def headline(self) -> str:
        """All of it in a line."""
        return f"{self.status}, {self.because}: {', '.join(name for _, name in self.names)}"


def messages_of(
    told: Sequence[Notification], unsent: Sequence[Notification], names: Names, config: Config
) -> list[Message]:
    """The notifications, those together that are one message by several ways. unsent: those that cannot be made."""
    together: dict[tuple[object, ...], list[Notification]] = {}
    missing = {id(each) for each in unsent}
    for each in sorted((*told, *unsent), key=lambda each: each.time):
        key = (each.time, each.receiver, each.group_key, each.status, type(each.because))
        together.setdefault(key, []).append(each)
    found, number = [], 0
    for group in together.values():
        fresh = not isinstance(group[0].because, Repeated)
        number += fresh
        alerts = dict.fromkeys((alert.status, names.of(alert.labels)) for alert in group[0].alerts)
        by = dict.fromkeys(way(each, config) for each in group if id(each) not in missing)
        found.append(Message(number if fresh else 0, tuple(group), tuple(alerts), tuple(by)))
    return found


def cards(messages: Sequence[Message], config: Config, axis: Axis) -> Iterator[str]:
    """A card for each message but repetitions, which are only counted."""
    fresh = [each for each in messages if not each.again]
    for each in fresh[:_CARDS]:
        yield _card(each, config, axis)
    again, more = len(messages) - len(fresh), len(fresh[_CARDS:])
    left = [f"{more} more messages" if more else "", f"{again} repetitions (▽)" if again else ""]
    if any(left):
        yield f"<p>Not shown: {' and '.join(filter(None, left))}; they are in the drawing.</p>"


def _card(each: Message, config: Config, axis: Axis) -> str:
    alerts = "".join(f'<li class="{status}">{escape(name)} <span class="dim">{status}</span></li>'
                     for status, name in each.names)  # fmt: skip
    made = [render_message(config, notification) for notification in each.notifications]
    heads = Counter(map(_head, made))
    ways = "".join(_way(message, numbered=heads[_head(message)] > 1) for message in made)
    return (
        f'<article class="{each.status}" id="m{each.number}"><header><span class="dim">{each.number}</span>'
        f"<time>{axis.offset(each.time)}</time><span>{axis.clock(each.time)}</span><b>{escape(each.receiver)}</b>"
        f'<span class="dim">{escape(each.because)}</span></header><ul class="alerts">{alerts}</ul>'
        f'<div class="ways">{ways}</div></article>'
    )


def _head(message: Rendered) -> str:
    """Whose message it is, and where to."""
    to = f" to {message.to}" if message.to not in ("", message.product) else ""
    return f"{message.product}{to}"


def _way(message: Rendered, *, numbered: bool) -> str:
    """One way, with its number in the configuration where another one has the same head."""
    head = f"{_head(message)} [{message.integration.index}]" if numbered else _head(message)
    parts: list[str] = []
    buttons: list[str] = []
    for name, group in groupby(message.shown, key=lambda part: part.name):
        texts = [part.text for part in group]
        text = escape(_lines("\n".join(texts)))
        if name == "body" and message.integration.kind == "webhook":
            parts.append(f"<details><summary>JSON</summary><pre>{escape(texts[0])}</pre></details>")
        elif name == "button":
            buttons += [f'<span title="{escape(each)}">{escape(_caption(each))}</span>' for each in texts]
        elif name in _LEADS:
            parts.append(f'<div class="lead">{text}</div>')
        elif name in _TEXTS:
            parts.append(f"<div>{text}</div>")
        elif name not in _ASIDE:
            many = "s" if len(texts) > 1 else ""
            parts.append(f'<div class="part">{escape(name)}{many}</div><pre>{text}</pre>')
    if message.error:
        parts.append(f'<div class="error">Not sent: {escape(message.error)}</div>')
    elif not parts and not buttons:
        parts.append('<div class="dim">a message without text</div>')
    parts += [f'<div class="warning">{escape(text)}</div>' for text in message.warnings]
    row = f'<div class="buttons">{"".join(buttons)}</div>' if buttons else ""
    return f'<section class="way"><h3>{escape(head)}</h3>{"".join(parts)}{row}</section>'


def _caption(text: str) -> str:
    """What a button says, without where it leads."""
    words = [word for word in text.split() if "://" not in word]
    return " ".join(words) or text


def _lines(text: str) -> str:
    """The text without the empty lines that templates leave."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
