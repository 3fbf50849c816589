"""What is made of each check of amlint: reported as what, or left to a check of our own, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.diagnostics import Severity

ERROR: Final = Severity.ERROR
WARNING: Final = Severity.WARNING
INFO: Final = Severity.INFO
OFF: Final = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One of amlint's checks. severity: what its findings are told as, None for not at all."""

    code: str
    severity: Severity | None
    because: str


_GUARD: Final = "Refused over the definitions already; should it ever get as far as the file, the file is wrong"
_SECRETS: Final = "The type of the product asks for a credential; options could still take it away"
_EXACT: Final = "Ours sees what several earlier routes take between them"
_CALENDAR: Final = "Ours is exact, over dates and time zones, too; and amlint looks at the clock"

DECISIONS: Final[tuple[Decision, ...]] = (
    # Faults with which Alertmanager would not start.
    Decision("bad-match-label", ERROR, _GUARD),
    Decision("bad-matcher", ERROR, _GUARD),
    Decision("bad-regex", ERROR, _GUARD),
    Decision("bad-template-file", ERROR, "Templates are parsed, with the functions that Alertmanager knows"),
    Decision("bad-time-interval", OFF, "Constructors refuse such an interval, with the definition's line"),
    Decision("duplicate-receiver", ERROR, _GUARD),
    Decision("groupby-ellipsis", ERROR, _GUARD),
    Decision("invalid-root-route", ERROR, _GUARD),
    Decision("no-root-route", ERROR, _GUARD),
    Decision("undefined-receiver", ERROR, _GUARD),
    Decision("undefined-time-interval", ERROR, _GUARD),
    Decision("discord-no-webhook-url", ERROR, _SECRETS),
    Decision("email-no-smarthost", OFF, "receiver/smtp asks for the sender, too, and says where to give both"),
    Decision("msteams-no-webhook-url", ERROR, _SECRETS),
    Decision("opsgenie-no-api-key", ERROR, _SECRETS),
    Decision("pagerduty-no-routing-key", ERROR, _SECRETS),
    Decision("slack-no-api-url", OFF, "receiver/credential knows that since 0.30 an app token will do instead"),
    Decision("sns-no-target", ERROR, _GUARD),
    Decision("telegram-no-bot-token", OFF, "receiver/credential knows that since 0.31 there may be one token for all"),
    Decision("victorops-no-api-key", ERROR, _GUARD),
    Decision("webhook-no-url", ERROR, _SECRETS),
    Decision("wechat-no-corp-id", ERROR, _GUARD),
    # Faults that show when a message is to be sent.
    Decision("bad-template", ERROR, "Templates are parsed, with the functions that Alertmanager knows"),
    Decision("template-unknown-field", ERROR, "Such as .Labels outside of range: the message would not be sent"),
    Decision("undefined-template", ERROR, "Alertmanager looks templates up when it sends, and then cannot"),
    Decision("template-file-missing", OFF, "The files are written together with the configuration"),
    # Alerts that go where nobody meant them to.
    Decision("alert-hits-default-receiver", OFF, "A root that takes what is left is a choice; route/unheard asks more"),
    Decision("empty-receiver", OFF, "A way of saying nobody; who has to be told is asked by route/unheard"),
    Decision("route-always-muted", OFF, _CALENDAR),
    Decision("route-match-collision", OFF, _EXACT),
    Decision("route-unknown-alertname", WARNING, "A name in a matcher that no rule has: misspelt, or renamed since"),
    Decision("shadowed-route", OFF, _EXACT),
    Decision("time-interval-never-active", OFF, _CALENDAR),
    Decision("unreachable-route", OFF, _EXACT),
    Decision("unused-receiver", INFO, "Perhaps forgotten in a route"),
    Decision("useless-continue", INFO, "keep_going on the last route says what does not happen"),
    Decision("deep-nesting", INFO, "Worth a thought"),
    # Alerts that hold one another back.
    Decision("circular-inhibition", OFF, "inhibit/circle asks whether there are alerts that would do it"),
    Decision("inhibit-no-equal", OFF, "inhibit/own-source and inhibit/everything ask what there is to hold back"),
    Decision("inhibit-same-match", INFO, "Perhaps one side was meant to be another"),
    Decision("inhibit-unknown-alertname", WARNING, "A name in a matcher that no rule has: misspelt, or renamed since"),
    # Times.
    Decision("repeat-before-group", OFF, "route/repeat says it of the definition, with inherited values"),
    Decision("wait-exceeds-interval", WARNING, "The first message would come later than any later one"),
    Decision("global-resolve-timeout-missing", OFF, "It is always written"),
    # How it is written.
    Decision("deprecated-match", ERROR, _GUARD),
    Decision("deprecated-mute-time-intervals", ERROR, _GUARD),
    Decision("stripped-brace", ERROR, _GUARD),
    Decision("plaintext-secret", ERROR, "A credential written out in options gets past the types"),
    Decision("grafana-contact-point", OFF, "Grafana's own alerting, which is not what is written here"),
)

SKIPPED: Final = frozenset(
    {
        "check_always_muted_routes",
        "check_bad_time_intervals",
        "check_email_smarthost",
        "check_global_resolve_timeout",
        "check_grafana_contact_points",
        "check_never_active_time_intervals",
        "check_route_match_collision",
        "check_shadowed_routes",
        "check_unreachable_routes",
    }
)
"""amlint's functions all of whose findings are off. They take most of its time, so they are not even called."""
