"""Template files of a configuration, and every text in it that is a template: what does not parse is found here."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from yaml.nodes import Node

from generator.diagnostics import Origin, Problem, error
from generator.gotemplate.alertmanager import Library
from generator.gotemplate.errors import TemplateError
from generator.simulate.config.blocks import BlockReader
from generator.simulate.config.dialect import Dialect
from generator.simulate.config.model import Config
from generator.simulate.messages.default_templates import default_texts
from generator.targets.alertmanager.versions import Version

CHECK: Final = "alertmanager/template"
"""The name under which problems of templates are reported."""

_NOT_TEMPLATES: Final = frozenset(
    {"http_config", "tls_config", "sigv4", "send_resolved", "api_url_file", "smarthost", "hello"}
)


def template_texts(
    patterns: tuple[str, ...], folder: Path, blocks: BlockReader, node: Node
) -> tuple[tuple[str, str], ...]:
    """Name and text of each file that a pattern matches, looked for from the configuration's folder."""
    texts: list[tuple[str, str]] = []
    for pattern in patterns:
        # A pattern that matches nothing is no fault: Alertmanager starts without such templates.
        for path in sorted(glob.glob(str(folder / pattern), include_hidden=True)):  # noqa: PTH207 - patterns may be absolute
            try:
                texts.append((path, Path(path).read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError) as reason:
                blocks.fault(node, f"template file {path} cannot be read: {reason}")
    return tuple(texts)


@lru_cache(maxsize=16)
def library(texts: tuple[tuple[str, str], ...], version: Version) -> Library:
    """Alertmanager's own templates with these on top. Raises TemplateError when one does not parse."""
    # Alertmanager gives files no names either, so that no file can be called as a template.
    return Library((*default_texts(version), *(("", text) for _, text in texts)))


def template_problems(config: Config, dialect: Dialect) -> Iterator[Problem]:
    """Template files and texts of receivers that do not parse."""
    sound: list[tuple[str, str]] = []
    for name, text in config.template_texts:
        try:
            Library([(Path(name).name, text)])
            sound.append((name, text))
        except TemplateError as reason:
            yield error(CHECK, Origin(name, _line(str(reason))), str(reason))
    known = library(tuple(sound), dialect.version)
    for receiver in config.receivers.values():
        for integration in receiver.integrations:
            for path, text in _texts(integration.settings):
                for wrong in known.validate(text):
                    message = f"{integration}: {path} is not a template: {wrong}"
                    yield error(CHECK, integration.at(path.partition(".")[0]), message)


def _line(message: str) -> int:
    """The line that a parser's message names: `template: NAME:LINE: …`."""
    parts = message.split(":")
    return int(parts[2]) if len(parts) > 2 and parts[2].strip().isdigit() else 0


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if "{{" in value:
            yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _NOT_TEMPLATES:
                yield from _texts(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, path)
