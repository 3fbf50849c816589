"""Templates in the labels and annotations of Prometheus' alerting rules (as of Prometheus 3.14).

``prometheus/template/template.go`` and ``rules/alerting.go``: the functions, the four variables that are
declared in front of every text, and how a failure is written into the label or annotation.
``tmpl`` exists in HTML consoles only and so is an unknown function here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final, TypeAlias, cast
from urllib.parse import unquote, urlsplit

from generator.gotemplate import hostport, humanize, regex
from generator.gotemplate.casing import title, to_lower, to_upper
from generator.gotemplate.errors import FunctionError, ParseError, TemplateError
from generator.gotemplate.escapers import query_escape
from generator.gotemplate.safe import HTML
from generator.gotemplate.state import MissingKey
from generator.gotemplate.strconv import valid_utf8
from generator.gotemplate.template import Template
from generator.gotemplate.values import (
    ANY,
    STRING,
    Field,
    Func,
    GoMap,
    GoSlice,
    GoStruct,
    GoType,
    Kind,
    Pointer,
)

DEFINITIONS: Final = (
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}"
)
"""What Prometheus puts in front of every text, so that columns in its messages count from here."""

CACHE_SIZE: Final = 4096
"""Parsed templates kept, by name and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(GoStruct):
    """One element of a query's result. ``value`` is a float, or a struct that prints a native histogram."""

    labels: Mapping[str, str]
    value: object

    go_type: ClassVar[str] = "template.sample"
    go_fields: ClassVar[Mapping[str, Field]] = {"Labels": Field("labels"), "Value": Field("value", boxed=True)}


Query: TypeAlias = Callable[[str], Sequence[Sample]]
"""Runs PromQL at the template's time. Raises FunctionError with the message to show."""


class QueryResult(GoSlice):
    """``template.queryResult``: pointers to samples."""

    __slots__ = ()
    go_type = "template.queryResult"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertData(GoStruct):
    """The dot of a label or annotation."""

    labels: Mapping[str, str]
    external_labels: Mapping[str, str]
    external_url: str
    value: object

    go_type: ClassVar[str] = (
        "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }"
    )
    go_fields: ClassVar[Mapping[str, Field]] = {
        "Labels": Field("labels"),
        "ExternalLabels": Field("external_labels"),
        "ExternalURL": Field("external_url"),
        "Value": Field("value", boxed=True),
    }


