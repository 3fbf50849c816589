"""§3 대시보드 구성, 성능 대시보드: where the time and the memory go."""

from __future__ import annotations

from generator import Dashboard

from .application import application
from .database import database_performance
from .infrastructure import container_use, machine
from .links import links_from
from .queries import ENDPOINTS, MACHINES
from .upkeep import redis_performance, tables_and_indexes

performance = Dashboard(
    "Performance",
    uid="performance",
    folder="Operations",
    description="Where the time and the memory go (성능 대시보드)",
    tags=["operations"],
    rows=[machine, container_use, application, database_performance, tables_and_indexes, redis_performance],
    variables=[MACHINES, ENDPOINTS],
    links=links_from("performance"),
    guide="§3 성능 대시보드",
)
