"""What the fields of definitions may hold, read off their annotations once a class.

Fields that may be written in several ways (a duration, a query, matchers, one or several receivers) are left to the
constructor that reads them; here are those with one way: text, numbers, objects, lists and mappings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from generator.labels import LabelSet

_PLAIN: Final[Mapping[type, tuple[str, frozenset[type], object]]] = {
    str: ("text", frozenset({str}), "invalid"),
    bool: ("True or False", frozenset({bool}), False),
    int: ("a whole number", frozenset({int}), 1),
    float: ("a number", frozenset({float, int}), 1.0),
}
"""What each plain type is called, which exact types fit, and what stands in where there is no default."""

_LEFT_OUT: Final = frozenset({"origin", "faults"})
_UNIONS: Final = (Union, UnionType)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a field may hold.

    kind: the type of its value, or of each item where `many` are allowed. quick: exact types of values that fit.
    optional: None fits, too. default: what stands in for a value that does not fit; MISSING where nothing can.
    """

    name: str
    kind: type
    quick: frozenset[type]
    optional: bool
    many: bool
    default: object

    @property
    def words(self) -> str:
        """What is wanted, for messages."""
        if self.kind in _PLAIN:
            return _PLAIN[self.kind][0]
        return "names to values" if self.kind is Mapping else f"of kind {self.kind.__name__}"

    @property
    def is_plain(self) -> bool:
        """Whether it is text, a number or a truth value."""
        return self.kind in _PLAIN

    def wrong(self, value: object) -> list[object]:
        """The values (or items) that do not fit."""
        if not self.many:
            return [] if self._fits(value) else [value]
        items = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
        return [] if value is None else [item for item in items if not self._fits(item)]

    def mended(self, value: object, wrong: list[object]) -> object:
        """What stands in for a value that does not fit: what fits of it, or the default; the value if there is none."""
        if self.many and isinstance(value, Sequence) and not isinstance(value, str):
            return tuple(item for item in value if not any(item is one for one in wrong))
        return value if self.default is MISSING else self.default

    def _fits(self, value: object) -> bool:
        if type(value) in self.quick:
            return self.kind is not Mapping or all(isinstance(key, str) for key in value)  # type: ignore[attr-defined]
        if value is None:
            return self.optional
        if self.kind is Mapping:
            return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)
        if self.kind in _PLAIN and isinstance(value, bool):
            return False
        return isinstance(value, (int, float) if self.kind is float else self.kind)


@cache
def wanted(kind: type) -> tuple[tuple[str, frozenset[type], Wanted], ...]:
    """The fields of a class of definitions that are checked, each with the exact types that need no further look."""
    try:
        hints = get_type_hints(kind)
    except NameError:  # an author's own class, with a name that only type checkers know
        return ()
    found = [_wanted(one, hints[one.name]) for one in fields(kind) if one.name not in _LEFT_OUT]
    return tuple((one.name, _at_once(one), one) for one in found if one is not None)


@cache
def may_be_none(kind: type, name: str) -> bool:
    """Whether the annotation of a field says so."""
    try:
        hint = get_type_hints(kind)[name]
    except NameError:
        return True
    return hint is NoneType or NoneType in get_args(hint)


def _at_once(field: Wanted) -> frozenset[type]:
    if field.many:
        return frozenset()
    return (frozenset({LabelSet}) if field.kind is Mapping else field.quick) | ({NoneType} if field.optional else set())


def _wanted(field: Field[Any], hint: Any) -> Wanted | None:
    """What a field wants, None for those that its constructor reads in ways of its own."""
    ways = get_args(hint) if get_origin(hint) in _UNIONS else (hint,)
    rest = [way for way in ways if way is not NoneType]
    if len(rest) != 1:
        return None
    optional, kind, many = len(rest) < len(ways), rest[0], False
    if get_origin(kind) is Sequence:
        many, kind = True, get_args(kind)[0]
    kind = _class_of(kind)
    if kind is None:
        return None
    quick = _PLAIN[kind][1] if kind in _PLAIN else frozenset({dict, LabelSet} if kind is Mapping else {kind})
    return Wanted(field.name, kind, quick, optional, many, _default(field, kind, optional, many))


def _class_of(hint: Any) -> type | None:
    if get_origin(hint) is Literal:
        return type(get_args(hint)[0])
    if get_origin(hint) is Mapping:
        return Mapping
    return hint if isinstance(hint, type) and hint not in (object, Any) else None


def _default(field: Field[Any], kind: type, optional: bool, many: bool) -> object:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    if optional:
        return None
    if many:
        return ()
    return _PLAIN[kind][2] if kind in _PLAIN else MISSING
