"""Struct fields and map elements by name."""

from __future__ import annotations

from collections.abc import Mapping

from generator.gotemplate.state import MissingKey, State
from generator.gotemplate.values import (
    NO_VALUE,
    GoStruct,
    Iface,
    Pointer,
    element,
    type_name,
    zero_element,
)


def lookup(state: State, receiver: object, name: str, *, has_args: bool) -> object:
    """A struct's field or a map's element; stops with Go's message if there is none."""
    value = receiver.value if type(receiver) is Iface else receiver
    if value is None:
        raise state.failure(f"nil pointer evaluating {type_name(receiver)}.{name}")
    target = value.target if type(value) is Pointer else value
    if isinstance(target, GoStruct):
        field = target.go_fields.get(name)
        if field is not None:
            if not name[0].isupper():
                raise state.failure(f"{name} is an unexported field of struct type {type_name(receiver)}")
            if has_args:
                raise state.failure(f"{name} has arguments but cannot be invoked as function")
            found = getattr(target, field.attribute)
            return Iface(found) if field.boxed else found
    elif isinstance(target, Mapping) and isinstance(next(iter(target), ""), str):
        if has_args:
            raise state.failure(f"{name} is not a method but has arguments")
        return _map_entry(state, target, name)
    raise state.failure(f"can't evaluate field {name} in type {type_name(receiver)}")


def _map_entry(state: State, mapping: Mapping[object, object], name: str) -> object:
    if name in mapping:
        return element(mapping, mapping[name])
    if state.missing is MissingKey.ZERO:
        return zero_element(mapping)
    if state.missing is MissingKey.ERROR:
        raise state.failure(f'map has no entry for key "{name}"')
    return NO_VALUE
