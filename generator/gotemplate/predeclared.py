"""The functions every Go template has, apart from ``and``, ``or`` and ``call``, which the evaluator runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final, cast

from generator.gotemplate import strconv
from generator.gotemplate.errors import FunctionError
from generator.gotemplate.escapers import html_escape, joined, js_escape, query_escape
from generator.gotemplate.formatting import format_value
from generator.gotemplate.printf import sprint, sprintf, sprintln
from generator.gotemplate.values import (
    ANY,
    NO_VALUE,
    STRING,
    VALUE,
    Byte,
    Func,
    GoMap,
    GoString,
    Iface,
    Kind,
    NoValue,
    Pointer,
    element,
    kind,
    truth,
    type_name,
    unbox,
    zero_element,
)

_BASIC: Final = (Kind.BOOL, Kind.INT, Kind.UINT, Kind.FLOAT, Kind.STRING)
_ORDERED: Final = (Kind.INT, Kind.UINT, Kind.FLOAT, Kind.STRING)
_WHOLE: Final = (Kind.INT, Kind.UINT)


def _follow(value: object) -> object:
    value = unbox(value)
    return value.target if isinstance(value, Pointer) else value


# Comparison


def _equal(left: object, right: object) -> bool:
    if isinstance(left, NoValue) or isinstance(right, NoValue):
        return isinstance(left, NoValue) and isinstance(right, NoValue)
    left_kind, right_kind = kind(left), kind(right)
    if left_kind in _BASIC or right_kind in _BASIC:
        if left_kind is right_kind or (left_kind in _WHOLE and right_kind in _WHOLE):
            return left == right
        raise FunctionError(f"incompatible types for comparison: {type_name(left)} and {type_name(right)}")
    if left_kind is not right_kind:
        raise FunctionError(
            f"non-comparable types {format_value(left, 's')}: {type_name(left)}, "
            f"{type_name(right)}: {format_value(right)}"
        )
    if right_kind in (Kind.MAP, Kind.SLICE, Kind.FUNC):
        raise FunctionError(f"non-comparable type {format_value(right, 's')}: {type_name(right)}")
    return left is right if left_kind is Kind.POINTER else type_name(left) == type_name(right) and left == right


def _eq(first: object, *others: object) -> bool:
    if not others:
        raise FunctionError("missing argument for comparison")
    return any(_equal(unbox(first), unbox(other)) for other in others)


def _ne(left: object, right: object) -> bool:
    return not _eq(left, right)


def _lt(left: object, right: object) -> bool:
    left, right = unbox(left), unbox(right)
    left_kind, right_kind = kind(left), kind(right)
    if left_kind not in _BASIC or right_kind not in _BASIC:
        raise FunctionError("invalid type for comparison")
    if left_kind is not right_kind and not (left_kind in _WHOLE and right_kind in _WHOLE):
        raise FunctionError(f"incompatible types for comparison: {type_name(left)} and {type_name(right)}")
    if left_kind not in _ORDERED:
        raise FunctionError("invalid type for comparison")
    return bool(left < right)  # type: ignore[operator]


def _le(left: object, right: object) -> bool:
    return _lt(left, right) or _eq(left, right)


def _gt(left: object, right: object) -> bool:
    return not _le(left, right)


def _ge(left: object, right: object) -> bool:
    return not _lt(left, right)


# Containers


def _index_number(index: object, limit: int) -> int:
    if isinstance(index, NoValue):
        raise FunctionError("cannot index slice/array with nil")
    if kind(index) not in _WHOLE:
        raise FunctionError(f"cannot index slice/array with type {type_name(index)}")
    number = int(cast(int, index))
    if not 0 <= number <= limit:
        raise FunctionError(f"index out of range: {number}")
    return number


def _index_sequence(item: object, index: object) -> object:
    is_string = kind(item) is Kind.STRING
    sequence: Sequence[object] = strconv.to_bytes(cast(str, item)) if is_string else cast("Sequence[object]", item)
    number = _index_number(index, len(sequence))
    if number == len(sequence):
        # Go lets the length itself through its own check and panics in reflect.
        what = "string" if is_string else "slice"
        raise FunctionError(f"reflect: {what} index out of range")
    found = sequence[number]
    return Byte(cast(int, found)) if is_string else element(item, found)


def _key_type(item: Mapping[object, object]) -> str:
    return "string" if isinstance(item, GoMap) else type_name(next(iter(item), ""))


def _index_map(item: Mapping[object, object], index: object) -> object:
    wanted = _key_type(item)
    if isinstance(index, NoValue):
        raise FunctionError(f"value is nil; should be of type {wanted}")
    if type_name(index) != wanted and not (kind(index) in _WHOLE and wanted == "int"):
        raise FunctionError(f"value has type {type_name(index)}; should be {wanted}")
    return element(item, item[index]) if index in item else zero_element(item)


def _index(item: object, *indexes: object) -> object:
    item = unbox(item)
    if isinstance(item, NoValue):
        raise FunctionError("index of untyped nil")
    for index in indexes:
        item = _follow(item)
        if isinstance(item, NoValue):
            raise FunctionError("index of nil pointer")
        match kind(item):
            case Kind.SLICE | Kind.STRING:
                item = _index_sequence(item, unbox(index))
            case Kind.MAP:
                item = _index_map(cast("Mapping[object, object]", item), unbox(index))
            case _:
                raise FunctionError(f"can't index item of type {type_name(item)}")
    return item


def _slice(item: object, *indexes: object) -> object:
    item = _follow(item)
    if isinstance(item, NoValue):
        raise FunctionError("slice of untyped nil")
    if len(indexes) > 3:
        raise FunctionError(f"too many slice indexes: {len(indexes)}")
    item_kind = kind(item)
    if item_kind is Kind.STRING and len(indexes) == 3:
        raise FunctionError("cannot 3-index slice a string")
    if item_kind not in (Kind.STRING, Kind.SLICE):
        raise FunctionError(f"can't slice item of type {type_name(item)}")
    sequence: bytes | Sequence[object] = (
        strconv.to_bytes(cast(str, item)) if item_kind is Kind.STRING else cast("Sequence[object]", item)
    )
    bounds = [0, len(sequence)]
    for place, index in enumerate(indexes):
        bounds[place : place + 1] = [_index_number(index, len(sequence))]
    for low, high in pairwise(bounds):
        if low > high:
            raise FunctionError(f"invalid slice index: {low} > {high}")
    part = sequence[bounds[0] : bounds[1]]
    if isinstance(part, bytes):
        text = strconv.from_bytes(part)
        return type(item)(text) if isinstance(item, GoString) else text
    return part if type(item) in (list, tuple) else type(item)(part)  # type: ignore[call-arg]


def _len(item: object) -> int:
    if isinstance(item, Iface) and item.value is None:
        raise FunctionError("len of nil pointer")
    item = _follow(item)
    if isinstance(item, NoValue):
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    match kind(item):
        case Kind.STRING:
            return len(strconv.to_bytes(cast(str, item)))
        case Kind.SLICE | Kind.MAP:
            return len(cast("Sequence[object]", item))
    raise FunctionError(f"len of type {type_name(item)}")


def _special(*_args: object) -> object:
    """Stands for ``and``, ``or`` and ``call``, which the evaluator runs itself."""
    return NO_VALUE


def _escaper(escape: Callable[[str], str]) -> Func:
    return Func(lambda *values: escape(joined(values)), (ANY,), variadic=True, builtin=True)


BUILTINS: Final[Mapping[str, Func]] = {
    "and": Func(_special, (VALUE, VALUE), variadic=True, builtin=True),
    "or": Func(_special, (VALUE, VALUE), variadic=True, builtin=True),
    "call": Func(_special, (VALUE, VALUE), variadic=True, builtin=True),
    "not": Func(lambda value: not truth(value), (VALUE,), builtin=True),
    "eq": Func(_eq, (VALUE, VALUE), variadic=True, builtin=True),
    "ne": Func(_ne, (VALUE, VALUE), builtin=True),
    "lt": Func(_lt, (VALUE, VALUE), builtin=True),
    "le": Func(_le, (VALUE, VALUE), builtin=True),
    "gt": Func(_gt, (VALUE, VALUE), builtin=True),
    "ge": Func(_ge, (VALUE, VALUE), builtin=True),
    "index": Func(_index, (VALUE, VALUE), variadic=True, builtin=True),
    "slice": Func(_slice, (VALUE, VALUE), variadic=True, builtin=True),
    "len": Func(_len, (VALUE,), builtin=True),
    "html": _escaper(html_escape),
    "js": _escaper(js_escape),
    "urlquery": _escaper(query_escape),
    "print": Func(lambda *values: sprint(values), (ANY,), variadic=True, builtin=True),
    "printf": Func(lambda template, *values: sprintf(template, values), (STRING, ANY), variadic=True, builtin=True),
    "println": Func(lambda *values: sprintln(values), (ANY,), variadic=True, builtin=True),
}
