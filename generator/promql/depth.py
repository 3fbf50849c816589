"""Room for expressions that are nested deeply, such as a chain of a thousand `or`.

promql-parser and all that walks its trees go down by calling themselves, and promql-parser ends the whole process where
the stack ends. So the depth is known before anything is parsed: what is too deep is refused, and for what is deep there
is a large stack to be read on, and leave for Python to call itself as often as it takes.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from generator.errors import PromQLError

MOST: Final = 4000
"""How deep an expression may be: operators that wait for each other, parentheses and calls in each other."""

# What is no deeper than this needs nothing. Python lets 1000 calls wait for each other.
_SHALLOW: Final = 60
# Calls that wait for each other for each level of an expression, at most.
_CALLS: Final = 12
# promql-parser takes 4 KiB a level.
_STACK: Final = 64 << 20
_ANYTHING: Final = re.compile(r"[-+*/%^<>(\[]|[=!]=|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)
_TOKEN: Final = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\#[^\n]*)"""
    r"|(?P<open>[({\[])|(?P<close>[)}\]])|(?P<operator>[<>=!]=|</|>/|[-+*/%^<>]|\b(?:and|or|unless|atan2)\b)",
    re.IGNORECASE,
)

_Tree = TypeVar("_Tree")


def with_room(text: str, read: Callable[[], _Tree]) -> _Tree:
    """What `read` makes of a text, with as much room as its depth takes.

    The leave to go deep is not taken back, as whoever gets the tree needs it, too. Raises `PromQLError` for what is
    deeper than `MOST`.
    """
    if len(text) <= _SHALLOW or len(_ANYTHING.findall(text)) <= _SHALLOW:
        return read()
    deep = depth(text)
    if deep > MOST:
        raise PromQLError(f"nested {deep} deep: more than {MOST} operators, parentheses and calls in each other")
    if deep <= _SHALLOW:
        return read()
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _CALLS * MOST))
    before = threading.stack_size(_STACK)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(read).result()
    except RecursionError:
        # From Python 3.12 on C code that Python calls has a limit of its own.
        raise PromQLError(f"nested {deep} deep, which is too deep for this Python") from None
    finally:
        threading.stack_size(before)


def depth(text: str) -> int:
    """How deep the tree of an expression may be, at most: each operator of a chain is below the next one."""
    # Of each parenthesis that is open: the operators in it, and the deepest of what was closed in it.
    chains, deepest = [0], [0]
    for match in _TOKEN.finditer(text):
        if match["open"]:
            # A subquery stands above what it follows, as an operator does.
            chains[-1] += match["open"] == "["
            chains.append(0)
            deepest.append(0)
        elif match["operator"]:
            chains[-1] += 1
        elif match["close"] and len(chains) > 1:
            closed = chains.pop() + deepest.pop() + 1
            deepest[-1] = max(deepest[-1], closed)
    # What is not closed is wrong, but has to be read to tell that.
    return sum(chains) + max(deepest) + len(chains)
