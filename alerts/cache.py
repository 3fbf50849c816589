"""§4 성능 최적화 기준, Redis Performance: latency, memory, slow log, and whether the cache is worth asking."""

from __future__ import annotations

from functools import partial

from generator import P1, P2, Alert

from .receivers import slack_and_email
from .services import redis
from .slack import MEMORY_HIGH

COMMAND_SLOW = 0.005
"""Seconds of work on a command, on average: one in Redis takes microseconds, and all others wait for it."""

SLOW_COMMANDS = 10
"""New entries of the slow log in ten minutes: redis-cli slowlog get 10 would show no others."""

HIT_RATE_LOW = 0.80
"""Share of lookups that Redis answers."""

LOOKUPS_TO_JUDGE = 10
"""Lookups per second below which a hit rate is chance."""

CLIENTS_HIGH = 0.80
"""Share of maxclients."""

watched = partial(Alert, service=redis, receiver=slack_and_email, guide="§4 성능 최적화 기준")

# --- redis-cli --latency-history ---

slow = watched(
    "RedisSlow",
    level=P2,
    expr=redis.query(f"""
        sum by (instance) (rate(redis_commands_duration_seconds_total[5m]))
        / sum by (instance) (rate(redis_commands_total[5m])) > {COMMAND_SLOW}
    """),
    for_="10m",
    summary="Redis takes {{ $value | humanizeDuration }} for a command",
    description=(
        "{{ $labels.instance }} works {{ $value | humanizeDuration }} on a command on average, more than "
        f"{COMMAND_SLOW * 1000:g} ms. Redis does one after the other: all of them are slow."
    ),
    runbook="redis-latency",
)

# --- redis-cli info memory ---

memory_high = watched(
    "RedisMemoryHigh",
    level=P2,
    expr=redis.query(f"redis_memory_used_bytes / (redis_memory_max_bytes > 0) > {MEMORY_HIGH}"),
    for_="5m",
    summary="Redis uses {{ $value | humanizePercentage }} of its memory",
    description=(
        "{{ $labels.instance }} holds {{ $value | humanizePercentage }} of maxmemory, more than "
        f"{MEMORY_HIGH:.0%}. When it is full, Redis throws keys out, sessions among them."
    ),
    runbook="redis-memory",
)
evicting = watched(
    "RedisEvicting",
    level=P2,
    expr=redis.query("increase(redis_evicted_keys_total[5m]) > 0"),
    for_="5m",
    summary="Redis throws keys out",
    description=(
        "{{ $labels.instance }} threw out {{ $value | humanize }} keys in five minutes because it is full. Sessions "
        "are kept here, too: users are logged out."
    ),
    runbook="redis-memory",
)

# --- 캐시, 세션 저장소: who is turned away has neither ---

rejecting = watched(
    "RedisRejectsConnections",
    level=P1,
    expr=redis.query("increase(redis_rejected_connections_total[5m]) > 0"),
    for_="1m",
    summary="Redis rejects connections",
    description=(
        "{{ $labels.instance }} rejected {{ $value | humanize }} connections in five minutes: as many clients as it "
        "takes are connected already."
    ),
    runbook="redis-connections",
)
clients_high = watched(
    "RedisClientsHigh",
    level=P2,
    expr=redis.query(f"redis_connected_clients / redis_config_maxclients > {CLIENTS_HIGH}"),
    for_="5m",
    summary="{{ $value | humanizePercentage }} of Redis' connections are taken",
    description=(
        "{{ $value | humanizePercentage }} of the clients that {{ $labels.instance }} takes are connected, more than "
        f"{CLIENTS_HIGH:.0%}."
    ),
    runbook="redis-connections",
)

# --- redis-cli slowlog get 10 ---

# Entries are numbered for as long as Redis runs; after a restart the number falls, and a delta is negative.
slow_log = watched(
    "RedisSlowLogGrows",
    level=P2,
    expr=redis.query(f"delta(redis_slowlog_last_id[10m]) > {SLOW_COMMANDS}"),
    for_="5m",
    summary="{{ $value | humanize }} slow commands in Redis",
    description=(
        "The slow log of {{ $labels.instance }} grew by {{ $value | humanize }} entries in ten minutes, more than "
        f"{SLOW_COMMANDS}. `redis-cli slowlog get` shows them."
    ),
    runbook="redis-latency",
)

# --- Cache Hit Rate ---

hit_rate_low = watched(
    "RedisHitRateLow",
    level=P2,
    expr=redis.query(f"""
        rate(redis_keyspace_hits_total[15m])
        / (rate(redis_keyspace_hits_total[15m]) + rate(redis_keyspace_misses_total[15m]) > {LOOKUPS_TO_JUDGE})
        < {HIT_RATE_LOW}
    """),
    for_="15m",
    summary="Redis answers only {{ $value | humanizePercentage }} of lookups",
    description=(
        "{{ $labels.instance }} had an answer to {{ $value | humanizePercentage }} of lookups, fewer than "
        f"{HIT_RATE_LOW:.0%}. PostgreSQL answers the others."
    ),
    runbook="redis-hit-rate",
)
