"""Ranges that mean nothing."""

from generator import Receiver, Route, TimeInterval, Webhook

wrong = [
    TimeInterval("a", times="9-18"),
    TimeInterval("b", times="22:00-06:00"),
    TimeInterval("c", weekdays="fri-mon"),
    TimeInterval("d", weekdays="someday"),
    TimeInterval("e", days="0"),
    TimeInterval("f", days="-1-5"),
    TimeInterval("g", days="20--15"),
    TimeInterval("h", months="13"),
    TimeInterval("i", years="12"),
    TimeInterval("j", times="12:00-13:00", timezone="Asia/Soul"),
    TimeInterval("k", days="-1--3"),
]
root = Route(to=Receiver("a", Webhook("http://a/")), routes=[Route(match='a="1"', mute=wrong)])
