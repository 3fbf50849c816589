"""From tokens to trees, with Go's grammar and Go's complaints."""

from __future__ import annotations

from collections.abc import Container

from generator.gotemplate import nodes
from generator.gotemplate.lexer import Token, TokenKind
from generator.gotemplate.strconv import (
    MAX_INT64,
    MAX_UINT64,
    MIN_INT64,
    parse_float,
    parse_integer,
    quote,
    unquote,
    unquote_char,
)
from generator.gotemplate.tokenstream import TokenStream

MAX_NESTING = 100
"""Nested parentheses allowed. Go allows 10000; Python's stack does not."""

_OPERAND_KINDS = frozenset(
    (
        TokenKind.BOOL,
        TokenKind.RUNE,
        TokenKind.DOT,
        TokenKind.FIELD,
        TokenKind.IDENTIFIER,
        TokenKind.NUMBER,
        TokenKind.NIL,
        TokenKind.STRING,
        TokenKind.VARIABLE,
        TokenKind.OPEN,
    )
)
_CONSTANTS = (nodes.Bool, nodes.String, nodes.Number, nodes.Nil, nodes.Dot)


class _End:
    """``{{end}}`` (or, with ``is_else``, ``{{else}}``): what closes a list of statements."""

    def __init__(self, pos: int, is_else: bool) -> None:
        self.pos = pos
        self.is_else = is_else

    def __str__(self) -> str:
        return "{{else}}" if self.is_else else "{{end}}"


def parse_trees(name: str, text: str, functions: Container[str]) -> dict[str, nodes.Tree]:
    """The templates a text holds: itself under ``name`` and those it defines.

    Raises ParseError, worded as Go's text/template/parse words it.
    """
    return _Parser(name, text, functions).parse()


