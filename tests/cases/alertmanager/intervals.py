"""Ranges of every kind, in several zones and spans."""

from generator import Hours, Receiver, Route, TimeInterval, Webhook

business = TimeInterval("business-hours", weekdays="mon-fri", times="09:00-18:00", timezone="Asia/Seoul")
month_ends = TimeInterval("month-ends", days="-3--1, 1", months="mar, jun-aug, 12", timezone="America/New_York")
year = TimeInterval("year", years="2026, 2027-2029", days="1-7, 15")
several = TimeInterval(
    "several",
    weekdays="sunday",
    times="02:00-04:00",
    spans=[Hours(weekdays="sat", times="22:00-24:00"), Hours(months="12", days="24-26")],
    timezone="Europe/Berlin",
)
always = TimeInterval("always")
intervals = [business, month_ends, year, several, always]
a = Receiver("a", Webhook("http://a/"))
root = Route(to=a, routes=[Route('a="1"', mute=[business, several]), Route('a="2"', active=[year, month_ends])])
