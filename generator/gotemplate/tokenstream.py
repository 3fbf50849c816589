"""Tokens with look-ahead, and the place of a complaint about them."""

from __future__ import annotations

from generator.gotemplate.errors import ParseError
from generator.gotemplate.lexer import Lexer, Token, TokenKind


class TokenStream:
    """The tokens of one text. ``action_line`` is where the action being read began; 0 outside actions."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.action_line = 0
        self._lexer = Lexer(text)
        self._pending: list[Token] = []
        self._last = Token(TokenKind.EOF, 0, "")

    def next(self) -> Token:
        """The next token."""
        if self._pending:
            return self._pending.pop()
        self._last = self._lexer.next()
        return self._last

    def back(self, *tokens: Token) -> None:
        """Give tokens back, the first of them to come first again."""
        self._pending.extend(reversed(tokens))

    def peek(self) -> Token:
        """The next token, which stays the next."""
        token = self.next()
        self.back(token)
        return token

    def next_word(self) -> Token:
        """The next token that is not white space."""
        while (token := self.next()).kind is TokenKind.SPACE:
            pass
        return token

    def peek_word(self) -> Token:
        """The next token that is not white space, which becomes the next."""
        token = self.next_word()
        self.back(token)
        return token

    def expect(self, kind: TokenKind, context: str) -> Token:
        """The next token, which must be of this kind. Raises ParseError."""
        token = self.next_word()
        if token.kind is not kind:
            raise self.unexpected(token, context)
        return token

    def line(self, token: Token) -> int:
        """The line, from 1, on which a token begins."""
        return 1 + self.text.count("\n", 0, token.pos)

    def failure(self, message: str) -> ParseError:
        """An error at the line of the token read last, as Go places it."""
        return ParseError(f"template: {self.name}:{self.line(self._last)}: {message}")

    def unexpected(self, token: Token, context: str) -> ParseError:
        """The error for a token that cannot stand here; what the lexer found wrong goes first."""
        if token.kind is not TokenKind.ERROR:
            return self.failure(f"unexpected {token} in {context}")
        extra = ""
        if self.action_line not in (0, self.line(token)):
            # "unclosed action" already says action.
            lead = " started" if token.text.endswith(" action") else " in action started"
            extra = f"{lead} at {self.name}:{self.action_line}"
        return self.failure(f"{token}{extra}")
