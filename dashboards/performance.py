"""§3 대시보드 구성, 성능 대시보드: where the time and the memory go."""

from __future__ import annotations

from generator import Dashboard, Link, Variable

from .application import application
from .database import database_performance
from .infrastructure import container_use, machine

performance = Dashboard(
    "Performance",
    uid="performance",
    folder="Operations",
    description="Where the time and the memory go (성능 대시보드)",
    tags=["operations"],
    rows=[machine, container_use, application, database_performance],
    variables=[Variable("instance", label="instance", metric='node_uname_info{job="node"}', title="Machine")],
    links=[Link("Operations", uid="operations"), Link("SLOs", uid="slo-overview")],
    guide="§3",
)
