"""The dashboards of the reference system and of its SLOs: whole, valid, and what the guide lists."""

from __future__ import annotations

import json
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from generator import Events, Service, Team
from generator.expand.dashboards import slo_dashboards
from generator.loader import load
from generator.model.bundle import AlertingRule, Bundle
from generator.model.catalog import Catalog, Module
from generator.model.slo import SLO
from generator.pipeline import compile_project
from generator.targets.grafana import render
from generator.targets.grafana.preview import preview
from tests.conftest import ROOT
from tests.grafana_schema import nulls, overlaps, panels_of, repeated_ids, repeated_letters, schema_faults

Object = dict[str, Any]
GRAFANA = "http://grafana:3000"

# §3 대시보드 구성, line by line: what the guide lists, and the panels that show it.
GUIDE = {
    "operations": {
        "전체 서비스 상태": {"Services"},
        "CPU": {"CPU"},
        "Memory": {"Memory"},
        "Disk": {"Disk"},
        "네트워크 트래픽": {"Network traffic"},
        "Request Rate & Response Time": {"Request rate", "Response time"},
        "Error Rate by Endpoint": {"Error rate by endpoint"},
        "Database Connections": {"Database connections"},
        "Cache Hit Rate": {"Cache hit rate"},
        "주문 처리량": {"Orders", "Orders today", "Failed orders"},
        "매출 현황": {"Revenue", "Revenue today"},
        "사용자 활동": {"User activity", "Active users"},
        "API 사용량": {"API usage"},
    },
    "performance": {
        "CPU, Memory, Disk I/O": {"CPU", "Memory", "Disk throughput", "Disk busy"},
        "Network Performance": {"Network throughput", "Network faults"},
        "Container Resource Usage": {"CPU of containers", "Memory of containers"},
        "Slow Queries": {"Slow queries", "Longest transaction"},
        "Cache Performance": {"Cache hit rate", "Cache latency", "Cache memory"},
        "API Response Times by Endpoint": {"API response times by endpoint"},
        "Connection Pool Usage": {"Connection pool usage"},
        "Query Performance": {"Query performance", "Transactions"},
        "Lock Statistics": {"Locks"},
        "Replication Lag": {"Replication lag"},
        "인덱스 사용률 확인": {"Reads by index", "Dead rows"},
        "redis-cli --latency-history": {"Redis latency"},
        "redis-cli info memory": {"Memory of Redis"},
        "redis-cli slowlog get": {"Slow log"},
    },
    "capacity": {
        "월간 성장률 계산": {"Growth of the month"},
        "리소스 필요량 예측": {"Processors in 3 months", "Memory in 3 months"},
        "수평 확장": {"Scale out: processors", "Scale out: memory", "Scale out: response time"},
        "컨테이너 리소스 제한 도달": {"Scale up: memory limits", "Scale up: CPU limits"},
        "I/O 대기 시간 증가": {"Scale up: waiting for disks"},
        "캐시 미스율 증가": {"Scale up: cache misses"},
    },
    "security": {
        "의심스러운 IP 활동": {"Clients with most errors", "Errors"},
        "SQL Injection 시도": {"SQL injection", "SQL in query strings"},
        "무차별 대입 공격": {"Clients that guess", "Logins"},
        "정기 보안 점검": {"Daily scans", "Weekly scans", "Findings"},
        "Fail2ban": {"Jails", "Bans"},
    },
    "backup": {
        "데이터베이스 백업": {"Daily backup", "Weekly backup", "Monthly backup"},
        "전체 시스템 백업": {"System backup"},
        "실시간 백업": {"Archive of the WAL"},
        "자동 S3 업로드": {"Way to S3"},
        "백업 검증": {"Last restore test", "Last attempt to restore"},
        "RTO": {"Time to recover"},
        "RPO": {"Work at risk"},
    },
}


@lru_cache(maxsize=1)
def bundle() -> Bundle:
    """The reference system, expanded."""
    made = compile_project([ROOT / "alerts", ROOT / "dashboards"], base=ROOT).bundle
    assert made is not None
    return made


@lru_cache(maxsize=1)
def dashboards() -> dict[str, Object]:
    """By uid, as Grafana would load them; none of them has a problem."""
    rendering = render(bundle())
    assert rendering.problems == ()
    found = [json.loads(text) for path, text in rendering.files.items() if path.suffix == ".json"]
    return {dashboard["uid"]: dashboard for dashboard in found}


def test_there_is_a_dashboard_for_every_service_with_objectives() -> None:
    services = {slo.service.name for slo in load([Path("alerts")], ROOT).catalog.of(SLO)}
    written = {"operations", "performance", "capacity", "security", "backup"}
    assert set(dashboards()) == {*written, "slo-overview", *(f"slo-{name}" for name in services)}


def test_grafana_can_load_them() -> None:
    for dashboard in dashboards().values():
        assert schema_faults(dashboard) == []
        assert list(nulls(dashboard)) == []
        assert overlaps(dashboard) == []
        assert repeated_letters(dashboard) == []
        assert repeated_ids(dashboard) == []


