"""Incident files: those of the reference system hold, faults are all found in one run, shapes become samples."""

from __future__ import annotations

import json
import shlex
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from generator.cli.main import root
from generator.errors import ParseError
from generator.pipeline import compile_project, render
from generator.report.timeline import as_json, as_text
from generator.report.timeline_page import as_page
from generator.simulate.messages.render import PRODUCTS
from generator.targets import TARGETS
from generator.testing.fixture_run import RuleCache
from generator.testing.incident_run import Stage, drawn_series, prepare_incidents, run_incidents
from generator.testing.message_parts import PARTS
from generator.testing.read_incidents import read_incidents
from generator.testing.run import is_incident
from generator.testing.shapes import Grid, expand, is_shape
from scripts.seed_map.rows import row_of
from tests.conftest import CASES, ROOT, compare
from tests.test_simulate_messages import NAMES, load, messages

INCIDENTS = sorted(path for path in (ROOT / "tests" / "incidents").glob("*.yml") if path.name != "healthy.yml")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference system rendered, with its incidents beside it, as in a checkout."""
    folder = tmp_path_factory.mktemp("project")
    bundle = compile_project([ROOT / "alerts"], base=ROOT).bundle
    assert bundle is not None
    wanted = [target for target in TARGETS if target.name in ("prometheus", "alertmanager")]
    files = {Path("rendered") / path: text for path, text in render(bundle, wanted).files.items()}
    for path in (ROOT / "tests" / "incidents").glob("*.yml"):
        files[path.relative_to(ROOT)] = path.read_text(encoding="utf-8")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", INCIDENTS, ids=lambda path: path.stem)
def test_incidents_of_the_reference_system(project: Path, path: Path) -> None:
    """Who must be told is told, and who must not be is not."""
    outcome = run_incidents(project / path.relative_to(ROOT), RuleCache())
    assert not outcome.problems
    assert outcome.verdicts
    assert [
        f"{each.group}: {each.title}: {each.message}\n{each.detail}" for each in outcome.verdicts if each.failed
    ] == []


INCIDENT_ROWS = (6, 7, 8, 13, 14, 15, 16, 17, 18, 19)
"""Lines of the operations guide (`scripts.seed_map`) that are played from samples to messages."""


@lru_cache(maxsize=1)
def rows_of_incidents() -> dict[int, list[str]]:
    """The incidents that name a place of each line."""
    found: dict[int, list[str]] = {}
    for path in INCIDENTS:
        for incident in read_incidents(path)[0].incidents:
            for row in filter(None, map(row_of, incident.guide)):
                found.setdefault(row.number, []).append(incident.test.name)
    return found


@pytest.mark.parametrize("number", INCIDENT_ROWS)
def test_each_line_that_ends_in_a_message_has_an_incident(number: int) -> None:
    """What the guide asks about who is told is shown by telling them."""
    assert rows_of_incidents().get(number), f"no incident names line {number} in `guide`"


def test_incidents_play_what_is_scraped() -> None:
    """Series with a job and an instance that no target of the rendered configuration has would prove nothing."""
    content = yaml.safe_load((ROOT / "rendered" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = {
        (job["job_name"], target)
        for job in content["scrape_configs"]
        for each in job["static_configs"]
        for target in each["targets"]
    }
    jobs = {job for job, _ in targets}
    for path in INCIDENTS:
        for incident in read_incidents(path)[0].incidents:
            for series in incident.test.series:
                job, instance = series.labels["job"], series.labels.get("instance")
                assert job in jobs, str(series.labels)
                assert instance is None or (job, instance) in targets, str(series.labels)


def test_a_wrong_expectation_fails(project: Path) -> None:
    """Each kind of expectation is one that can fail."""
    path = project / "tests" / "incidents" / "wrong.yml"
    path.write_text((CASES / "incidents" / "wrong_expectations.yml").read_text(encoding="utf-8"), encoding="utf-8")
    outcome = run_incidents(path, RuleCache())
    assert not outcome.unreadable, outcome.problems
    assert [each.title for each in outcome.verdicts if not each.failed] == []
    assert {each.group for each in outcome.verdicts} == {
        "late", "wrong text", "wrong alert", "forbidden", "exclusive", "resolved too soon",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["faults", "broken", "impossible"])
def test_faults_are_all_told_at_once(name: str, update: bool) -> None:
    """With file and line."""
    path = CASES / "incidents" / f"{name}.yml"
    problems = prepare_incidents(path, RuleCache())
    assert isinstance(problems, list)
    text = "\n".join(str(problem).replace(f"{CASES}/", "") for problem in problems)
    compare(path.with_suffix(".txt"), text + "\n", update)


@pytest.mark.parametrize("command", ["test", "simulate"])
def test_commands_tell_all_faults_in_one_run(command: str) -> None:
    """And end with 2."""
    path = CASES / "incidents" / "broken.yml"
    told = CliRunner().invoke(root, [command, str(path)], prog_name="tocsin")
    assert told.exit_code == 2
    problems = prepare_incidents(path, RuleCache())
    assert isinstance(problems, list)
    for problem in problems:
        assert f"{Path(problem.origin.file).name}:{problem.origin.line}: error: {problem.message}" in told.output


def test_plain_fixtures_stay_plain() -> None:
    """Only files that say something that promtool does not know are incidents."""
    assert not any(is_incident(path) for path in (ROOT / "tests" / "rules").glob("*.yml"))
    assert is_incident(CASES / "incidents" / "faults.yml")


def test_reports_of_a_simulation(project: Path) -> None:
    """Text, JSON and page name who was told, what they read, and what held a message back."""
    stage = prepare_incidents(project / "tests" / "incidents" / "database.yml", RuleCache())
    assert isinstance(stage, Stage)
    played = stage.play(stage.file.incidents[1])
    text = as_text(played.timeline, played.config)
    page = as_page("night", played.timeline, played.config, drawn_series(played))
    for report in (text, page, as_json(played.timeline, played.config)):
        for word in ("third-tier", "Unresolved for 1h", "outside business-hours", "DatabaseConnectionFailure"):
            assert word in report
    assert "<script" not in page
    assert "http-equiv" not in page


GRID = Grid(0, 60_000, 12)
SHAPES = {
    "steady 20, outage from 5m for 3m at 30 %": [20] * 5 + [6] * 3 + [20] * 4,
    "ramp 0..400 over 4m from 2m": [0, 0, 0, 100, 200, 300, *[400] * 6],
    "rate steady 2, restart at 5m": [0, 120, 240, 360, 480, 0, 120, 240, 360, 480, 600, 720],
    "steady 1, gap from 3m for 2m": [1, 1, 1, "stale", None, *[1] * 7],
    "steady 1, jump to 0 from 2m for 1m every 4m": [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1],
    "ago 2m, stuck from 3m for 2m": [-120, -60, 0, 0, 0, 180, 240, 300, 360, 420, 480, 540],
}


@pytest.mark.parametrize("text", SHAPES)
def test_shapes(text: str) -> None:
    """Sample by sample."""
    values = expand(text, GRID)
    marks = {0: float, 1: "stale", -1: None}
    found = [
        value if kind == 0 else marks[kind]
        for value, kind in zip(values.floats.round(6).tolist(), values.kinds.tolist(), strict=True)
    ]
    assert found == SHAPES[text]


@given(st.integers(0, 1000), st.floats(0, 100, allow_nan=False))
def test_noise_is_always_the_same_and_never_too_much(seed: int, share: float) -> None:
    """A seed decides it."""
    text = f"steady 50, noise {share:.3f} % seed {seed}"
    first, second = expand(text, GRID).floats, expand(text, GRID).floats
    assert (first == second).all()
    assert (np.abs(first - 50) <= 50 * (share + 0.001) / 100).all()


NO_SHAPES = (
    "steady",
    "steady 1, noise 5 %",
    "steady 1, restart at 5m",
    "ramp 1..2",
    "steady 1, jump to 2 every 5m",
    "daily 1..2 peak 14:00 Mars",
)


@pytest.mark.parametrize("text", NO_SHAPES)
def test_shapes_that_are_none(text: str) -> None:
    """Refused, and not taken for promtool's notation."""
    assert is_shape(text)
    with pytest.raises(ParseError):
        expand(text, GRID)


