"""`tocsin preview`: dashboards as a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli.main import root
from generator.targets.grafana.preview_units import in_unit, unit_name

BOARDS = """
from generator import Dashboard, Row, query, thresholds
def panel(title, expr):
    steps = {"steps": thresholds("green", red=0.9)}
    return {"type": "timeseries", "title": title, "description": "Said.", "targets": [query(expr, legend="{{job}}")],
            "fieldConfig": {"defaults": {"unit": "percentunit", "thresholds": steps}}}
first = Dashboard("First board", uid="first", rows=[Row("How?", [panel("<One>", "up")])])
rate = "sum(rate(requests_total[$__rate_interval]))"
second = Dashboard("Second", uid="second", rows=[Row("Why?", [panel("Two", rate)])])
"""


ALERTS = """
from generator import P1, Alert, PrometheusSettings, Service, Team
ops = Team("ops")
web = Service("web", team=ops)
settings = PrometheusSettings(runbooks="https://example.org/runbooks")
down = Alert("Down", service=web, level=P1, expr="up == 0", for_="5m", summary="It is down.")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two dashboards, with the current folder in it."""
    (tmp_path / "dashboards").mkdir()
    (tmp_path / "dashboards" / "boards.py").write_text(BOARDS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def preview(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(root, ["preview", *arguments], prog_name="tocsin")


@pytest.mark.parametrize("name", ["first", "First board", "FIRST"])
def test_a_dashboard_is_drawn(project: Path, name: str) -> None:
    result = preview(name)
    assert (result.exit_code, result.output) == (0, "first.html: First board\n")
    page = (project / "first.html").read_text("utf-8")
    assert "&lt;One&gt;" in page
    assert ">90%<" in page
    assert "Second" not in page


def test_all_of_them_are_drawn_on_one_page(project: Path) -> None:
    assert preview("all", "--out", "boards.html").exit_code == 0
    page = (project / "boards.html").read_text("utf-8")
    assert "First board" in page
    assert "rate(requests_total[$__rate_interval])" in page
    assert "http://" not in page.replace("http://localhost", "")
    assert "<script" not in page


def test_the_runbooks_of_a_panels_alerts_are_linked(project: Path) -> None:
    (project / "alerts").mkdir()
    (project / "alerts" / "web.py").write_text(ALERTS)
    assert preview("first").exit_code == 0
    page = (project / "first.html").read_text("utf-8")
    assert '<a href="https://example.org/runbooks/Down.md">Runbook: Down ↗</a>' in page


def test_texts_are_shown_as_markdown(project: Path) -> None:
    text = "## Note\\n- **Ask** [the team](https://example.org/?a=1&b=2)\\n- `x` <b>\\n\\nDone [here](javascript:x)."
    (project / "dashboards" / "boards.py").write_text(
        "from generator import Dashboard, Row\n"
        f'note = {{"type": "text", "title": "N", "options": {{"mode": "markdown", "content": "{text}"}}}}\n'
        'board = Dashboard("First", uid="first", description="d", rows=[Row("Why?", [note])])\n'
    )
    assert preview("first").exit_code == 0
    page = (project / "first.html").read_text("utf-8")
    assert '<li><b>Ask</b> <a href="https://example.org/?a=1&amp;b=2">the team</a></li>' in page
    assert "<h4>Note</h4>" in page
    assert "<li><code>x</code> &lt;b&gt;</li>" in page
    assert "<p>Done [here](javascript:x).</p>" in page


def test_a_file_that_cannot_be_written_is_wrong_use(project: Path) -> None:
    result = preview("first", "--out", "missing/first.html")
    assert result.exit_code == 2
    assert "missing/first.html cannot be written: No such file or directory" in result.output


def test_a_name_that_is_none_is_wrong_use(project: Path) -> None:
    result = preview("frist")
    assert result.exit_code == 2
    assert "did you mean 'first'?" in result.output
    assert "there are first, second" in preview("zzz").output
    assert not list(project.glob("*.html"))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9, "percentunit", "90%"),
        (0.001, "percentunit", "0.1%"),
        (2_592_000, "s", "30d"),
        (1.5, "s", "1.5s"),
        (7, "d", "7d"),
        (0.005, "s", "5ms"),
        (2_000_000_000, "bytes", "2G"),
        (1000, "reqps", "1000"),
        (50_000, "short", "50k"),
        (0, "s", "0"),
        (-1, "percentunit", "-100%"),
    ],
)
def test_thresholds_are_shown_in_their_unit(value: float, unit: str, text: str) -> None:
    assert in_unit(value, unit) == text


@pytest.mark.parametrize(
    ("unit", "name"),
    [("reqps", "requests/s"), ("suffix: /h", "/h"), ("currencyKRW", "KRW"), ("short", ""), ("lumens", "lumens")],
)
def test_units_are_named(unit: str, name: str) -> None:
    assert unit_name(unit) == name
