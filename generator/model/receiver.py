"""Who is told, and by which product. Credentials are references to files, never values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from generator.diagnostics import here
from generator.model.base import Definition, Part, check_fields, expect, fault, keep


@dataclass(frozen=True, slots=True)
class Secret(Part):
    """A credential that stands in a file of this name in Alertmanager's secrets folder."""

    credential: ClassVar[bool] = True

    name: str


@dataclass(frozen=True, slots=True)
class Integration(Part):
    """One product that carries messages.

    send_resolved: tell when it is over, too. options: further keys of Alertmanager's configuration, laid over what
    the fields give; the target checks them against the Alertmanager version.
    """

    kind: ClassVar[str] = ""
    secrets: ClassVar[tuple[str, ...]] = ()
    """Fields that must hold a `Secret`."""
    read_by_people: ClassVar[bool] = True
    """Whether its messages are for somebody to read, and not only for a program."""

    send_resolved: bool = field(default=True, kw_only=True)
    options: Mapping[str, Any] = field(default_factory=dict, hash=False, kw_only=True)

    def __post_init__(self) -> None:
        for name in self.secrets:
            value = getattr(self, name)
            if value is not None and not isinstance(value, Secret):
                message = f"{type(self).__name__}: {name} is written out; a credential must be a Secret"
                fault(
                    self,
                    "receiver/secret",
                    message,
                    f'Write Secret("{self.kind}_{name}") and put the value in that file.',
                )
        if not self.kind:
            fault(self, "receiver/integration", f"{type(self).__name__} is no product; take Slack, Email, Webhook, …")


def _one_of(integration: Integration, first: str, second: str) -> None:
    if bool(getattr(integration, first)) == bool(getattr(integration, second)):
        kind = type(integration).__name__
        fault(integration, "receiver/credential", f"{kind}: give either {first} or {second}, and not both")


@dataclass(frozen=True, slots=True)
class Slack(Integration):
    """A Slack channel by incoming webhook. title, text: templates."""

    kind: ClassVar[str] = "slack"
    secrets: ClassVar[tuple[str, ...]] = ("url",)

    channel: str
    url: Secret | None = None
    title: str = ""
    text: str = ""
    color: str = ""
    username: str = ""
    title_link: str = ""


@dataclass(frozen=True, slots=True)
class Email(Integration):
    """Mail to one or several comma-separated addresses. subject, html, text: templates."""

    kind: ClassVar[str] = "email"
    listed: ClassVar[tuple[str, ...]] = ("to",)
    secrets: ClassVar[tuple[str, ...]] = ("password",)

    to: str
    sender: str = ""
    smarthost: str = ""
    username: str = ""
    password: Secret | None = None
    subject: str = ""
    html: str = ""
    text: str = ""
    require_tls: bool | None = None


@dataclass(frozen=True, slots=True)
class Webhook(Integration):
    """Alertmanager's JSON to a URL; give `url`, or `url_secret` when the address itself is a secret.

    people: the program behind it tells somebody at once, as a pager or a chat does. Without it a webhook counts as
    told to a program only, which is not enough for a P0 alert.
    """

    kind: ClassVar[str] = "webhook"
    secrets: ClassVar[tuple[str, ...]] = ("url_secret", "bearer_token")
    read_by_people: ClassVar[bool] = False

    url: str = ""
    url_secret: Secret | None = None
    bearer_token: Secret | None = None
    max_alerts: int = 0
    people: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        Integration.__post_init__(self)
        _one_of(self, "url", "url_secret")


@dataclass(frozen=True, slots=True)
class PagerDuty(Integration):
    """PagerDuty, Events API v2 (`routing_key`) or v1 (`service_key`)."""

    kind: ClassVar[str] = "pagerduty"
    secrets: ClassVar[tuple[str, ...]] = ("routing_key", "service_key")

    routing_key: Secret | None = None
    service_key: Secret | None = None
    severity: str = ""
    description: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        Integration.__post_init__(self)
        _one_of(self, "routing_key", "service_key")


@dataclass(frozen=True, slots=True)
class Opsgenie(Integration):
    """Opsgenie. priority: P1 to P5, may be a template."""

    kind: ClassVar[str] = "opsgenie"
    listed: ClassVar[tuple[str, ...]] = ("tags",)
    secrets: ClassVar[tuple[str, ...]] = ("api_key",)

    api_key: Secret
    message: str = ""
    description: str = ""
    priority: str = ""
    tags: str = ""


@dataclass(frozen=True, slots=True)
class Teams(Integration):
    """Microsoft Teams. workflow: by a Power Automate workflow (`msteamsv2`) rather than an old connector."""

    kind: ClassVar[str] = "msteams"
    secrets: ClassVar[tuple[str, ...]] = ("url",)

    url: Secret
    title: str = ""
    text: str = ""
    workflow: bool = False


@dataclass(frozen=True, slots=True)
class Telegram(Integration):
    """A Telegram chat by bot. chat: the chat's number."""

    kind: ClassVar[str] = "telegram"
    secrets: ClassVar[tuple[str, ...]] = ("token",)

    chat: int
    token: Secret
    message: str = ""
    parse_mode: str = "HTML"

    def __post_init__(self) -> None:
        Integration.__post_init__(self)
        if self.parse_mode not in ("", "Markdown", "MarkdownV2", "HTML"):
            message = f"Telegram: parse_mode must be Markdown, MarkdownV2, HTML or empty, got {self.parse_mode!r}"
            fault(self, "receiver/telegram", message)
        if self.chat == 0:
            fault(self, "receiver/telegram", f"Telegram: chat must be the chat's number, got {self.chat!r}")


@dataclass(frozen=True, slots=True)
class Discord(Integration):
    """A Discord channel by webhook."""

    kind: ClassVar[str] = "discord"
    secrets: ClassVar[tuple[str, ...]] = ("url",)

    url: Secret
    title: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Receiver(Definition):
    """A name and the integrations behind it: `Receiver("ops", Slack(…), Email(…))`. Without any it tells nobody."""

    name: str
    integrations: Sequence[Integration] = ()
    description: str = field(default="", kw_only=True)

    def __init__(
        self,
        name: str,
        *integrations: Integration | Sequence[Integration],
        description: str = "",
        guide: str = "",
    ) -> None:
        flat = [i for item in integrations for i in (item if isinstance(item, list | tuple) else (item,))]
        for key, value in (
            ("name", name),
            ("integrations", tuple(flat)),
            ("description", description),
            ("guide", guide),
            ("origin", here()),
            ("faults", ()),
        ):
            keep(self, key, value)
        check_fields(self)
        expect(self, "integrations", Integration)

    @property
    def reaches_people(self) -> bool:
        """Whether somebody reads what it is sent: on a phone, in a chat, by mail."""
        return any(_for_people(one) for one in self.integrations if isinstance(one, Integration))


def _for_people(integration: Integration) -> bool:
    return integration.read_by_people or (isinstance(integration, Webhook) and integration.people)
