"""Pages of alerts: what they say, and that every alert of the reference system leads to one, and to a panel."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from generator import (
    P2,
    Action,
    Alert,
    Dashboard,
    Email,
    Panel,
    PrometheusSettings,
    Receiver,
    Route,
    Row,
    Runbook,
    Service,
    Team,
    query,
)
from generator.expand import expand
from generator.model.base import Definition
from generator.model.bundle import AlertingRule, Bundle
from generator.model.catalog import Catalog, Module
from generator.model.panels import panel_id
from generator.model.runbook import page_name
from generator.model.validate import validate
from generator.pipeline import compile_project
from generator.pipeline import render as render_all
from generator.promql import parse
from generator.targets.runbooks import render
from generator.targets.runbooks.meaning import looks, plain
from generator.targets.runbooks.render import cell, fenced
from tests.conftest import CASES, ROOT, compare
from tests.grafana_schema import panels_of
from tests.known_metrics import rules_of

RUNBOOKS = PurePosixPath("runbooks")
LINK = re.compile(r"\]\(([^)\s]+\.md)\)")


@cache
def bundle() -> Bundle:
    """The reference system."""
    made = compile_project([ROOT / "alerts", ROOT / "dashboards"], base=ROOT).bundle
    assert made is not None
    return made


@cache
def files() -> dict[PurePosixPath, str]:
    """All that it renders to."""
    return render_all(bundle()).files


@cache
def dashboards() -> dict[str, dict[str, Any]]:
    """The rendered dashboards by uid."""
    found = [json.loads(text) for path, text in files().items() if path.suffix == ".json"]
    return {dashboard["uid"]: dashboard for dashboard in found}


ALERTS = [rule for rule in rules_of(bundle()) if isinstance(rule, AlertingRule)]
PAGES = {path: text for path, text in files().items() if path.parts[0] == "runbooks"}


# --- every alert of the reference system ---


def test_every_alert_leads_to_its_page() -> None:
    for rule in ALERTS:
        base, _, name = rule.annotations["runbook_url"].rpartition("/")
        assert base == bundle().catalog.prometheus.runbooks
        assert RUNBOOKS / unquote(name) in files(), rule.alert
        assert files()[RUNBOOKS / name].startswith("<!-- Generated")
        assert f"# {rule.alert}\n" in files()[RUNBOOKS / name]


def test_every_alert_leads_to_a_panel_that_exists() -> None:
    for rule in ALERTS:
        url = urlsplit(rule.annotations["dashboard_url"])
        asked = parse_qs(url.query)
        dashboard = dashboards()[url.path.removeprefix("/d/")]
        (wanted,) = asked.pop("viewPanel")
        found = {panel["id"]: panel["title"] for panel in panels_of(dashboard)}
        assert int(wanted) in found, rule.alert
        assert rule.panel is None or rule.panel.panel == found[int(wanted)]
        for variable, (value,) in asked.items():
            known = {v["name"]: v for v in dashboard["templating"]["list"]}[variable.removeprefix("var-")]
            assert value in [option["value"] for option in known["options"]]


def test_every_alert_says_what_to_do() -> None:
    assert [rule.alert for rule in ALERTS if rule.runbook is None] == []


def test_pages_lead_to_pages_that_exist() -> None:
    for path, text in PAGES.items():
        for name in LINK.findall(text):
            assert RUNBOOKS / unquote(name) in files(), f"{path} leads to {name}"


def test_the_index_leads_to_every_page() -> None:
    led = {RUNBOOKS / name for name in LINK.findall(PAGES[RUNBOOKS / "README.md"])}
    assert led == set(PAGES) - {RUNBOOKS / "README.md"}


def test_every_procedure_is_shown_on_a_page() -> None:
    shown = {id(rule.runbook) for rule in ALERTS}
    assert [one.name for one in bundle().catalog.of(Runbook) if id(one) not in shown] == []


@pytest.mark.parametrize(
    ("alert", "commands"),
    [
        ("BackendDown", ["docker stats --no-stream", "docker compose -f docker-compose.prod.yml up -d"]),
        ("DatabaseConnectionFailure", ['-d dropshipping_db -c "SELECT 1;"', "docker-compose.prod.yml restart db"]),
        ("HighMemoryUsage", ["exec redis redis-cli FLUSHDB", "docker-compose.prod.yml restart backend"]),
    ],
)
def test_the_guides_procedures_stand_on_the_pages(alert: str, commands: list[str]) -> None:
    page = PAGES[RUNBOOKS / f"{alert}.md"]
    assert [command for command in commands if command not in page] == []


def test_pages_are_tidy() -> None:
    for path, text in PAGES.items():
        assert text.endswith("\n"), path
        words = re.sub(r"^ *```.*?```\n", "code\n", text, flags=re.DOTALL | re.MULTILINE)
        assert not re.search(r"\n\n\n|[ \t]\n|\{\{|\bNone\b", words), path


# --- a small system, its pages whole ---


def small(*items: Definition) -> Bundle:
    """What these definitions compile to; they have no problems."""
    catalog = Catalog((Module("alerts.small", "alerts/small.py", (ROOT_ROUTE, *items)),))
    assert validate(catalog) == []
    return expand(catalog)


CASE_FILES = sorted((CASES / "runbooks").glob("*.py"))


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_pages_of_a_small_system(path: Path, update: bool) -> None:
    project = compile_project([path], base=path.parent)
    assert [str(problem) for problem in project.problems] == []
    assert project.bundle is not None
    made = render(project.bundle).files
    text = "".join(f"=== {name}\n{content}" for name, content in sorted(made.items()))
    compare(path.with_suffix(".md"), text, update)


# --- where alerts lead ---

TEAM = Team("ops")
ROOT_ROUTE = Route(to=Receiver("ops", Email("ops@example.com")))
WEB = Service("web", team=TEAM)
SETTINGS = PrometheusSettings(runbooks="https://runbooks.example.com/")


def stat(title: str, expr: str) -> dict[str, Any]:
    """A panel with a query."""
    return {"type": "stat", "title": title, "targets": [query(expr)]}


def alert(name: str, expr: str, **more: Any) -> Alert:
    """An alert of the web service."""
    return Alert(name, service=more.pop("service", WEB), level=P2, expr=expr, **more)


def said_by(*items: Definition) -> dict[str, dict[str, str]]:
    """The annotations of each alert."""
    found = (rule for rule in rules_of(small(TEAM, WEB, *items)) if isinstance(rule, AlertingRule))
    return {rule.alert: dict(rule.annotations) for rule in found}


def board(*panels: Any) -> Dashboard:
    """A dashboard with one row."""
    return Dashboard("Board", uid="board", rows=[Row("How?", panels)])


def led_to(expr: str, *panels: Any) -> str | None:
    """The title of the panel that an alert leads to."""
    url = said_by(alert("A", expr), board(*panels))["A"].get("dashboard_url", "")
    titles = {panel_id(f"How?/{title}"): title for title in ("One", "Two")}
    number = parse_qs(urlsplit(url).query).get("viewPanel", ["0"])[0]
    return titles.get(int(number))


@pytest.mark.parametrize(
    ("expr", "one", "two", "title"),
    [
        ("errors_total > 1", "requests_total", "rate(errors_total[5m])", "Two"),
        ("errors_total > 1", "errors_total", "errors_total", "One"),
        ('up{job="web"} == 0', 'up{job="db"}', "sum(up)", "Two"),
        ('up{job="web"} == 0', "up", 'up{job="web"}', "Two"),
        ("errors_total / requests_total > 1", "requests_total", "errors_total / requests_total", "Two"),
        ("vector(1)", "up", "up", None),
        ("other > 1", "up", "errors_total", None),
    ],
)
def test_an_alert_leads_to_the_panel_that_is_most_like_it(expr: str, one: str, two: str, title: str | None) -> None:
    assert led_to(expr, stat("One", one), stat("Two", two)) == title


def test_a_panel_that_explains_an_alert_wins() -> None:
    one = alert("A", "up == 0")
    panels = [stat("One", "up"), Panel(stat("Two", "requests_total"), explains=one)]
    url = said_by(one, board(*panels))["A"]["dashboard_url"]
    assert url == f"http://localhost:3000/d/board?viewPanel={panel_id('How?/Two')}"


def test_an_author_may_set_a_link() -> None:
    own = alert("Own", "up == 0", annotations={"dashboard_url": "https://else.example.com"})
    assert said_by(own, board(stat("One", "up")))["Own"] == {"dashboard_url": "https://else.example.com"}


def test_pages_are_below_the_base_of_the_service_or_the_project() -> None:
    other = Service("other", team=TEAM, runbooks="https://other.example.com")
    said = said_by(
        SETTINGS,
        other,
        alert("Own", "up == 0", service=other),
        alert("Plain", "up == 0"),
        alert("Elsewhere", "up == 0", runbook="https://wiki.example.com/x"),
        alert("Odd name/1", "up == 0"),
    )
    assert {name: texts["runbook_url"] for name, texts in said.items()} == {
        "Own": "https://other.example.com/Own.md",
        "Plain": "https://runbooks.example.com/Plain.md",
        "Elsewhere": "https://wiki.example.com/x",
        "Odd name/1": f"https://runbooks.example.com/{page_name('Odd name/1')}",
    }
    assert "runbook_url" not in said_by(alert("NoBase", "up == 0"))["NoBase"]


def test_names_that_no_file_may_have_do_not_meet() -> None:
    names = ["Odd name/1", "Odd name:1", "Odd-name-1", "..", ".hidden", "Ä"]
    assert len({page_name(name) for name in names}) == len(names)
    assert all("/" not in page_name(name) and not page_name(name).startswith(".") for name in names)


# --- procedures ---


def test_a_procedure_that_nobody_wrote_is_a_problem() -> None:
    runbook = Runbook("web-down")
    known, typo, stray = (
        alert("Known", "up == 0", runbook="web-down"),
        alert("Typo", "up == 0", runbook="web-dwon"),
        alert("Stray", "up == 0", runbook=Runbook("elsewhere")),
    )
    catalog = Catalog((Module("alerts.a", "alerts/a.py", (ROOT_ROUTE, TEAM, WEB, runbook, known, typo, stray)),))
    problems = sorted(validate(catalog), key=lambda problem: problem.message)
    assert [(problem.check, problem.message) for problem in problems] == [
        ("unknown/runbook", "Alert 'Stray': unknown runbook 'elsewhere'"),
        ("unknown/runbook", "Alert 'Typo': unknown runbook 'web-dwon'"),
    ]
    assert problems[1].why.startswith("Did you mean 'web-down'?")


@pytest.mark.parametrize("name", ["", "a b", "../up"])
def test_a_procedure_needs_a_usable_name(name: str) -> None:
    assert [problem.check for problem in Runbook(name).faults] == ["name/form"]


def test_steps_are_texts_or_actions() -> None:
    runbook = Runbook("a", steps=["Look.", Action("Run.", "ls"), 3])  # type: ignore[list-item]
    assert [action.text for action in runbook.actions] == ["Look.", "Run."]
    assert [problem.check for problem in runbook.faults] == ["definition/steps"]


# --- words ---


@pytest.mark.parametrize(
    ("expr", "query_", "limit"),
    [
        ("up == 0", "up", "equal to 0"),
        ("0.5 > rate(x[5m])", "rate(x[5m])", "below 0.5"),
        ("x > 0.9 and on () y", "x", "above 0.9"),
        ("max(x > 14.4 * 0.001)", "x", "above 0.0144"),
        ("a < time() - 60", "a", "below `time() - 60`"),
        ('absent(up{job="x"})', 'up{job="x"}', "gone: the query gives nothing"),
        ("x > bool 1", "x > bool 1", ""),
        ("vector(1)", "vector(1)", ""),
    ],
)
def test_what_is_measured_and_the_limit_are_told_apart(expr: str, query_: str, limit: str) -> None:
    (look,) = looks(parse(expr), "http://prometheus:9090")
    assert (look.query, look.limit) == (query_, limit)
    assert parse_qs(urlsplit(look.url).query)["g0.expr"] == [query_]


def test_a_limit_that_nobody_can_read_in_a_sentence_is_left_to_the_whole_rule() -> None:
    (short,) = looks(parse("last < time() - 3600 - (time() + 21600) % 86400"), "http://p")
    assert (short.limit, short.whole) == ("below `time() - 3600 - (time() + 21600) % 86400`", True)
    (long,) = looks(parse("last < time() - 7200 - ((scalar(day_of_month(vector(time()))) - 1) * 86400)"), "http://p")
    assert (long.limit, long.whole) == ("below what the other side of the rule gives", False)


def test_alternatives_are_queries_of_their_own() -> None:
    assert [look.query for look in looks(parse("up == 0 or absent(up)"), "http://p")] == ["up", "up"]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ $labels.instance }} is {{ $value | humanizePercentage }} full", "`instance` is `value` full"),
        ('{{ $value | printf "%.1f" }} days', "`value` days"),
        ("{{ if gt $value 1.0 }}many{{ else }}one{{ end }}", "…many…one…"),
    ],
)
def test_templates_are_told_in_words(template: str, text: str) -> None:
    assert plain(template) == text


def test_code_with_fences_in_it_stays_code() -> None:
    assert fenced("a ``` b", "bash").splitlines() == ["````bash", "a ``` b", "````"]
    assert fenced("a\n\nb", "", 3) == "   ```\n   a\n\n   b\n   ```"


def test_bars_do_not_end_a_cell() -> None:
    assert cell("a | b\nc") == r"a \| b c"
