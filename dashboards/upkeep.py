"""§4 성능 최적화 기준: what the guide looks at by hand once a week, of PostgreSQL and of Redis."""

from __future__ import annotations

from alerts.cache import (
    CLIENTS_HIGH,
    COMMAND_SLOW,
    HIT_RATE_LOW,
    SLOW_COMMANDS,
    clients_high,
    evicting,
    hit_rate_low,
    memory_high,
    rejecting,
    slow,
    slow_log,
)
from alerts.database import (
    CALLS_TO_JUDGE,
    DEAD_ROWS,
    IDLE_LONG,
    INDEX_SHARE_LOW,
    LOCK_WAITERS,
    STATEMENT_SLOW,
    TABLE_LARGE,
    TRANSACTION_LONG,
    USERS,
    bloat,
    idle_transaction,
    index_unused,
    lock_waits,
    long_transaction,
    mean_seconds,
    slow_statement,
)
from alerts.services import database, redis
from alerts.slack import MEMORY_HIGH
from generator import Panel, Row, query, thresholds

from .panels import lines, shares

# 주간 성능 분석, 인덱스 사용률 확인
tables_and_indexes = Row(
    "Do statements, indexes and vacuum keep up?",
    [
        Panel(
            lines(
                title="Slowest statements",
                description=(
                    f"Seconds that the ten slowest statements take on average, of those with more than "
                    f"{CALLS_TO_JUDGE} calls in an hour; told from {STATEMENT_SLOW:g} s on. pg_stat_statements has "
                    "their text."
                ),
                targets=[
                    query(
                        f"topk(10, {mean_seconds('1h', CALLS_TO_JUDGE)})",
                        legend="{{datname}} {{queryid}}",
                        service=database,
                    )
                ],
                unit="s",
                thresholds=thresholds("green", orange=STATEMENT_SLOW),
            ),
            explains=slow_statement,
        ),
        Panel(
            shares(
                title="Reads by index",
                description=(
                    f"Share of the reads of large tables (more than {TABLE_LARGE} rows) that use an index, of the ten "
                    f"worst that were read whole more than {CALLS_TO_JUDGE} times in an hour (인덱스 사용률); below "
                    f"{INDEX_SHARE_LOW:.0%} an index is missing."
                ),
                targets=[
                    query(
                        "bottomk(10, sum by (relname) (increase(pg_stat_user_tables_idx_scan[1h]))"
                        " / (sum by (relname) (increase(pg_stat_user_tables_idx_scan[1h]))"
                        f" + (sum by (relname) (increase(pg_stat_user_tables_seq_scan[1h])) > {CALLS_TO_JUDGE}))"
                        f" and sum by (relname) (pg_stat_user_tables_n_live_tup) > {TABLE_LARGE})",
                        legend="{{relname}}",
                        service=database,
                    )
                ],
                thresholds=thresholds("orange", green=INDEX_SHARE_LOW),
            ),
            explains=index_unused,
        ),
        Panel(
            lines(
                title="Dead rows",
                description=(
                    f"Share of dead rows, of the ten worst large tables; beyond {DEAD_ROWS:.0%} vacuum does not keep "
                    "up, or an old transaction holds it back."
                ),
                targets=[
                    query(
                        f"topk(10, sum by (relname) (pg_stat_user_tables_n_dead_tup > {TABLE_LARGE})"
                        " / sum by (relname) (pg_stat_user_tables_n_live_tup + pg_stat_user_tables_n_dead_tup))",
                        legend="{{relname}}",
                        service=database,
                    )
                ],
                unit="percentunit",
                thresholds=thresholds("green", orange=DEAD_ROWS),
            ),
            explains=bloat,
        ),
        Panel(
            lines(
                title="Waiting for locks",
                description=f"Sessions that wait for a lock; told when {LOCK_WAITERS} wait for five minutes.",
                targets=[
                    query(
                        'sum by (datname) (pg_stat_activity_count{wait_event_type="Lock"})',
                        legend="{{datname}}",
                        service=database,
                    )
                ],
                unit="short",
                thresholds=thresholds("green", orange=LOCK_WAITERS),
            ),
            explains=lock_waits,
        ),
        Panel(
            lines(
                title="Transactions at work",
                description=(
                    "How long the oldest transaction that does something has been running, backup and autovacuum "
                    f"aside; told after {TRANSACTION_LONG // 60} minutes."
                ),
                targets=[
                    query(
                        f'max by (datname) (pg_stat_activity_max_tx_duration{{state=~"active.*", {USERS}}})',
                        legend="{{datname}}",
                        service=database,
                    )
                ],
                unit="s",
                thresholds=thresholds("green", orange=TRANSACTION_LONG),
            ),
            explains=long_transaction,
        ),
        Panel(
            lines(
                title="Transactions asleep",
                description=(
                    "How long ago the oldest transaction began that does nothing and keeps its locks; told after "
                    f"{IDLE_LONG // 60} minutes."
                ),
                targets=[
                    query(
                        f'max by (datname) (pg_stat_activity_max_tx_duration{{state=~"idle in.*", {USERS}}})',
                        legend="{{datname}}",
                        service=database,
                    )
                ],
                unit="s",
                thresholds=thresholds("green", orange=IDLE_LONG),
            ),
            explains=idle_transaction,
        ),
    ],
    width=8,
    height=7,
)

