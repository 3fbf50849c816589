"""Every panel of grafanalib that Grafana still has, with grafanalib's own defaults and objects."""

from grafanalib import core as g

from generator import Dashboard, Link, Panel, Row, Variable, query, thresholds

SAYS = "What it shows, and when it is bad."
IN_SECONDS = {"fieldConfig": {"defaults": {"unit": "s"}}}


def two() -> list[g.Target]:
    return [g.Target(expr="up", legendFormat="{{job}}"), g.Target(expr="up offset 1d")]


panels = [
    g.TimeSeries(
        title="Lines",
        description=SAYS,
        unit="s",
        targets=two(),
        dataSource="$datasource",
        thresholds=[g.Threshold("green", 0, 0.0), g.Threshold("red", 1, 1.5)],
        overrides=[
            {
                "matcher": {"id": "byName", "options": "b"},
                "properties": [
                    {"id": "thresholds", "value": {"steps": thresholds("green", red=2)}},
                    {"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [2, 4]}},
                ],
            }
        ],
    ),
    g.TimeSeries(
        title="No legend",
        description=SAYS,
        unit="s",
        targets=[query("up")],
        legendDisplayMode="hidden",
        stacking={"mode": "normal", "group": "A"},
        scaleDistributionType="log",
        spanNulls=True,
    ),
    g.Stat(
        title="Number",
        description=SAYS,
        format="short",
        targets=two(),
        reduceCalc="lastNotNull",
        mappings=[
            g.StatValueMappings(g.StatValueMappingItem("down", "0", "red")),
            g.StatRangeMappings("many", 10, 100, "green"),
        ],
    ),
    g.Stat(
        title="Old mappings",
        description=SAYS,
        format="short",
        targets=two(),
        mappings=[g.StatValueMapping("down", "0"), g.StatRangeMapping("many", "10", "100")],
    ),
    g.GaugePanel(
        title="Gauge",
        description=SAYS,
        format="percent",
        targets=two(),
        calc="max",
        thresholdLabels=True,
        dataLinks=[g.DataLink("more", "/d/all-panels")],
    ),
    g.BarGauge(title="Bars", description=SAYS, format="percent", targets=two(), label="share", allValues=True, limit=5),
    g.Table(
        title="Table",
        description=SAYS,
        unit="s",
        targets=two(),
        displayMode="gradient-gauge",
        filterable=True,
        sortBy=[g.TableSortByField("Value", True)],
        overrides=[
            {
                "matcher": {"id": "byName", "options": "a"},
                "properties": [{"id": "custom.displayMode", "value": "color-background-solid"}],
            }
        ],
    ),
    g.Heatmap(
        title="Buckets",
        description=SAYS,
        targets=two(),
        dataFormat="tsbuckets",
        yBucketBound="upper",
        hideZeroBuckets=True,
        yAxis=g.YAxis(format="s", decimals=1),
        reverseYBuckets=True,
    ),
    g.Heatmap(title="Series as heat", description=SAYS, targets=two(), yAxis=g.YAxis(format="s")),
    g.PieChartv2(title="Pie", description=SAYS, unit="short", targets=two(), legendValues=["percent"]),
    g.BarChart(title="Columns", description=SAYS, targets=two(), extraJson=IN_SECONDS),
    g.StateTimeline(title="States", description=SAYS, targets=two()),
    g.Histogram(
        title="Histogram",
        description=SAYS,
        targets=two(),
        bucketSize=5,
        extraJson=IN_SECONDS,
    ),
    g.Logs(title="Logs", description=SAYS, targets=[g.Target(expr='{job="x"}')], dataSource="$logs"),
    g.News(title="News", description=SAYS, feedUrl="https://example.org/rss"),
    g.Text(title="Words", content="# Costs $5 or more", mode="markdown"),
    g.AlertList(title="Alerts", description=SAYS, stateFilter=[g.ALERTLIST_STATE_ALERTING], sortOrder=3, limit=5),
    g.DashboardList(title="Dashboards", description=SAYS, searchTags=["slo"], showSearch=True),
    Panel(
        g.Stat(title="Wide", format="short", targets=two(), gridPos=g.GridPos(h=3, w=5, x=2, y=9)),
        width=9,
        description="Panel(…) describes and sizes it; its own place does not count.",
    ),
    g.TimeSeries(
        title="Linked",
        description=SAYS,
        unit="s",
        targets=two(),
        repeat=g.Repeat("h", "machine", 3),
        links=[g.DataLink("$machine in detail", "/d/all-panels", True)],
        timeFrom="7d",
        interval="1m",
        transformations=[{"id": "merge", "options": {}}],
    ),
]

dashboard = Dashboard(
    "All panels",
    uid="all-panels",
    folder="Panels",
    rows=[Row("What can be shown?", panels)],
    variables=[
        Variable("machine", label="instance", metric="up"),
        Variable("logs", values=["loki", "loki,eu"], multi=False, include_all=False, default="loki"),
    ],
    links=[Link("Itself", uid="all-panels"), Link("Others", tag="slo"), Link("Outside", url="https://example.org")],
)
