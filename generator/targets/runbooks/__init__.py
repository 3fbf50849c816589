"""A page for each alert, `runbooks/<Alert>.md`, and an index of them: what the people on duty read at night.

The road of a page: `book` gathers what all pages need of a bundle; `meaning` words what a rule asks, `people` who is
told and when, `neighbours` what fires with it; `page` puts them together, and the templates set them in Markdown.
"""

from generator.targets.runbooks.render import render

__all__ = ["render"]
