"""Panels that Grafana 12 no longer has: rewritten, or refused with what to use."""

from grafanalib import core as g
from grafanalib.prometheus import PromGraph

from generator import Dashboard, Row, query

SAYS = "What it shows, and when it is bad."

rewritten = [
    g.Graph(
        title="Graph",
        description=SAYS,
        targets=[query("up")],
        bars=True,
        lines=False,
        stack=True,
        fill=3,
        yAxes=g.single_y_axis(format="s", min=0, label="time"),
        percentage=True,
        legend=g.Legend(alignAsTable=True, rightSide=True, avg=True, max=True),
        thresholds=[g.GraphThreshold(2.0), g.GraphThreshold(1.0, "warning", fill=False)],
        seriesOverrides=[g.SeriesOverride("/b.*/", yaxis=2, color="#ff0000", dashes=True), g.SeriesOverride("c")],
    ),
    g.Graph(
        title="Too few",
        description=SAYS,
        unit="reqps",
        targets=[query("up")],
        steppedLine=True,
        nullPointMode="connected",
        thresholds=[g.GraphThreshold(5.0, "critical", op=g.EVAL_LT)],
    ),
    PromGraph("default", "From the Prometheus helper", [("up now", "up")], description=SAYS, unit="short"),
    g.SingleStat(
        title="Single",
        description=SAYS,
        format="bytes",
        targets=[query("up")],
        thresholds="50,80",
        colors=["green", "orange", "red"],
        colorBackground=True,
        valueName="current",
        sparkline=g.SparkLine(show=True),
        valueMaps=[{"op": "=", "text": "gone", "value": "null"}],
        rangeMaps=[{"from": "1", "to": "5", "text": "few"}],
    ),
    g.SingleStat(
        title="Single gauge",
        description=SAYS,
        format="percent",
        targets=[query("up")],
        gauge=g.Gauge(show=True, maxValue=200),
    ),
    g.PieChart(
        title="Old pie",
        description=SAYS,
        format="short",
        targets=[query("up")],
        pieType="donut",
        aliasColors={"a": "red"},
    ),
]
refused = [
    g.Worldmap(title="World", description=SAYS, targets=[query("up")]),
    g.Statusmap(title="Status", description=SAYS, targets=[query("up")]),
    g.Svg(title="Drawing", description=SAYS, targets=[query("up")]),
    g.Discrete(title="Discrete", description=SAYS, targets=[query("up")]),
    g.ePict(title="Picture", description=SAYS, targets=[query("up")]),
    g.Ae3ePlotly(title="Plotly", description=SAYS, targets=[query("up")]),
]
dashboard = Dashboard("Old panels", uid="old-panels", rows=[Row("What is gone?", rewritten), Row("For good?", refused)])
