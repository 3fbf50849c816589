"""What Prometheus and the blackbox exporter would refuse of `prometheus.yml` and of probes, told of the definitions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from generator.diagnostics import Problem, Severity, error
from generator.duration import Duration
from generator.errors import DurationError
from generator.model.base import Definition, described
from generator.model.settings import BlackboxModule, PrometheusSettings, Relabel, ScrapeJob
from generator.targets.prometheus_keys import GLOBAL, PROBERS, RELABEL_ACTIONS, SCRAPE, TARGETED, TOP

_GLOBAL_INTERVAL: Final = "1m"
_GLOBAL_TIMEOUT: Final = "10s"
_MOVING: Final = frozenset({"labelmap", "keep", "drop", "keepequal", "dropequal"})
_FEW: Final = 15
"""Up to so many names are listed where none is like the wrong one."""


def settings_problems(settings: PrometheusSettings, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys that Prometheus does not know, and a timeout longer than the interval. document: what was made of it."""
    yield from _unknown(settings, settings.options, TOP, "options")
    everywhere = document.get("global")
    if isinstance(everywhere, Mapping):
        yield from _unknown(settings, everywhere, GLOBAL, "options['global']")
        yield from _times(settings, everywhere, {})
    else:
        yield _wrong(settings, "global", f"options['global'] must be a mapping, got {everywhere!r}")
    yield from _addresses(settings, "alertmanagers", settings.alertmanagers)


def job_problems(job: ScrapeJob, made: Mapping[str, Any], everywhere: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a scrape job. made: its rendered keys; everywhere: the rendered section `global`."""
    yield from _unknown(job, job.options, SCRAPE, "options")
    yield from _times(job, made, everywhere)
    if job.scheme not in ("http", "https"):
        yield _wrong(job, "scheme", f"scheme must be http or https, got {job.scheme!r}")
    if not any(map(_moves, made.get("relabel_configs") or ())):
        yield from _addresses(job, "targets", job.targets)
    for step in (*job.relabel, *job.metric_relabel):
        yield from _relabelling(job, step)


def module_problems(module: BlackboxModule) -> Iterator[Problem]:
    """A prober that there is not, and keys that it does not have."""
    if module.prober in PROBERS:
        yield from _unknown(module, module.options, PROBERS[module.prober], "options", surely=False)
    else:
        yield from _unknown(module, {module.prober: {}}, PROBERS, "prober", surely=False)


def _unknown(
    owner: Definition, given: Mapping[str, Any], known: Collection[str], where: str, *, surely: bool = True
) -> Iterator[Problem]:
    """Names that are not known. surely: a name like none of ours is wrong, too, and not only newer than we are."""
    for key in given:
        if key in known:
            continue
        close = get_close_matches(str(key), known, n=1)
        severity = Severity.ERROR if close or surely else Severity.WARNING
        few = f"There are: {', '.join(sorted(known))}." if len(known) <= _FEW else ""
        why = f"Did you mean {close[0]!r}?" if close else few
        product = "Prometheus" if surely else "the blackbox exporter"
        message = f"{described(owner)}: {where}: {product} has no {key!r} here"
        yield Problem("prometheus/unknown-key", severity, owner.origin, message, why)


def _times(owner: Definition, own: Mapping[str, Any], everywhere: Mapping[str, Any]) -> Iterator[Problem]:
    """Prometheus' rule: a timeout of one's own, or the global one where it fits, must end within the interval."""
    try:
        interval = Duration.of(str(own.get("scrape_interval", everywhere.get("scrape_interval", _GLOBAL_INTERVAL))))
        # The global timeout gives way to a shorter interval of a job.
        given = own.get("scrape_timeout", interval if everywhere else _GLOBAL_TIMEOUT)
        timeout = Duration.of(str(given))
    except DurationError as reason:
        yield _wrong(owner, "time", str(reason))
        return
    if timeout > interval:
        why = "Prometheus refuses that: give up before the next scrape begins."
        yield _wrong(owner, "time", f"the timeout, {timeout}, is longer than the interval, {interval}", why)


def _moves(step: object) -> bool:
    """Whether a relabelling step may give a target another address, or drop it."""
    if not isinstance(step, Mapping):
        return True
    return step.get("target_label") == "__address__" or str(step.get("action")).lower() in _MOVING


def _addresses(owner: Definition, name: str, addresses: Sequence[str]) -> Iterator[Problem]:
    for address in addresses:
        if not address or "/" in address:
            why = "The scheme goes into scheme=…, the path into path=…; what is to be probed needs probe=…."
            yield _wrong(owner, "target", f"{name}: {address!r} is not host:port", why if name == "targets" else "")


def _relabelling(job: ScrapeJob, step: Relabel) -> Iterator[Problem]:
    action = step.action.lower()
    if action not in RELABEL_ACTIONS:
        close = get_close_matches(action, RELABEL_ACTIONS, n=1)
        why = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(sorted(RELABEL_ACTIONS))}."
        yield error("scrape/relabel", step.origin, f"{described(job)}: there is no action {step.action!r}", why)
    elif action in TARGETED and not step.target:
        message = f"{described(job)}: a Relabel whose action is {action!r} needs target=…"
        yield error("scrape/relabel", step.origin, message)


def _wrong(owner: Definition, check: str, message: str, why: str = "") -> Problem:
    return error(f"scrape/{check}", owner.origin, f"{described(owner)}: {message}", why)
