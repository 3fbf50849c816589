"""§3 성능 대시보드, 2. Application Performance."""

from __future__ import annotations

from alerts.cache import HIT_RATE_LOW
from alerts.services import backend, database, redis
from alerts.slack import RESPONSE_TIME_HIGH
from generator import Panel, Row, query, thresholds

from .panels import axis, buckets, column, columns, lines, listing, shares
from .queries import THESE, quantile, share_of

# 2. Application Performance: API Response Times by Endpoint, Slow Queries, Cache Performance
application = Row(
    "Which requests are slow, and why?",
    [
        lines(
            title="API response times by endpoint",
            description=(
                "Within what time 95 % of requests are answered, of the ten slowest endpoints; a warning when all of "
                f"them together take more than {RESPONSE_TIME_HIGH:g} s."
            ),
            targets=[
                query(f"topk(10, {quantile(0.95, by='handler', of=THESE)})", legend="{{handler}}", service=backend)
            ],
            unit="s",
            thresholds=thresholds("green", orange=RESPONSE_TIME_HIGH),
        ),
        buckets(
            title="Spread of response times",
            description="How many requests took how long: two bands mean two kinds of requests.",
            targets=[
                query(
                    f"sum by (le) (increase(http_request_duration_seconds_bucket{{{THESE}}}[$__rate_interval]))",
                    legend="{{le}}",
                    service=backend,
                )
            ],
            yAxis=axis("s"),
        ),
        listing(
            title="Slow queries",
            description="The ten statements PostgreSQL spends most time on in the last hour (Slow Queries).",
            targets=[
                query(expr, instant=True, table=True, service=database)
                for expr in (
                    "topk(10, sum by (datname, queryid) (increase(pg_stat_statements_seconds_total[1h])))",
                    "sum by (datname, queryid) (increase(pg_stat_statements_calls_total[1h]))"
                    " and topk(10, sum by (datname, queryid) (increase(pg_stat_statements_seconds_total[1h])))",
                    "topk(10, sum by (datname, queryid) (increase(pg_stat_statements_seconds_total[1h])))"
                    " / sum by (datname, queryid) (increase(pg_stat_statements_calls_total[1h]))",
                )
            ],
            transformations=columns(
                {
                    "datname": "Database",
                    "queryid": "Query",
                    "Value #A": "Total",
                    "Value #B": "Calls",
                    "Value #C": "Mean",
                }
            ),
            overrides=[column("Total", unit="s"), column("Calls", unit="short"), column("Mean", unit="s")],
        ),
        lines(
            title="Longest transaction",
            description="For how long the oldest open transaction has been running (Slow Queries).",
            targets=[
                query(
                    "max by (datname, state) (pg_stat_activity_max_tx_duration)",
                    legend="{{datname}} {{state}}",
                    service=database,
                )
            ],
            unit="s",
        ),
        Panel(
            shares(
                title="Cache hit rate",
                description=(
                    "Share of reads answered from Redis, and by PostgreSQL from memory (Cache Performance); a warning "
                    f"when Redis answers fewer than {HIT_RATE_LOW:.0%}."
                ),
                targets=[
                    query(
                        share_of("redis_keyspace_hits_total", "redis_keyspace_misses_total"),
                        legend="Redis",
                        service=redis,
                    ),
                    query(
                        share_of("pg_stat_database_blks_hit", "pg_stat_database_blks_read"),
                        legend="PostgreSQL",
                        service=database,
                    ),
                ],
                thresholds=thresholds("orange", green=HIT_RATE_LOW),
            ),
            width=6,
        ),
        Panel(
            lines(
                title="Cache latency",
                description="How long Redis works on a command, of the five slowest (Cache Performance).",
                targets=[
                    query(
                        "topk(5, sum by (cmd) (rate(redis_commands_duration_seconds_total[$__rate_interval]))"
                        " / sum by (cmd) (rate(redis_commands_total[$__rate_interval])))",
                        legend="{{cmd}}",
                        service=redis,
                    )
                ],
                unit="s",
            ),
            width=6,
        ),
        Panel(
            lines(
                title="Cache memory",
                description="What Redis holds and may hold (Cache Performance); at the limit it throws keys out.",
                targets=[
                    query("redis_memory_used_bytes", legend="used", service=redis),
                    query("redis_memory_max_bytes > 0", legend="allowed", service=redis),
                ],
                unit="bytes",
            ),
            width=6,
        ),
        Panel(
            lines(
                title="Keys thrown out",
                description="Keys per second that left Redis early for want of memory, and those that expired.",
                targets=[
                    query(f"sum(rate(redis_{what}_keys_total[$__rate_interval]))", legend=what, service=redis)
                    for what in ("evicted", "expired")
                ],
                unit="cps",
            ),
            width=6,
        ),
    ],
    height=7,
)
