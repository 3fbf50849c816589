"""Notification templates as Alertmanager renders them, each version with the functions that it has.

Text goes through text/template, HTML bodies through html/template (``htmltemplate`` says what of it is not done);
both read a missing map key as the zero value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from generator.gotemplate import base64url, gojson, humanize, nodes, regex
from generator.gotemplate.alertdata import NEWEST, Data, Version
from generator.gotemplate.casing import title, to_lower, to_upper
from generator.gotemplate.errors import FunctionError, TemplateError
from generator.gotemplate.escapers import query_unescape
from generator.gotemplate.gotime import TIME, GoTime, load_location
from generator.gotemplate.htmltemplate import HtmlTemplate
from generator.gotemplate.parser import parse_trees
from generator.gotemplate.predeclared import BUILTINS
from generator.gotemplate.safe import HTML, URL
from generator.gotemplate.state import MissingKey
from generator.gotemplate.strconv import valid_utf8
from generator.gotemplate.template import Template, add_trees
from generator.gotemplate.values import ANY, ANYS, STRING, STRINGS, Func, Pointer, StringSlice

CACHE_SIZE: Final = 512
"""Parsed texts kept, by library and text."""


@dataclass(slots=True)
class Notification:
    """One rendering: the time it happens and how it finds route labels, each rendered at most once."""

    now: GoTime
    data: Data | None
    run: Callable[[str, Notification], str]
    rendered: dict[str, str] = field(default_factory=dict)
    under_way: list[str] = field(default_factory=list)

    def route_label(self, name: str) -> str:
        """A route label's value, itself a template. Raises FunctionError, also when labels go in a circle."""
        labels = {} if self.data is None else self.data.route_labels
        if name not in labels:
            return ""
        raw = str(labels[name])
        if self.data is not None and self.data.route_labels_rendered:
            return raw
        if name in self.rendered:
            return self.rendered[name]
        if name in self.under_way:
            raise FunctionError(f"route label cycle detected: {' -> '.join([*self.under_way, name])}")
        self.under_way.append(name)
        try:
            self.rendered[name] = self.run(raw, self)
        except FunctionError:
            raise
        except TemplateError as error:
            raise FunctionError(str(error)) from None
        finally:
            self.under_way.pop()
        return self.rendered[name]


def _urlunescape(text: str) -> str:
    try:
        return query_unescape(text)
    except ValueError as error:
        raise FunctionError(str(error)) from None


def _to_date(layout: str, text: str) -> GoTime:
    try:
        return GoTime.parse(layout, text)
    except FunctionError:
        return GoTime.zero()


def _dict(*values: object) -> dict[str, object]:
    if len(values) % 2:
        raise FunctionError("dict requires an even number of arguments")
    made: dict[str, object] = {}
    for key, value in zip(values[::2], values[1::2], strict=True):
        if type(key) is not str:
            raise FunctionError("dict keys must be strings")
        made[key] = value
    return made


def _append(items: Sequence[object] | None, *values: object) -> list[object]:
    return [*(items or ()), *values]


FUNCTIONS: Final[Mapping[str, Func]] = {
    "append": Func(_append, (ANYS, ANY), variadic=True),
    "base64decode": Func(base64url.decode, (STRING,)),
    "base64encode": Func(base64url.encode, (STRING,)),
    "date": Func(lambda layout, time: time.format(layout), (STRING, TIME)),
    "dict": Func(_dict, (ANY,), variadic=True),
    "humanizeDuration": Func(humanize.humanize_duration, (ANY,)),
    "join": Func(lambda separator, texts: separator.join(map(str, texts or ())), (STRING, STRINGS)),
    "list": Func(lambda *values: list(values), (ANY,), variadic=True),
    "match": Func(regex.match, (STRING, STRING)),
    "mustToDate": Func(GoTime.parse, (STRING, STRING)),
    "now": Func(lambda notification: notification.now, contextual=True),
    "reReplaceAll": Func(regex.replace_all, (STRING, STRING, STRING)),
    "routeLabels": Func(Notification.route_label, (STRING,), contextual=True),
    "safeHtml": Func(HTML, (STRING,)),
    "safeUrl": Func(URL, (STRING,)),
    "since": Func(lambda notification, time: notification.now.sub(time), (TIME,), contextual=True),
    "stringSlice": Func(lambda *texts: StringSlice(texts), (STRING,), variadic=True),
    "title": Func(lambda text: title(text, lower_rest=True), (STRING,)),
    "toDate": Func(_to_date, (STRING, STRING)),
    "toJson": Func(gojson.marshal, (ANY,)),
    "toLower": Func(to_lower, (STRING,)),
    "toUpper": Func(to_upper, (STRING,)),
    "trimSpace": Func(lambda text: text.strip(), (STRING,)),
    "tz": Func(lambda name, time: time.in_location(load_location(name)), (STRING, TIME)),
    "urlUnescape": Func(_urlunescape, (STRING,)),
}
"""Alertmanager's own functions, on top of Go's."""

