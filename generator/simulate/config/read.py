"""A configuration from its text: read by a version's rules, everything that is wrong found in one run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from yaml.nodes import MappingNode, Node

from generator.diagnostics import Origin, Problem, error, has_errors, in_order, warning
from generator.rules.nodes import Reader, UnreadableError, documents
from generator.simulate.config.blocks import Block, BlockReader
from generator.simulate.config.defaults import DEFAULT_GLOBAL
from generator.simulate.config.dialect import DEFAULT_DIALECT, Dialect
from generator.simulate.config.globals_ import global_faults, nested_faults
from generator.simulate.config.integrations import receiver
from generator.simulate.config.model import Config, Global, InhibitRule, Receiver, Route
from generator.simulate.config.routes import RouteReader, inhibit_rule
from generator.simulate.config.schema import SCHEMA
from generator.simulate.config.templates import template_problems, template_texts
from generator.simulate.config.time_intervals import intervals
from generator.targets.alertmanager.versions import Version

CHECK: Final = "alertmanager/config"
"""The name under which problems of configurations are reported."""

_UNREAD: Final = "<unread>"
_EMPTY_RECEIVER_SINCE: Final[Version] = (0, 26)


def load_config(path: Path, dialect: Dialect = DEFAULT_DIALECT) -> tuple[Config | None, list[Problem]]:
    """The configuration of a file, and all that is wrong with it; None when there are errors."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        return None, [error(CHECK, Origin(str(path)), f"cannot be read: {reason}")]
    return read_config(text, path, dialect)


def read_config(text: str, path: Path | str, dialect: Dialect = DEFAULT_DIALECT) -> tuple[Config | None, list[Problem]]:
    """The configuration of a text, and all that is wrong with it; None when there are errors.

    path: where the text stands, for messages and because template files are looked for next to it.
    """
    reader = Reader.of(str(path), CHECK, text)
    try:
        root = next(documents(text), None)
        if root is None:
            return None, [error(CHECK, Origin(str(path), 1), "no route provided in config")]
        config = _config(BlockReader(reader, dialect), root, Path(path))
    except UnreadableError as reason:
        return None, in_order([*reader.problems, error(CHECK, Origin(str(path), reason.line), str(reason))])
    problems = [*reader.problems, *(template_problems(config, dialect) if config is not None else ())]
    return None if has_errors(problems) else config, in_order(problems)


def _config(blocks: BlockReader, root: Node, path: Path) -> Config | None:
    top = blocks.block("configuration", root, "the configuration")
    nested_faults(blocks, top, ("tracing", "event_recorder"))
    settings = _global(blocks, top)
    receivers = _receivers(blocks, top, settings)
    named = intervals(blocks, top)
    # Of what cannot be read it is not known which names it defines.
    unread = top.wrong.intersection(("time_intervals", "mute_time_intervals"))
    route = _routes(blocks, top, _names(receivers, "receivers" in top.wrong), _names(named, bool(unread)))
    rules = tuple(_inhibit_rules(blocks, top))
    if route is None:
        return None
    patterns = tuple(top.get("templates", ()))
    return Config(
        path=str(path),
        route=route,
        receivers=receivers,
        inhibit_rules=rules,
        time_intervals=named,
        global_=settings,
        templates=patterns,
        template_texts=template_texts(patterns, path.parent, blocks, top),
        dialect=blocks.dialect,
    )


def _global(blocks: BlockReader, top: Block) -> Global:
    block = top.get("global")
    if not isinstance(block, Block):
        return Global(settings=DEFAULT_GLOBAL)
    global_faults(blocks, block)
    settings = {**DEFAULT_GLOBAL, **block.plain()}
    timeout = int(settings.get("resolve_timeout") or 0)
    # So that nobody misses what is given but could not be read; with such a fault there is no configuration.
    unread = {key: _UNREAD for key in block.wrong if SCHEMA["global"][key].type not in SCHEMA}
    return Global(resolve_timeout=timeout, settings={**settings, **unread})


def _names(defined: Iterable[str], unread: bool) -> frozenset[str] | None:
    return None if unread else frozenset(defined)


def _receivers(blocks: BlockReader, top: Block, settings: Global) -> dict[str, Receiver]:
    found: dict[str, Receiver] = {}
    for place, block in enumerate(top.get("receivers", ())):
        if not isinstance(block, Block):
            item, message = top.item("receivers", place), f"receiver {place + 1} of 'receivers' is empty"
            if blocks.dialect.version < _EMPTY_RECEIVER_SINCE or "" in found:
                blocks.fault(item, message)
            else:
                why = "Alertmanager takes it for a receiver without a name."
                blocks.reader.problems.append(warning(CHECK, blocks.reader.origin(item), message, why))
                found[""] = Receiver(name="", origin=blocks.reader.origin(item))
            continue
        made = receiver(blocks, block, settings.settings)
        if made.name in found:
            why = f"It is first used in line {found[made.name].origin.line}."
            blocks.fault(block.at("name"), f"notification config name {made.name!r} is not unique", why)
        found.setdefault(made.name, made)
    return found


def _routes(
    blocks: BlockReader, top: Block, receivers: frozenset[str] | None, named: frozenset[str] | None
) -> Route | None:
    block = top.get("route")
    if not isinstance(block, Block):
        if isinstance(top.node, MappingNode):
            blocks.fault(top.at("route"), "no route provided in config")
        return None
    return RouteReader(blocks, receivers, named).root(block) if "route" not in top.wrong else None


def _inhibit_rules(blocks: BlockReader, top: Block) -> list[InhibitRule]:
    # The loader takes an empty item for a rule without matchers, which everything matches on both sides.
    empty = InhibitRule(sources=(), targets=())
    found = top.get("inhibit_rules", ())
    return [inhibit_rule(blocks, block) if isinstance(block, Block) else empty for block in found]
