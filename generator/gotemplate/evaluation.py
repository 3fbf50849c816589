"""Expressions compiled to closures. Each sets ``state.node`` where Go does, so errors name the same place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from generator.gotemplate import nodes
from generator.gotemplate.errors import FunctionError
from generator.gotemplate.fields import lookup
from generator.gotemplate.state import (
    UNSET,
    Expr,
    MissingKey,
    State,
    called,
    constant,
    ideal,
    validated,
)
from generator.gotemplate.values import (
    NO_VALUE,
    VALUE,
    Func,
    GoType,
    Iface,
    NoValue,
    Pointer,
    method,
    truth,
    type_name,
    unbox,
)


class _Absent:
    """No value comes down the pipeline."""


ABSENT: Final = _Absent()

CommandCode: TypeAlias = "Callable[[State, object, object], object]"
"""Evaluates a command with the given dot and the value that comes down the pipeline."""


class Scope:
    """The variables in sight at one point of a template, each with its slot, and the functions."""

    def __init__(self, functions: Mapping[str, Func]) -> None:
        self.functions = functions
        self.names: list[str] = ["$"]
        self.slots = 1

    def declare(self, name: str) -> int:
        """A slot for a new variable."""
        self.names.append(name)
        self.slots = max(self.slots, len(self.names))
        return len(self.names) - 1

    def find(self, name: str) -> int | None:
        """The slot of the innermost variable of this name."""
        for slot in range(len(self.names) - 1, -1, -1):
            if self.names[slot] == name:
                return slot
        return None


# Fields and methods


def _field(
    state: State,
    dot: object,
    receiver: object,
    name: str,
    node: nodes.Node,
    args: tuple[Argument, ...],
    final: object,
) -> object:
    if type(receiver) is NoValue:
        if state.missing is MissingKey.ERROR:
            raise state.failure(f'nil data; no entry for key "{name}"')
        return NO_VALUE
    value = receiver.value if type(receiver) is Iface else receiver
    func = method(value, name)
    if func is None:
        return lookup(state, receiver, name, has_args=bool(args) or final is not ABSENT)
    target = value.target if type(value) is Pointer else value
    _check_arity(state, func, name, len(args), final)
    values = [target]
    for place, argument in enumerate(args):
        values.append(argument.evaluate(state, dot, _parameter(func, place)))
    if final is not ABSENT:
        values.append(validated(state, final, _parameter(func, len(args))))
    return called(state, func, name, node, values)


def _walk(
    state: State,
    dot: object,
    receiver: object,
    names: tuple[str, ...],
    node: nodes.Node,
    args: tuple[Argument, ...],
    final: object,
) -> object:
    for name in names[:-1]:
        receiver = _field(state, dot, receiver, name, node, (), ABSENT)
    return _field(state, dot, receiver, names[-1], node, args, final)


# Arguments


class Argument:
    """One argument: an expression, or a constant that takes the type the function wants."""

    __slots__ = ("_expr", "node")

    def __init__(self, node: nodes.Operand, scope: Scope) -> None:
        self.node = node
        self._expr = None if isinstance(node, _CONSTANT_NODES) else _operand(node, scope)

    def evaluate(self, state: State, dot: object, wanted: GoType) -> object:
        """The argument's value as the wanted type."""
        state.node = self.node
        if self._expr is not None:
            return validated(state, self._expr(state, dot), wanted)
        if isinstance(self.node, nodes.Nil):
            if not wanted.nilable:
                raise state.failure(f"cannot assign nil to {wanted.name}")
            return NO_VALUE if wanted.kind is VALUE.kind else None
        return constant(state, self.node, wanted)


_CONSTANT_NODES: Final = (nodes.Bool, nodes.Number, nodes.String, nodes.Nil)


def _operand(node: nodes.Operand, scope: Scope) -> Expr:
    """An operand that is not a constant, as an argument or the start of a chain."""
    match node:
        case nodes.Dot():
            return lambda _state, dot: dot
        case nodes.Field(names=names):
            return lambda state, dot: _walk(state, dot, dot, names, node, (), ABSENT)
        case nodes.Pipe():
            return pipeline(node, scope)
        case nodes.Identifier():
            function = _function(node, node, (), scope)
            return lambda state, dot: function(state, dot, ABSENT)
        case nodes.Variable():
            variable = _variable(node, (), scope)
            return lambda state, dot: variable(state, dot, ABSENT)
        case nodes.Chain():
            chain = _chain(node, (), scope)
            return lambda state, dot: chain(state, dot, ABSENT)
    return _refusing(f"can't handle {node} for arg of type <nil>")


