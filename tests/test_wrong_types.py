"""Every field of every definition with values of a wrong type: each is told at its line, or renders; nothing raises."""

from __future__ import annotations

from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Final

import pytest

import generator
from generator.diagnostics import Severity
from generator.pipeline import Project, compile_project, render

HEAD: Final = """\
from generator import *
team = Team("core", contacts=[Contact(email="a@b.c")])
ours = Service("ours", team=team)
mail = Receiver("mail", Webhook("http://x", people=True))
root = Route(to=mail)
EV = Events('rate(a_total{ok="false"}[$window])', 'rate(a_total[$window])')
KEY, NAME, HOUR, WEEK, URL, HOST, RATE = Secret("k"), "name", "1h", "week", "http://x", "x:25", "rate(a[$window])"
P = {"type": "stat", "title": "t", "description": "x", "targets": [query("up")]}
"""
LINES: Final = HEAD.count("\n")


def laid(kind: str, defaults: str, own: str = "**f") -> str:
    """A definition of a kind with the fields it needs, and others over them."""
    return f"{kind}(**{{**dict({defaults}), **dict({own})}})"


def alert(own: str) -> str:
    return laid("Alert", 'name=f"A{n}", service=ours, level=P1, expr="up == 0"', own)


def slo(own: str) -> str:
    return laid("SLO", 'name=f"slo{n}", service=ours, objective=99, sli=EV', own)


def board(own: str) -> str:
    return laid("Dashboard", 'title=f"D{n}", uid=f"d{n}", rows=[Row("r", [P])]', own)


def receiver(kind: str, defaults: str) -> str:
    return f'Receiver(f"r{{n}}", {laid(kind, defaults)})'


def scraped(own: str) -> str:
    return laid("ScrapeJob", 'name=f"job{n}", targets=["x:1"]', own)


# How a definition with the fields `f` gets into a project; `n` is a number of its own.
WRITTEN: Final = {
    "Action": f'Runbook(f"b{{n}}", steps=[{laid("Action", "text=NAME")}])',
    "Alert": alert("**f"),
    "AlertmanagerSettings": "AlertmanagerSettings(**f)",
    "BlackboxModule": scraped(f"probe={laid('BlackboxModule', 'name=str(n)')}"),
    "BurnPolicy": slo("burn=BurnPolicy(**f)"),
    "BurnRate": slo(f"burn=BurnPolicy(page=[{laid('BurnRate', 'long=HOUR, factor=10')}])"),
    "Calendar": slo(f"window={laid('Calendar', 'period=WEEK')}"),
    "Composite": slo(f"sli={laid('Composite', 'parts=[EV]')}"),
    "Contact": 'Team(f"t{n}", contacts=[Contact(**f)])',
    "Dashboard": board("**f"),
    "Discord": receiver("Discord", "url=KEY"),
    "Email": receiver("Email", 'to="a@b.c", sender="a@b.c", smarthost="x:25"'),
    "EscalationPolicy": laid("EscalationPolicy", 'name=f"e{n}", levels=[P0], steps=[Step("15m", to=mail)]'),
    "Events": slo(f"sli={laid('Events', 'errors=RATE, total=RATE')}"),
    "ExporterConfig": laid("ExporterConfig", 'name=f"x{n}", path=f"x{n}.yml", content="a"'),
    "GrafanaSettings": "GrafanaSettings(**f)",
    "Hours": 'TimeInterval(f"i{n}", spans=[Hours(**f)])',
    "InhibitRule": laid("InhibitRule", 'source=match(a="b"), target=match(c="d")'),
    "Latency": slo(f"sli={laid('Latency', 'histogram=NAME, below=HOUR')}"),
    "Level": alert(f"level={laid('Level', 'name=str(n), severity=NAME, respond=HOUR, restore=HOUR')}"),
    "Link": board(f"links=[{laid('Link', 'title=NAME, url=URL')}]"),
    "LowTraffic": slo("low_traffic=LowTraffic(**f)"),
    "Metric": laid("Metric", 'name=f"m{n}", type="gauge"'),
    "NativeLatency": slo(f"sli={laid('NativeLatency', 'histogram=NAME, below=HOUR')}"),
    "Naming": "PrometheusSettings(naming=Naming(**f))",
    "NotificationTemplate": laid("NotificationTemplate", 'name=f"n{n}", text="x"'),
    "Opsgenie": receiver("Opsgenie", "api_key=KEY"),
    "Page": slo("page=Page(**f)"),
    "PagerDuty": receiver("PagerDuty", "routing_key=KEY"),
    "Panel": board(f"rows=[Row(NAME, [{laid('Panel', 'panel=P')}])]"),
    "Probe": slo(f"sli={laid('Probe', 'gauge=NAME')}"),
    "PrometheusSettings": "PrometheusSettings(**f)",
    "Ratio": slo(f"sli={laid('Ratio', 'error=RATE')}"),
    "RecordingRule": laid("RecordingRule", 'record=f"a:b{n}", expr="up"'),
    "Relabel": scraped(f"relabel=[{laid('Relabel', 'target=NAME')}]"),
    "Route": laid("Route", 'match=match(a="b"), to=mail'),
    "Row": board(f"rows=[{laid('Row', 'title=NAME, panels=[P]')}]"),
    "RuleGroup": laid("RuleGroup", 'name=f"g{n}", rules=[RecordingRule(f"c:d{n}", "up")]'),
    "Runbook": laid("Runbook", 'name=f"b{n}"'),
    "SLO": slo("**f"),
    "Schedule": laid("Schedule", 'name=f"s{n}"'),
    "ScrapeJob": scraped("**f"),
    "Secret": 'Receiver(f"r{n}", Discord(Secret(**{**dict(name=NAME), **f})))',
    "Service": f"[own := {laid('Service', 'name=str(n), team=team')}, {alert('service=own')}, {slo('service=own')}]",
    "Slack": receiver("Slack", 'channel="#x", url=KEY'),
    "Smtp": f"AlertmanagerSettings(smtp={laid('Smtp', 'smarthost=HOST, sender=NAME')})",
    "Step": f'EscalationPolicy(f"e{{n}}", levels=[P0], steps=[{laid("Step", "after=HOUR, to=mail")}])',
    "Team": laid("Team", 'name=f"t{n}"'),
    "Teams": receiver("Teams", "url=KEY"),
    "Telegram": receiver("Telegram", "chat=5, token=KEY"),
    "Ticket": slo("ticket=Ticket(**f)"),
    "Tier": f"[own := Service(str(n), team=team, tier={laid('Tier', 'name=str(n)')}), {slo('service=own')}]",
    "TimeInterval": laid("TimeInterval", 'name=f"i{n}"'),
    "TimeSlices": slo(f"sli={laid('TimeSlices', 'good=NAME')}"),
    "Variable": board(f"variables=[{laid('Variable', 'name=NAME, label=NAME, metric=NAME')}]"),
    "Webhook": receiver("Webhook", "url=URL"),
    "Weighted": slo(f"sli=Composite(parts=[{laid('Weighted', 'sli=EV')}])"),
}
VALUES: Final = ("5", "None", '["a"]', '"x y"', "1.5", '{"a": 5}', "ours")
"""The last is a definition, of the wrong kind nearly everywhere."""
KINDS: Final = {name: getattr(generator, name) for name in WRITTEN}
FOLLOW: Final = frozenset({"name/duplicate", "settings/duplicate"})
"""Faults that so many definitions in one file have with one another."""


