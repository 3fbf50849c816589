"""A key that the version reads, but not without fault."""

from generator import AlertmanagerSettings, Receiver, Route, Secret, Webhook

settings = AlertmanagerSettings(version="v0.27.0")
root = Route(to=Receiver("a", Webhook(url_secret=Secret("hook"))))