# Commands


def _command(command: nodes.Command, scope: Scope) -> CommandCode:
    first = command.args[0]
    match first:
        case nodes.Identifier():
            return _function(first, command, command.args[1:], scope)
        case nodes.Field(names=names):
            args = tuple(Argument(arg, scope) for arg in command.args[1:])
            return lambda state, dot, final: _at_field(state, dot, names, first, args, final)
        case nodes.Variable():
            return _variable(first, command.args[1:], scope)
        case nodes.Chain():
            return _chain(first, command.args[1:], scope)
        case nodes.Pipe():
            inner = pipeline(first, scope)
            return _plain(first, len(command.args) > 1, inner, marks=False)
    return _plain(first, len(command.args) > 1, _simple(first), marks=True)


def _at_field(
    state: State,
    dot: object,
    names: tuple[str, ...],
    node: nodes.Node,
    args: tuple[Argument, ...],
    final: object,
) -> object:
    state.node = node
    return _walk(state, dot, dot, names, node, args, final)


def _plain(node: nodes.Operand, has_args: bool, inner: Expr, *, marks: bool) -> CommandCode:
    """A command that is no function, and so takes no arguments."""

    def run(state: State, dot: object, final: object) -> object:
        if marks:
            state.node = node
        if has_args or final is not ABSENT:
            raise state.failure(f"can't give argument to non-function {node}")
        return inner(state, dot)

    return run


def _simple(node: nodes.Operand) -> Expr:
    match node:
        case nodes.Dot():
            return lambda _state, dot: dot
        case nodes.Bool(value=value) | nodes.String(value=value):
            return lambda _state, _dot: value
        case nodes.Number():
            return lambda state, _dot: ideal(state, node)
    return _refusing("nil is not a command")


def _refusing(message: str) -> Expr:
    def run(state: State, _dot: object) -> object:
        raise state.failure(message)

    return run


def _variable(node: nodes.Variable, args: tuple[nodes.Operand, ...], scope: Scope) -> CommandCode:
    name, path = node.names[0], node.names[1:]
    slot = scope.find(name)
    arguments = tuple(Argument(arg, scope) for arg in args)

    def run(state: State, dot: object, final: object) -> object:
        state.node = node
        value = UNSET if slot is None else state.variables[slot]
        if value is UNSET:
            raise state.failure(f"undefined variable: {name}")
        if path:
            return _walk(state, dot, value, path, node, arguments, final)
        if arguments or final is not ABSENT:
            raise state.failure(f"can't give argument to non-function {node}")
        return value

    return run


def _chain(node: nodes.Chain, args: tuple[nodes.Operand, ...], scope: Scope) -> CommandCode:
    inner_node = node.node
    inner = _operand(inner_node, scope)
    arguments = tuple(Argument(arg, scope) for arg in args)

    def run(state: State, dot: object, final: object) -> object:
        state.node = node
        if isinstance(inner_node, nodes.Nil):
            raise state.failure(f"indirection through explicit nil in {node}")
        state.node = inner_node
        return _walk(state, dot, inner(state, dot), node.names, node, arguments, final)

    return run


# Functions


def _parameter(func: Func, place: int) -> GoType:
    return func.params[min(place, len(func.params) - 1)]


def _check_arity(state: State, func: Func, name: str, given: int, final: object) -> None:
    total = given + (final is not ABSENT)
    least = len(func.params)
    if func.variadic:
        if total < least - 1:
            raise state.failure(f"wrong number of args for {name}: want at least {least - 1} got {given}")
    elif total != least:
        raise state.failure(f"wrong number of args for {name}: want {least} got {total}")