def _no_query(_query: str) -> Sequence[Sample]:
    raise FunctionError("no query engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What the functions ask of the server: its URL (None: unset, as in promtool), the time, its data."""

    query: Query = field(default=_no_query)
    timestamp_ms: int = 0
    url: str | None = None


def _typed(labels: Mapping[str, str]) -> Mapping[str, str]:
    """The labels as a ``map[string]string``, so that a missing one reads as ''."""
    return cast("Mapping[str, str]", GoMap(labels))


def _query(server: Server, text: str) -> QueryResult:
    return QueryResult(
        Pointer(Sample(labels=_typed(sample.labels), value=sample.value)) for sample in server.query(text)
    )


def _first(result: Sequence[object]) -> object:
    if not result:
        raise FunctionError("first() called on vector with no elements")
    return result[0]


def _sample(value: object) -> Sample:
    target = value.target if isinstance(value, Pointer) else None
    if not isinstance(target, Sample):
        raise FunctionError("runtime error: invalid memory address or nil pointer dereference")
    return target


def _label(name: str, sample: object) -> str:
    return _sample(sample).labels.get(name, "")


def _sort_by_label(name: str, result: Sequence[object]) -> QueryResult:
    return QueryResult(sorted(result or (), key=lambda sample: _label(name, sample)))


def _url(server: Server) -> str:
    if server.url is None:
        raise FunctionError("runtime error: invalid memory address or nil pointer dereference")
    return server.url


def _graph(expression: str, tab: int) -> str:
    return f"/graph?g0.expr={query_escape(expression)}&g0.tab={tab}"


_SAMPLE_POINTER: Final = GoType(
    "*template.sample",
    Kind.POINTER,
    lambda value: isinstance(value, Pointer) and isinstance(value.target, Sample),
    nilable=True,
)
_RESULT: Final = GoType("template.queryResult", Kind.SLICE, lambda value: isinstance(value, QueryResult), nilable=True)

FUNCTIONS: Final[Mapping[str, Func]] = {
    "args": Func(lambda *values: {f"arg{place}": item for place, item in enumerate(values)}, (ANY,), variadic=True),
    "externalURL": Func(_url, contextual=True),
    "first": Func(lambda result: _first(result or ()), (_RESULT,)),
    "graphLink": Func(lambda expression: _graph(expression, 0), (STRING,)),
    "humanize": Func(humanize.humanize, (ANY,)),
    "humanize1024": Func(humanize.humanize1024, (ANY,)),
    "humanizeDuration": Func(humanize.humanize_duration, (ANY,)),
    "humanizePercentage": Func(humanize.humanize_percentage, (ANY,)),
    "humanizeTimestamp": Func(humanize.humanize_timestamp, (ANY,)),
    "label": Func(_label, (STRING, _SAMPLE_POINTER)),
    "match": Func(regex.match, (STRING, STRING)),
    "now": Func(lambda server: server.timestamp_ms / 1000.0, contextual=True),
    "parseDuration": Func(humanize.parse_duration, (STRING,)),
    "pathPrefix": Func(lambda server: unquote(urlsplit(_url(server)).path), contextual=True),
    "query": Func(_query, (STRING,), contextual=True),
    "reReplaceAll": Func(regex.replace_all, (STRING, STRING, STRING)),
    "safeHtml": Func(HTML, (STRING,)),
    "sortByLabel": Func(_sort_by_label, (STRING, _RESULT)),
    "stripDomain": Func(hostport.strip_domain, (STRING,)),
    "stripPort": Func(hostport.strip_port, (STRING,)),
    "strvalue": Func(lambda sample: _label("__value__", sample), (_SAMPLE_POINTER,)),
    "tableLink": Func(lambda expression: _graph(expression, 1), (STRING,)),
    "title": Func(lambda text: title(text, lower_rest=False), (STRING,)),
    "toDuration": Func(lambda seconds: Pointer(humanize.to_duration(seconds)), (ANY,)),
    "toLower": Func(to_lower, (STRING,)),
    "toTime": Func(lambda seconds: Pointer(humanize.to_time(seconds)), (ANY,)),
    "toUpper": Func(to_upper, (STRING,)),
    "urlQueryEscape": Func(query_escape, (STRING,)),
    "value": Func(lambda sample: _sample(sample).value, (_SAMPLE_POINTER,)),
}
"""Prometheus' own functions, on top of Go's."""


def alert_template_name(alert: str) -> str:
    """The name Prometheus gives to the templates of an alert; its messages show it."""
    return f"__alert_{alert}"


@lru_cache(maxsize=CACHE_SIZE)
def _parsed(name: str, text: str) -> Template | str:
    """The template, or the message that says why it is none."""
    try:
        return Template.parse(name, DEFINITIONS + text, FUNCTIONS, missing=MissingKey.ZERO)
    except ParseError as error:
        return str(error)


def render(text: str, *, name: str, data: AlertData, server: Server) -> str:
    """A label's or annotation's text for one alert.

    Raises TemplateError: ``error parsing template …`` or ``error executing template …``.
    """
    if "{{" not in text:
        return text
    template = _parsed(name, text)
    if isinstance(template, str):
        raise TemplateError(f"error parsing template {name}: {template}")
    try:
        return valid_utf8(template.execute(data, context=server))
    except TemplateError as error:
        raise TemplateError(f"error executing template {name}: {error}") from None


def expand(
    text: str,
    *,
    name: str,
    labels: Mapping[str, str],
    value: object,
    external_labels: Mapping[str, str] | None = None,
    external_url: str = "",
    server: Server | None = None,
) -> str:
    """A label's or annotation's text for one alert; a failure becomes ``<error expanding template: …>``.

    ``name`` is the template's (:func:`alert_template_name`), ``labels`` those of the query's result,
    ``value`` its value. ``external_url`` is ``$externalURL``; the functions ``externalURL`` and
    ``pathPrefix`` ask the ``server`` instead, and fail where it has no URL, as they do in promtool.
    """
    if "{{" not in text:
        return text
    data = AlertData(
        labels=_typed(labels),
        external_labels=_typed(external_labels or {}),
        external_url=external_url,
        value=value,
    )
    try:
        return render(text, name=name, data=data, server=server or Server())
    except TemplateError as error:
        return f"<error expanding template: {error}>"


def validate(text: str, *, name: str) -> list[str]:
    """What ``promtool check rules`` finds wrong with a label or annotation: parse errors only."""
    parsed = _parsed(name, text)
    return [parsed] if isinstance(parsed, str) else []
