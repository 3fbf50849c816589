"""One value under one verb: what Go's ``fmt`` prints for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from generator.gotemplate import strconv
from generator.gotemplate.errors import UnsupportedFeature
from generator.gotemplate.values import (
    Func,
    GoStruct,
    Iface,
    Kind,
    NoValue,
    Pointer,
    element,
    kind,
    method,
    sorted_items,
    type_name,
)


@dataclass(frozen=True, slots=True)
class Spec:
    """Flags, width and precision of one verb. ``plus_v`` and ``sharp_v`` are ``%+v`` and ``%#v``."""

    minus: bool = False
    plus: bool = False
    sharp: bool = False
    space: bool = False
    zero: bool = False
    width: int | None = None
    precision: int | None = None
    plus_v: bool = False
    sharp_v: bool = False
    # Set while printing the value inside %!d(…), which must not call its String method again.
    in_error: bool = False


PLAIN = Spec()
_BASES = {"d": 10, "v": 10, "b": 2, "o": 8, "O": 8, "x": 16, "X": 16}
_BASE_FORMATS = {10: "d", 2: "b", 8: "o", 16: "x"}
_FLOAT_VERBS = {"v": "g", "F": "f"}


def _pad(text: str, spec: Spec, *, zeros: bool = True) -> str:
    if not spec.width:
        return text
    fill = "0" if zeros and spec.zero and not spec.minus else " "
    return text.ljust(spec.width) if spec.minus else text.rjust(spec.width, fill)


def bad_verb(value: object, verb: str, spec: Spec) -> str:
    """What is printed for a verb the value cannot take: ``%!d(string=hi)``."""
    if value is None or type(value) is NoValue:
        return f"%!{verb}(<nil>)"
    inner = format_value(value, "v", replace(spec, in_error=True))
    return f"%!{verb}({type_name(value)}={inner})"


def format_value(value: object, verb: str = "v", spec: Spec = PLAIN) -> str:
    """The value as the verb prints it, errors included (``%!d(string=hi)``).

    Raises UnsupportedFeature where Go prints a memory address.
    """
    if verb == "v" and spec is PLAIN:
        cls = type(value)
        if cls is str:
            return cast(str, value)
        if cls is float:
            return strconv.format_float(cast(float, value))
    if value is None or type(value) is NoValue:
        return _pad("<nil>", spec) if verb in "Tv" else bad_verb(value, verb, spec)
    if verb == "T":
        return _format_text(type_name(value), "s", spec)
    if verb == "p":
        if kind(value) in (Kind.MAP, Kind.SLICE, Kind.FUNC, Kind.POINTER):
            raise _address(value)
        return bad_verb(value, verb, spec)
    return _format(value, verb, spec, 0)


def _format(value: object, verb: str, spec: Spec, depth: int) -> str:
    text = _by_method(value, verb, spec)
    if text is not None:
        return text
    match kind(value):
        case Kind.BOOL:
            return _pad("true" if value else "false", spec) if verb in "tv" else bad_verb(value, verb, spec)
        case Kind.INT | Kind.UINT:
            return _format_int(cast(int, value), verb, spec)
        case Kind.FLOAT:
            return _format_float(cast(float, value), verb, spec)
        case Kind.STRING:
            return _format_string(cast(str, value), verb, spec)
        case Kind.MAP:
            return _format_map(cast("Mapping[object, object]", value), verb, spec, depth)
        case Kind.SLICE:
            return _format_slice(cast("Sequence[object]", value), verb, spec, depth)
        case Kind.STRUCT:
            return _format_struct(cast(GoStruct, value), verb, spec, depth)
        case Kind.INTERFACE:
            return _format_interface(cast(Iface, value), verb, spec, depth)
        case Kind.POINTER:
            return _format_pointer(cast(Pointer, value), verb, spec, depth)
    raise _address(value)


def _by_method(value: object, verb: str, spec: Spec) -> str | None:
    """What the value's String or GoString method gives, for the verbs that ask it."""
    if spec.in_error:
        return None
    if spec.sharp_v:
        go_string = method(value, "GoString")
        return None if go_string is None else _format_text(_call(go_string, value), "s", spec)
    string = method(value, "String") if verb in "vsxXq" else None
    return None if string is None else _format_string(_call(string, value), verb, spec)


def _call(func: Func, value: object) -> str:
    return str(func.call(value.target if isinstance(value, Pointer) else value))


def _address(value: object) -> UnsupportedFeature:
    return UnsupportedFeature(f"printing {type_name(value)} gives a memory address, which no run repeats")


# Strings


def _format_string(value: str, verb: str, spec: Spec) -> str:
    if verb == "v":
        verb = "q" if spec.sharp_v else "s"
    if verb not in "sqxX":
        return bad_verb(value, verb, spec)
    return _format_text(value, verb, spec)


def _format_text(value: str, verb: str, spec: Spec) -> str:
    if verb in "xX":
        return _format_hex(strconv.to_bytes(value), verb, spec)
    text = value if spec.precision is None else value[: spec.precision]
    if verb != "q":
        return _pad(str(text), spec)
    if spec.sharp and strconv.can_backquote(text):
        return _pad(f"`{text}`", spec)
    return _pad(strconv.quote(text, ascii_only=spec.plus), spec)


def _format_hex(data: bytes, verb: str, spec: Spec) -> str:
    if spec.precision is not None:
        data = data[: spec.precision]
    if not data:
        return _pad("", spec)
    prefix = "0" + verb if spec.sharp else ""
    pairs = [f"{byte:02{verb}}" for byte in data]
    text = " ".join(prefix + pair for pair in pairs) if spec.space else prefix + "".join(pairs)
    return _pad(text, spec)


