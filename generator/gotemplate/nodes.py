"""The tree of a parsed template. ``str(node)`` writes the node back as Go does in its messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from generator.gotemplate.strconv import quote


@dataclass(frozen=True, slots=True, eq=False)
class Dot:
    """The cursor, ``.``."""

    pos: int

    def __str__(self) -> str:
        return "."


@dataclass(frozen=True, slots=True, eq=False)
class Nil:
    """The constant ``nil``."""

    pos: int

    def __str__(self) -> str:
        return "nil"


@dataclass(frozen=True, slots=True, eq=False)
class Bool:
    """``true`` or ``false``."""

    pos: int
    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A numeric constant under every type that can hold it (None where a type cannot)."""

    pos: int
    text: str
    integer: int | None
    real: float | None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, eq=False)
class String:
    """A string constant: the literal with its quotes, and its value."""

    pos: int
    literal: str
    value: str

    def __str__(self) -> str:
        return self.literal


@dataclass(frozen=True, slots=True, eq=False)
class Identifier:
    """A function's name."""

    pos: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """``.A.B``: field names in order."""

    pos: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join("." + name for name in self.names)


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """``$x.A.B``: the variable, dollar sign included, then field names."""

    pos: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Field names after a term, as in ``(pipeline).A.B``."""

    pos: int
    node: Operand
    names: tuple[str, ...]

    def __str__(self) -> str:
        inner = f"({self.node})" if isinstance(self.node, Pipe) else str(self.node)
        return inner + "".join("." + name for name in self.names)


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """Operands separated by spaces; the first may be a function or method."""

    pos: int
    args: tuple[Operand, ...]

    def __str__(self) -> str:
        return " ".join(f"({arg})" if isinstance(arg, Pipe) else str(arg) for arg in self.args)


@dataclass(frozen=True, slots=True, eq=False)
class Pipe:
    """Commands joined by ``|``, with the variables they declare (or, if ``assign``, set)."""

    pos: int
    commands: tuple[Command, ...]
    declared: tuple[Variable, ...] = ()
    assign: bool = False

    def __str__(self) -> str:
        head = ""
        if self.declared:
            head = ", ".join(map(str, self.declared)) + (" = " if self.assign else " := ")
        return head + " | ".join(map(str, self.commands))


Operand: TypeAlias = "Dot | Nil | Bool | Number | String | Identifier | Field | Variable | Chain | Pipe"


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Literal text."""

    pos: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """A pipeline whose value is printed, unless it declares variables."""

    pos: int
    pipe: Pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """``if``, ``with`` or ``range`` (the ``keyword``) with its bodies."""

    pos: int
    keyword: str
    pipe: Pipe
    body: NodeList
    otherwise: NodeList | None

    def __str__(self) -> str:
        tail = "" if self.otherwise is None else "{{else}}" + str(self.otherwise)
        return f"{{{{{self.keyword} {self.pipe}}}}}{self.body}{tail}{{{{end}}}}"


@dataclass(frozen=True, slots=True, eq=False)
class LoopControl:
    """``break`` or ``continue``."""

    pos: int
    keyword: str

    def __str__(self) -> str:
        return f"{{{{{self.keyword}}}}}"


@dataclass(frozen=True, slots=True, eq=False)
class Invocation:
    """``{{template "name" pipeline}}``, also what ``{{block}}`` leaves behind."""

    pos: int
    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        tail = "" if self.pipe is None else f" {self.pipe}"
        return f"{{{{template {quote(self.name)}{tail}}}}}"


Statement: TypeAlias = "Text | Action | Branch | LoopControl | Invocation"


@dataclass(frozen=True, slots=True, eq=False)
class NodeList:
    """Statements in order."""

    pos: int
    nodes: tuple[Statement, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.nodes))


Node: TypeAlias = "Operand | Command | Statement | NodeList"


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One named template: its body, and the whole text and top-level name it was parsed from."""

    name: str
    parse_name: str
    text: str
    root: NodeList

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing but white space, so that it may be redefined."""
        return all(isinstance(node, Text) and not node.text.strip() for node in self.root.nodes)

    def line_of(self, pos: int) -> int:
        """The line, from 1, of a character of the text."""
        return 1 + self.text.count("\n", 0, pos)

    def location(self, pos: int) -> str:
        """``name:line:column`` with the column counted in bytes from 0, as in Go's messages."""
        start = self.text.rfind("\n", 0, pos) + 1
        column = len(self.text[start:pos].encode("utf-8", "surrogateescape"))
        return f"{self.parse_name}:{self.line_of(pos)}:{column}"
