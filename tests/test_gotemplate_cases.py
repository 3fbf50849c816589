"""text/template against outputs and error messages that Go itself gave (``cases/gotemplate``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from generator.gotemplate.errors import FunctionError, TemplateError
from generator.gotemplate.gotime import DURATION, GoDuration, GoTime, load_location
from generator.gotemplate.htmltemplate import HtmlTemplate
from generator.gotemplate.safe import HTML, URL
from generator.gotemplate.state import MissingKey
from generator.gotemplate.strconv import parse_float
from generator.gotemplate.template import Template
from generator.gotemplate.values import (
    BOOL,
    FLOAT,
    INT,
    STRING,
    Field,
    Func,
    GoMap,
    GoStruct,
    Pointer,
    StringSlice,
)

CASES = Path(__file__).parent / "cases" / "gotemplate"
TEXT_FILES = (
    "constants",
    "control",
    "fields",
    "functions",
    "printf",
    "syntax",
    "times",
    "whitespace",
)


def _fail(*_args: object) -> object:
    raise FunctionError("it failed")


def _boom() -> object:
    raise FunctionError("boom")


@dataclass(frozen=True, slots=True)
class Pair(GoStruct):
    """The struct the cases were run with: a string, an interface, and methods."""

    name: str
    value: object

    go_type: ClassVar[str] = "main.Pair"
    go_fields: ClassVar[Mapping[str, Field]] = {"Name": Field("name"), "Value": Field("value", boxed=True)}
    go_methods: ClassVar[Mapping[str, Func]] = {
        "Join": Func(lambda pair, sep, n: f"{pair.name}{sep}{n}", (STRING, INT)),
        "All": Func(lambda pair, *texts: f"{pair.name}:{','.join(texts)}", (STRING,), variadic=True),
        "Fail": Func(_fail),
        "Half": Func(lambda _pair, duration: GoDuration(int(duration) // 2), (DURATION,)),
        "Float": Func(lambda _pair, real: real, (FLOAT,)),
        "Flag": Func(lambda _pair, flag: flag, (BOOL,)),
    }


def _decode_map(value: Mapping[str, Any]) -> object:
    return {key: decode(item) for key, item in value.items()}


TAGS: Mapping[str, Callable[[Any], object]] = {
    "$float": parse_float,
    "$strings": GoMap,
    "$slice": StringSlice,
    "$html": HTML,
    "$url": URL,
    "$duration": GoDuration,
    "$time": lambda value: GoTime(value["ns"], load_location(value["zone"])),
    "$pair": lambda value: Pair(value[0], decode(value[1])),
    "$ptr": lambda value: Pointer(Pair(value[0], decode(value[1]))),
    "$ints": lambda value: {int(key): decode(item) for key, item in value.items()},
    "$func": lambda _: Func(lambda text, number: f"{text}{number}", (STRING, INT), go_type="func(string, int) string"),
}
FUNCTIONS: Mapping[str, Func] = {
    "safeHtml": Func(HTML, (STRING,)),
    "safeUrl": Func(URL, (STRING,)),
    "duration": Func(GoDuration, (INT,)),
    "pointer": Func(lambda n: Pointer(GoDuration(n)), (INT,)),
    "str": Func(lambda text: text, (STRING,)),
    "num": Func(lambda number: number, (INT,)),
    "real": Func(lambda number: number, (FLOAT,)),
    "nothing": Func(lambda: None),
    "boom": Func(_boom),
    "parseTime": Func(GoTime.parse, (STRING, STRING)),
}


def decode(value: Any) -> object:
    """A case's data; ``$tag`` maps stand for Go values that YAML has no word for."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        tag, inner = next(iter(value.items()))
        if tag in TAGS:
            return TAGS[tag](inner)
    return _decode_map(value)


def load(name: str) -> list[Any]:
    """The cases of one file."""
    cases: list[Any] = yaml.load((CASES / f"{name}.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return cases


def _parameters(*names: str) -> list[Any]:
    return [pytest.param(case, id=f"{name}-{number}") for name in names for number, case in enumerate(load(name))]


def outcome(run: Callable[[], str]) -> dict[str, str]:
    """What a template gives: its output or its error."""
    try:
        return {"output": run()}
    except TemplateError as error:
        return {"error": str(error)}


def expected(case: Mapping[str, Any]) -> dict[str, str]:
    """What Go gave."""
    return {key: case[key] for key in ("output", "error") if key in case}


def _missing(case: Mapping[str, Any]) -> MissingKey:
    return MissingKey(case.get("missing", "default"))


@pytest.mark.parametrize("case", _parameters(*TEXT_FILES))
def test_text_as_go(case: Mapping[str, Any]) -> None:
    data = decode(case.get("data"))
    got = outcome(lambda: Template.parse("t", case["text"], FUNCTIONS, missing=_missing(case)).execute(data))
    assert got == expected(case)


def test_every_file_is_run() -> None:
    files = {path.stem for path in CASES.glob("*.yml")}
    assert files == {*TEXT_FILES, "html", "prometheus", "alertmanager", "alertmanager_0_25"}


@pytest.mark.parametrize("case", _parameters("html"))
def test_html_as_go(case: Mapping[str, Any]) -> None:
    data = decode(case.get("data"))
    got = outcome(lambda: HtmlTemplate.parse("t", case["text"], FUNCTIONS, missing=_missing(case)).execute(data))
    assert got == expected(case)
