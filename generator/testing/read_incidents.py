"""Incident files: promtool's format, and on top of it who must be told what, and who must not.

A file says, besides what a rule test says:

    alertmanager_config, prometheus_config   files; by default the rendered ones of the project
    alertmanager_version                     whose rules hold, such as "0.25"; by default the newest
    background                               a file whose `input_series` every test gets, its own ones laid over them

and a test, besides `alert_rule_test` and `promql_expr_test`:

    until                how long it lasts, if not until the last thing that is expected
    silences             matchers, from, to, comment
    notification_test    receiver, integration, to, status, within: [from, to], alerts (by labels), text, text_match
    exp_no_notification  receiver, from, until, alerts
    exclusive            nothing else may be sent
    guide                the places of a document that ask for what is proved here, as definitions name them

Values of series may be shapes (`generator.testing.shapes`). Rules are evaluated every `evaluation_interval`, and those
of groups with an `interval` of their own by that, as Prometheus does it; promtool takes no notice of such intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from yaml.nodes import Node

from generator.diagnostics import Origin, Problem, error, warning
from generator.duration import MINUTE, format_duration
from generator.errors import ParseError
from generator.rules.nodes import Reader, UnreadableError, documents
from generator.simulate.config import DEFAULT_DIALECT, Dialect, LabelMatcher, MatcherError, parse_matchers
from generator.simulate.silences import Silence
from generator.targets.alertmanager.versions import NEWEST, OLDEST, read_version, written
from generator.testing.fixture import AlertCase, ExprCase, Fixture, InputSeries, TestGroup
from generator.testing.incident import Expected, Forbidden, Incident, IncidentFile
from generator.testing.read_fixture import CHECK, TRAP, FixtureReader
from generator.testing.read_messages import MessageReader
from generator.testing.series import parse_metric, parse_values
from generator.testing.shapes import Grid, expand, is_shape, late_parts

_FILE: Final = (
    "rule_files", "evaluation_interval", "group_eval_order", "fuzzy_compare", "tests", "alertmanager_config",
    "alertmanager_version", "alertmanager_url", "prometheus_config", "background",
)  # fmt: skip
_TEST: Final = (
    "name", "interval", "start_timestamp", "input_series", "external_labels", "external_url", "alert_rule_test",
    "promql_expr_test", "alertmanager_config", "until", "silences", "notification_test", "exp_no_notification",
    "exclusive", "guide",
)  # fmt: skip
_SILENCE: Final = ("matchers", "from", "to", "comment")


def read_incidents(path: Path) -> tuple[IncidentFile, list[Problem]]:
    """The incidents of a file and all that is wrong with it. Files with errors are not to be run."""
    nothing = IncidentFile(fixture=Fixture(str(path)))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        return nothing, [error(CHECK, Origin(str(path)), f"cannot be read: {reason}")]
    reader = Reader.of(str(path), CHECK, text)
    try:
        roots = list(documents(text))
        found = _Incidents(reader).file(roots[0]) if roots else nothing
    except UnreadableError as reason:
        return nothing, [*reader.problems, error(CHECK, Origin(str(path), reason.line), str(reason))]
    return found, reader.problems


@dataclass(frozen=True, slots=True)
class Background:
    """The series of another file, with the reader that knows its lines."""

    reader: Reader
    nodes: tuple[Node, ...]


def _shaped(reader: Reader, node: Node, grid: Grid, until: int | None = None) -> InputSeries | None:
    """A series in promtool's notation or as a shape. until: when the test is over, to warn of what begins later."""
    fields = reader.mapping(node, ("series", "values"), "the series")
    values = reader.string(fields.get("values"), "values")
    try:
        labels = parse_metric(reader.string(fields.get("series"), "series"))
        samples = expand(values, grid) if is_shape(values) else parse_values(values, grid.count)
        late = late_parts(values, until) if until is not None and is_shape(values) else []
    except ParseError as reason:
        reader.fault(node, f"series: {reason}")
        return None
    for part in late:
        over = f"the test is over after {format_duration(until or 0)}"
        reader.problems.append(warning(TRAP, reader.origin(node), f"{part!r} begins too late to be seen: {over}"))
    return InputSeries(labels, samples, reader.origin(node))


