"""load → validate → expand → render: the verbs that the command, the tests and everything above share."""

from generator.pipeline.compile import Project, compile_project, for_good, render
from generator.pipeline.write import MANIFEST, Change, changes, write

__all__ = ["MANIFEST", "Change", "Project", "changes", "compile_project", "for_good", "render", "write"]
