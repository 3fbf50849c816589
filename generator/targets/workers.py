"""Rule files printed on all cores, when there are so many rules that making processes for them pays."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from typing import Final

from generator.model.bundle import RuleFile
from generator.targets.rulefile import rule_file_text

_WORTH_IT: Final = 50_000
"""Rules from which on two processes are faster than one; a process costs about as much as printing a thousand."""

_files: Sequence[RuleFile] = ()


def rule_file_texts(files: Sequence[RuleFile]) -> list[str]:
    """The text of every rule file, without its head line, in order."""
    rules = sum(len(group.rules) for file in files for group in file.groups)
    if rules < _WORTH_IT or len(files) < 2 or not _can_fork():
        return [rule_file_text(file) for file in files]
    return _printed_by_workers(files)


def _can_fork() -> bool:
    return (os.cpu_count() or 1) > 1 and "fork" in multiprocessing.get_all_start_methods()


def _printed_by_workers(files: Sequence[RuleFile]) -> list[str]:
    global _files
    # Workers are forks, so they find the rules in memory; to send them the rules would cost more than to print them.
    _files = files
    try:
        with multiprocessing.get_context("fork").Pool(min(os.cpu_count() or 1, 4)) as pool:
            return list(pool.imap(_printed, range(len(files)), chunksize=4))
    finally:
        _files = ()


def _printed(number: int) -> str:
    return rule_file_text(_files[number])
