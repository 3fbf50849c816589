"""Statements compiled to closures over the expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from generator.gotemplate import nodes
from generator.gotemplate.errors import UnsupportedFeature
from generator.gotemplate.evaluation import Scope, pipeline, set_variable
from generator.gotemplate.formatting import format_value
from generator.gotemplate.state import Compiled, Exec, Expr, State
from generator.gotemplate.strconv import quote
from generator.gotemplate.values import (
    NO_VALUE,
    Func,
    Iface,
    Kind,
    NoValue,
    Pointer,
    element,
    kind,
    sorted_items,
    truth,
    type_name,
    unbox,
)

MAX_DEPTH: Final = 100
"""Templates invoking templates. Go allows 100000; Python's stack does not."""


def compile_tree(tree: nodes.Tree, functions: Mapping[str, Func]) -> Compiled:
    """Code for one template; every function it names must be among ``functions``."""
    scope = Scope(functions)
    run = _list(tree.root, scope)
    return Compiled(tree, run, scope.slots)


def _list(body: nodes.NodeList, scope: Scope) -> Exec:
    steps = tuple(_statement(node, scope) for node in body.nodes)

    def run(state: State, dot: object) -> str | None:
        for step in steps:
            signal = step(state, dot)
            if signal is not None:
                return signal
        return None

    return run


def _statement(node: nodes.Statement, scope: Scope) -> Exec:
    match node:
        case nodes.Text(text=text):
            return lambda state, _dot: state.out.append(text)
        case nodes.Action():
            return _action(node, scope)
        case nodes.Branch(keyword="range"):
            return _range(node, scope)
        case nodes.Branch():
            return _branch(node, scope)
        case nodes.Invocation():
            return _invocation(node, scope)
        case nodes.LoopControl(keyword=keyword):
            return lambda _state, _dot: keyword


def _action(node: nodes.Action, scope: Scope) -> Exec:
    value_of = pipeline(node.pipe, scope)
    if node.pipe.declared:

        def declare(state: State, dot: object) -> None:
            state.node = node
            value_of(state, dot)

        return declare

    def show(state: State, dot: object) -> None:
        state.node = node
        value = value_of(state, dot)
        state.node = node
        state.out.append(value if type(value) is str else _printed(state, value))

    return show


def _printed(state: State, value: object) -> str:
    """What an action prints for a value: pointers are followed, and no value is said to be none."""
    if type(value) is Pointer:
        value = value.target
    if type(value) is NoValue:
        return "<no value>"
    if isinstance(value, Func) and isinstance(state.node, nodes.Action):
        raise state.failure(f"can't print {state.node} of type {type_name(value)}")
    try:
        return format_value(value)
    except UnsupportedFeature as error:
        raise state.failure(str(error)) from None


def _branch(node: nodes.Branch, scope: Scope) -> Exec:
    """``if`` and ``with``: the same, but that ``with`` moves the dot."""
    mark = len(scope.names)
    condition = pipeline(node.pipe, scope)
    inner = len(scope.names)
    body = _list(node.body, scope)
    del scope.names[inner:]
    otherwise = None if node.otherwise is None else _list(node.otherwise, scope)
    del scope.names[mark:]
    moves_dot = node.keyword == "with"

    def run(state: State, dot: object) -> str | None:
        state.node = node
        value = condition(state, dot)
        if truth(value):
            return body(state, value if moves_dot else dot)
        return None if otherwise is None else otherwise(state, dot)

    return run


def _range(node: nodes.Branch, scope: Scope) -> Exec:
    mark = len(scope.names)
    values_of = pipeline(node.pipe, scope)
    inner = len(scope.names)
    names = [variable.names[0] for variable in node.pipe.declared]
    slots = [scope.find(name) for name in names] if node.pipe.assign else list(range(mark, inner))
    body = _list(node.body, scope)
    del scope.names[inner:]
    otherwise = None if node.otherwise is None else _list(node.otherwise, scope)
    del scope.names[mark:]

    def run(state: State, dot: object) -> str | None:
        state.node = node
        ran = False
        for index, value in _iterated(state, values_of(state, dot), len(slots)):
            ran = True
            # With one variable Go gives the element, with two the index comes first.
            if slots:
                set_variable(state, slots[-1], names[-1], value)
            if len(slots) > 1:
                set_variable(state, slots[0], names[0], index)
            if body(state, value) == "break":
                break
        return None if ran or otherwise is None else otherwise(state, dot)

    return run


def _iterated(state: State, value: object, variables: int) -> Iterable[tuple[object, object]]:
    """Pairs of index (or key) and element, in the order Go visits them."""
    value = unbox(value)
    if isinstance(value, Pointer):
        value = value.target
    match kind(value):
        case Kind.INVALID:
            return ()
        case Kind.SLICE:
            items = cast("Sequence[object]", value)
            return ((index, element(value, item)) for index, item in enumerate(items))
        case Kind.MAP:
            mapping = cast("Mapping[object, object]", value)
            return ((key, element(value, item)) for key, item in sorted_items(mapping))
        case Kind.INT | Kind.UINT:
            if variables > 1:
                raise state.failure(f"can't use {format_value(value)} to iterate over more than one variable")
            cls = type(value)
            return ((NO_VALUE, cls(number)) for number in range(cast(int, value)))  # type: ignore[call-arg]
    raise state.failure(f"range can't iterate over {_printed(state, value)}")


def _no_dot(_state: State, _dot: object) -> object:
    return NO_VALUE


def _invocation(node: nodes.Invocation, scope: Scope) -> Exec:
    dot_of: Expr = _no_dot if node.pipe is None else pipeline(node.pipe, scope)

    def run(state: State, dot: object) -> None:
        state.node = node
        target = state.templates.get(node.name)
        if target is None:
            raise state.failure(f"template {quote(node.name)} not defined")
        if state.depth == MAX_DEPTH:
            raise state.failure("exceeded maximum template depth (100000)")
        inner_dot = dot_of(state, dot)
        inner = State(target, state.templates, state.missing, state.context, state.out, depth=state.depth + 1)
        start(inner, inner_dot)

    return run


def start(state: State, dot: object) -> None:
    """Run the state's template with this dot, which is also its ``$``."""
    state.variables[0] = dot
    state.compiled.run(state, Iface(None) if dot is None else dot)
