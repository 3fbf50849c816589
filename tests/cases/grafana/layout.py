"""Where panels come to stand."""

from generator import Dashboard, Panel, Row, Variable, query


def panel(title: str, kind: str = "timeseries") -> dict[str, object]:
    fields = {"defaults": {"unit": "s"}}
    says = "Nothing much."
    return {"type": kind, "title": title, "description": says, "fieldConfig": fields, "targets": [query("up")]}


dashboard = Dashboard(
    "Places",
    uid="places",
    rows=[
        Row("", [panel("without a row's bar")]),
        Row("Four graphs are two and two", [panel(f"graph {number}") for number in range(4)]),
        Row("Seven numbers are four and three", [panel(f"number {number}", "stat") for number in range(7)]),
        Row("Numbers and graphs do not mix", [panel("one", "stat"), panel("two", "stat"), panel("three")]),
        Row("Sizes of the row", [panel(f"small {number}") for number in range(3)], width=6, height=5),
        Row("Sizes of its own", [Panel(panel("wide"), width=20), Panel(panel("next line"), width=5, height=3)]),
        Row("Folded", [panel("inside"), panel("beside")], collapsed=True),
        Row("Again for each $job", [panel("of $job")], repeat="job"),
    ],
    variables=[Variable("job", values=["a", "b"])],
)
