"""Go's text/template: parse once, execute often.

>>> Template.parse("greeting", "Hello {{.name | printf \\"%q\\"}}").execute({"name": "Gopher"})
'Hello "Gopher"'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from generator.gotemplate import nodes
from generator.gotemplate.compiler import compile_tree, start
from generator.gotemplate.errors import ExecError, TemplateError
from generator.gotemplate.parser import parse_trees
from generator.gotemplate.predeclared import BUILTINS
from generator.gotemplate.state import Compiled, MissingKey, State
from generator.gotemplate.strconv import quote
from generator.gotemplate.values import NO_VALUE, Func

NO_FUNCTIONS: Final[Mapping[str, Func]] = MappingProxyType({})
NO_TREES: Final[Mapping[str, nodes.Tree]] = MappingProxyType({})


def add_trees(library: Mapping[str, nodes.Tree], trees: Mapping[str, nodes.Tree]) -> dict[str, nodes.Tree]:
    """The library with newly parsed templates: a later definition replaces an earlier one unless it is empty."""
    merged = dict(library)
    for name, tree in trees.items():
        if name not in merged or not tree.is_empty:
            merged[name] = tree
    return merged


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template with those it can invoke. Immutable; executions do not disturb one another."""

    name: str
    templates: Mapping[str, Compiled]
    missing: MissingKey

    @classmethod
    def parse(
        cls,
        name: str,
        text: str,
        functions: Mapping[str, Func] = NO_FUNCTIONS,
        *,
        missing: MissingKey = MissingKey.DEFAULT,
        library: Mapping[str, nodes.Tree] = NO_TREES,
    ) -> Template:
        """Parse ``text``; ``functions`` come on top of Go's own, ``library`` holds templates it may invoke.

        Raises ParseError.
        """
        known = {**BUILTINS, **functions}
        trees = add_trees(library, parse_trees(name, text, known))
        return cls.of_trees(name, trees, known, missing)

    @classmethod
    def of_trees(
        cls, name: str, trees: Mapping[str, nodes.Tree], functions: Mapping[str, Func], missing: MissingKey
    ) -> Template:
        """The template ``name`` of a set of trees; ``functions`` must hold Go's own too."""
        return cls(name, {key: compile_tree(tree, functions) for key, tree in trees.items()}, missing)

    def execute(self, data: object = None, *, context: object = None) -> str:
        """The output for this data. ``context`` is handed to contextual functions.

        Raises ExecError; what was printed until then is lost.
        """
        return self.execute_named(self.name, data, context=context)

    def execute_named(self, name: str, data: object = None, *, context: object = None) -> str:
        """The output of one of the defined templates. Raises TemplateError if there is none."""
        compiled = self.templates.get(name)
        if compiled is None:
            raise TemplateError(f"template: no template {quote(name)} associated with template {quote(self.name)}")
        out: list[str] = []
        state = State(compiled, self.templates, self.missing, context, out)
        try:
            start(state, NO_VALUE if data is None else data)
        except RecursionError:
            raise ExecError(f"template: {name}: exceeded maximum template depth (100000)") from None
        return "".join(out)