def cases(kind: str) -> list[str]:
    names = [one.name for one in fields(KINDS[kind]) if one.init and one.name != "origin"]
    return [f"{name}={value}" for name in names for value in VALUES]


def compiled(folder: Path, kind: str, given: list[str]) -> Project:
    """A project with a line for each of these fields."""
    numbers = count()
    made = (
        f"d{n} = [{WRITTEN[kind]} for n, f in [({n}, dict({one}))]]" for n, one in zip(numbers, given, strict=False)
    )
    folder.joinpath("alerts").mkdir(exist_ok=True)
    folder.joinpath("alerts", "x.py").write_text(HEAD + "\n".join(made) + "\n", encoding="utf-8")
    return compile_project([Path("alerts")], folder)


def test_all_kinds_of_definition_are_here() -> None:
    named = {name for name in generator.__all__ if hasattr(getattr(generator, name), "__dataclass_fields__")}
    assert named - KINDS.keys() <= {"Match", "P0", "P1", "P2", "Receiver", "Rolling", "SLI", "WORKBOOK"}


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_values_of_a_wrong_type_are_told_or_render(kind: str, tmp_path: Path) -> None:
    given = cases(kind)
    project = compiled(tmp_path, kind, given)
    found = [problem for problem in project.problems if problem.check not in FOLLOW]
    assert not [problem for problem in found if problem.check == "load/raised"]
    wrong = {problem.origin.line - LINES - 1 for problem in found if problem.severity is Severity.ERROR}
    assert wrong
    right = [one for number, one in enumerate(given) if number not in wrong]
    # Those that nobody found fault with go all the way: at once, or where they clash one by one.
    clash = any(problem.check in FOLLOW for problem in project.problems)
    for some in [[one] for one in right] if clash else [right]:
        rest = compiled(tmp_path, kind, some)
        assert rest.bundle is not None, [str(problem) for problem in rest.problems]
        render(rest.bundle)
