"""Laws that hold for every text and number, and what Go does but tocsin refuses."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from generator.gotemplate import base64url, regex
from generator.gotemplate.errors import (
    ExecError,
    FunctionError,
    ParseError,
    TemplateError,
    UnsupportedContext,
)
from generator.gotemplate.escapers import query_escape, query_unescape
from generator.gotemplate.gotime import GoDuration, GoTime, load_location
from generator.gotemplate.htmltemplate import HtmlTemplate
from generator.gotemplate.humanize import parse_duration
from generator.gotemplate.lexer import Lexer, TokenKind
from generator.gotemplate.printf import sprintf
from generator.gotemplate.prometheus import Sample, Server, expand, validate
from generator.gotemplate.strconv import (
    format_float,
    from_bytes,
    parse_float,
    parse_integer,
    quote,
    unquote,
    valid_utf8,
)
from generator.gotemplate.template import Template

TEXTS = st.text(max_size=40)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INT64 = st.integers(-(2**63), 2**63 - 1)
SPACES = st.text(alphabet=" \t\r\n\v\u00a0", max_size=6)
GO_SPACES = " \t\r\n"


@given(TEXTS)
def test_text_without_actions_is_its_own_output(text: str) -> None:
    assume("{{" not in text)
    assert Template.parse("t", text).execute() == text


@given(SPACES, SPACES)
def test_trimming_takes_ascii_space_only_and_only_next_to_the_mark(left: str, right: str) -> None:
    out = Template.parse("t", f"a{left}{{{{- 1 -}}}}{right}b").execute()
    assert out == f"a{left.rstrip(GO_SPACES)}1{right.lstrip(GO_SPACES)}b"


@given(st.text(alphabet='{}()|$.:="`x1 -\n/*', max_size=30))
def test_every_text_parses_or_gives_a_located_error(text: str) -> None:
    message = "template: t:1: none"
    try:
        Template.parse("t", text)
    except ParseError as error:
        message = str(error)
    assert re.match(r"template: t:\d+: ", message)


@given(st.text(alphabet="{}a \n-", max_size=30))
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    lexer, position = Lexer(text), 0
    while (token := lexer.next()).kind not in (TokenKind.EOF, TokenKind.ERROR):
        assert text.startswith(token.text, token.pos)
        assert token.pos >= position
        position = token.pos + len(token.text)


@given(FLOATS)
def test_shortest_floats_round_trip(value: float) -> None:
    for verb in "gefx":
        text = format_float(value, verb)
        assert parse_float(text) == value
        assert math.copysign(1, parse_float(text)) == math.copysign(1, value)


@given(FLOATS)
def test_general_form_has_an_exponent_from_the_seventh_digit_on(value: float) -> None:
    assume(value != 0)
    text = format_float(value)
    exponent = int(format_float(value, "e").partition("e")[2])
    assert ("e" in text) == (not -4 <= exponent < 6)


@given(INT64)
def test_integers_round_trip_in_every_base(value: int) -> None:
    for verb in ("%d", "%#x", "%#X", "%#b", "%O"):
        assert parse_integer(sprintf(verb, [value])) == value


@given(st.binary(max_size=30))
def test_quoted_strings_round_trip_for_any_bytes(data: bytes) -> None:
    text = from_bytes(data)
    assert unquote(quote(text)) == text
    assert unquote(quote(text, ascii_only=True)) == text
    assert quote(text, ascii_only=True).isascii()


@given(TEXTS)
def test_string_constants_print_what_they_hold(text: str) -> None:
    assert Template.parse("t", f"{{{{{quote(text)}}}}}").execute() == text


@given(st.binary(max_size=30))
def test_output_is_valid_utf8(data: bytes) -> None:
    assert valid_utf8(from_bytes(data)) == data.decode("utf-8", "replace")


@given(TEXTS, st.integers(-20, 20))
def test_width_pads_and_precision_cuts(text: str, width: int) -> None:
    padded = sprintf("%*s", [width, text])
    assert len(padded) == max(abs(width), len(text))
    assert padded.strip(" ") == text.strip(" ")
    assert sprintf("%.*s", [abs(width), text]) == text[: abs(width)]


@given(st.text(max_size=30).filter(lambda text: text.isprintable()))
def test_escapes_can_be_undone(text: str) -> None:
    assert query_unescape(query_escape(text)) == text
    assert base64url.decode(base64url.encode(text)) == text


@given(st.integers(-(2**62), 2**62))
def test_times_round_trip_through_rfc3339(nanoseconds: int) -> None:
    layout = "2006-01-02T15:04:05.999999999Z07:00"
    for zone in ("UTC", "Europe/Paris", "Asia/Kolkata"):
        time = GoTime(nanoseconds, load_location(zone))
        offset = time.moment().offset
        assume(offset % 60 == 0)
        assert GoTime.parse(layout, time.format(layout)).nanoseconds == nanoseconds


@given(INT64.filter(lambda value: value > -(2**63)))
def test_durations_print_their_parts(value: int) -> None:
    sign, hours, minutes, rest, unit = re.fullmatch(
        r"(-?)(?:(\d+)h)?(?:(\d+)m)?([\d.]+)(ns|µs|ms|s)", str(GoDuration(value))
    ).groups()  # type: ignore[union-attr]
    scale = {"ns": 0, "µs": 3, "ms": 6, "s": 9}[unit]
    whole, _, fraction = rest.partition(".")
    size = int(whole) * 10**scale + int((fraction + "0" * scale)[:scale] or 0)
    size += (int(hours or 0) * 60 + int(minutes or 0)) * 60 * 10**9
    assert (-size if sign else size) == value


@given(st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_prometheus_durations_add_up(parts: list[int]) -> None:
    text = "".join(f"{part}{unit}" for part, unit in zip(parts, ("d", "h", "m", "s"), strict=True))
    seconds = sum(part * size for part, size in zip(parts, (86400, 3600, 60, 1), strict=True))
    assert parse_duration(text) == seconds
    assert parse_duration("-" + text) == -seconds


@given(TEXTS)
def test_html_text_holds_no_markup(text: str) -> None:
    out = HtmlTemplate.parse("t", '<p title="{{.}}" lang={{.}}>{{.}}</p>').execute(text)
    assert out.count("<") == 2
    assert out.count(">") == 2
    assert out.count('"') == 2


@given(TEXTS)
def test_replacing_nothing_changes_nothing(text: str) -> None:
    assert regex.replace_all("[^\\s\\S]", "x", text) == text


@pytest.mark.parametrize("text", ["{{1i}}", "{{1+2i}}"])
def test_complex_constants_are_refused(text: str) -> None:
    with pytest.raises(ParseError, match="complex constants are not supported"):
        Template.parse("t", text)


def test_memory_addresses_are_refused() -> None:
    def query(_text: str) -> list[Sample]:
        return [Sample(labels={}, value=1.0)]

    got = expand('{{ query "up" }}', name="__alert_A", labels={}, value=1.0, server=Server(query=query))
    assert "printing *template.sample gives a memory address" in got
    assert got.startswith("<error expanding template: error executing template __alert_A: ")


def test_endless_recursion_ends_with_gos_message() -> None:
    template = Template.parse("t", '{{define "r"}}{{template "r"}}{{end}}{{template "r"}}')
    with pytest.raises(ExecError, match="exceeded maximum template depth"):
        template.execute()


def test_deep_nesting_is_refused_not_crashed_on() -> None:
    text = "{{" + "(" * 500 + "1" + ")" * 500 + "}}"
    with pytest.raises(ParseError, match="max expression depth exceeded"):
        Template.parse("t", text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>var x = {{.}};</script>",
        '<p onclick="f({{.}})">',
        '<p style="color: {{.}}">',
        "<style>p { color: {{.}} }</style>",
        "<script>static</script>",
    ],
)
def test_scripts_and_styles_are_named_as_unsupported(text: str) -> None:
    with pytest.raises(UnsupportedContext):
        HtmlTemplate.parse("t", text).execute("x")


def test_a_failing_query_is_told_in_the_annotation() -> None:
    def query(text: str) -> list[Sample]:
        raise FunctionError(f"bad query {text}")

    got = expand('{{ query "x" }}', name="__alert_A", labels={}, value=0.0, server=Server(query=query))
    assert got.endswith('at <query "x">: error calling query: bad query x>')


def test_an_unknown_template_name_is_an_error() -> None:
    with pytest.raises(TemplateError, match='no template "x" associated with template "t"'):
        Template.parse("t", "").execute_named("x")


def test_validate_gives_no_error_for_what_parses() -> None:
    assert validate("{{ $labels.job }} {{ .Nope }}", name="__alert_A") == []
