"""Go values as a template sees them, and the Go types of the functions it may call.

Plain Python values stand for the Go values of the same meaning:

===================  ==============================  =======================
Python               Go type                         notes
===================  ==============================  =======================
``bool``             ``bool``
``int``              ``int``                         other integers: :class:`GoInt`
``float``            ``float64``
``str``              ``string``                      named strings: :class:`GoString`
``list``, ``tuple``  ``[]interface {}``              typed: :class:`GoSlice`
``Mapping``          ``map[string]interface {}``     typed: :class:`GoMap`
``None``             ``nil``
:class:`GoStruct`    a struct                        fields and methods named explicitly
:class:`Pointer`     ``*T``
:class:`Func`        a function
===================  ==============================  =======================
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final


class Kind(enum.Enum):
    """What Go's reflection calls the kind of a type."""

    BOOL = "bool"
    INT = "int"
    UINT = "uint"
    FLOAT = "float64"
    STRING = "string"
    SLICE = "slice"
    MAP = "map"
    STRUCT = "struct"
    POINTER = "ptr"
    FUNC = "func"
    INTERFACE = "interface"
    VALUE = "reflect.Value"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class GoType:
    """The type of a parameter: its Go name, the constants it takes (by kind) and the values it accepts."""

    name: str
    kind: Kind
    accepts: Callable[[object], bool]
    nilable: bool = False
    from_constant: Callable[[int], object] | None = None


@dataclass(frozen=True, slots=True)
class Func:
    """A function a template may call.

    ``call`` gets the arguments, checked against ``params`` (of which the last repeats when ``variadic``),
    after the receiver if it is a method and after the execution's context if it is ``contextual``.
    """

    call: Callable[..., object]
    params: tuple[GoType, ...] = ()
    variadic: bool = False
    contextual: bool = False
    builtin: bool = False
    go_type: str = "func"


@dataclass(frozen=True, slots=True)
class Field:
    """An exported struct field: the Python attribute, and whether its Go type is an interface."""

    attribute: str
    boxed: bool = False
    json: str | None = None


class NoValue:
    """Go's zero ``reflect.Value``: what a missing map key gives. Printed as ``<no value>``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NO_VALUE"


NO_VALUE: Final = NoValue()


class Iface:
    """A value held in a Go interface, as an element of ``[]interface {}`` is; only messages show it."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


class Pointer:
    """A Go pointer. Methods and fields are those of the target; it is never nil."""

    __slots__ = ("target",)

    def __init__(self, target: object) -> None:
        self.target = target


class GoStruct:
    """Base of Go structs: subclass (usually as a frozen dataclass) and name the Go type, fields, methods.

    ``go_fields`` maps Go field names, in declaration order, to attributes; ``go_methods`` maps method
    names to functions that take the struct first. A ``String`` method decides how it is printed.
    ``go_opaque`` says that Go prints unexported fields for the other verbs, which is not imitated.
    """

    __slots__ = ()
    go_type: ClassVar[str] = "struct {}"
    go_fields: ClassVar[Mapping[str, Field]] = {}
    go_methods: ClassVar[Mapping[str, Func]] = {}
    go_opaque: ClassVar[bool] = False


class GoInt(int):
    """An integer of a Go type other than int, such as ``int64`` or ``time.Duration``."""

    go_type: ClassVar[str] = "int64"
    go_kind: ClassVar[Kind] = Kind.INT
    go_methods: ClassVar[Mapping[str, Func]] = {}


class Int64(GoInt):
    """Go's int64."""


class Byte(GoInt):
    """Go's uint8, what indexing a string gives."""

    go_type = "uint8"
    go_kind = Kind.UINT


class GoString(str):
    """A string of a named Go type, such as ``template.HTML``."""

    __slots__ = ()
    go_type: ClassVar[str] = "string"
    go_methods: ClassVar[Mapping[str, Func]] = {}


class GoMap(dict[str, object]):
    """A map with a typed element. The default is ``map[string]string``, whose missing keys read as ''."""

    go_type: ClassVar[str] = "map[string]string"
    go_boxed: ClassVar[bool] = False
    go_zero: ClassVar[object] = ""
    go_methods: ClassVar[Mapping[str, Func]] = {}


class GoSlice(tuple[object, ...]):
    """Base of slices with a typed element: subclass and name the Go type."""

    __slots__ = ()
    go_type: ClassVar[str] = "[]interface {}"
    go_boxed: ClassVar[bool] = False
    go_methods: ClassVar[Mapping[str, Func]] = {}


class StringSlice(GoSlice):
    """``[]string``."""

    __slots__ = ()
    go_type = "[]string"