_SINCE: Final[Mapping[Version, str]] = {
    (0, 26): "trimSpace",
    (0, 28): "date humanizeDuration since tz",
    (0, 30): "safeUrl toJson urlUnescape",
    (0, 32): "append dict list",
    (0, 33): "now",
    (0, 34): "base64decode base64encode mustToDate routeLabels toDate",
}

SINCE: Final[Mapping[str, Version]] = {name: version for version, names in _SINCE.items() for name in names.split()}
"""By function, the version that brought it (``template/template.go`` of each); the others are there since 0.25."""


def functions_of(version: Version) -> dict[str, Func]:
    """Alertmanager's own functions of a version."""
    return {name: func for name, func in FUNCTIONS.items() if SINCE.get(name, version) <= version}


class Library:
    """The templates of a configuration's ``templates:`` files, in the order they were read."""

    def __init__(self, texts: Iterable[tuple[str, str]] = (), version: Version = NEWEST) -> None:
        """Parse ``(file name, text)`` pairs; a later definition replaces an earlier one. Raises ParseError.

        version: the Alertmanager whose functions there are.
        """
        self._functions = functions_of(version)
        known = {**BUILTINS, **self._functions}
        self._trees: dict[str, nodes.Tree] = {}
        for name, text in texts:
            self._trees = add_trees(self._trees, parse_trees(name, text, known))
        self._text = lru_cache(maxsize=CACHE_SIZE)(self._parse_text)
        self._html = lru_cache(maxsize=CACHE_SIZE)(self._parse_html)

    @property
    def names(self) -> tuple[str, ...]:
        """The defined templates, sorted."""
        return tuple(sorted(self._trees))

    def _parse_text(self, text: str) -> Template:
        return Template.parse("", text, self._functions, missing=MissingKey.ZERO, library=self._trees)

    def _parse_html(self, text: str) -> HtmlTemplate:
        return HtmlTemplate.parse("", text, self._functions, missing=MissingKey.ZERO, library=self._trees)

    def _run_text(self, text: str, notification: Notification) -> str:
        return self._text(text).execute(_dot(notification), context=notification) if text else ""

    def _run_html(self, text: str, notification: Notification) -> str:
        return self._html(text).execute(_dot(notification), context=notification) if text else ""

    def render_text(self, text: str, data: Data | None, *, now: GoTime) -> str:
        """A text template's output, such as a Slack title. Raises TemplateError."""
        return valid_utf8(self._run_text(text, Notification(now, data, self._run_text)))

    def render_html(self, text: str, data: Data | None, *, now: GoTime) -> str:
        """An HTML template's output, such as an e-mail's body. Raises TemplateError."""
        return valid_utf8(self._run_html(text, Notification(now, data, self._run_html)))

    def validate(self, text: str) -> list[str]:
        """What is wrong with a text template before it is run: a parse error, or nothing."""
        try:
            self._text(text)
        except TemplateError as error:
            return [str(error)]
        return []


def _dot(notification: Notification) -> object:
    return None if notification.data is None else Pointer(notification.data)
