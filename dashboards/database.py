"""§3 성능 대시보드, 3. Database Performance."""

from __future__ import annotations

from alerts.database import CONNECTIONS_FULL, CONNECTIONS_HIGH, REPLICA_LAG
from alerts.services import database
from generator import Row, query, thresholds

from .panels import areas, lines
from .queries import mean_time

# 3. Database Performance
database_performance = Row(
    "Is the database the bottleneck?",
    [
        areas(
            title="Connection pool usage",
            description=(
                "Share of the connections that PostgreSQL allows, by what they do (Connection Pool Usage): a warning "
                f"from {CONNECTIONS_HIGH:.0%}, critical from {CONNECTIONS_FULL:.0%} of all."
            ),
            targets=[
                query(
                    "sum by (state) (pg_stat_activity_count) / scalar(max(pg_settings_max_connections))",
                    legend="{{state}}",
                    service=database,
                )
            ],
            unit="percentunit",
            thresholds=thresholds("green", orange=CONNECTIONS_HIGH, red=CONNECTIONS_FULL),
            valueMax=1,
        ),
        lines(
            title="Query performance",
            description="Seconds that a statement takes on average, in each database (Query Performance).",
            targets=[query(mean_time("datname"), legend="{{datname}}", service=database)],
            unit="s",
        ),
        lines(
            title="Transactions",
            description="Transactions per second that were kept, and that were undone (Query Performance).",
            targets=[
                query(f"sum(rate(pg_stat_database_xact_{end}[$__rate_interval]))", legend=end, service=database)
                for end in ("commit", "rollback")
            ],
            unit="ops",
        ),
        areas(
            title="Locks",
            description="Locks that are held, by mode (Lock Statistics). Exclusive ones make others wait.",
            targets=[query("sum by (mode) (pg_locks_count)", legend="{{mode}}", service=database)],
            unit="short",
        ),
        lines(
            title="Deadlocks",
            description="Transactions per minute that PostgreSQL ended because they waited for one another.",
            targets=[
                query(
                    "60 * sum by (datname) (rate(pg_stat_database_deadlocks[$__rate_interval]))",
                    legend="{{datname}}",
                    service=database,
                )
            ],
            unit="cpm",
        ),
        lines(
            title="Replication lag",
            description=(
                f"How far a replica is behind (Replication Lag): a warning from {REPLICA_LAG} s; 0 of a primary."
            ),
            targets=[query("pg_replication_lag_seconds", legend="{{instance}}", service=database)],
            unit="s",
            thresholds=thresholds("green", orange=REPLICA_LAG),
        ),
    ],
    height=7,
)
