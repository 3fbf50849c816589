"""Holds the keys of a configuration against the version that must read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from generator.diagnostics import Origin, Problem, error, warning
from generator.targets.alertmanager.versions import CREDENTIALS, FIRST, MENDED, Version, nested_block, written


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at, for messages. name: such as `Slack of Receiver 'ops'`; way_out: what else one may do."""

    name: str
    origin: Origin
    way_out: str = ""


def key_problems(block: str, values: Mapping[str, Any], target: Version, place: Place) -> Iterator[Problem]:
    """Keys that no Alertmanager has, that the target version does not know yet, or that hold a credential."""
    for key, value in values.items():
        first = FIRST[block].get(key)
        if first is None:
            yield _unknown(block, key, place)
        elif first > target:
            yield too_new(key, first, target, place)
        elif key in CREDENTIALS.get(block, ()):
            yield _credential(block, key, target, place)
        else:
            yield from _flaw(block, key, target, place)
            yield from _nested_problems(nested_block(block, key), key, value, target, place)


def _nested_problems(block: str | None, key: str, value: Any, target: Version, place: Place) -> Iterator[Problem]:
    if block is None:
        return
    inner = Place(f"{key} of {place.name}", place.origin, place.way_out)
    for item in value if isinstance(value, Sequence) and not isinstance(value, str) else (value,):
        if isinstance(item, Mapping):
            yield from key_problems(block, item, target, inner)
        else:
            yield error("alertmanager/value", place.origin, f"{inner.name}: expected keys and values, got {item!r}")


def _unknown(block: str, key: str, place: Place) -> Problem:
    close = get_close_matches(str(key), FIRST[block], n=1)
    why = f"Did you mean {close[0]!r}?" if close else f"It has: {', '.join(sorted(FIRST[block]))}."
    return error("alertmanager/unknown-key", place.origin, f"{place.name}: Alertmanager has no key {key!r} here", why)


def too_new(key: str, first: Version, target: Version, place: Place) -> Problem:
    """A key that is known from `first` on, while the configuration is for `target`."""
    message = (
        f"{place.name}: {key!r} needs Alertmanager {written(first)}, but the configuration is for {written(target)}"
    )
    why = f'Set AlertmanagerSettings(version="{written(first)}") if yours is that new.'
    return error("alertmanager/version", place.origin, message, f"{why} {place.way_out}".rstrip())


def _flaw(block: str, key: str, target: Version, place: Place) -> Iterator[Problem]:
    mended, fault = MENDED.get((block, key), (target, ""))
    if target < mended:
        message = f"{place.name}: with {key!r}, before {written(mended)}, {fault}"
        why = f'Set AlertmanagerSettings(version="{written(mended)}") if yours is that new.'
        yield warning("alertmanager/flaw", place.origin, message, why)


def _credential(block: str, key: str, target: Version, place: Place) -> Problem:
    message = f"{place.name}: {key!r} would write a credential into the rendered file"
    file_key = f"{key}_file"
    first = FIRST[block].get(file_key)
    if first is not None:
        since = f" (Alertmanager {written(first)} and newer)" if first > target else ""
        return error("receiver/secret", place.origin, message, f'Write "{file_key}": Secret("…") instead{since}.')
    return error("receiver/secret", place.origin, message, "Alertmanager cannot read it from a file; leave it out.")