_BASIC_NAMES: Final[dict[type, str]] = {
    str: "string",
    float: "float64",
    int: "int",
    bool: "bool",
    list: "[]interface {}",
    tuple: "[]interface {}",
    Iface: "interface {}",
    NoValue: "<nil>",
    type(None): "<nil>",
}
_BASIC_KINDS: Final[dict[type, Kind]] = {
    str: Kind.STRING,
    float: Kind.FLOAT,
    int: Kind.INT,
    bool: Kind.BOOL,
    list: Kind.SLICE,
    tuple: Kind.SLICE,
    dict: Kind.MAP,
    NoValue: Kind.INVALID,
    type(None): Kind.INVALID,
    Pointer: Kind.POINTER,
    Func: Kind.FUNC,
    Iface: Kind.INTERFACE,
}
_SUBCLASS_KINDS: Final = (
    (str, Kind.STRING),
    (float, Kind.FLOAT),
    (GoStruct, Kind.STRUCT),
    (Mapping, Kind.MAP),
    (tuple, Kind.SLICE),
    (Sequence, Kind.SLICE),
    (int, Kind.INT),
)


def type_name(value: object) -> str:
    """The value's Go type, as ``%T`` prints it."""
    cls = type(value)
    name = _BASIC_NAMES.get(cls)
    if name is not None:
        return name
    named: str | None = getattr(value, "go_type", None)
    if named is not None:
        return named
    if isinstance(value, Pointer):
        return "*" + type_name(value.target)
    if isinstance(value, Mapping):
        key = next(iter(value), "")
        return f"map[{type_name(key)}]interface {{}}"
    return "[]interface {}" if isinstance(value, Sequence) else f"{cls.__module__}.{cls.__qualname__}"


def kind(value: object) -> Kind:
    """The value's Go kind. Raises TypeError for a Python value that stands for no Go value."""
    cls = type(value)
    known = _BASIC_KINDS.get(cls) or getattr(cls, "go_kind", None)
    if known is not None:
        return known
    for base, base_kind in _SUBCLASS_KINDS:
        if issubclass(cls, base):
            return base_kind
    raise TypeError(f"{cls.__qualname__} stands for no Go value")


def unbox(value: object) -> object:
    """The value inside a Go interface; nil inside one is no value at all."""
    if type(value) is Iface:
        inner = value.value
        return NO_VALUE if inner is None else inner
    return value


def element(container: object, value: object) -> object:
    """An element as reflection gives it: still boxed when the container's element type is an interface."""
    return Iface(value) if getattr(type(container), "go_boxed", True) else value


def zero_element(container: object) -> object:
    """What a missing key of this map reads as: the zero value of its element type."""
    zero = getattr(type(container), "go_zero", None)
    return Iface(None) if zero is None else zero


def method(value: object, name: str) -> Func | None:
    """The method of this name, of the value or of what it points to."""
    target = value.target if type(value) is Pointer else value
    methods: Mapping[str, Func] | None = getattr(type(target), "go_methods", None)
    return None if methods is None else methods.get(name)


def truth(value: object) -> bool:
    """Whether Go's ``if`` takes the value as true: not the zero value of its type; structs always are."""
    cls = type(value)
    if cls is Iface:
        return truth(unbox(value))
    if value is None or cls is NoValue:
        return False
    if isinstance(value, (GoStruct, Pointer, Func)):
        return True
    return bool(value)


def sorted_items(mapping: Mapping[object, object]) -> Iterable[tuple[object, object]]:
    """The pairs of a map in the order Go prints and ranges over them: by key."""
    try:
        return sorted(mapping.items(), key=lambda pair: pair[0])  # type: ignore[arg-type, return-value]
    except TypeError:  # keys of several types: Go orders by type name first
        return sorted(mapping.items(), key=lambda pair: (type_name(pair[0]), str(pair[0])))


def _exactly(cls: type) -> Callable[[object], bool]:
    return lambda value: type(value) is cls


def instance_type(name: str, cls: type, *, kind: Kind = Kind.STRUCT, nilable: bool = False) -> GoType:
    """A parameter type that accepts the instances of one Python class."""
    return GoType(name, kind, lambda value: isinstance(value, cls), nilable)


ANY: Final = GoType("interface {}", Kind.INTERFACE, lambda _: True, nilable=True)
VALUE: Final = GoType("reflect.Value", Kind.VALUE, lambda _: True, nilable=True)
STRING: Final = GoType("string", Kind.STRING, _exactly(str))
INT: Final = GoType("int", Kind.INT, _exactly(int))
FLOAT: Final = GoType("float64", Kind.FLOAT, _exactly(float))
BOOL: Final = GoType("bool", Kind.BOOL, _exactly(bool))
STRINGS: Final = instance_type("[]string", StringSlice, kind=Kind.SLICE, nilable=True)
ANYS: Final = GoType("[]interface {}", Kind.SLICE, lambda value: type(value) in (list, tuple), nilable=True)