class _Parser(TokenStream):
    def __init__(self, name: str, text: str, functions: Container[str]) -> None:
        super().__init__(name, text)
        self._functions = functions
        self._variables = ["$"]
        self._loops = 0
        self._nesting = 0
        self._trees: dict[str, nodes.Tree] = {}

    # Statements

    def parse(self) -> dict[str, nodes.Tree]:
        statements: list[nodes.Statement] = []
        start = self.peek().pos
        while self.peek().kind is not TokenKind.EOF:
            if self._definition():
                continue
            statement = self._statement()
            if isinstance(statement, _End):
                raise self.failure(f"unexpected {statement}")
            statements.append(statement)
        self._add(self.name, nodes.NodeList(start, tuple(statements)))
        return self._trees

    def _add(self, name: str, root: nodes.NodeList) -> None:
        tree = nodes.Tree(name, self.name, self.text, root)
        old = self._trees.get(name)
        if old is None or old.is_empty:
            self._trees[name] = tree
        elif not tree.is_empty:
            raise self.failure(f"template: multiple definition of template {quote(name)}")

    def _definition(self) -> bool:
        """Parse a ``{{define}}`` if one stands here; it may stand at the top level only."""
        delimiter = self.next()
        if delimiter.kind is not TokenKind.LEFT:
            self.back(delimiter)
            return False
        word = self.next_word()
        if word.text != "define" or word.kind is not TokenKind.KEYWORD:
            self.back(delimiter, word)
            return False
        context = "define clause"
        token = self.expect(TokenKind.STRING, context)
        name = self._unquoted(token)
        self.expect(TokenKind.RIGHT, context)
        self._add(name, self._own_body(context))
        return True

    def _own_body(self, context: str) -> nodes.NodeList:
        """The body of a define or block up to its ``{{end}}``; it sees no outer variable or loop."""
        outer = self._variables, self._loops, self.action_line
        self._variables, self._loops, self.action_line = ["$"], 0, 0
        body, end = self._list()
        if end.is_else:
            raise self.failure(f"unexpected {end} in {context}")
        self._variables, self._loops, self.action_line = outer
        return body

    def _list(self) -> tuple[nodes.NodeList, _End]:
        start = self.peek_word().pos
        statements: list[nodes.Statement] = []
        while self.peek_word().kind is not TokenKind.EOF:
            statement = self._statement()
            if isinstance(statement, _End):
                return nodes.NodeList(start, tuple(statements)), statement
            statements.append(statement)
        raise self.failure("unexpected EOF")

    def _statement(self) -> nodes.Statement | _End:
        token = self.next_word()
        if token.kind is TokenKind.TEXT:
            return nodes.Text(token.pos, token.text)
        if token.kind is not TokenKind.LEFT:
            raise self.unexpected(token, "input")
        self.action_line = self.line(token)
        statement = self._action()
        self.action_line = 0
        return statement

    def _action(self) -> nodes.Statement | _End:
        token = self.next_word()
        word = token.text if token.kind is TokenKind.KEYWORD else ""
        match word:
            case "if" | "with" | "range":
                return self._branch(word)
            case "break" | "continue":
                return self._loop_control(token)
            case "else":
                return self._else()
            case "end":
                return _End(self.expect(TokenKind.RIGHT, "end").pos, is_else=False)
            case "template":
                return self._invocation()
            case "block":
                return self._block()
        self.back(token)
        return nodes.Action(token.pos, self._pipeline("command", TokenKind.RIGHT))

    def _branch(self, keyword: str) -> nodes.Branch:
        depth = len(self._variables)
        pipe = self._pipeline(keyword, TokenKind.RIGHT)
        self._loops += keyword == "range"
        body, end = self._list()
        self._loops -= keyword == "range"
        otherwise: nodes.NodeList | None = None
        if end.is_else:
            otherwise = self._else_body(keyword, end)
        del self._variables[depth:]
        return nodes.Branch(pipe.pos, keyword, pipe, body, otherwise)

    def _else_body(self, keyword: str, end: _End) -> nodes.NodeList:
        token = self.peek()
        if keyword in ("if", "with") and token.kind is TokenKind.KEYWORD and token.text == keyword:
            # {{else if}} is {{else}}{{if}} with one {{end}} for both.
            self.next()
            return nodes.NodeList(end.pos, (self._branch(keyword),))
        body, closing = self._list()
        if closing.is_else:
            raise self.failure(f"expected end; found {closing}")
        return body

    def _else(self) -> _End:
        token = self.peek_word()
        if token.kind is TokenKind.KEYWORD and token.text in ("if", "with"):
            return _End(token.pos, is_else=True)
        return _End(self.expect(TokenKind.RIGHT, "else").pos, is_else=True)

    def _loop_control(self, word: Token) -> nodes.LoopControl:
        token = self.next_word()
        if token.kind is not TokenKind.RIGHT:
            raise self.unexpected(token, f"{{{{{word.text}}}}}")
        if not self._loops:
            raise self.failure(f"{{{{{word.text}}}}} outside {{{{range}}}}")
        return nodes.LoopControl(word.pos, word.text)

    def _invocation(self) -> nodes.Invocation:
        context = "template clause"
        token = self.next_word()
        name = self._template_name(token, context)
        following = self.next_word()
        pipe = None
        if following.kind is not TokenKind.RIGHT:
            self.back(following)
            pipe = self._pipeline(context, TokenKind.RIGHT)
        return nodes.Invocation(token.pos, name, pipe)

    def _block(self) -> nodes.Invocation:
        context = "block clause"
        token = self.next_word()
        name = self._template_name(token, context)
        pipe = self._pipeline(context, TokenKind.RIGHT)
        self._add(name, self._own_body(context))
        return nodes.Invocation(token.pos, name, pipe)

    def _template_name(self, token: Token, context: str) -> str:
        if token.kind is not TokenKind.STRING:
            raise self.unexpected(token, context)
        return self._unquoted(token)

    def _unquoted(self, token: Token) -> str:
        try:
            return unquote(token.text)
        except ValueError as error:
            raise self.failure(str(error)) from None

    # Pipelines

    def _pipeline(self, context: str, end: TokenKind) -> nodes.Pipe:
        start = self.peek_word().pos
        declared, assign = self._declarations(context)
        commands: list[nodes.Command] = []
        while (token := self.next_word()).kind is not end:
            if token.kind not in _OPERAND_KINDS:
                raise self.unexpected(token, context)
            self.back(token)
            commands.append(self._command())
        self._check_pipeline(commands, context)
        return nodes.Pipe(start, tuple(commands), tuple(declared), assign)

    def _check_pipeline(self, commands: list[nodes.Command], context: str) -> None:
        if not commands:
            raise self.failure(f"missing value for {context}")
        for stage, command in enumerate(commands[1:], start=2):
            if isinstance(command.args[0], _CONSTANTS):
                raise self.failure(f"non executable command in pipeline stage {stage}")

    def _declarations(self, context: str) -> tuple[list[nodes.Variable], bool]:
        """The variables before ``:=`` or ``=``, if any, and whether it was ``=``."""
        declared: list[nodes.Variable] = []
        while (variable := self.peek_word()).kind is TokenKind.VARIABLE:
            self.next_word()
            adjacent = self.peek()
            following = self.peek_word()
            if following.kind in (TokenKind.ASSIGN, TokenKind.DECLARE):
                self.next_word()
                self._declare(variable, declared)
                return declared, following.kind is TokenKind.ASSIGN
            if following.kind is TokenKind.CHAR and following.text == ",":
                self.next_word()
                self._declare(variable, declared)
                self._second_variable(context, declared)
                continue
            # Not a declaration: the variable is an operand, told from what follows by the space between.
            self.back(variable, *([adjacent] if adjacent.kind is TokenKind.SPACE else []))
            break
        return declared, False

    def _declare(self, variable: Token, declared: list[nodes.Variable]) -> None:
        declared.append(nodes.Variable(variable.pos, tuple(variable.text.split("."))))
        self._variables.append(variable.text)

    def _second_variable(self, context: str, declared: list[nodes.Variable]) -> None:
        if context != "range" or len(declared) > 1:
            raise self.failure(f"too many declarations in {context}")
        if self.peek_word().kind not in (TokenKind.VARIABLE, TokenKind.RIGHT, TokenKind.CLOSE):
            raise self.failure("range can only initialize variables")

    def _command(self) -> nodes.Command:
        start = self.peek_word().pos
        args: list[nodes.Operand] = []
        while True:
            self.peek_word()
            operand = self._operand()
            if operand is not None:
                args.append(operand)
            token = self.next()
            if token.kind is TokenKind.SPACE:
                continue
            if token.kind in (TokenKind.RIGHT, TokenKind.CLOSE):
                self.back(token)
            elif token.kind is not TokenKind.PIPE:
                raise self.unexpected(token, "operand")
            break
        if not args:
            raise self.failure("empty command")
        return nodes.Command(start, tuple(args))

    def _operand(self) -> nodes.Operand | None:
        term = self._term()
        first = self.peek() if term is not None else None
        if term is None or first is None or first.kind is not TokenKind.FIELD:
            return term
        names: list[str] = []
        while self.peek().kind is TokenKind.FIELD:
            names.append(self.next().text[1:])
        if isinstance(term, nodes.Field):
            return nodes.Field(first.pos, (*term.names, *names))
        if isinstance(term, nodes.Variable):
            return nodes.Variable(first.pos, (*term.names, *names))
        if isinstance(term, _CONSTANTS):
            raise self.failure(f"unexpected . after term {quote(str(term))}")
        return nodes.Chain(first.pos, term, tuple(names))

    def _term(self) -> nodes.Operand | None:
        token = self.next_word()
        match token.kind:
            case TokenKind.IDENTIFIER:
                if token.text not in self._functions:
                    raise self.failure(f"function {quote(token.text)} not defined")
                return nodes.Identifier(token.pos, token.text)
            case TokenKind.DOT:
                return nodes.Dot(token.pos)
            case TokenKind.NIL:
                return nodes.Nil(token.pos)
            case TokenKind.VARIABLE:
                if token.text not in self._variables:
                    raise self.failure(f"undefined variable {quote(token.text)}")
                return nodes.Variable(token.pos, (token.text,))
            case TokenKind.FIELD:
                return nodes.Field(token.pos, (token.text[1:],))
            case TokenKind.BOOL:
                return nodes.Bool(token.pos, token.text == "true")
            case TokenKind.RUNE | TokenKind.NUMBER:
                return self._number(token)
            case TokenKind.STRING:
                return nodes.String(token.pos, token.text, self._unquoted(token))
            case TokenKind.OPEN:
                return self._parenthesized()
        self.back(token)
        return None

    def _parenthesized(self) -> nodes.Pipe:
        if self._nesting >= MAX_NESTING:
            raise self.failure("max expression depth exceeded")
        self._nesting += 1
        pipe = self._pipeline("parenthesized pipeline", TokenKind.CLOSE)
        self._nesting -= 1
        return pipe

    def _number(self, token: Token) -> nodes.Number:
        try:
            if token.kind is TokenKind.RUNE:
                code = unquote_char(token.text)
                return nodes.Number(token.pos, token.text, code, float(code))
            return _number(token.pos, token.text)
        except ValueError as error:
            raise self.failure(str(error)) from None


def _number(pos: int, text: str) -> nodes.Number:
    """A number under every type that can hold it; ValueError if none can."""
    if text.endswith("i") and not text.lower().lstrip("+-").startswith("0x"):
        raise ValueError(f"complex constants are not supported: {quote(text)}")
    integer = parse_integer(text)
    if integer is not None:
        if not MIN_INT64 <= integer <= MAX_UINT64 or (text[0] in "+-" and integer > MAX_INT64):
            raise ValueError(f"integer overflow: {quote(text)}")
        return nodes.Number(pos, text, integer, float(integer))
    try:
        real = parse_float(text)
    except ValueError:
        raise ValueError(f"illegal number syntax: {quote(text)}") from None
    if not any(mark in text for mark in ".eEpP"):
        raise ValueError(f"integer overflow: {quote(text)}")
    whole = int(real) if real.is_integer() and MIN_INT64 <= real <= MAX_INT64 else None
    return nodes.Number(pos, text, whole, real)