def _time(asked: AlertCase | ExprCase | Expected | Forbidden) -> tuple[int, int]:
    """From when to when something is asked about, in milliseconds after the start."""
    if isinstance(asked, Expected):
        return asked.earliest, asked.latest
    if isinstance(asked, Forbidden):
        return asked.since, asked.until
    return asked.eval_time, asked.eval_time


@dataclass(slots=True)
class _Incidents(FixtureReader):
    """Reads one file of incidents."""

    def file(self, root: Node) -> IncidentFile:
        reader = self.reader
        fields = reader.mapping(root, _FILE, "the incident file")
        interval = int(reader.duration(fields.get("evaluation_interval"), "evaluation_interval")) or MINUTE
        patterns = reader.items(fields.get("rule_files"), "rule_files")
        fixture = Fixture(
            reader.file,
            tuple((reader.string(node, "a rule file"), reader.origin(node)) for node in patterns),
            interval,
            self.group_order(fields.get("group_eval_order")),
            reader.boolean(fields.get("fuzzy_compare"), "fuzzy_compare"),
        )
        dialect = self._dialect(fields.get("alertmanager_version"))
        config = self._path(fields.get("alertmanager_config"), "alertmanager_config")
        background = self._background(fields.get("background"))
        nodes = reader.items(fields.get("tests"), "tests")
        incidents = tuple(
            self._incident(node, place, interval, dialect, config or self._rendered("alertmanager"), background)
            for place, node in enumerate(nodes)
        )
        prometheus = self._path(fields.get("prometheus_config"), "prometheus_config")
        return IncidentFile(
            fixture=replace(fixture, tests=tuple(incident.test for incident in incidents)),
            dialect=dialect,
            prometheus=prometheus or self._rendered("prometheus"),
            url=reader.string(fields.get("alertmanager_url"), "alertmanager_url").rstrip("/"),
            incidents=incidents,
        )

    def _dialect(self, node: Node | None) -> Dialect:
        if node is None:
            return DEFAULT_DIALECT
        text = self.reader.string(node, "alertmanager_version")
        version = read_version(text)
        if version is None or not OLDEST <= version <= NEWEST:
            known = f"{written(OLDEST)} to {written(NEWEST)}"
            self.reader.fault(node, f"alertmanager_version: expected {known}, got {text!r}")
            return DEFAULT_DIALECT
        return Dialect(version)

    def _path(self, node: Node | None, what: str) -> Path | None:
        if node is None:
            return None
        path = Path(self.reader.file).parent / self.reader.string(node, what)
        if not path.is_file():
            self.reader.fault(node, f"{what}: there is no file {path}")
        return path

    def _rendered(self, program: str) -> Path | None:
        """The file that the project renders for a program, looked for in the folders above."""
        name = Path("rendered") / program / f"{program}.yml"
        folders = Path(self.reader.file).resolve().parents
        return next((folder / name for folder in folders if (folder / name).is_file()), None)

    def _background(self, node: Node | None) -> Background | None:
        path = self._path(node, "background")
        if node is None or path is None or not path.is_file():
            return None
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as reason:
            self.reader.fault(node, f"background: {path} cannot be read: {reason}")
            return None
        other = Reader.of(str(path), CHECK, text)
        try:
            root = next(documents(text), None)
            fields = {} if root is None else other.mapping(root, ("input_series",), "the background")
            found = Background(other, tuple(other.items(fields.get("input_series"), "input_series")))
        except UnreadableError as reason:
            other.problems.append(error(CHECK, Origin(str(path), reason.line), str(reason)))
            found = None
        self.reader.problems += other.problems
        other.problems = self.reader.problems
        return found

    def _incident(
        self,
        node: Node,
        place: int,
        interval: int,
        dialect: Dialect,
        config: Path | None,
        background: Background | None,
    ) -> Incident:
        reader = self.reader
        fields = reader.mapping(node, _TEST, "the incident")
        own = self._path(fields.get("alertmanager_config"), "alertmanager_config")
        if own is None and config is None:
            why = "Name one with alertmanager_config, or run 'tocsin render'."
            reader.fault(node, "no Alertmanager configuration: there is no rendered/ in the folders above", why)
        start = self.start(fields.get("start_timestamp"))
        messages = MessageReader(reader)
        expected = tuple(map(messages.expected, reader.items(fields.get("notification_test"), "notification_test")))
        nobody = reader.items(fields.get("exp_no_notification"), "exp_no_notification")
        forbidden = tuple(map(messages.forbidden, nobody))
        alerts = tuple(map(self.alert_case, reader.items(fields.get("alert_rule_test"), "alert_rule_test")))
        exprs = tuple(map(self.expr_case, reader.items(fields.get("promql_expr_test"), "promql_expr_test")))
        until = self._until(fields.get("until"), node, (*alerts, *exprs, *expected, *forbidden))
        step = int(reader.duration(fields.get("interval"), "interval")) or interval
        series = self._all_series(background, fields.get("input_series"), Grid(start, step, until // step + 1), until)
        test = TestGroup(
            reader.string(fields.get("name"), "name") or f"unnamed#{place}", step, start, series, alerts, exprs,
            reader.strings(fields.get("external_labels"), "external label"),
            reader.string(fields.get("external_url"), "external_url"), reader.origin(node),
        )  # fmt: skip
        silences = reader.items(fields.get("silences"), "silences")
        return Incident(
            test=test,
            until=until,
            config=own or config,
            config_origin=reader.origin(fields.get("alertmanager_config", node)),
            silences=tuple(self._silence(each, start, until, dialect) for each in silences),
            expected=expected,
            forbidden=forbidden,
            exclusive=reader.boolean(fields.get("exclusive"), "exclusive"),
            zone=self.zone(fields.get("start_timestamp")),
            guide=tuple(reader.string(each, "a place") for each in reader.items(fields.get("guide"), "guide")),
        )

    def _until(
        self, given: Node | None, node: Node, asked: Sequence[AlertCase | ExprCase | Expected | Forbidden]
    ) -> int:
        """How long a test lasts; nothing may be asked of a time that is not played."""
        times = [(each, *_time(each)) for each in asked]
        if given is None:
            if not times:
                why = "Say it with 'until', or expect something."
                self.reader.fault(node, "nothing says how long the test lasts", why)
            return max((last for _, _, last in times), default=0)
        until = int(self.reader.duration(given, "until"))
        for each, first, last in times:
            # Of a message that is expected it is enough that it may come.
            if (first if isinstance(each, Expected) else last) > until:
                over = f"the test is over after {format_duration(until)} (until)"
                when = (
                    format_duration(last) if first == last else f"{format_duration(first)} to {format_duration(last)}"
                )
                self.reader.problems.append(error(CHECK, each.origin, f"asks about {when}, but {over}"))
        return until

    def _all_series(
        self, background: Background | None, own: Node | None, grid: Grid, until: int
    ) -> tuple[InputSeries, ...]:
        nodes = self.reader.items(own, "input_series")
        series = [_shaped(self.reader, node, grid, until) for node in nodes]
        if background is not None:
            # It is the same for tests of different lengths, so what begins late in it is no mistake.
            series = [*(_shaped(background.reader, node, grid) for node in background.nodes), *series]
        found = {each.labels: each for each in series if each is not None}
        return tuple(found.values())

    def _silence(self, node: Node, start: int, until: int, dialect: Dialect) -> Silence:
        reader = self.reader
        fields = reader.mapping(node, _SILENCE, "the silence")
        matchers: list[LabelMatcher] = []
        for each in reader.items(fields.get("matchers"), "matchers"):
            try:
                matchers += parse_matchers(reader.string(each, "a matcher"), dialect.matchers)
            except MatcherError as reason:
                reader.fault(each, str(reason))
        if not reader.items(fields.get("matchers"), "matchers"):
            reader.fault(node, "the silence has no matcher and would silence everything")
        elif matchers and all(each.op in ("=", "=~") and each.matches({}) for each in matchers):
            # Alertmanager takes no notice of what negations match.
            why = "Alertmanager refuses it, for it would hold for alerts that do not have the label."
            reader.fault(node, "at least one matcher of the silence must not match the empty string", why)
        ends = int(reader.duration(fields["to"], "to")) if "to" in fields else until
        begins = int(reader.duration(fields.get("from"), "from"))
        if ends < begins and ("to" in fields or until):
            reader.fault(node, "the silence ends before it begins")
        elif ends == begins and until:
            reader.fault(node, "the silence ends when it begins", "Alertmanager refuses it.")
        comment = reader.string(fields.get("comment"), "comment")
        return Silence(matchers=tuple(matchers), starts_at=start + begins, ends_at=start + ends, comment=comment)
