"""From template text to tokens: text, delimiters with trimming, and what stands inside actions."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from generator.gotemplate.strconv import is_print, quote, to_bytes


class TokenKind(enum.Enum):
    """Kinds of tokens; the value is only a label."""

    TEXT = "text"
    LEFT = "{{"
    RIGHT = "}}"
    SPACE = "space"
    BOOL = "bool"
    CHAR = "char"
    RUNE = "rune"
    NUMBER = "number"
    STRING = "string"
    IDENTIFIER = "identifier"
    FIELD = "field"
    VARIABLE = "variable"
    DOT = "dot"
    NIL = "nil"
    ASSIGN = "="
    DECLARE = ":="
    PIPE = "|"
    OPEN = "("
    CLOSE = ")"
    KEYWORD = "keyword"
    ERROR = "error"
    EOF = "EOF"


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the position of its first character in the text."""

    kind: TokenKind
    pos: int
    text: str

    def __str__(self) -> str:
        if self.kind is TokenKind.EOF:
            return "EOF"
        if self.kind is TokenKind.ERROR:
            return self.text
        if self.text in KEYWORDS and self.kind in (TokenKind.KEYWORD, TokenKind.DOT, TokenKind.NIL):
            return f"<{self.text}>"
        if len(to_bytes(self.text)) > 10:
            return quote(self.text[:10]) + "..."
        return quote(self.text)


KEYWORDS = frozenset(
    (".", "block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template", "with")
)
_SPACES = " \t\r\n"
_SPACE_RUN = re.compile(r"[ \t\r\n]+")
_TRIM_RIGHT = re.compile(r"[ \t\r\n]-\}\}")
_TRIM_LEFT = re.compile(r"-[ \t\r\n]")
_STRING = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"')
_RAW = re.compile(r"`[^`]*`")
_RUNE = re.compile(r"'(?:[^'\\\n]|\\[^\n])*'")
_NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_SINGLE = {"=": TokenKind.ASSIGN, "|": TokenKind.PIPE}
_QUOTED = {
    '"': (_STRING, TokenKind.STRING, "unterminated quoted string"),
    "`": (_RAW, TokenKind.STRING, "unterminated raw quoted string"),
    "'": (_RUNE, TokenKind.RUNE, "unterminated character constant"),
}


def _is_word(char: str) -> bool:
    """A letter, a decimal digit or an underscore."""
    return char == "_" or char.isalpha() or char.isdecimal()


def _described(char: str) -> str:
    """A character as ``%#U`` prints it."""
    shown = f" '{char}'" if is_print(char) else ""
    return f"U+{ord(char):04X}{shown}"


