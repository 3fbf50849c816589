"""What is wrong with the messages of an incident: those that cannot be sent, that say too little, or too much."""

from __future__ import annotations

import re
from typing import Final

from generator.diagnostics import Origin, Problem, Severity
from generator.simulate.config import Config
from generator.simulate.messages.render import render_message
from generator.simulate.nflog import Repeated
from generator.simulate.timeline import Timeline
from generator.testing.incident import Incident
from generator.testing.verdict import Verdict

_NUMBER: Final = re.compile(r"\d+")


def message_findings(incident: Incident, config: Config, timeline: Timeline) -> tuple[list[Verdict], list[Problem]]:
    """A failure for each template that fails, a warning for each text that is empty, cut or too long; each once.

    What is only repeated was looked at when it was sent first.
    """
    failed: dict[tuple[str, Origin, str], Verdict] = {}
    warned: dict[tuple[str, Origin, str], Problem] = {}
    for each in (*timeline.notifications, *timeline.unsent):
        if isinstance(each.because, Repeated):
            continue
        message = render_message(config, each)
        for problem in message.problems:
            # Texts that are too long are so by different numbers of characters.
            key = (problem.check, problem.origin, _NUMBER.sub("#", problem.message))
            if message.error or problem.severity is Severity.ERROR:
                title = "every message can be sent" if message.error else "every message is whole"
                name = incident.test.name
                failed.setdefault(key, Verdict(problem.origin, title, "failed", problem.message, problem.why, name))
            else:
                warned.setdefault(key, problem)
    return list(failed.values()), list(warned.values())
