"""What one execution of a template knows, and how it reports where it stopped."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from generator.gotemplate import nodes
from generator.gotemplate.errors import ExecError, FunctionError
from generator.gotemplate.strconv import quote
from generator.gotemplate.values import (
    NO_VALUE,
    Func,
    GoType,
    Iface,
    Kind,
    NoValue,
    Pointer,
    type_name,
)


class MissingKey(enum.Enum):
    """What a missing map key gives: ``<no value>``, the zero value, or an error."""

    DEFAULT = "default"
    ZERO = "zero"
    ERROR = "error"


class _Unset:
    """A variable whose declaration was never reached."""


UNSET: Final = _Unset()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template ready to run: its tree, its code, and how many variables it can hold at once."""

    tree: nodes.Tree
    run: Exec
    slots: int


class State:
    """One template being executed. ``node`` is the node last looked at: where an error is placed."""

    __slots__ = ("compiled", "context", "depth", "missing", "node", "out", "templates", "variables")

    def __init__(
        self,
        compiled: Compiled,
        templates: Mapping[str, Compiled],
        missing: MissingKey,
        context: object,
        out: list[str],
        depth: int = 0,
    ) -> None:
        self.compiled = compiled
        self.templates = templates
        self.missing = missing
        self.context = context
        self.out = out
        self.depth = depth
        self.node: nodes.Node = compiled.tree.root
        self.variables: list[object] = [UNSET] * compiled.slots

    def failure(self, message: str) -> ExecError:
        """The error to stop with: what went wrong, with Go's account of where."""
        tree = self.compiled.tree
        where = f"{tree.location(self.node.pos)}: executing {quote(tree.name)} at <{self.node}>"
        return ExecError(f"template: {where}: {message}")


Exec: TypeAlias = "Callable[[State, object], str | None]"
"""Runs a statement; gives "break" or "continue" when that is to be done, else None."""

Expr: TypeAlias = "Callable[[State, object], object]"
"""Evaluates an expression with the given dot."""


def validated(state: State, value: object, wanted: GoType) -> object:
    """The value as an argument of the wanted type; stops with Go's message if it cannot be one."""
    if type(value) is Iface:
        if wanted.kind is Kind.VALUE:
            return value
        value = value.value
        if value is None and not wanted.nilable:
            raise state.failure(f"wrong type for value; expected {wanted.name}; got interface {{}}")
    if value is None or type(value) is NoValue:
        if not wanted.nilable:
            raise state.failure(f"invalid value; expected {wanted.name}")
        return NO_VALUE if wanted.kind is Kind.VALUE else None
    if wanted.accepts(value):
        return value
    if type(value) is Pointer and wanted.accepts(value.target):
        return value.target
    raise state.failure(f"wrong type for value; expected {wanted.name}; got {type_name(value)}")


def constant(state: State, node: nodes.Operand, wanted: GoType) -> object:
    """A constant as an argument of the wanted type; stops with Go's message if it cannot be one."""
    if wanted.kind in (Kind.INTERFACE, Kind.VALUE):
        return ideal(state, node)
    match wanted.kind:
        case Kind.BOOL:
            if isinstance(node, nodes.Bool):
                return node.value
            raise state.failure(f"expected bool; found {node}")
        case Kind.STRING:
            if isinstance(node, nodes.String):
                return node.value
            raise state.failure(f"expected string; found {node}")
        case Kind.INT:
            if isinstance(node, nodes.Number) and node.integer is not None and node.integer < 2**63:
                return node.integer if wanted.from_constant is None else wanted.from_constant(node.integer)
            raise state.failure(f"expected integer; found {node}")
        case Kind.FLOAT:
            if isinstance(node, nodes.Number) and node.real is not None:
                return node.real
            raise state.failure(f"expected float; found {node}")
    raise state.failure(f"can't handle {node} for arg of type {wanted.name}")


def ideal(state: State, node: nodes.Operand) -> object:
    """A constant where any type will do: its spelling decides between int and float64."""
    if isinstance(node, (nodes.Bool, nodes.String)):
        return node.value
    if not isinstance(node, nodes.Number):
        raise state.failure(f"can't handle assignment of {node} to empty interface argument")
    text = node.text
    is_hex_integer = text[:2].lower() == "0x" and not any(mark in text for mark in "pP")
    if not is_hex_integer and text[0] != "'" and any(mark in text for mark in ".eEpP"):
        return node.real
    if node.integer is None or node.integer >= 2**63:
        raise state.failure(f"{text} overflows int")
    return node.integer


def called(state: State, func: Func, name: str, node: nodes.Node, args: list[object]) -> object:
    """The function's result; a failure is placed at ``node``."""
    try:
        result = func.call(state.context, *args) if func.contextual else func.call(*args)
    except FunctionError as error:
        state.node = node
        raise state.failure(f"error calling {name}: {error}") from None
    return Iface(None) if result is None else result
