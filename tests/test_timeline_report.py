"""A simulation in the terminal and on a page: nothing wider than there is room, nothing left out, nothing from afar."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.cli.main import root
from generator.labels import LabelSet
from generator.report.console import wrap
from generator.report.names import Names
from generator.report.page_axis import LEFT, RIGHT, WIDTH, fitted, width_of
from generator.report.timeline import as_text
from generator.report.timeline_page import as_page
from generator.simulate.messages.render import render_message
from generator.simulate.nflog import Repeated
from generator.simulate.timeline import Ended, Lasted, Timeline
from generator.testing.fixture_run import RuleCache
from generator.testing.incident_run import Played, Stage, drawn_series, prepare_incidents
from tests.conftest import ROOT

HIDDEN = ("Heartbeat",)
STORIES = {
    "short": ("backend", "comes and goes"),
    "night": ("database", "down at night"),
    "maintenance": ("maintenance", "mutes the backend"),
    "day": ("backend", "slow burn"),
    "return": ("backend", "is down: its symptoms"),
    "last": ("maintenance", "last minutes"),
}


@lru_cache(maxsize=8)
def story(name: str) -> Played:
    file, test = STORIES[name]
    stage = prepare_incidents(ROOT / "tests" / "incidents" / f"{file}.yml", RuleCache())
    assert isinstance(stage, Stage), stage
    return stage.play(next(each for each in stage.file.incidents if test in each.test.name))


@lru_cache(maxsize=8)
def page(name: str) -> str:
    played = story(name)
    return as_page(f"{name} (한국어 제목)", played.timeline, played.config, drawn_series(played), HIDDEN)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", STORIES)
def test_fits_the_terminal(name: str, width: int) -> None:
    played = story(name)
    lines = as_text(played.timeline, played.config, HIDDEN, width).splitlines()
    assert max(map(len, lines)) <= width
    assert sum(" TOLD " in line for line in lines) >= 1
    assert "Heartbeat" not in "".join(lines)
    assert len(lines) < 150, "a story, and not a log"


def test_the_night_in_words() -> None:
    played = story("night")
    text = " ".join(as_text(played.timeline, played.config, HIDDEN, 100).split())
    for words in (
        "Tue 2026-11-24 23:00:00 Asia/Seoul start",
        "+6m FIRES PostgreSQLDown, DatabaseConnectionFailure: after 1m",
        "+6m10s TOLD slack-and-email (email ops@yourdomain.com, slack #alerts): first notification",
        "held back DatabaseConnectionFailure: inhibited by PostgreSQLDown (inhibit rule 2)",
        "held back PostgreSQLDown (unresolved-15m): outside business-hours for second-tier",
        "TOLD third-tier (email cto@yourdomain.com, email ceo@yourdomain.com)",
        "slack title: PostgreSQL is down",
        "never fired",
    ):
        assert words in text, words


def test_how_long_an_alert_was_kept_and_what_came_too_short() -> None:
    text = " ".join(as_text(story("last").timeline, story("last").config, HIDDEN, 100).split())
    assert "resolved NginxDown: the condition held for 15m, kept firing for 1m more" in text
    assert "never fired NginxDown (unresolved-15m): held for just under 15m, 15m is needed" in text
    for name, kept in (("last", 2), ("return", 2), ("day", 0)):
        assert page(name).count('class="fire kept"') == kept, name
        assert ("over, but kept firing" in page(name)) == bool(kept), name


def test_counters_are_drawn_as_what_they_grow_by() -> None:
    """Also behind a gap, over which they went on growing."""
    series = {each.name: each.points for each in drawn_series(story("return"))}
    points = series['http_requests_total{job="backend", status="200"} per second']
    assert {value for _, value in points} == {20.0, None}
    assert [value for _, value in points].count(None) == 25 * 4


@pytest.mark.parametrize("name", STORIES)
def test_page_stands_alone(name: str) -> None:
    html = page(name)
    assert re.findall(r'(?:src|href)="([^"#][^"]*)"', html) == []
    assert not re.search(r"<script|<link|@import|url\(", html)
    assert "prefers-color-scheme:dark" in html
    assert "한국어 제목" in html


@pytest.mark.parametrize("name", STORIES)
def test_page_has_every_message_and_every_reason(name: str) -> None:
    html, played = page(name), story(name)
    plain = re.sub(r"\s+", " ", html.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&"))
    told = [each for each in played.timeline.notifications if each.alerts[0].labels["alertname"] not in HIDDEN]
    assert told
    for each in told:
        if not isinstance(each.because, Repeated):
            message = render_message(played.config, each)
            for part in ("title", "subject"):
                assert " ".join(message.part(part).split()).replace("<", "&lt;").replace(">", "&gt;") in plain
    for event in played.timeline.events:
        if event.kind == "held" and "weekly-maintenance" in str(event.reason):
            assert "muted by weekly-maintenance for slack-and-email" in plain
    numbers = [int(number) for number in re.findall(r'<article class="\w+" id="m(\d+)">', html)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {int(number) for number in re.findall(r'href="#m(\d+)"', html)} == set(numbers)


def texts(html: str) -> Iterator[tuple[str, float, float, str]]:
    """The texts of the drawing: class, where each begins and ends, and what it says."""
    svg = html[html.index("<svg") : html.index("</svg>")]
    for tag in re.finditer(r"<text([^>]*)>(?:<title>[^<]*</title>)?([^<]*)</text>", svg):
        given, text = tag[1], tag[2].replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
        kind = "".join(re.findall(r'class="(\w+)"', given))
        size = {"dim": 11, "head": 11, "number": 10}.get(kind, 12)
        x, wide = float(re.findall(r' x="([-\d.]+)"', given)[0]), width_of(text, size)
        anchor = "".join(re.findall(r'text-anchor="(\w+)"', given))
        start = x - {"middle": wide / 2, "end": wide}.get(anchor, 0)
        yield kind, start, start + wide, text


@pytest.mark.parametrize("name", STORIES)
def test_texts_of_the_drawing_have_room(name: str) -> None:
    found = list(texts(page(name)))
    assert len(found) > 20
    assert [text for _, start, end, text in found if start < 0 or end > WIDTH + RIGHT] == []
    # A name ends before the drawing begins.
    assert [text for _, start, end, text in found if start < LEFT - 60 and end > LEFT] == []


@pytest.mark.parametrize("name", STORIES)
def test_numbers_of_messages_do_not_lie_on_one_another(name: str) -> None:
    html = page(name)
    for row in html[html.index("MESSAGES") : html.index("</svg>")].split("<g ")[1:]:
        numbers = sorted((start, end) for kind, start, end, _ in texts(f"<svg{row}</svg>") if kind == "number")
        assert all(end <= start for (_, end), (start, _) in pairwise(numbers))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="ab 한글,.W{}\"'", max_size=60), st.integers(20, 200))
def test_fitted_texts_fit(text: str, width: int) -> None:
    cut = fitted(text, width)
    assert width_of(cut) <= width
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.text(alphabet="ab한글-", min_size=1, max_size=30), max_size=12), st.integers(4, 40))
def test_wrapping_keeps_every_word(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width)
    assert all(sum(2 if char in "한글" else 1 for char in line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(words)


def test_names_are_as_short_as_they_can_be() -> None:
    timeline = Timeline()
    sets = [
        LabelSet({"alertname": "Down", "instance": "a", "job": "x", "severity": "critical"}),
        LabelSet({"alertname": "Down", "instance": "b", "job": "x", "severity": "critical"}),
        LabelSet({"alertname": "Slow", "instance": "a"}),
        LabelSet({"alertname": "Slow", "instance": "a", "escalation": "late"}),
    ]
    for labels in sets:
        timeline.note(0, "firing", labels, Lasted(0, 0))
        timeline.note(1, "resolved", labels, Ended(1))
    names = Names(timeline)
    assert [names.of(labels) for labels in sets] == ['Down{instance="a"}', 'Down{instance="b"}', "Slow", "Slow (late)"]
    assert names.all(sets[2:]) == "Slow, Slow (late)"


def test_stories_for_programs() -> None:
    """All tests of a file, or the chosen ones, are one JSON list."""
    path = str(ROOT / "tests" / "incidents" / "maintenance.yml")
    done = CliRunner().invoke(root, ["simulate", path, "--test", "maintenance", "--format", "json"], prog_name="tocsin")
    stories = json.loads(done.stdout)
    assert len(stories) > 1
    keys = {"test", "start", "end", "failure", "events", "notifications", "unsent"}
    assert all(keys == story.keys() for story in stories)
    assert all("maintenance" in story["test"] for story in stories)
