"""A version that is none."""

from generator import AlertmanagerSettings, Receiver, Route, Webhook

settings = AlertmanagerSettings(version="latest")
root = Route(to=Receiver("a", Webhook("http://a/")))