class Lexer:
    """Gives the tokens of a text one by one; after an error token it gives only EOF."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pos = 0
        self._inside = False
        self._depth = 0

    def next(self) -> Token:
        """The next token."""
        return self._action() if self._inside else self._outside()

    def _emit(self, kind: TokenKind, end: int) -> Token:
        start, self._pos = self._pos, end
        return Token(kind, start, self._text[start:end])

    def _fail(self, message: str) -> Token:
        token = Token(TokenKind.ERROR, self._pos, message)
        self._text, self._pos, self._inside = "", 0, False
        return token

    def _outside(self) -> Token:
        while True:
            text = self._text
            if self._pos >= len(text):
                return Token(TokenKind.EOF, self._pos, "EOF")
            delimiter = text.find("{{", self._pos)
            if delimiter < 0:
                return self._emit(TokenKind.TEXT, len(text))
            trims = _TRIM_LEFT.match(text, delimiter + 2) is not None
            body = text[self._pos : delimiter]
            kept = body.rstrip(_SPACES) if trims else body
            if kept:
                token = self._emit(TokenKind.TEXT, self._pos + len(kept))
                self._pos = delimiter
                return token
            self._pos = delimiter
            after = delimiter + (4 if trims else 2)
            if text.startswith("/*", after):
                self._pos = after
                failure = self._skip_comment()
                if failure is not None:
                    return failure
                continue
            token = self._emit(TokenKind.LEFT, delimiter + 2)
            self._pos, self._inside, self._depth = after, True, 0
            return token

    def _skip_comment(self) -> Token | None:
        end = self._text.find("*/", self._pos + 2)
        if end < 0:
            return self._fail("unclosed comment")
        delimiter = self._right_delimiter(end + 2)
        if delimiter is None:
            return self._fail("comment ends before closing delimiter")
        self._pos = self._after_right(*delimiter)
        return None

    def _right_delimiter(self, pos: int) -> tuple[int, bool] | None:
        """Where ``}}`` begins if a right delimiter stands here, and whether it trims."""
        if _TRIM_RIGHT.match(self._text, pos):
            return pos + 2, True
        return (pos, False) if self._text.startswith("}}", pos) else None

    def _after_right(self, pos: int, trims: bool) -> int:
        end = pos + 2
        spaces = _SPACE_RUN.match(self._text, end) if trims else None
        return end if spaces is None else spaces.end()

    def _action(self) -> Token:
        text, pos = self._text, self._pos
        delimiter = self._right_delimiter(pos)
        if delimiter is not None:
            return self._close(*delimiter)
        if pos >= len(text):
            return self._fail("unclosed action")
        char = text[pos]
        if char in _SPACES:
            return self._space()
        if char in _SINGLE:
            return self._emit(_SINGLE[char], pos + 1)
        if char == ":":
            if not text.startswith(":=", pos):
                return self._fail("expected :=")
            return self._emit(TokenKind.DECLARE, pos + 2)
        if char in _QUOTED:
            return self._quoted(*_QUOTED[char])
        if char in "()":
            return self._parenthesis(char)
        return self._word_or_number(char)

    def _close(self, pos: int, trims: bool) -> Token:
        if self._depth:
            return self._fail("unclosed left paren")
        self._pos = pos
        token = self._emit(TokenKind.RIGHT, pos + 2)
        self._pos, self._inside = self._after_right(pos, trims), False
        return token

    def _space(self) -> Token:
        match = _SPACE_RUN.match(self._text, self._pos)
        assert match is not None
        end = match.end()
        if self._right_delimiter(end - 1) is not None and _TRIM_RIGHT.match(self._text, end - 1):
            end -= 1
        return self._emit(TokenKind.SPACE, end)

    def _quoted(self, pattern: re.Pattern[str], kind: TokenKind, message: str) -> Token:
        match = pattern.match(self._text, self._pos)
        return self._fail(message) if match is None else self._emit(kind, match.end())

    def _parenthesis(self, char: str) -> Token:
        self._depth += 1 if char == "(" else -1
        if self._depth < 0:
            return self._fail("unexpected right paren")
        return self._emit(TokenKind.OPEN if char == "(" else TokenKind.CLOSE, self._pos + 1)

    def _word_or_number(self, char: str) -> Token:
        text, pos = self._text, self._pos
        following = text[pos + 1 : pos + 2]
        if char == "$":
            return self._named(TokenKind.VARIABLE)
        if char == "." and following and following not in "0123456789":
            return self._named(TokenKind.FIELD)
        if char in ".+-0123456789":
            return self._number()
        if _is_word(char):
            return self._identifier()
        if char.isascii() and is_print(char):
            return self._emit(TokenKind.CHAR, pos + 1)
        return self._fail(f"unrecognized character in action: {_described(char)}")

    def _word_end(self, pos: int) -> int:
        text = self._text
        while pos < len(text) and _is_word(text[pos]):
            pos += 1
        return pos

    def _terminates(self, pos: int) -> bool:
        """Whether what stands here may follow a name."""
        text = self._text
        return pos >= len(text) or text[pos] in " \t\r\n.,|:()" or text.startswith("}}", pos)

    def _named(self, kind: TokenKind) -> Token:
        """A field or variable, whose mark stands at the current position."""
        start = self._pos + 1
        if self._terminates(start):
            return self._emit(TokenKind.DOT if kind is TokenKind.FIELD else kind, start)
        end = self._word_end(start)
        if not self._terminates(end):
            return self._fail(f"bad character {_described(self._text[end])}")
        return self._emit(kind, end)

    def _identifier(self) -> Token:
        end = self._word_end(self._pos)
        if not self._terminates(end):
            return self._fail(f"bad character {_described(self._text[end])}")
        word = self._text[self._pos : end]
        if word == "nil":
            return self._emit(TokenKind.NIL, end)
        if word in KEYWORDS:
            return self._emit(TokenKind.KEYWORD, end)
        return self._emit(TokenKind.BOOL if word in ("true", "false") else TokenKind.IDENTIFIER, end)

    def _number(self) -> Token:
        start, end = self._pos, self._scan_number(self._pos)
        if end > 0 and self._text[end : end + 1] in ("+", "-"):
            end = self._scan_number(end)
            if end > 0 and self._text[end - 1] != "i":
                end = -end
        if end < 0:
            return self._fail(f"bad number syntax: {quote(self._text[start:-end])}")
        return self._emit(TokenKind.NUMBER, end)

    def _scan_number(self, pos: int) -> int:
        """Where a number ends; negated, and past the offending character, when a word runs into it."""
        match = _NUMBER.match(self._text, pos)
        assert match is not None
        end = match.end()
        if end < len(self._text) and _is_word(self._text[end]):
            return -(end + 1)
        return end
