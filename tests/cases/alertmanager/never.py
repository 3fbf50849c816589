"""Time intervals that are never in force, wholly or in a part; and some that are, though rarely."""

from generator import Hours, Receiver, Route, TimeInterval, Webhook

never = [
    TimeInterval("no-such-day", days="30", months="feb"),
    TimeInterval("over", years="2019-2020", weekdays="mon"),
    TimeInterval("no-leap-year", days="29", months="feb", years="2025-2027"),
    TimeInterval("partly", spans=[Hours(days="31", months="apr, jun"), Hours(weekdays="mon")]),
    TimeInterval("no-weekend", weekdays="sat, sun", years="2024", months="jan", days="1"),
    TimeInterval("from-its-end", days="-31", months="nov"),
    # The hour that is skipped when clocks go forward.
    TimeInterval("skipped", weekdays="sun", months="mar", days="25-31", times="02:00-03:00", timezone="Europe/Berlin"),
]
rarely = [
    TimeInterval("leap-day", days="29", months="feb", weekdays="sun"),
    TimeInterval("begun", years="2020-2030"),
    TimeInterval("far", years="2096-2104", days="29", months="feb"),
    TimeInterval("last", years="9999", months="dec", days="31"),
    TimeInterval("longest", days="-31"),
    TimeInterval("always"),
]
a = Receiver("a", Webhook("http://a/"))
root = Route(to=a)
