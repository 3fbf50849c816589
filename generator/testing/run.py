"""Files of tests to outcomes, in the order of the files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.diagnostics import Origin, error
from generator.testing.fixture_run import RuleCache, run_fixture
from generator.testing.outcome import Outcome
from generator.testing.promtool import DEFAULT, Options
from generator.testing.recognition import SUFFIXES, has_tests, is_fixture_name
from generator.testing.selection import EVERYTHING, Selection
from generator.testing.shared import in_processes

SCRIPT_SUFFIX: Final = ".test"
INCIDENTS: Final = "incidents"
_INCIDENT_KEY: Final = re.compile(
    r"^[\s-]*(?:notification_test|exp_no_notification|alertmanager_config|silences|exclusive|background)\s*:",
    re.MULTILINE,
)
_CHECK: Final = "test/read"

# Below this many bytes of tests a second process costs more than it saves.
_WORTH_SHARING: Final = 150_000


def test_files(paths: Iterable[Path]) -> list[Path]:
    """The test files among paths; of folders all scripts and fixtures, sorted, each file once."""
    return list(dict.fromkeys(file for path in paths for file in _files(path)))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and (file.suffix == SCRIPT_SUFFIX or is_fixture(file)):
            yield file


def is_fixture(file: Path) -> bool:
    """Whether a file looks like a test: by its name, or because it has `tests:` at the top or assertions in it."""
    return file.suffix in SUFFIXES and (is_fixture_name(file.name) or has_tests(file))


@dataclass(frozen=True, slots=True)
class Job:
    """Files to run one after the other, and how."""

    files: tuple[Path, ...]
    options: Options = DEFAULT
    selection: Selection = EVERYTHING

    def run(self) -> list[Outcome]:
        """The outcome of each file."""
        cache = RuleCache(self.options.lenient)
        return [self._outcome(file, cache) for file in self.files]

    def _outcome(self, file: Path, cache: RuleCache) -> Outcome:
        if file.suffix == SCRIPT_SUFFIX:
            return _script(file)
        if is_incident(file):
            return _incidents(file, cache, self.selection)
        return run_fixture(file, cache, self.options, self.selection)


def is_incident(file: Path) -> bool:
    """Whether a file is in a folder `incidents`, or has a key that only incidents have."""
    if INCIDENTS in file.resolve().parent.parts:
        return True
    try:
        return _INCIDENT_KEY.search(file.read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return False


def plain_fixtures(files: Iterable[Path]) -> list[Path]:
    """Only the files that promtool could run, too."""
    return [file for file in files if file.suffix != SCRIPT_SUFFIX and not is_incident(file)]


def test_names(files: Iterable[Path]) -> list[str]:
    """The names of the tests and incidents in files, as far as these can be read."""
    from generator.testing.read_fixture import read_fixture
    from generator.testing.read_incidents import read_incidents

    names: list[str] = []
    for file in files:
        if file.suffix == SCRIPT_SUFFIX:
            continue
        if is_incident(file):
            names += [incident.test.name for incident in read_incidents(file)[0].incidents]
        else:
            names += [test.name for test in read_fixture(file)[0].tests]
    return list(dict.fromkeys(names))


def _incidents(file: Path, cache: RuleCache, selection: Selection) -> Outcome:
    from generator.testing.incident_run import run_incidents

    return run_incidents(file, cache, selection)


def _script(file: Path) -> Outcome:
    from generator.testing.script import ScriptError
    from generator.testing.script_run import run_script

    try:
        return Outcome(str(file), tuple(run_script(file)))
    except ScriptError as reason:
        return Outcome(str(file), (), (error(_CHECK, Origin(str(file), reason.line), str(reason)),))
    except (OSError, UnicodeDecodeError) as reason:
        return Outcome(str(file), (), (error(_CHECK, Origin(str(file)), f"cannot be read: {reason}"),))


def run_files(
    files: Sequence[Path], options: Options = DEFAULT, selection: Selection = EVERYTHING, processes: int = 0
) -> list[Outcome]:
    """The outcome of each file, in their order.

    `processes` of 0 takes as many as there are cores where that pays, told by the size of the files.
    """
    count = processes or _processes(files)
    if count < 2 or len(files) < 2:
        return Job(tuple(files), options, selection).run()
    return _shared(files, options, selection, min(count, len(files)))


def _processes(files: Sequence[Path]) -> int:
    size = sum(file.stat().st_size for file in files if file.exists())
    return (os.cpu_count() or 1) if size >= _WORTH_SHARING else 1


def _shared(files: Sequence[Path], options: Options, selection: Selection, count: int) -> list[Outcome]:
    """Every `count`-th file to the same process, so that neighbours, which are alike, are spread."""
    jobs = [Job(tuple(files[place::count]), options, selection) for place in range(count)]
    parts = in_processes(Job.run, jobs)
    return [parts[place % count][place // count] for place in range(len(files))]
