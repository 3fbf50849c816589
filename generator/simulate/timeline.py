"""What a simulation tells: events with reasons as values, and the notifications that people got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.duration import format_duration
from generator.labels import LabelSet
from generator.simulate.config.model import Integration, Route
from generator.simulate.inhibit import Inhibited
from generator.simulate.nflog import Because, WhyNot
from generator.simulate.silences import Silence

Kind = Literal[
    "pending",
    "withdrawn",
    "firing",
    "resolved",
    "dropped",
    "grouped",
    "held",
    "released",
    "unseen",
    "notified",
    "unsent",
    "quiet",
]
"""What happens: to an alert in Prometheus (`pending`, `withdrawn` before its `for` has passed, `firing`, `resolved`,
`dropped` by relabelling), to an alert in Alertmanager (`grouped`, `held` back, `released`, `unseen`: gone from its
group while held back, so that nobody hears of its end), and to a group at an integration (`notified`, `unsent`: its
message cannot be made, `quiet`)."""

Status = Literal["firing", "resolved"]


@dataclass(frozen=True, slots=True)
class Waits:
    """The expression gives the alert; it fires when it still does after `hold` milliseconds (`for`)."""

    hold: int

    def __str__(self) -> str:
        return f"for {format_duration(self.hold)}"


@dataclass(frozen=True, slots=True)
class Lasted:
    """The condition lasted as long as `for` asks. active_at: since when, in milliseconds since 1970."""

    active_at: int
    hold: int

    def __str__(self) -> str:
        return f"after {format_duration(self.hold)}" if self.hold else "at once"


@dataclass(frozen=True, slots=True)
class Ended:
    """The expression does not give the alert any more. lasted: milliseconds that it did; kept: that it fired on
    (`keep_firing_for`)."""

    lasted: int
    kept: int = 0

    def __str__(self) -> str:
        held = f"the condition held for {format_duration(self.lasted)}"
        return f"{held}, kept firing for {format_duration(self.kept)} more" if self.kept else held


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A step of `alert_relabel_configs` dropped the alert. `step` counts from 0."""

    step: int
    action: str

    def __str__(self) -> str:
        return f"alert_relabel_configs[{self.step}] ({self.action})"


@dataclass(frozen=True, slots=True)
class Grouped:
    """The alert is in a group. alone: with no other alert; flush: when the group is looked at next."""

    receiver: str
    group_key: str
    others: int
    flush: int

    def __str__(self) -> str:
        company = "alone" if not self.others else f"with {self.others} other{'' if self.others == 1 else 's'}"
        return f"for {self.receiver}, {company} in {self.group_key}"


@dataclass(frozen=True, slots=True)
class InhibitedBy:
    """Another alert holds this one back."""

    by: LabelSet
    rule: int
    group_key: str

    def __str__(self) -> str:
        return f"inhibited by {self.by} (inhibit rule {self.rule + 1})"


@dataclass(frozen=True, slots=True)
class SilencedBy:
    """A silence holds it back."""

    silence: Silence
    group_key: str

    def __str__(self) -> str:
        return f"silenced by {self.silence}"


@dataclass(frozen=True, slots=True)
class MutedBy:
    """The route's mute time intervals that are in force; other routes may take the alert to other receivers."""

    intervals: tuple[str, ...]
    receiver: str
    group_key: str

    def __str__(self) -> str:
        return f"muted by {', '.join(self.intervals)} for {self.receiver}"


@dataclass(frozen=True, slots=True)
class Inactive:
    """The route has active time intervals, and none of them is in force; other routes may take the alert elsewhere."""

    intervals: tuple[str, ...]
    receiver: str
    group_key: str

    def __str__(self) -> str:
        return f"outside {', '.join(self.intervals)} for {self.receiver}"


HeldBy = InhibitedBy | SilencedBy | MutedBy | Inactive


@dataclass(frozen=True, slots=True)
class Sent:
    """An integration was notified of a group. latest: when at the latest, where it is a race."""

    because: Because
    integration: Integration
    group_key: str
    status: Status
    alerts: tuple[LabelSet, ...]
    latest: int

    def __str__(self) -> str:
        return f"{self.status} to {self.integration}: {self.because}"


@dataclass(frozen=True, slots=True)
class Unsent:
    """An integration is not notified of a group, although it should be: a template fails.

    why: what the template says. again: how often it is tried again, in milliseconds.
    """

    why: str
    integration: Integration
    group_key: str
    again: int

    def __str__(self) -> str:
        again = f"tried again every {format_duration(self.again)}"
        return f"not sent to {self.integration} ({again}): the template fails: {self.why}"


@dataclass(frozen=True, slots=True)
class NotSent:
    """An integration was not notified of a group: nothing to tell, or it does not want to hear (`send_resolved`)."""

    why: WhyNot | ResolvedUnwanted | NoIntegration
    receiver: str
    group_key: str

    def __str__(self) -> str:
        return f"nothing to {self.receiver}: {self.why}"


@dataclass(frozen=True, slots=True)
class ResolvedUnwanted:
    """All is resolved, and the integration has `send_resolved: false`."""

    def __str__(self) -> str:
        return "resolved, but send_resolved is false"


@dataclass(frozen=True, slots=True)
class NoIntegration:
    """The receiver has no way to tell anybody."""

    def __str__(self) -> str:
        return "the receiver has no integrations"


Reason = Waits | Lasted | Ended | Relabelled | Grouped | HeldBy | Sent | Unsent | NotSent


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. time: milliseconds since 1970; labels: of the alert, or of the group."""

    time: int
    kind: Kind
    labels: LabelSet
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """An alert as a notification tells it. Times are milliseconds since 1970; `ends_at` is None while it fires."""

    labels: LabelSet
    annotations: Mapping[str, str]
    starts_at: int
    ends_at: int | None = None
    generator_url: str = ""
    fingerprint: str = ""

    @property
    def status(self) -> Status:
        """Whether it fires."""
        return "firing" if self.ends_at is None else "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message to one integration, before its templates are rendered.

    time: when it is sent at the earliest; latest: at the latest, later only where `repeat_interval` makes it a race.
    """

    time: int
    latest: int
    integration: Integration
    route: Route
    group_labels: LabelSet
    group_key: str
    because: Because
    alerts: tuple[ToldAlert, ...]

    @property
    def receiver(self) -> str:
        """The name of the receiver."""
        return self.integration.receiver

    @property
    def status(self) -> Status:
        """Firing as long as any of its alerts is."""
        return "firing" if any(alert.ends_at is None for alert in self.alerts) else "resolved"


@dataclass(slots=True)
class Timeline:
    """Everything that happened from `start` to `end` (milliseconds since 1970), in order.

    unsent: notifications whose messages cannot be made, once for each reason that lasts.
    """

    start: int = 0
    end: int = 0
    events: list[Event] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    unsent: list[Notification] = field(default_factory=list)

    def note(self, time: int, kind: Kind, labels: LabelSet, reason: Reason) -> None:
        """Add an event."""
        self.events.append(Event(time, kind, labels, reason))


def held_by(found: Inhibited, group_key: str) -> InhibitedBy:
    """The reason that an inhibition is."""
    return InhibitedBy(found.by, found.place, group_key)
