"""Text panels as a browser shows them: what dashboards use of Markdown, and no markup of the author's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Final

_BOLD: Final = re.compile(r"\*\*(\S(?:[^*]*\S)?)\*\*")
_CODE: Final = re.compile(r"`([^`]+)`")
_LINK: Final = re.compile(r"\[([^\]]+)\]\(((?:https?://|/|#)[^\s)]*)\)")
_HEADING: Final = re.compile(r"#{1,6}\s+(.*)")
_ITEM: Final = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(.*)")


def said(content: str, mode: str) -> str:
    """HTML of a text panel: headings, lists, bold, code and links of Markdown; other modes as they are written."""
    if mode != "markdown":
        return f'<pre class="said">{escape(content)}</pre>'
    return f'<div class="said">{"".join(_blocks(content))}</div>'


def _blocks(content: str) -> Iterator[str]:
    for kind, group in groupby(content.splitlines(), key=_kind):
        lines = list(group)
        if kind == "item":
            yield f"<ul>{''.join(f'<li>{_inline(_rest(_ITEM, line))}</li>' for line in lines)}</ul>"
        elif kind == "heading":
            yield from (f"<h4>{_inline(_rest(_HEADING, line))}</h4>" for line in lines)
        elif kind == "text":
            yield f"<p>{_inline(' '.join(lines))}</p>"


def _kind(line: str) -> str:
    if not line.strip():
        return "nothing"
    return "item" if _ITEM.fullmatch(line) else "heading" if _HEADING.fullmatch(line) else "text"


def _rest(pattern: re.Pattern[str], line: str) -> str:
    found = pattern.fullmatch(line)
    return found[1] if found else line


def _inline(text: str) -> str:
    """Escaped first, so that nothing but what is made here is markup."""
    made = _LINK.sub(r'<a href="\2">\1</a>', escape(text))
    return _CODE.sub(r"<code>\1</code>", _BOLD.sub(r"<b>\1</b>", made))
