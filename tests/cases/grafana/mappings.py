"""Panels as plain JSON, and objects with the Foundation SDK's methods."""

from generator import Dashboard, Row, Variable, query, thresholds


class Model:
    """What a builder of the Foundation SDK builds."""

    def to_json(self) -> dict[str, object]:
        return {
            "type": "stat",
            "title": "From a builder",
            "description": "Says how many.",
            "datasource": {"type": "datasource", "uid": "-- Mixed --"},
            "fieldConfig": {"defaults": {"unit": "short", "decimals": None}, "overrides": []},
            "targets": [query("count(up)").build()],
            "transparent": True,
        }


class Builder:
    """A builder of the Foundation SDK."""

    title = "From a builder"

    def build(self) -> Model:
        return Model()


complete = {
    "type": "timeseries",
    "title": "Modern",
    "description": "Is left as it is.",
    "id": 7,
    "gridPos": {"x": 3, "y": 40, "w": 10, "h": 6},
    "datasource": {"type": "prometheus", "uid": "${DS_PROMETHEUS}"},
    "maxDataPoints": 100,
    "pluginVersion": "9.1.0",
    "fieldConfig": {
        "defaults": {
            "unit": "none",
            "custom": {"thresholdsStyle": {"mode": "off"}, "axisSoftMin": None},
            "thresholds": {"mode": "percentage", "steps": [{"color": "red", "value": 80}]},
            "links": [{"title": "more", "url": "/d/json?var-job=$job"}],
            "mappings": [{"type": "range", "options": {"from": 5, "to": None, "result": {"text": "many"}}}],
        },
        "overrides": [],
    },
    "options": {"legend": {"displayMode": "table", "calcs": ["max"]}},
    "targets": [
        {"expr": 'rate(a{job="$job"}[$__rate_interval])', "refId": "B"},
        {"expr": "b", "refId": "B", "hide": True, "instant": True},
        {"expr": "$job:rate:sum / [[job]]", "legendFormat": "${job:raw}"},
    ],
}
by_name = {**complete, "title": "By name", "datasource": "Graphite", "targets": [{"target": "a.b.*"}]}
slips = {
    **complete,
    "title": "Slips of the pen",
    "desciption": "x",
    "options": {"legend": {"show": True}, "tooltip": {"mode": "all"}},
    "fieldConfig": {"defaults": {"unit": 5, "custom": {"drawStyle": "wiggle"}}},
}
unknown = {
    "type": "my-own-panel",
    "title": "A plugin",
    "description": "Nobody checks its options.",
    "options": {"a": 1},
    "targets": [query("up")],
    "fieldConfig": {"defaults": {"unit": "s"}},
}
falling = {
    "type": "stat",
    "title": "Falling",
    "description": "Red below.",
    "targets": [query("up")],
    "fieldConfig": {"defaults": {"unit": "s", "thresholds": {"steps": thresholds("dark_red", green=1)}}},
}
logs = {
    "type": "logs",
    "title": "Another language",
    "description": "LogQL is not PromQL, and nobody knows what $logs is.",
    "datasource": "$logs",
    "targets": [{"expr": '{job="x"} |= "error"'}],
}

dashboard = Dashboard(
    "JSON",
    uid="json",
    rows=[Row("What came as JSON?", [complete, by_name, slips, unknown, falling, logs, Builder()])],
    variables=[Variable("job", label="job", metric="up"), Variable("logs", values=["loki"])],
    options={"refresh": "5s", "editable": True, "anotations": {}},
)
