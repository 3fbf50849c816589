"""Template files of a configuration, and every text in it that is a template: what does not parse is found here."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from generator.diagnostics import Origin, Problem, error
from generator.gotemplate.alertmanager import SINCE, Library
from generator.gotemplate.errors import TemplateError
from generator.simulate.config.blocks import Block, BlockReader
from generator.simulate.config.dialect import Dialect
from generator.simulate.config.model import Config
from generator.simulate.messages.default_templates import default_texts
from generator.targets.alertmanager.versions import Version, written

CHECK: Final = "alertmanager/template"
"""The name under which problems of templates are reported."""

_UNDEFINED: Final = re.compile(r'function "(\w+)" not defined')

_ITEM: Final = r"(?:\\.|[^\\\]-])"
_PATTERN: Final = re.compile(rf"(?:\\.|[^\\\[*]|\[\^?(?:{_ITEM}(?:-{_ITEM})?)+\])*(?:\*.*)?", re.DOTALL)
"""The patterns of Go's path/filepath; what stands behind a star is checked only when there are files to match."""

_TEMPLATED_URL_SINCE: Final[Version] = (0, 31)
_NOT_TEMPLATES: Final = frozenset(
    {"http_config", "tls_config", "sigv4", "send_resolved", "api_url_file", "smarthost", "hello"}
)


def template_texts(
    patterns: tuple[str, ...], folder: Path, blocks: BlockReader, top: Block
) -> tuple[tuple[str, str], ...]:
    """Name and text of each file that a pattern matches, looked for from the configuration's folder.

    top: the block whose `templates` the patterns are.
    """
    texts: list[tuple[str, str]] = []
    for place, pattern in enumerate(patterns):
        if not _PATTERN.fullmatch(pattern):
            why = "A bracket opens a set of characters, as in [abc]; write \\[ for the bracket itself."
            blocks.fault(top.item("templates", place), f"{pattern!r}: syntax error in pattern", why)
            continue
        # A pattern that matches nothing is no fault: Alertmanager starts without such templates.
        # Patterns may be absolute, and an empty one matches nothing.
        for path in sorted(glob.glob(str(folder / pattern), include_hidden=True)) if pattern else ():  # noqa: PTH207
            try:
                texts.append((path, Path(path).read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError) as reason:
                blocks.fault(top.item("templates", place), f"template file {path} cannot be read: {reason}")
    return tuple(texts)


@lru_cache(maxsize=16)
def library(texts: tuple[tuple[str, str], ...], version: Version) -> Library:
    """Alertmanager's own templates with these on top. Raises TemplateError when one does not parse."""
    # Alertmanager gives files no names either, so that no file can be called as a template.
    return Library((*default_texts(version), *(("", text) for _, text in texts)), version)


def template_problems(config: Config, dialect: Dialect) -> Iterator[Problem]:
    """Template files and texts of receivers that do not parse."""
    sound: list[tuple[str, str]] = []
    for name, text in config.template_texts:
        try:
            Library([(Path(name).name, text)], dialect.version)
            sound.append((name, text))
        except TemplateError as reason:
            yield error(CHECK, Origin(name, _line(str(reason))), str(reason), _later(str(reason), dialect))
    known = library(tuple(sound), dialect.version)
    for receiver in config.receivers.values():
        for integration in receiver.integrations:
            for path, text in template_settings(integration.settings):
                if (integration.kind, path) == ("webhook", "url") and dialect.version < _TEMPLATED_URL_SINCE:
                    continue
                for wrong in known.validate(text):
                    message = f"{integration}: {path} is not a template: {wrong}"
                    yield error(CHECK, integration.at(path.partition(".")[0]), message, _later(wrong, dialect))


def _later(message: str, dialect: Dialect) -> str:
    """For a function that is not there: the version that brings it, if one does."""
    found = _UNDEFINED.search(message)
    since = SINCE.get(found[1]) if found else None
    return f"{dialect} does not have it; it comes with {written(since)}." if since else ""


def _line(message: str) -> int:
    """The line that a parser's message names: `template: NAME:LINE: …`."""
    parts = message.split(":")
    return int(parts[2]) if len(parts) > 2 and parts[2].strip().isdigit() else 0


def template_settings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The settings that are templates: where they stand, as `fields.title`, and what they say."""
    if isinstance(value, str):
        if "{{" in value:
            yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _NOT_TEMPLATES:
                yield from template_settings(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for item in value:
            yield from template_settings(item, path)