def _function(
    node: nodes.Identifier, command: nodes.Node, args: tuple[nodes.Operand, ...], scope: Scope
) -> CommandCode:
    name = node.name
    func = scope.functions[name]
    arguments = tuple(Argument(arg, scope) for arg in args)
    if func.builtin and name in ("and", "or"):
        return _short_circuit(node, func, arguments)
    if func.builtin and name == "call":
        return _call(node, command, func, arguments)
    wanted = tuple(_parameter(func, place) for place in range(len(arguments) + 1)) if func.params else ()

    def run(state: State, dot: object, final: object) -> object:
        state.node = node
        _check_arity(state, func, name, len(arguments), final)
        values = [argument.evaluate(state, dot, wanted[place]) for place, argument in enumerate(arguments)]
        if final is not ABSENT:
            values.append(validated(state, final, wanted[len(arguments)]))
        return called(state, func, name, command, values)

    return run


def _short_circuit(node: nodes.Identifier, func: Func, arguments: tuple[Argument, ...]) -> CommandCode:
    decisive = node.name == "or"

    def run(state: State, dot: object, final: object) -> object:
        state.node = node
        _check_arity(state, func, node.name, len(arguments), final)
        value: object = NO_VALUE
        for argument in arguments:
            value = argument.evaluate(state, dot, VALUE)
            if truth(value) is decisive:
                return value
        return value if final is ABSENT else validated(state, final, VALUE)

    return run


def _call(node: nodes.Identifier, command: nodes.Node, func: Func, arguments: tuple[Argument, ...]) -> CommandCode:
    """``call .F a b``: calls a function found in the data."""

    def run(state: State, dot: object, final: object) -> object:
        state.node = node
        _check_arity(state, func, "call", len(arguments), final)
        values = [argument.evaluate(state, dot, VALUE) for argument in arguments]
        if final is not ABSENT:
            values.append(validated(state, final, VALUE))
        piped = str(final) if isinstance(final, str) else f"<{type_name(final)} Value>"
        callee = str(arguments[0].node) if arguments else piped
        try:
            return _call_value(state, callee, values[0], values[1:])
        except FunctionError as error:
            state.node = command
            raise state.failure(f"error calling call: {error}") from None

    return run


def _call_value(state: State, name: str, callee: object, values: list[object]) -> object:
    callee = unbox(callee)
    if type(callee) is NoValue:
        raise FunctionError("call of nil")
    if not isinstance(callee, Func):
        raise FunctionError(f"non-function {name} of type {type_name(callee)}")
    least = len(callee.params) - callee.variadic
    if callee.variadic and len(values) < least:
        raise FunctionError(f"wrong number of args for {name}: got {len(values)} want at least {least}")
    if not callee.variadic and len(values) != least:
        raise FunctionError(f"wrong number of args for {name}: got {len(values)} want {least}")
    prepared = [_prepared(value, _parameter(callee, place), place) for place, value in enumerate(values)]
    result = callee.call(state.context, *prepared) if callee.contextual else callee.call(*prepared)
    return Iface(None) if result is None else result


def _prepared(value: object, wanted: GoType, place: int) -> object:
    value = unbox(value)
    if type(value) is NoValue:
        if not wanted.nilable:
            raise FunctionError(f"arg {place}: value is nil; should be of type {wanted.name}")
        return NO_VALUE if wanted is VALUE else None
    if not wanted.accepts(value):
        raise FunctionError(f"arg {place}: value has type {type_name(value)}; should be {wanted.name}")
    return value


# Pipelines


def pipeline(pipe: nodes.Pipe, scope: Scope) -> Expr:
    """A pipeline; the variables it declares stay in the scope."""
    commands = tuple(_command(command, scope) for command in pipe.commands)
    if pipe.assign:
        slots = tuple(scope.find(variable.names[0]) for variable in pipe.declared)
    else:
        slots = tuple(scope.declare(variable.names[0]) for variable in pipe.declared)

    def run(state: State, dot: object) -> object:
        state.node = pipe
        value: object = ABSENT
        for command in commands:
            value = command(state, dot, value)
            if type(value) is Iface:
                value = unbox(value)
        for place, slot in enumerate(slots):
            if slot is None:
                raise state.failure(f"undefined variable: {pipe.declared[place].names[0]}")
            state.variables[slot] = value
        return value

    return run


def set_variable(state: State, slot: int | None, name: str, value: object) -> None:
    """Set a loop variable; stops if an assignment names none that is declared."""
    if slot is None:
        raise state.failure(f"undefined variable: {name}")
    state.variables[slot] = value
