"""Which files hold definitions, and what their modules are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Origin, Problem, error
from generator.labels import is_label_name


@dataclass(frozen=True, slots=True)
class Source:
    """A definitions file. name: dotted, from the folder's name down; shown: its path as messages give it."""

    name: str
    path: Path
    shown: str

    @property
    def root(self) -> Path:
        """The folder that the first part of the name lies in."""
        return self.path.parents[self.name.count(".") + (self.path.name == "__init__.py")]

    @property
    def package(self) -> str:
        """The first part of the name: the folder of definitions."""
        return self.name.partition(".")[0]


def find_sources(paths: Sequence[Path], base: Path) -> tuple[list[Source], list[Problem]]:
    """The files named, and all Python files below the folders named, each once, by name."""
    found: dict[Path, Source] = {}
    problems = []
    for path in paths:
        whole = (base / path).resolve()
        if whole.is_dir():
            found.update(
                (file, _source(file, whole, base)) for file in sorted(whole.rglob("*.py")) if _counts(file, whole)
            )
        elif whole.is_file():
            found[whole] = _source(whole, whole.parent, base)
        else:
            why = "Name a folder of definitions such as 'alerts', or a file; `tocsin init` makes a first project."
            problems.append(error("load/path", Origin(str(path)), "no such file or folder", why))
    sources = sorted(found.values(), key=lambda source: source.name)
    problems += [_unusable(source) for source in sources if not _is_importable(source)]
    problems += _two_of_a_name(sources)
    roots = {source.package: source.root for source in reversed(sources)}
    return [one for one in sources if _is_importable(one) and one.root == roots[one.package]], problems


def _two_of_a_name(sources: Sequence[Source]) -> Iterator[Problem]:
    """Folders of one name in different places: to Python they are one package, and only one can be imported."""
    first: dict[str, Source] = {}
    told: set[Path] = set()
    for source in sources:
        earlier = first.setdefault(source.package, source)
        if source.root != earlier.root and source.root not in told:
            told.add(source.root)
            message = f"there is another folder {source.package!r}, with {earlier.shown}: one package to Python"
            why = "Run them one at a time, each in its own project, or give one of the folders another name."
            yield error("load/name", Origin(source.shown), message, why)


def _counts(file: Path, folder: Path) -> bool:
    parts = file.relative_to(folder).parts
    return not any(part.startswith(".") or part == "__pycache__" for part in parts)


def _source(file: Path, folder: Path, base: Path) -> Source:
    parts = [folder.name, *file.relative_to(folder).with_suffix("").parts]
    if parts[-1] == "__init__":
        parts.pop()
    return Source(".".join(parts), file, str(file.relative_to(base)) if file.is_relative_to(base) else str(file))


def _is_importable(source: Source) -> bool:
    return all(is_label_name(part) for part in source.name.split("."))


def _unusable(source: Source) -> Problem:
    message = f"{source.name!r} cannot be imported: names of definitions files are letters, digits and underscores"
    return error("load/name", Origin(source.shown), message, "Rename the file or folder.")