@pytest.mark.parametrize("uid", sorted(GUIDE))
def test_everything_the_guide_lists_is_there(uid: str) -> None:
    titles = {panel["title"] for panel in panels_of(dashboards()[uid])}
    for line, panels in GUIDE[uid].items():
        assert panels <= titles, line


def test_every_panel_says_what_it_shows() -> None:
    for dashboard in dashboards().values():
        for panel in panels_of(dashboard):
            if panel["type"] == "row":
                assert panel["title"].endswith("?")
            elif panel["type"] != "text":
                assert panel["description"].endswith(".")


def test_every_dashboard_leads_to_every_other_and_those_of_people_to_the_alerts_and_the_runbooks() -> None:
    for uid, dashboard in dashboards().items():
        titles = {link["title"] for link in dashboard["links"]}
        if uid in GUIDE:
            others = {dashboards()[other]["title"] for other in GUIDE if other != uid}
            assert titles == others | {"SLOs", "Alerts", "Runbooks"}
        else:
            assert titles == {"Services", "Operations"} | ({"All SLOs"} if uid != "slo-overview" else set())


def test_what_an_alert_leads_to_leads_back_to_its_runbook() -> None:
    links = {
        f"{GRAFANA}/d/{uid}?viewPanel={panel['id']}": {link["url"] for link in panel.get("links", ())}
        for uid in GUIDE
        for panel in panels_of(dashboards()[uid])
    }
    rules = [rule for file in bundle().rule_files for group in file.groups for rule in group.rules]
    alerts = [rule for rule in rules if isinstance(rule, AlertingRule) and "escalation" not in rule.labels]
    led = [(rule.annotations["dashboard_url"], rule.annotations["runbook_url"]) for rule in alerts]
    assert sum(panel in links for panel, _ in led) > 80
    assert [pair for pair in led if pair[0] in links and pair[1] not in links[pair[0]]] == []
    assert {url for urls in links.values() for url in urls} <= {runbook for _, runbook in led}


def test_the_pages_of_objectives_are_linked_where_they_are_promised() -> None:
    (promises,) = [panel for panel in panels_of(dashboards()["slo-backend"]) if panel["title"] == "Promises"]
    assert "/BackendErrorRateErrorBudgetBurn.md)" in promises["options"]["content"]


def test_an_escalation_is_no_second_alert_of_an_objective() -> None:
    asked = [
        target["expr"]
        for dashboard in dashboards().values()
        for panel in panels_of(dashboard)
        for target in panel.get("targets", ())
        if "ALERTS{" in target["expr"]
    ]
    assert asked
    assert [expr for expr in asked if 'escalation=""' not in expr] == []


@pytest.mark.parametrize("uid", ["operations", "performance"])
def test_machines_and_endpoints_can_be_chosen(uid: str) -> None:
    names = {variable["name"] for variable in dashboards()[uid]["templating"]["list"]}
    assert names == {"datasource", "instance", "endpoint"}
    asked = json.dumps(dashboards()[uid]["panels"])
    assert '=~\\"$instance\\"' in asked
    assert 'handler=~\\"$endpoint\\"' in asked


def test_panels_of_one_title_have_one_unit_and_one_set_of_limits() -> None:
    found: dict[str, set[str]] = {}
    for uid in GUIDE:
        for panel in panels_of(dashboards()[uid]):
            if panel["type"] != "row":
                looks = {key: panel["fieldConfig"]["defaults"].get(key) for key in ("unit", "thresholds")}
                found.setdefault(panel["title"], set()).add(json.dumps(looks))
    # Of the memory one says how full it is, and the other what it holds.
    assert [title for title, looks in found.items() if len(looks) > 1] == ["Memory"]


def test_data_sources_are_chosen_at_the_top() -> None:
    for dashboard in dashboards().values():
        for panel in panels_of(dashboard):
            for item in (panel, *panel.get("targets", ())):
                assert item.get("datasource", {}).get("uid", "${datasource}") == "${datasource}"


class _Page(HTMLParser):
    """Ids, links to them, and everything that stands in text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.ids.add(found.get("id") or "")
        self.links.add(found.get("href") or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_preview_shows_every_panel_and_query() -> None:
    page = _Page(preview(list(dashboards().values())))
    assert not page.tags & {"script", "img", "link"}
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= page.ids
    written = "".join(page.text.split())  # long queries are broken over lines
    for dashboard in dashboards().values():
        for panel in panels_of(dashboard):
            assert panel["title"] in page.text
            for target in panel.get("targets", ()):
                assert "".join(target["expr"].split()) in written


def test_the_preview_shows_markup_as_text() -> None:
    whole = json.dumps(dashboards()["slo-backend"]).replace("Budget left", "<script>alert(1)</script>")
    assert "script" not in _Page(preview([json.loads(whole)])).tags


def test_an_objective_may_change_without_a_dashboard_changing() -> None:
    def texts(objective: float) -> dict[Any, str]:
        sli = Events(errors="rate(bad[$window])", total="rate(all[$window])")
        slo = SLO("orders", service=Service("shop", team=Team("ops")), objective=objective, sli=sli)
        catalog = Catalog((Module("alerts.shop", "alerts/shop.py", (slo,)),))
        return dict(render(Bundle(catalog, dashboards=slo_dashboards(catalog))).files)

    assert texts(99.9) == texts(99.5)
