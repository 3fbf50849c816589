"""Everything that can be wrong, told in one run with the place to go to."""

from grafanalib import core as g

from generator import Dashboard, Link, Panel, Row, Variable, query

SAYS = "What it shows, and when it is bad."


def stat(title: str, **more: object) -> g.Stat:
    return g.Stat(**{"title": title, "description": SAYS, "format": "short", "targets": [query("up")], **more})


wrong_panels = Dashboard(
    "Wrong panels",
    uid="wrong-panels",
    folder="Mistakes",
    rows=[
        Row(
            "What is wrong with these?",
            [
                stat("No PromQL", targets=[query("rate(up[5m]"), g.Target(expr="sum by ("), query("up")]),
                stat("Unknown variable", targets=[query('up{job="$jbo"}'), query("up")]),
                stat("No description", description=None),
                stat("No unit", format="none"),
                stat("No such unit", format="reqs"),
                stat(""),
                stat("No query", targets=[]),
                stat("Twice"),
                stat("Twice"),
                Panel(stat("Too wide"), width=25),
                Panel(stat("Too low"), height=0),
                stat("Leads nowhere", links=[g.DataLink("more", "/d/nowhere")]),
                stat("Of another source", dataSource="Somewhere"),
                g.RowPanel(title="A row in a row"),
                "not a panel",
                {"title": "No type"},
                g.Stat(title="Cannot be read", targets=[object()]),
            ],
        ),
        Row("Twice?", []),
        Row("Twice?", []),
    ],
    variables=[
        Variable("unused", label="job", metric="up"),
        Variable("empty"),
        Variable("hidden", values=["one", "two"], hidden=True),
        Variable("broken", label="job", metric="up{"),
    ],
    links=[Link("Nowhere", uid="nowhere"), Link("Both", uid="wrong-panels", tag="slo")],
)
same_uid = Dashboard("Same uid", uid="wrong-panels", folder="Mistakes", rows=[])
same_title = Dashboard("wrong PANELS", uid="same-title", folder="mistakes", rows=[])
long_uid = Dashboard("Long uid", uid="a" * 41, folder="Mistakes", rows=[])
odd_uid = Dashboard("Odd uid", uid="wörong uid", folder="Mistakes", rows=[])
nested = Dashboard("Nested", uid="nested", folder="Mistakes/Deeper", rows=[])
general = Dashboard("In the root", uid="general", folder="General", rows=[])
untitled = Dashboard(" ", uid="untitled", folder="Mistakes", rows=[])
named_as_folder = Dashboard("Mistakes", uid="named-as-folder", rows=[])
