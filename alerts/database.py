"""§4 성능 최적화 기준, Database Performance: statements, indexes, dead rows, connections, locks, replicas.

The guide's queries are run by hand, once a week; these are the same questions, asked all the time. postgres_exporter
answers them when it is started with `--collector.stat_statements`; see `exporters.py`.
"""

from __future__ import annotations

from functools import partial

from generator import P1, P2, Alert
from generator.promql import Expr

from .receivers import PLANNED, capacity_tickets, slack_and_email
from .services import database

CALLS_TO_JUDGE = 100
"""Executions in an hour below which a mean says little: WHERE calls > 100."""

STATEMENT_SLOW = 1.0
"""Seconds that a statement may take on average: as long as the whole request that it serves (95%ile < 1초)."""

CONNECTIONS_HIGH = 0.80
"""Share of max_connections from which somebody looks: SELECT count(*) FROM pg_stat_activity."""

CONNECTIONS_FULL = 0.95
"""Share of max_connections from which the next burst is refused."""

TRANSACTION_LONG = 15 * 60
"""Seconds after which a transaction keeps vacuum from the rows it can still see."""

IDLE_LONG = 5 * 60
"""Seconds for which a transaction may hold its locks without doing anything."""

LOCK_WAITERS = 5
"""Sessions of one database that wait for a lock."""

DEADLOCKS = 3
"""Deadlocks in a quarter of an hour: one is bad luck, three are a fault of the program."""

DEAD_ROWS = 0.20
"""Share of a table's rows that are dead; autovacuum begins at this share, so more means that it does not keep up."""

TABLE_LARGE = 10_000
"""Rows (live, or dead) below which a table is quicker to read whole, and too small to care about."""

INDEX_SHARE_LOW = 0.50
"""Share of the reads of a large table that use an index."""

REPLICA_LAG = 60
"""Seconds that a replica may be behind."""

watched = partial(Alert, service=database, receiver=slack_and_email, guide="§4 성능 최적화 기준")
planned = partial(Alert, service=database, level=PLANNED, receiver=capacity_tickets, guide="§4 성능 최적화 기준")

# --- 주간 성능 분석: pg_stat_statements, WHERE calls > 100 ---


def mean_seconds(window: str, calls: int) -> str:
    """How long each statement took on average, of those that were executed more than so many times."""
    total, executed = (
        f"sum by (datname, queryid) (increase(pg_stat_statements_{what}_total[{window}]))"
        for what in ("seconds", "calls")
    )
    return f"{total} / ({executed} > {calls})"


slow_statement = watched(
    "DatabaseSlowStatement",
    level=P2,
    expr=database.query(f"{mean_seconds('1h', CALLS_TO_JUDGE)} > {STATEMENT_SLOW:g}"),
    for_="15m",
    summary="A statement takes {{ $value | humanizeDuration }} on average",
    description=(
        "Statement {{ $labels.queryid }} in {{ $labels.datname }} was executed more than "
        f"{CALLS_TO_JUDGE} times in the last hour and took {{{{ $value | humanizeDuration }}}} on average, more than "
        f"{STATEMENT_SLOW:g} s. pg_stat_statements has its text."
    ),
    runbook="slow-statements",
)

# --- 인덱스 사용률 확인 ---

index_unused = planned(
    "DatabaseTableReadWithoutIndex",
    expr=database.query(f"""
        sum by (datname, schemaname, relname) (increase(pg_stat_user_tables_idx_scan[1h]))
        / (
            sum by (datname, schemaname, relname) (increase(pg_stat_user_tables_idx_scan[1h]))
            + (sum by (datname, schemaname, relname) (increase(pg_stat_user_tables_seq_scan[1h])) > {CALLS_TO_JUDGE})
        ) < {INDEX_SHARE_LOW}
        and
        sum by (datname, schemaname, relname) (pg_stat_user_tables_n_live_tup) > {TABLE_LARGE}
    """),
    for_="1h",
    summary="{{ $labels.relname }} is read whole, without an index",
    description=(
        "Only {{ $value | humanizePercentage }} of the reads of {{ $labels.schemaname }}.{{ $labels.relname }} in "
        f"{{{{ $labels.datname }}}} use an index, fewer than {INDEX_SHARE_LOW:.0%}, and it has more than "
        f"{TABLE_LARGE} rows. An index is missing, or not chosen."
    ),
    runbook="missing-index",
)

bloat = planned(
    "DatabaseTableBloated",
    expr=database.query(f"""
        sum by (datname, schemaname, relname) (pg_stat_user_tables_n_dead_tup > {TABLE_LARGE})
        / sum by (datname, schemaname, relname) (pg_stat_user_tables_n_live_tup + pg_stat_user_tables_n_dead_tup)
        > {DEAD_ROWS}
    """),
    for_="1h",
    summary="{{ $value | humanizePercentage }} of {{ $labels.relname }} are dead rows",
    description=(
        "{{ $value | humanizePercentage }} of the rows of {{ $labels.schemaname }}.{{ $labels.relname }} in "
        f"{{{{ $labels.datname }}}} are dead, more than {DEAD_ROWS:.0%}: autovacuum does not keep up, or an old "
        "transaction holds it back."
    ),
    runbook="table-bloat",
)

