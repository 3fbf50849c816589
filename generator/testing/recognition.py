"""What is a rule test among other YAML files, by its name and by what stands in it. Imports nothing heavy."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

SUFFIXES: Final = (".yml", ".yaml")
_NAMES: Final = tuple(f"{sign}test{suffix}" for sign in "_-." for suffix in SUFFIXES)
_TESTS: Final = re.compile(r"""^["']?tests["']?\s*:""", re.MULTILINE)
# What only rule tests hold, wherever it stands.
_ASSERTIONS: Final = re.compile(r"""[\s{,-]["']?(?:alert_rule_test|promql_expr_test)["']?\s*:""")
_RULE_FILES: Final = re.compile(r"""^[\s{-]*["']?rule_files["']?\s*:""", re.MULTILINE)
# Prometheus' own configuration has rule_files, too.
_CONFIGURATION: Final = re.compile(r"^(?:global|scrape_configs|scrape_config_files|alerting|remote_write)\s*:", re.M)


def is_fixture_name(name: str) -> bool:
    """Whether a file name is one that tests usually have."""
    return name.endswith(_NAMES)


def has_tests(file: Path) -> bool:
    """Whether `tests:` stands at the start of a line, or assertions stand anywhere."""
    text = content(file)
    return _TESTS.search(text) is not None or _ASSERTIONS.search(text) is not None


def is_rule_test(file: Path) -> bool:
    """Whether a file that is called or named like a test is one of rules, maybe with mistakes, and nobody else's."""
    text = content(file)
    if _ASSERTIONS.search(text):
        return True
    return _RULE_FILES.search(text) is not None and _CONFIGURATION.search(text) is None


def content(file: Path) -> str:
    """The text of a file, also of one that is not UTF-8: who reads it as a test tells what is wrong with it."""
    data = file.read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if wide else "utf-8-sig", errors="replace")