# redis-cli --latency-history, redis-cli info memory, redis-cli slowlog get
redis_performance = Row(
    "Is Redis fit?",
    [
        Panel(
            lines(
                title="Redis latency",
                description=(
                    "How long Redis works on a command, on average over all of them (--latency-history); told from "
                    f"{COMMAND_SLOW * 1000:g} ms on."
                ),
                targets=[
                    query(
                        "sum by (instance) (rate(redis_commands_duration_seconds_total[$__rate_interval]))"
                        " / sum by (instance) (rate(redis_commands_total[$__rate_interval]))",
                        legend="{{instance}}",
                        service=redis,
                    )
                ],
                unit="s",
                thresholds=thresholds("green", orange=COMMAND_SLOW),
            ),
            explains=slow,
        ),
        Panel(
            lines(
                title="Slow log",
                description=(
                    f"Commands that came into the slow log in ten minutes (slowlog get); told above {SLOW_COMMANDS}."
                ),
                targets=[query("delta(redis_slowlog_last_id[10m]) >= 0", legend="{{instance}}", service=redis)],
                unit="short",
                thresholds=thresholds("green", orange=SLOW_COMMANDS),
            ),
            explains=slow_log,
        ),
        Panel(
            shares(
                title="Memory of Redis",
                description=(
                    f"Share of maxmemory that is in use (used_memory); told from {MEMORY_HIGH:.0%} on. Empty without "
                    "maxmemory."
                ),
                targets=[
                    query(
                        "redis_memory_used_bytes / (redis_memory_max_bytes > 0)", legend="{{instance}}", service=redis
                    )
                ],
                thresholds=thresholds("green", orange=MEMORY_HIGH),
            ),
            explains=[memory_high, evicting],
        ),
        Panel(
            shares(
                title="Clients of Redis",
                description=f"Share of maxclients that is connected; told from {CLIENTS_HIGH:.0%} on.",
                targets=[
                    query("redis_connected_clients / redis_config_maxclients", legend="{{instance}}", service=redis)
                ],
                thresholds=thresholds("green", orange=CLIENTS_HIGH),
            ),
            explains=clients_high,
        ),
        Panel(
            lines(
                title="Clients turned away",
                description="Connections that Redis rejected in five minutes; told from the first on.",
                targets=[query("increase(redis_rejected_connections_total[5m])", legend="{{instance}}", service=redis)],
                unit="short",
                thresholds=thresholds("green", red=1),
            ),
            explains=rejecting,
        ),
        Panel(
            shares(
                title="Hit rate of Redis",
                description=f"Share of lookups that Redis answers; told below {HIT_RATE_LOW:.0%}.",
                targets=[
                    query(
                        "rate(redis_keyspace_hits_total[15m])"
                        " / (rate(redis_keyspace_hits_total[15m]) + rate(redis_keyspace_misses_total[15m]) > 0)",
                        legend="{{instance}}",
                        service=redis,
                    )
                ],
                thresholds=thresholds("orange", green=HIT_RATE_LOW),
            ),
            explains=hit_rate_low,
        ),
    ],
    width=8,
    height=7,
)