# --- 연결 수 확인: SELECT count(*) FROM pg_stat_activity ---


def connections_above(share: float) -> Expr:
    """The share of the allowed connections that is in use, where it is above a limit."""
    return database.query(
        f"sum by (instance) (pg_stat_activity_count) / max by (instance) (pg_settings_max_connections) > {share}"
    )


connections_high = watched(
    "DatabaseConnectionsHigh",
    level=P2,
    expr=connections_above(CONNECTIONS_HIGH),
    for_="5m",
    summary="{{ $value | humanizePercentage }} of PostgreSQL's connections are taken",
    description=(
        "{{ $value | humanizePercentage }} of the connections that {{ $labels.instance }} allows are taken, more than "
        f"{CONNECTIONS_HIGH:.0%}. Somebody does not give them back, or there are more users than the pools foresee."
    ),
    runbook="database-connections",
)
connections_full = watched(
    "DatabaseConnectionsExhausted",
    level=P1,
    expr=connections_above(CONNECTIONS_FULL),
    for_="1m",
    summary="{{ $value | humanizePercentage }} of PostgreSQL's connections are taken",
    description=(
        "{{ $value | humanizePercentage }} of the connections that {{ $labels.instance }} allows are taken, more than "
        f"{CONNECTIONS_FULL:.0%}. The last three are kept for administrators: requests are about to be refused."
    ),
    runbook="database-connections",
)

# --- Lock Statistics ---

lock_waits = watched(
    "DatabaseLockWaits",
    level=P2,
    expr=database.query(f'sum by (datname) (pg_stat_activity_count{{wait_event_type="Lock"}}) >= {LOCK_WAITERS}'),
    for_="5m",
    summary="{{ $value }} sessions wait for locks in {{ $labels.datname }}",
    description=(
        "For five minutes {{ $value }} or more sessions have waited for a lock in {{ $labels.datname }}: one holds it "
        "and does not let go."
    ),
    runbook="database-locks",
)
deadlocks = watched(
    "DatabaseDeadlocks",
    level=P2,
    expr=database.query(f"sum by (datname) (increase(pg_stat_database_deadlocks[15m])) >= {DEADLOCKS}"),
    for_="1m",
    summary="Deadlocks in {{ $labels.datname }}",
    description=(
        "PostgreSQL ended {{ $value | humanize }} transactions of {{ $labels.datname }} in a quarter of an hour "
        "because they waited for one another."
    ),
    runbook="database-locks",
)

# pg_dump reads for as long as the backup takes, and autovacuum and replicas are PostgreSQL's own.
USERS = 'backend_type!~"autovacuum worker|walsender|parallel worker", application_name!="pg_dump"'

long_transaction = watched(
    "DatabaseLongTransaction",
    level=P2,
    expr=database.query(
        f'max by (datname) (pg_stat_activity_max_tx_duration{{state=~"active.*", {USERS}}}) > {TRANSACTION_LONG}'
    ),
    for_="1m",
    summary="A transaction has been running for {{ $value | humanizeDuration }}",
    description=(
        "The oldest transaction in {{ $labels.datname }} has been running for {{ $value | humanizeDuration }}. What "
        "others delete or change cannot be cleared away until it ends."
    ),
    runbook="long-transactions",
)
idle_transaction = watched(
    "DatabaseIdleInTransaction",
    level=P2,
    expr=database.query(
        f'max by (datname) (pg_stat_activity_max_tx_duration{{state=~"idle in transaction.*", {USERS}}}) > {IDLE_LONG}'
    ),
    for_="1m",
    summary="A transaction has been open and idle for {{ $value | humanizeDuration }}",
    description=(
        "In {{ $labels.datname }} somebody began a transaction {{ $value | humanizeDuration }} ago, does nothing, and "
        "keeps its locks: a program that forgot to commit."
    ),
    runbook="long-transactions",
)

# --- Replication Lag (if applicable): the primary says 0, and without a replica there is nobody to say more ---

replica_behind = watched(
    "DatabaseReplicaBehind",
    level=P2,
    expr=database.query(f"pg_replication_lag_seconds > {REPLICA_LAG} and pg_replication_is_replica == 1"),
    for_="5m",
    summary="Replica {{ $labels.instance }} is {{ $value | humanizeDuration }} behind",
    description=(
        "Replica {{ $labels.instance }} repeats what the primary did {{ $value | humanizeDuration }} ago, more than "
        f"{REPLICA_LAG} s. Who reads from it sees the past."
    ),
    runbook="replication-lag",
)
