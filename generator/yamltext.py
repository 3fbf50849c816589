"""YAML from plain values, for files that people review.

Our shapes are fixed, so this is some thirty times faster than PyYAML's dumper. What PyYAML (YAML 1.1) or Go's yaml
would not read back as the same string is quoted; `tests/test_yamltext.py` proves the round trip.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

_INDENT: Final = "  "

# A letter or an opening parenthesis first, so that it can be neither a number nor a date nor an indicator.
_PLAIN: Final = re.compile(r"[A-Za-z_/($][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*")
_DURATION: Final = re.compile(r"(?:[0-9]+(?:ms|[smhdwy]))+")
_BREAKS_PLAIN: Final = re.compile(r": |:$| #|\s$")
_UNPRINTABLE: Final = re.compile(
    r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]"
)
_WORDS: Final = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "nan", "inf", "none", "undefined"}
)
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def dump(value: Any) -> str:
    """A document of nested mappings, lists, texts, numbers, booleans and None, with a newline at its end."""
    return "\n".join(_lines(value, "")) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _entry(f"{indent}{scalar(str(key))}:", item, indent + _INDENT)
    elif _is_list(value) and value:
        for item in value:
            yield from _item(item, indent)
    else:
        yield indent + _flow(value)


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping | list | tuple) and value:
        yield head
        yield from _lines(value, indent)
    elif isinstance(value, str) and "\n" in value:
        yield f"{head} {text_block(value, indent)}"
    else:
        yield f"{head} {_flow(value)}"


def _item(value: Any, indent: str) -> Iterator[str]:
    """A list item; a mapping's first key stands beside the dash."""
    if isinstance(value, Mapping | list | tuple) and value:
        first, *rest = _lines(value, indent + _INDENT)
        yield f"{indent}- {first[len(indent) + 2 :]}"
        yield from rest
    elif isinstance(value, str) and "\n" in value:
        yield f"{indent}- {text_block(value, indent + _INDENT)}"
    else:
        yield f"{indent}- {_flow(value)}"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return scalar(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        return "{}"
    if _is_list(value):
        return "[]"
    raise TypeError(f"YAML has no place for {type(value).__name__} {value!r}")


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 wants a point in the mantissa and a sign in the exponent: 1e-05 would be read as text.
    mantissa, e, exponent = text.partition("e")
    if e:
        mantissa = mantissa if "." in mantissa else mantissa + ".0"
        return f"{mantissa}e{exponent if exponent[0] in '+-' else '+' + exponent}"
    return text


@lru_cache(maxsize=16384)
def scalar(text: str) -> str:
    """A string on one line: plain where that reads back as the same string, quoted where not."""
    if _reads_plain(text):
        return text
    if _UNPRINTABLE.search(text):
        return _double_quoted(text)
    return "'" + text.replace("'", "''") + "'"


def _reads_plain(text: str) -> bool:
    if _DURATION.fullmatch(text):
        return True
    return _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS and not _BREAKS_PLAIN.search(text)


def _double_quoted(text: str) -> str:
    def escape(match: re.Match[str]) -> str:
        char = match[0]
        if char in _ESCAPES:
            return _ESCAPES[char]
        code = ord(char)
        if code < 0x100:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

    return '"' + re.sub(rf'[\\"]|{_UNPRINTABLE.pattern}', escape, text) + '"'


def text_block(text: str, indent: str) -> str:
    """A text of several lines as a literal block whose lines begin with `indent`; quoted where it cannot be one."""
    body = text[:-1] if text.endswith("\n") else text
    lines = body.split("\n")
    if not lines[0] or lines[0][0] in " \t" or not lines[-1] or any(_UNPRINTABLE.search(line) for line in lines):
        return _double_quoted(text)
    head = "|" if text.endswith("\n") else "|-"
    return "\n".join([head, *(indent + line if line else "" for line in lines)])
