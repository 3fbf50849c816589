"""Who is told, when."""

from generator import (
    AlertmanagerSettings,
    Email,
    InhibitRule,
    Receiver,
    Route,
    Secret,
    Slack,
    Smtp,
    TimeInterval,
    match,
)

alertmanager = AlertmanagerSettings(
    smtp=Smtp("smtp.example.com:587", "alerts@example.com", "alerts", Secret("smtp_password"))
)

on_call = Receiver("on-call", Slack("#on-call", Secret("slack_webhook")), Email("on-call@example.com"))
tickets = Receiver("tickets", Email("shop@example.com"))

# Nobody has to be told of what fails while everything is restarted.
maintenance = TimeInterval("maintenance", weekdays="sun", times="02:00-04:00", timezone="Europe/Berlin", downtime=True)

root = Route(
    to=tickets,
    group_by=["alertname", "service"],
    group_wait="30s",
    group_interval="5m",
    repeat_interval="4h",
    routes=[
        Route(match(severity="critical"), to=on_call),
        Route(match(severity="warning"), to=tickets, mute=maintenance),
    ],
)

# One burn is one message: while an SLO pages, its ticket waits.
page_over_ticket = InhibitRule(match(sloth_severity="page"), match(sloth_severity="ticket"), equal=["sloth_id"])