def test_promtools_notation_is_no_shape() -> None:
    """No value of it begins like a shape."""
    assert not any(is_shape(text) for text in ("1x4 0x8", "stale", "_x5 1", "{{count:1}}x3", "inf", "NaN"))


@pytest.mark.parametrize("command", ["test", "simulate"])
@pytest.mark.parametrize(
    ("folder", "name"),
    [("messages", "messages"), ("stopped", "joined"), ("stopped", "limited_incident"), ("told", "told")],
)
def test_what_is_told(folder: str, name: str, command: str, update: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that are empty, cut, or not sent at all; times by the clock by which the start is written; rules that fail,
    after which nothing is known; and whom messages go to."""
    monkeypatch.chdir(CASES / "incidents" / folder)
    done = CliRunner().invoke(root, [command, f"{name}.yml"], prog_name="tocsin")
    told = command if folder == name else f"{name}.{command}"
    compare(Path(f"{told}.txt").resolve(), f"{done.output}exit {done.exit_code}\n", update)


def test_warnings_of_messages_fail_when_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "incidents" / "messages")
    path = Path("quiet.yml")
    for wanted, code in (([], 0), (["--strict"], 1)):
        assert CliRunner().invoke(root, ["test", str(path), *wanted], prog_name="tocsin").exit_code == code
    page = CliRunner().invoke(root, ["simulate", str(path), "--format", "json"], prog_name="tocsin")
    (story,) = json.loads(page.stdout)
    assert [each["warnings"] for each in story["notifications"]] == [["all/slack[0]: text is empty"]] * 2


def test_a_webhook_shows_its_json() -> None:
    """What it sends can be read in all of it, and asked for; JSON has it once more as values."""
    path = CASES / "incidents" / "told" / "told.yml"
    done = CliRunner().invoke(root, ["simulate", str(path), "--format", "json"], prog_name="tocsin")
    (story,) = json.loads(done.stdout)
    hooks = [each for each in story["notifications"] if each["integration"] == "webhook"]
    assert len(hooks) == 2
    for each in hooks:
        (body,) = (part["text"] for part in each["shown"] if part["part"] == "body")
        assert json.loads(body) == each["payload"]
        assert each["payload"]["alerts"][0]["labels"] == each["alerts"][0]["labels"]
        (alert,) = each["alerts"]
        assert (alert["startsAt"], alert["endsAt"]) == ("1970-01-01T00:05:00.000Z", None)
        assert alert["annotations"] == {"summary": "two  blanks"}
        assert alert["fingerprint"] == each["payload"]["alerts"][0]["fingerprint"]


def test_pages_say_what_was_not_played_and_not_sent(tmp_path: Path) -> None:
    """The JSON of a webhook, the rule at which all ends, and messages that cannot be made, which nobody is told."""
    pages = {}
    for folder, name, code in (("told", "told", 0), ("stopped", "limited_incident", 1), ("messages", "messages", 0)):
        path, html = CASES / "incidents" / folder / f"{name}.yml", tmp_path / f"{name}.html"
        done = CliRunner().invoke(root, ["simulate", str(path), "--html", str(html)], prog_name="tocsin")
        assert done.exit_code == code, done.output
        pages[name] = html.read_text(encoding="utf-8")
    assert "<details><summary>JSON</summary><pre>{\n  &quot;receiver&quot;: &quot;all&quot;," in pages["told"]
    assert "email ann@x.y, slack #ann, slack" in pages["told"]
    assert "{{" not in pages["told"]
    assert "so the story ends here: exceeded limit of 1 with 2 alerts" in pages["limited_incident"]
    assert pages["limited_incident"].count("<article") == 1
    assert "<h3>Discord</h3>" in pages["messages"]
    assert "Not sent: template:" in pages["messages"]
    assert "discord" not in pages["messages"][pages["messages"].index("<svg") : pages["messages"].index("</svg>")]


@pytest.mark.parametrize("name", NAMES)
def test_parts_that_may_be_asked_for_are_those_that_are_shown(name: str) -> None:
    """Of every product that the cases of messages have."""
    for message in messages(load(name)):
        assert {shown.name for shown in message.shown} <= set(PARTS[message.integration.kind])


def test_all_products_have_their_parts() -> None:
    assert set(PARTS) == {*PRODUCTS, "webhook"}


BACKGROUNDS = {
    b"input_series: [{series: up, values: '\xff'}]": ("i.yml:2: error: background: ", "cannot be read: 'utf-8' codec"),
    b"input_series:\n  - {series: up, values: steady 1}\n  - {series: [}\n": ("back.yml:3: error: not YAML",),
    b"input_series: 3": ("back.yml:1: error: expected a list for input_series, got '3'",),
}


@pytest.mark.parametrize("command", ["test", "simulate"])
@pytest.mark.parametrize("text", BACKGROUNDS, ids=["no text", "no YAML", "no list"])
def test_a_background_that_cannot_be_read(text: bytes, command: str, tmp_path: Path) -> None:
    """Is told with the line at which it is wrong."""
    (tmp_path / "back.yml").write_bytes(text)
    (tmp_path / "am.yml").write_text("route: {receiver: a}\nreceivers: [{name: a}]\n", encoding="utf-8")
    incident = "alertmanager_config: am.yml\nbackground: back.yml\ntests: [{name: one, until: 5m}]\n"
    (tmp_path / "i.yml").write_text(incident, encoding="utf-8")
    done = CliRunner().invoke(root, [command, str(tmp_path / "i.yml")], prog_name="tocsin")
    assert done.exit_code == 2
    assert all(words in done.output for words in BACKGROUNDS[text]), done.output


def judged(folder: Path, rule: str, config: str, test: str) -> list[bool]:
    """Which expectations of an incident with one rule fail."""
    (folder / "r.yml").write_text(f"groups: [{{name: a, rules: [{rule}]}}]", encoding="utf-8")
    (folder / "am.yml").write_text(config, encoding="utf-8")
    text = f"rule_files: [r.yml]\nalertmanager_config: am.yml\ntests:\n  - {test}\n"
    (folder / "i.yml").write_text(text, encoding="utf-8")
    return [each.failed for each in run_incidents(folder / "i.yml", RuleCache()).verdicts]


@pytest.mark.parametrize(("until", "failed"), [("5m30s", False), ("5m50s", True)])
def test_what_happens_between_two_evaluations_is_played(tmp_path: Path, until: str, failed: bool) -> None:
    """Also behind the last one before the end, and nothing behind the end."""
    config = "{route: {receiver: a, group_wait: 40s}, receivers: [{name: a, webhook_configs: [{url: 'http://s'}]}]}"
    series = "[{series: up, values: 'steady 0, jump to 1 from 5m'}]"
    forbidden = f"[{{receiver: a, until: {until}}}]"
    test = f"{{input_series: {series}, exp_no_notification: {forbidden}, exclusive: true}}"
    assert judged(tmp_path, "{alert: Up, expr: up == 1}", config, test) == [failed, failed]


@pytest.mark.parametrize(("until", "failed"), [("5m30s", [False]), ("6m", [True, True])])
def test_a_rule_that_fails_behind_the_end_does_not_count(tmp_path: Path, until: str, failed: list[bool]) -> None:
    """It is evaluated there only for what happens before."""
    rule = "{alert: Twice, expr: x * on() (x and on() vector(time()) > 330)}"
    series = ", ".join(f"{{series: 'x{{a=\"{number}\"}}', values: steady 1}}" for number in (1, 2))
    test = f"{{input_series: [{series}], exp_no_notification: [{{receiver: a, until: {until}}}]}}"
    assert judged(tmp_path, rule, "{route: {receiver: a}, receivers: [{name: a}]}", test) == failed


MISUSES = {
    "{told} --for 5m": "--for goes with --slo",
    "{told} --error-ratio 2%": "--error-ratio goes with --slo",
    "{told} --start 'Sun 03:00'": "--start goes with --slo",
    "{told} --matrix": "--matrix goes with --slo",
    "{told} --slo x": "either a file of incidents or --slo",
    "--slo x --error-ratio 2% --hide Heartbeat": "--hide goes with a file",
    "{told} --hide WebDown --format json": "--hide does not go with --format json",
    "--slo x --test night": "--test goes with a file",
    "--slo x --matrix --html x.html": "--html does not go with --matrix",
    "{told} --html no/such/folder/x.html": "cannot write no/such/folder/x.html: No such file or directory",
    "": "give a file of incidents, or an SLO",
}


@pytest.mark.parametrize("text", MISUSES)
def test_options_that_do_not_go_together_are_refused(text: str) -> None:
    """Nothing that somebody asks for is passed over in silence."""
    words = shlex.split(text.format(told=CASES / "incidents" / "told" / "told.yml"))
    done = CliRunner().invoke(root, ["simulate", *words], prog_name="tocsin")
    assert (done.exit_code, MISUSES[text] in done.output) == (2, True), done.output


def test_an_alert_to_hide_that_no_rule_gives_is_told() -> None:
    told = str(CASES / "incidents" / "told" / "told.yml")
    done = CliRunner().invoke(root, ["simulate", told, "--hide", "Nope", "--hide", "WebDown"], prog_name="tocsin")
    assert done.exit_code == 0
    assert "--hide: no rule gives an alert 'Nope'" in done.stderr
    assert "WebDown" not in done.output
