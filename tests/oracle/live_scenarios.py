"""Random scenarios for the virtual clock and a real Alertmanager: trees, alerts that come and go, silences.

They keep away from what is a race in the real one: two things less than `APART` apart, a repetition that falls due with
a tick, and alerts posted together of which one inhibits the other, where it is chance who hears of them first.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

LENGTH: Final = 14
"""Seconds in which something is posted."""

UNTIL: Final = 18
"""Seconds after which nobody listens any more."""

SLOTS: Final = 5
APART: Final = 0.18
"""Seconds between two posts of a scenario, apart from whole seconds, which are those of all timers."""

_FOREVER: Final = 60
_OLD: Final = 10
_MATCHERS: Final = (
    'team="db"', 'team!="db"', 'alertname=~"A|B"', 'severity=""', 'cluster=~".+"', 'severity!~"w.*"', 'team=~"db|web"',
)  # fmt: skip
_RULED: Final = ("severity", "kind")
_GROUPS: Final[tuple[list[str], ...]] = ([], ["alertname"], ["alertname", "cluster"], ["..."], ["team"], ["severity"])


def drawn(seed: int, count: int) -> dict[str, Any]:
    """Scenarios as `tests/cases/simulate/live.yml` has them, by name."""
    chance = random.Random(seed)
    return {f"drawn-{seed}-{number}": _Scenario(chance, f"drawn-{seed}-{number}").made() for number in range(count)}


@dataclass(slots=True)
class _Scenario:
    """One of them. alive: beginnings and labels of the alerts that fire."""

    chance: random.Random
    name: str
    alive: dict[str, tuple[float, dict[str, str]]] = field(default_factory=dict)

    def made(self) -> dict[str, Any]:
        chance = self.chance
        slots = [round(place * APART, 2) for place in chance.sample(range(SLOTS), SLOTS)]
        seconds = sorted(chance.sample(range(LENGTH), chance.randint(3, SLOTS)))
        posts = [self._post(round(second + slot, 2)) for second, slot in zip(seconds, slots, strict=False)]
        hooks: list[dict[str, Any]] = [{}, {"send_resolved": False}] if chance.random() < 0.4 else [{}]
        left = slots[len(seconds) :]
        return {
            "route": self._tree(),
            "webhooks": hooks,
            "until": UNTIL,
            "posts": [post for post in posts if post["alerts"]],
            "silences": [self._silence(left)] if len(left) > 1 and chance.random() < 0.6 else [],
        }

    def _tree(self) -> dict[str, Any]:
        top = self._settings()
        top["routes"] = [self._child(top, number) for number in range(self.chance.choice((0, 0, 1, 2, 3)))]
        return top

    def _settings(self) -> dict[str, Any]:
        chance = self.chance
        interval = chance.choice((2, 3))
        repeat = chance.choice([number for number in (5, 7) if number % interval] + [3600])
        return {
            "group_by": chance.choice(_GROUPS),
            "group_wait": f"{chance.choice((0, 1, 2, 4))}s",
            "group_interval": f"{interval}s",
            "repeat_interval": f"{repeat}s",
        }

    def _child(self, top: dict[str, Any], number: int) -> dict[str, Any]:
        chance = self.chance
        own = {key: value for key, value in self._settings().items() if chance.random() < 0.5}
        if int((top | own)["repeat_interval"][:-1]) % int((top | own)["group_interval"][:-1]) == 0:
            own["repeat_interval"] = "1h"
        for key, share in (("mute_time_intervals", 0.15), ("active_time_intervals", 0.1)):
            if chance.random() < share:
                own[key] = [chance.choice(("always", "long-ago"))]
        matchers = chance.sample(_MATCHERS, chance.choice((1, 1, 2)))
        return {"receiver": f"{self.name}-{number + 3}", "matchers": matchers, "continue": chance.random() < 0.4, **own}

    def _post(self, at: float) -> dict[str, Any]:
        alerts: dict[str, dict[str, Any]] = {}
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            for alert in self._alert(at, alone=not alerts):
                alerts.setdefault(_key(alert["labels"]), alert)
            if any(map(_in_a_rule, alerts.values())):
                break
        return {"at": at, "alerts": list(alerts.values())}

    def _alert(self, at: float, *, alone: bool) -> Iterator[dict[str, Any]]:
        """News of an alert that fires, its end, or another one; if not alone, one that no inhibition concerns."""
        known = sorted(key for key in self.alive if alone or not _in_a_rule({"labels": self.alive[key][1]}))
        if known and self.chance.random() < 0.45:
            key = self.chance.choice(known)
            starts, labels = self.alive[key]
            over = self.chance.random() < 0.6
            if over:
                del self.alive[key]
            yield {"labels": labels, "starts": starts, "ends": at if over else _FOREVER}
            return
        labels = self._labels(alone)
        if _key(labels) not in self.alive:
            starts = at if self.chance.random() < 0.8 else round(at - _OLD, 2)
            self.alive[_key(labels)] = (starts, labels)
            summary = self.chance.choice(("p", "q"))
            yield {"labels": labels, "annotations": {"summary": summary}, "starts": starts, "ends": _FOREVER}

    def _labels(self, inhibiting: bool) -> dict[str, str]:
        chance = self.chance
        found = {"alertname": chance.choice("ABC")}
        for name, values, share in (
            ("severity", ("critical", "warning", "info"), 0.5),
            ("cluster", ("x", "y"), 0.5),
            ("kind", ("a", "b", "both"), 0.25),
            ("instance", ("1", "2", "3"), 0.5),
            ("team", ("db", "web"), 0.3),
        ):
            if chance.random() < share and (inhibiting or name not in _RULED):
                found[name] = chance.choice(values)
        return found

    def _silence(self, slots: list[float]) -> dict[str, Any]:
        chance = self.chance
        name = chance.choice(("alertname", "cluster", "severity"))
        matcher = {"name": name, "op": chance.choice(("=", "!=", "=~", "!~")), "value": chance.choice("ABx")}
        begins = chance.choice((0, round(chance.randint(1, 5) + slots[0], 2)))
        return {"matchers": [matcher], "from": begins, "to": round(chance.randint(6, 12) + slots[1], 2)}


def _key(labels: dict[str, str]) -> str:
    return json.dumps(labels, sort_keys=True)


def _in_a_rule(alert: dict[str, Any]) -> bool:
    """Whether an inhibition may concern it."""
    return any(name in alert["labels"] for name in _RULED)