# Numbers


def _format_int(value: int, verb: str, spec: Spec) -> str:
    if verb in _BASES:
        unsigned_go_syntax = spec.sharp_v and kind(value) is Kind.UINT and verb == "v"
        if unsigned_go_syntax:
            return _format_integer(value, 16, "v", replace(spec, sharp=True))
        return _format_integer(value, _BASES[verb], verb, spec)
    if verb == "c":
        return _pad(strconv.rune(value), spec)
    if verb == "q":
        return _pad(strconv.quote_rune(value, ascii_only=spec.plus), spec)
    if verb == "U":
        return _format_unicode(value, spec)
    return bad_verb(value, verb, spec)


def _format_unicode(value: int, spec: Spec) -> str:
    code = value & strconv.MAX_UINT64
    text = f"U+{code:0{max(4, spec.precision or 0)}X}"
    if spec.sharp and code <= 0x10FFFF and strconv.is_print(strconv.rune(code)):
        text += f" '{strconv.rune(code)}'"
    return _pad(text, spec, zeros=False)


def _sign(negative: bool, spec: Spec) -> str:
    if negative:
        return "-"
    return "+" if spec.plus else " " if spec.space else ""


def _format_integer(value: int, base: int, verb: str, spec: Spec) -> str:
    sign = _sign(value < 0, spec)
    if spec.precision == 0 and value == 0:
        return " " * (spec.width or 0)
    least = spec.precision or 0
    if spec.precision is None and spec.zero and not spec.minus and spec.width:
        least = spec.width - len(sign)
    digits = format(abs(value), _BASE_FORMATS[base]).rjust(least, "0")
    if verb == "X":
        digits = digits.upper()
    if spec.sharp:
        digits = _base_prefix(digits, base, verb) + digits
    if verb == "O":
        digits = "0o" + digits
    return _pad(sign + digits, spec, zeros=False)


def _base_prefix(digits: str, base: int, verb: str) -> str:
    if base == 8:
        return "" if digits.startswith("0") else "0"
    return {2: "0b", 16: "0X" if verb == "X" else "0x"}.get(base, "")


def _format_float(value: float, verb: str, spec: Spec) -> str:
    if verb not in "vbgGxXfFeE":
        return bad_verb(value, verb, spec)
    go_verb = _FLOAT_VERBS.get(verb, verb)
    precision = 6 if go_verb in "feE" else -1
    if spec.precision is not None:
        precision = spec.precision
    text = strconv.format_float(value, go_verb, precision)
    unsigned = text.lstrip("+-")
    if math.isinf(value) or math.isnan(value):
        shown = spec.plus or spec.space or text.startswith("-")
        sign = _sign(text.startswith("-"), spec) if shown else "+" if math.isinf(value) else ""
        return _pad(sign + unsigned, spec, zeros=False)
    if spec.sharp and go_verb != "b":
        unsigned = _with_point(unsigned, go_verb, precision)
    sign = _sign(text.startswith("-"), spec)
    if sign and spec.zero and not spec.minus and spec.width:
        return sign + unsigned.rjust(spec.width - len(sign), "0")
    return _pad(sign + unsigned, spec)


def _with_point(text: str, verb: str, precision: int) -> str:
    """The ``#`` flag: a decimal point always, and the zeros that %g would drop."""
    mark = "p" if verb in "xX" else "e"
    cut = text.lower().find(mark)
    number, tail = (text, "") if cut < 0 else (text[:cut], text[cut:])
    wanted = 0
    if verb in "gGx":
        wanted = 6 if precision < 0 else precision
    significant = len(number.replace(".", "").lstrip("0"))
    if "." not in number:
        significant += number == "0"
        number += "."
    return number + "0" * max(0, wanted - significant) + tail


# Composites


def _format_map(value: Mapping[object, object], verb: str, spec: Spec, depth: int) -> str:
    pairs = [
        _format(key, verb, spec, depth + 1) + ":" + _format(element(value, item), verb, spec, depth + 1)
        for key, item in sorted_items(value)
    ]
    if spec.sharp_v:
        return f"{type_name(value)}{{{', '.join(pairs)}}}"
    return f"map[{' '.join(pairs)}]"


def _format_slice(value: Sequence[object], verb: str, spec: Spec, depth: int) -> str:
    items = [_format(element(value, item), verb, spec, depth + 1) for item in value]
    if spec.sharp_v:
        return f"{type_name(value)}{{{', '.join(items)}}}"
    return f"[{' '.join(items)}]"


def _format_struct(value: GoStruct, verb: str, spec: Spec, depth: int) -> str:
    if value.go_opaque:
        raise UnsupportedFeature(f"%{verb} of {value.go_type} gives its inner representation")
    parts: list[str] = []
    for name, field in value.go_fields.items():
        item = getattr(value, field.attribute)
        text = _format(Iface(item) if field.boxed else item, verb, spec, depth + 1)
        parts.append(f"{name}:{text}" if spec.plus_v or spec.sharp_v else text)
    if spec.sharp_v:
        return f"{value.go_type}{{{', '.join(parts)}}}"
    return f"{{{' '.join(parts)}}}"


def _format_interface(value: Iface, verb: str, spec: Spec, depth: int) -> str:
    if value.value is None:
        return "interface {}(nil)" if spec.sharp_v else "<nil>"
    return _format(value.value, verb, spec, depth + 1)


def _format_pointer(value: Pointer, verb: str, spec: Spec, depth: int) -> str:
    if depth == 0 and kind(value.target) in (Kind.SLICE, Kind.STRUCT, Kind.MAP):
        return "&" + _format(value.target, verb, spec, depth + 1)
    raise _address(value)
