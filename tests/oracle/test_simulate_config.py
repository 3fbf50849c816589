"""amtool 0.25 on configurations and default messages: it loads what we load, and renders what we render."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from generator.gotemplate.alertdata import KV, Alert, Alerts, Data, common
from generator.gotemplate.alertmanager import Library
from generator.gotemplate.gojson import marshal
from generator.gotemplate.gotime import GoTime
from generator.simulate.config import Dialect, load_config
from generator.simulate.messages.default_templates import default_templates, default_texts
from generator.simulate.messages.email import visible_text
from generator.targets.alertmanager.versions import OLDEST
from tests.conftest import CASES, needs_binary, needs_shared_data
from tests.test_simulate_config import pieces

FOLDER = CASES / "simulate" / "configs"
NOW = GoTime.zero()
OF_ALERTS = ("__text_alert_list", "pagerduty.default.instances")
OWN_TEMPLATES = Path("/usr/share/prometheus/alertmanager")
BETWEEN = "\n=====\n"
# A template that does not parse costs only the message, so the loader takes it; here it is refused.
STRICTER = {"broken_templates"}


@pytest.fixture(scope="session")
def amtool() -> str:
    """The path of amtool."""
    return needs_binary("amtool")


def loads(amtool: str, path: Path) -> bool:
    done = subprocess.run([amtool, "check-config", str(path)], capture_output=True, text=True, check=False)
    return done.returncode == 0


def test_loads_what_amtool_loads(amtool: str) -> None:
    paths = [path for path in FOLDER.glob("*.yml") if path.stem not in STRICTER]
    verdicts = {path.name: (load_config(path, Dialect(OLDEST))[0] is not None, loads(amtool, path)) for path in paths}
    assert {name for name, (ours, theirs) in verdicts.items() if ours != theirs} == set()


def test_pieces_are_as_amtool_finds_them(amtool: str, tmp_path: Path) -> None:
    """That the verdicts by which the reader is tested are amtool's."""
    files: dict[str, bool] = {}
    for number, (text, piece) in enumerate(pieces("pieces.yml")):
        path = tmp_path / f"{number}.yml"
        path.write_text(text, encoding="utf-8")
        files[str(path)] = piece["refused"] in ("none", "new")
        if "whole" in piece:  # Some of these end amtool with a panic; of the others one run checks all.
            assert loads(amtool, path) == files.pop(str(path)), text
    done = subprocess.run([amtool, "check-config", *files], capture_output=True, text=True, check=False)
    told = re.findall(r"^Checking '(.*?)'(.*?)(?=^Checking|\Z)", done.stdout + done.stderr, re.DOTALL | re.MULTILINE)
    found = {path: "FAILED" not in said for path, said in told}
    assert len(found) == len(files)
    assert {path for path in files if found[path] != files[path]} == set()


def test_loads_upstream_configurations_as_amtool_does(amtool: str) -> None:
    paths = sorted(needs_shared_data("alertmanager").glob("*/*.yml"))
    assert len(paths) > 25
    for path in paths:
        assert (load_config(path, Dialect(OLDEST))[0] is not None) == loads(amtool, path), path


def alert(status: str, severity: str, summary: str) -> Alert:
    labels = KV({"alertname": "Odd", "severity": severity, "place": "<b>&'x\""})
    annotations = KV({"summary": summary, "url": "http://run/?a=1&b=2"} if summary else {})
    return Alert(status=status, labels=labels, annotations=annotations, generator_url="http://p/?a=<1>&b=2")


FIRING = [alert("firing", "critical", "한글 & more"), alert("firing", "info", "")]
OVER = [alert("resolved", "warning", "line\nbreak")]


def plain(pairs: KV) -> dict[str, str]:
    return {str(name): str(value) for name, value in pairs.items()}


def data(alerts: list[Alert], grouped: dict[str, str]) -> Data:
    return Data(
        receiver="team x/y",
        status="firing" if any(one.status == "firing" for one in alerts) else "resolved",
        alerts=Alerts(alerts),
        group_labels=KV(grouped),
        common_labels=common([plain(one.labels) for one in alerts]),
        common_annotations=common([plain(one.annotations) for one in alerts]),
        external_url="http://am:9093/p",
    )


SETS = [
    data(FIRING + OVER, {"alertname": "Odd"}),
    data(FIRING[:1], {"alertname": "Odd", "severity": "critical", "place": "<b>&'x\""}),
    data(OVER, {}),
]


def call(name: str) -> str:
    return f'{{{{ template "{name}" .{"Alerts" if name in OF_ALERTS else ""} }}}}'


def needs_templates() -> Path:
    """Where Alertmanager's own templates lie, which amtool of 0.25 does not bring along."""
    if not (OWN_TEMPLATES / "default.tmpl").is_file():
        reason = f"no templates of Alertmanager's at {OWN_TEMPLATES}"
        if os.environ.get("TOCSIN_REQUIRE_BINARIES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return OWN_TEMPLATES


def rendered(amtool: str, folder: Path, text: str, given: Data, kind: str) -> str:
    """What amtool renders with Alertmanager's own templates."""
    (folder / "data.json").write_text(marshal(given), encoding="utf-8")
    command = [
        amtool, "template", "render", f"--template.glob={needs_templates()}/*.tmpl", f"--template.text={text}",
        f"--template.type={kind}", f"--template.data={folder / 'data.json'}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("given", SETS, ids=("mixed", "one", "over"))
@pytest.mark.parametrize("kind", ["text", "html"])
def test_default_messages_are_alertmanagers(given: Data, kind: str, amtool: str, tmp_path: Path) -> None:
    names = [name for name in default_templates(OLDEST) if name != "email.default.html"]
    assert len(names) == 40
    library = Library(default_texts(OLDEST))
    text = BETWEEN.join(map(call, names))
    ours = library.render_text(text, given, now=NOW) if kind == "text" else library.render_html(text, given, now=NOW)
    theirs = rendered(amtool, tmp_path, text, given, kind)
    pairs = zip(names, ours.split(BETWEEN), theirs.split(BETWEEN), strict=True)
    assert not [(name, our, their) for name, our, their in pairs if our != their]


@pytest.mark.parametrize("given", SETS, ids=("mixed", "one", "over"))
def test_the_default_mail_shows_what_alertmanagers_shows(given: Data, amtool: str, tmp_path: Path) -> None:
    text = call("email.default.html")
    ours = Library(default_texts(OLDEST)).render_html(text, given, now=NOW)
    theirs = rendered(amtool, tmp_path, text, given, "html")
    assert visible_text(ours) == visible_text(theirs)
    assert json.loads(marshal(given))["alerts"][0]["labels"]["severity"] in visible_text(ours)
