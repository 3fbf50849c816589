"""Notification templates: their files, and faults that would only show when a message is to be sent.

Alertmanager looks a template up when it renders a message; one that does not exist then costs the message. Whether
the text is a template at all is judged by the parser in a layer above; here only what needs no parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from generator.diagnostics import Origin, Problem, error
from generator.model.route import NotificationTemplate

_ACTION: Final = re.compile(
    r"""\{\{-?[ \t]*/\*.*?\*/[ \t]*-?\}\}            # a comment
      | \{\{-?\s*((?:"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*'|(?!\}\}).)*?)\s*-?\}\}""",
    re.DOTALL | re.VERBOSE,
)
_OPENS: Final = frozenset({"if", "range", "with", "define", "block"})
_WORD: Final = re.compile(r"[a-z]+\b")
_NAMED: Final = re.compile(r'(template|define|block)\s+("(?:\\.|[^"\\])*"|`[^`]*`)')
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")

# Parts of Alertmanager's own templates that people call; every product has further ones named after it.
_OWN: Final = frozenset(
    {
        "__alertmanager",
        "__alertmanagerURL",
        "__description",
        "__subject",
        "__text_alert_list",
        "__text_alert_list_markdown",
    }
)
_OWN_BY_PRODUCT: Final = re.compile(
    r"(?:discord|email|jira|mattermost|msteams|msteamsv2|opsgenie|pagerduty|pushover|rocketchat|slack|sns|telegram"
    r"|victorops|webex|wechat)\.default\.\w+"
)


def file_problems(templates: Iterable[NotificationTemplate]) -> Iterator[Problem]:
    """Faults of template files: names that make no file name, and texts whose actions do not close."""
    for template in templates:
        name = f"NotificationTemplate {template.name!r}"
        if not _FILE_NAME.fullmatch(template.name):
            why = "Use letters, digits, and . _ - between them; the file is called NAME.tmpl."
            yield error("template/name", template.origin, f"{name}: not a file name", why)
        yield from text_problems(template.text, name, template.origin)


def text_problems(text: str, name: str, origin: Origin) -> Iterator[Problem]:
    """Actions that are not closed, and blocks without their `end`; lines count within the text."""
    outside = _ACTION.sub(lambda action: "\n" * action[0].count("\n"), text)
    for number, line in enumerate(outside.split("\n"), 1):
        for brace in ("{{", "}}"):
            if brace in line:
                yield error("template/brace", origin, f"{name}: line {number}: {brace} without its counterpart")
                return
    yield from _block_problems(text, name, origin)


def _block_problems(text: str, name: str, origin: Origin) -> Iterator[Problem]:
    open_blocks: list[tuple[str, int]] = []
    for action in _ACTION.finditer(text):
        found = _WORD.match(action[1] or "")
        word = found[0] if found else ""
        line = text.count("\n", 0, action.start()) + 1
        if word in _OPENS:
            open_blocks.append((word, line))
        elif word == "end":
            if not open_blocks:
                yield error("template/end", origin, f"{name}: line {line}: {{{{ end }}}} closes nothing")
                return
            open_blocks.pop()
    for word, line in open_blocks:
        yield error("template/end", origin, f"{name}: line {line}: {{{{ {word} }}}} has no {{{{ end }}}}")


def defined_names(templates: Iterable[NotificationTemplate]) -> frozenset[str]:
    """The names that the templates define."""
    return frozenset(name for template in templates for verb, name in _names(template.text) if verb != "template")


def undefined_problems(text: str, defined: frozenset[str], name: str, origin: Origin) -> Iterator[Problem]:
    """Templates that a text calls and nobody defines, neither the definitions nor Alertmanager."""
    for verb, called in _names(text):
        own = called in _OWN or _OWN_BY_PRODUCT.fullmatch(called)
        if verb == "template" and called not in defined and not own:
            known = f" Defined are: {', '.join(sorted(defined))}." if defined else ""
            why = f"Define it in a NotificationTemplate; Alertmanager would notice only when it must send.{known}"
            yield error("template/undefined", origin, f"{name}: no template is called {called!r}", why)


def texts_in(value: Any) -> Iterator[str]:
    """The texts in the values of an integration that are templates."""
    if isinstance(value, str):
        if "{{" in value or "}}" in value:
            yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.values() for text in texts_in(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in texts_in(item))


def _names(text: str) -> Iterator[tuple[str, str]]:
    for action in _ACTION.finditer(text):
        found = _NAMED.match(action[1] or "")
        if found is not None:
            yield found[1], found[2][1:-1]
