"""Go's html/template: text/template with every value escaped for the place in the HTML where it lands.

Text, RCDATA (``<title>``, ``<textarea>``), comments, attribute names and values (quoted or not), URL and
srcset attributes and ``<meta content>`` are escaped as Go escapes them. Not done: inserting a value into
JavaScript (``<script>``, ``on…`` attributes) or into a style sheet (``<style>``, ``style``), and escapes
inside style sheet strings. These raise UnsupportedContext; literal style sheets and ``on…`` attributes
pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from generator.gotemplate import nodes
from generator.gotemplate.errors import EscapeError, UnsupportedContext
from generator.gotemplate.htmlcontext import (
    CSS_STATES,
    Context,
    Delim,
    State,
    UrlPart,
    joined,
)
from generator.gotemplate.htmlescapers import ESCAPERS
from generator.gotemplate.htmlscan import scan
from generator.gotemplate.parser import parse_trees
from generator.gotemplate.predeclared import BUILTINS
from generator.gotemplate.state import MissingKey
from generator.gotemplate.strconv import quote
from generator.gotemplate.template import NO_FUNCTIONS, NO_TREES, Template, add_trees
from generator.gotemplate.values import Func

_PREDEFINED: Final = ("html", "urlquery")
_EQUIVALENT: Final = {
    "_html_template_attrescaper": "html",
    "_html_template_htmlescaper": "html",
    "_html_template_rcdataescaper": "html",
    "_html_template_urlescaper": "urlquery",
    "_html_template_urlnormalizer": "urlquery",
}
_REDUNDANT: Final = frozenset(
    (
        ("_html_template_commentescaper", "_html_template_attrescaper"),
        ("_html_template_commentescaper", "_html_template_htmlescaper"),
        ("_html_template_urlescaper", "_html_template_urlnormalizer"),
    )
)
_STATE_ESCAPERS: Final = {
    State.TEXT: ("_html_template_htmlescaper",),
    State.RCDATA: ("_html_template_rcdataescaper",),
    State.ATTR_NAME: ("_html_template_htmlnamefilter",),
    State.SRCSET: ("_html_template_srcsetescaper",),
    State.META_URL: ("_html_template_urlfilter",),
    State.META_CONTENT: (),
    State.ATTR: (),
}
_URL_ESCAPERS: Final = {
    UrlPart.NONE: ("_html_template_urlfilter", "_html_template_urlnormalizer"),
    UrlPart.PRE_QUERY: ("_html_template_urlnormalizer",),
    UrlPart.QUERY: ("_html_template_urlescaper",),
}


def _normal(name: str) -> str:
    return _EQUIVALENT.get(name, name)


def _first_name(command: nodes.Command) -> str | None:
    first = command.args[0]
    return first.name if isinstance(first, nodes.Identifier) else None


def _escaped_pipe(pipe: nodes.Pipe, escapers: list[str]) -> nodes.Pipe:
    """The pipeline with the escapers at its end; ``html`` or ``urlquery`` there already stands for one."""
    if not escapers:
        return pipe
    commands = list(pipe.commands)
    last = commands[-1]
    predefined = _first_name(last)
    if predefined in _PREDEFINED and predefined is not None:
        if len(commands) == 1 and len(last.args) > 1:
            head = nodes.Identifier(last.args[0].pos, "_eval_args_")
            commands = [replace(last, args=(head, *last.args[1:])), _call(predefined, pipe.pos)]
        merged = [predefined if _normal(name) == predefined else name for name in escapers]
        if merged != escapers:
            escapers = merged
            commands.pop()
    present = {_normal(name) for name in map(_first_name, commands) if name is not None}
    for name in escapers:
        before = _first_name(commands[-1]) if commands else None
        if _normal(name) not in present and (before, name) not in _REDUNDANT:
            commands.append(_call(name, pipe.pos))
    return replace(pipe, commands=tuple(commands))


def _call(name: str, pos: int) -> nodes.Command:
    return nodes.Command(pos, (nodes.Identifier(pos, name),))


@dataclass(slots=True)
class _Loop:
    """The contexts in which the current range loop is left or continued early."""

    breaks: list[tuple[Context, nodes.LoopControl]]


class _Escaper:
    """Rewrites a set of trees so that every action ends with the escapers its context asks for."""

    def __init__(self, trees: Mapping[str, nodes.Tree]) -> None:
        self._trees = trees
        self._outputs: dict[str, Context] = {}
        self._called: set[str] = set()
        self._loops: list[_Loop] = []
        self._tree: nodes.Tree | None = None
        self.done: dict[str, nodes.Tree] = {}

    def escape(self, name: str) -> None:
        """Escape the template that is to be executed. Raises EscapeError, UnsupportedContext."""
        try:
            context, _ = self._template(Context(), name, None)
        except EscapeError as error:
            text = str(error)
            raise EscapeError(text if text.startswith("html/template:") else f"html/template:{name}: {text}") from None
        if context.state is not State.TEXT:
            raise EscapeError(f"html/template:{name}: ends in a non-text context: {context}")

    def _fail(self, node: nodes.Node, message: str) -> EscapeError:
        where = self._tree.location(node.pos) if self._tree is not None else ""
        return EscapeError(f"html/template:{where}: {message}")

    def _template(self, context: Context, name: str, node: nodes.Node | None) -> tuple[Context, str]:
        """The context after the named template, and its name in this context."""
        mangled = context.mangled(name)
        self._called.add(mangled)
        if mangled in self._outputs:
            return self._outputs[mangled], mangled
        tree = self._trees.get(name)
        if tree is None:
            message = f"no such template {quote(name)}"
            raise EscapeError(message) if node is None else self._fail(node, message)
        after, settled = self._body(context, tree, mangled)
        if not settled:
            after, settled = self._body(after, tree, mangled)
        if not settled:
            self._tree = tree
            raise self._fail(tree.root, f"cannot compute output context for template {mangled}")
        return after, mangled

    def _body(self, context: Context, tree: nodes.Tree, mangled: str) -> tuple[Context, bool]:
        """Escape a template as if its calls to itself left the context alone; whether they do."""
        outer = self._tree, self._called, self._loops
        self._tree, self._called, self._loops = tree, set(), []
        self._outputs[mangled] = context
        after, root = self._list(context, tree.root)
        settled = mangled not in self._called or after == context
        outer[1].update(self._called)
        self._tree, self._called, self._loops = outer
        if settled:
            self._outputs[mangled] = after
            self.done[mangled] = replace(tree, name=mangled, root=root)
        return after, settled

    def _list(self, context: Context, body: nodes.NodeList) -> tuple[Context, nodes.NodeList]:
        out: list[nodes.Statement] = []
        for index, node in enumerate(body.nodes):
            context, escaped = self._statement(context, node)
            out.append(escaped)
            if context.state is State.DEAD:
                out.extend(body.nodes[index + 1 :])
                break
        return context, replace(body, nodes=tuple(out))

    def _statement(self, context: Context, node: nodes.Statement) -> tuple[Context, nodes.Statement]:
        match node:
            case nodes.Text():
                context, text = scan(context, node.text)
                return context, replace(node, text=text)
            case nodes.Action():
                return self._action(context, node)
            case nodes.Branch():
                return self._branch(context, node)
            case nodes.Invocation():
                context, name = self._template(context, node.name, node)
                return context, replace(node, name=name)
            case nodes.LoopControl():
                self._loops[-1].breaks.append((context, node))
                return Context(State.DEAD), node

    def _action(self, context: Context, node: nodes.Action) -> tuple[Context, nodes.Statement]:
        if node.pipe.declared:
            return context, node
        context = context.nudged()
        last = len(node.pipe.commands) - 1
        for place, command in enumerate(node.pipe.commands):
            name = _first_name(command)
            unquoted = context.state is State.ATTR and context.delim is Delim.SPACE and name == "html"
            if name in _PREDEFINED and name is not None and (place < last or unquoted):
                raise self._fail(node, f"predefined escaper {quote(name)} disallowed in template")
        escapers = self._escapers(context, node)
        if context.delim is Delim.SPACE:
            escapers.append("_html_template_nospaceescaper")
        elif context.delim is not Delim.NONE:
            escapers.append("_html_template_attrescaper")
        return context, replace(node, pipe=_escaped_pipe(node.pipe, escapers))

    def _escapers(self, context: Context, node: nodes.Action) -> list[str]:
        if context.state is State.URL:
            if context.url_part is UrlPart.UNKNOWN:
                raise self._fail(node, f"{node} appears in an ambiguous context within a URL")
            return list(_URL_ESCAPERS[context.url_part])
        if context.state in CSS_STATES or context.state is State.JS:
            what = "JavaScript" if context.state is State.JS else "a style sheet"
            raise UnsupportedContext(
                str(self._fail(node, f"{node} inserts a value into {what}, which is not supported"))
            )
        if context.is_comment:
            return ["_html_template_commentescaper"]
        return list(_STATE_ESCAPERS[context.state])

    def _branch(self, context: Context, node: nodes.Branch) -> tuple[Context, nodes.Statement]:
        if node.keyword == "range":
            after, body = self._loop(context, node)
        else:
            after, body = self._list(context, node.body)
        otherwise, after_else = node.otherwise, context
        if otherwise is not None:
            after_else, otherwise = self._list(context, otherwise)
        return self._joined(after, after_else, node, node.keyword), replace(node, body=body, otherwise=otherwise)

    def _loop(self, context: Context, node: nodes.Branch) -> tuple[Context, nodes.NodeList]:
        """A loop's body must end where a second round of it ends as well."""
        self._loops.append(_Loop([]))
        once, body = self._list(context, node.body)
        once = self._with_breaks(once)
        self._loops.append(_Loop([]))
        twice, _ = self._list(once, node.body)
        both = joined(once, twice)
        if both is None:
            raise self._fail(node, "on range loop re-entry: " + _branches("range", once, twice))
        return self._with_breaks(both), body

    def _with_breaks(self, context: Context) -> Context:
        for early, node in self._loops.pop().breaks:
            both = joined(context, early)
            if both is None:
                message = f"at range loop {node.keyword}: " + _branches("range", context, early)
                raise self._fail(node, message)
            context = both
        return context

    def _joined(self, left: Context, right: Context, node: nodes.Node, keyword: str) -> Context:
        both = joined(left, right)
        if both is None:
            raise self._fail(node, _branches(keyword, left, right))
        return both


def _branches(keyword: str, left: Context, right: Context) -> str:
    return f"{{{{{keyword}}}}} branches end in different contexts: {left}, {right}"


@dataclass(frozen=True, slots=True)
class HtmlTemplate:
    """A parsed and escaped template."""

    inner: Template

    @classmethod
    def parse(
        cls,
        name: str,
        text: str,
        functions: Mapping[str, Func] = NO_FUNCTIONS,
        *,
        missing: MissingKey = MissingKey.DEFAULT,
        library: Mapping[str, nodes.Tree] = NO_TREES,
    ) -> HtmlTemplate:
        """Parse and escape ``text``; arguments as for :meth:`Template.parse`.

        Raises ParseError, EscapeError, UnsupportedContext.
        """
        known = {**BUILTINS, **functions}
        trees = add_trees(library, parse_trees(name, text, known))
        escaper = _Escaper(trees)
        escaper.escape(name)
        return cls(Template.of_trees(name, escaper.done, {**known, **ESCAPERS}, missing))

    def execute(self, data: object = None, *, context: object = None) -> str:
        """The HTML for this data. Raises ExecError."""
        return self.inner.execute(data, context=context)
