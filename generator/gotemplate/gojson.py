"""``encoding/json`` as Go writes it: sorted keys, ``<``, ``>`` and ``&`` escaped, its own floats."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, cast

from generator.gotemplate.errors import FunctionError
from generator.gotemplate.gotime import GoTime
from generator.gotemplate.strconv import format_float
from generator.gotemplate.values import GoStruct, Iface, Kind, Pointer, kind, sorted_items, type_name

_ESCAPES: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def _char(char: str) -> str:
    known = _ESCAPES.get(char)
    if known is not None:
        return known
    if char < " ":
        return f"\\u{ord(char):04x}"
    return "\\ufffd" if "\ud800" <= char <= "\udfff" else char


def _string(text: str) -> str:
    return f'"{"".join(map(_char, text))}"'


def _float(value: float) -> str:
    if math.isnan(value) or math.isinf(value):
        raise FunctionError(f"json: unsupported value: {format_float(value)}")
    size = abs(value)
    if size != 0 and (size < 1e-6 or size >= 1e21):
        mantissa, _, exponent = format_float(value, "e").partition("e")
        # ECMAScript writes e-9, not e-09.
        return f"{mantissa}e{exponent[0]}{exponent[1:].lstrip('0') if exponent[0] == '-' else exponent[1:]}"
    return format_float(value, "f")


def _struct(value: GoStruct) -> str:
    if isinstance(value, GoTime):
        return f'"{value.rfc3339()}"'
    members = (
        f"{_string(field.json or name)}:{marshal(getattr(value, field.attribute))}"
        for name, field in value.go_fields.items()
        if name[0].isupper()
    )
    return f"{{{','.join(members)}}}"


def marshal(value: object) -> str:
    """The value as JSON. Raises FunctionError for what has none, such as NaN."""
    if isinstance(value, (Pointer, Iface)):
        value = value.target if isinstance(value, Pointer) else value.value
    if value is None:
        return "null"
    match kind(value):
        case Kind.BOOL:
            return "true" if value else "false"
        case Kind.INT | Kind.UINT:
            return str(int(cast(int, value)))
        case Kind.FLOAT:
            return _float(cast(float, value))
        case Kind.STRING:
            return _string(cast(str, value))
        case Kind.SLICE:
            return f"[{','.join(map(marshal, cast('Sequence[object]', value)))}]"
        case Kind.MAP:
            pairs = sorted_items(cast("Mapping[object, object]", value))
            return f"{{{','.join(f'{_string(str(key))}:{marshal(item)}' for key, item in pairs)}}}"
        case Kind.STRUCT:
            return _struct(cast(GoStruct, value))
    raise FunctionError(f"json: unsupported type: {type_name(value)}")
