"""§4 성능 관리: the database, the cache, and the capacity of the system."""

from __future__ import annotations

from generator import Action, Runbook

from . import COMPOSE, REDIS, psql

WAITING = Action(
    "See who waits for whom.",
    psql("""SELECT pid, pg_blocking_pids(pid), state, query FROM pg_stat_activity
  WHERE cardinality(pg_blocking_pids(pid)) > 0;"""),
)
OLDEST = Action(
    "See the oldest transactions.",
    psql("""SELECT pid, usename, state, now() - xact_start AS age, query FROM pg_stat_activity
  WHERE xact_start IS NOT NULL ORDER BY xact_start LIMIT 10;"""),
)
END = Action("End the one that is in the way, after asking whose it is.", psql("SELECT pg_terminate_backend(…);"))

# --- Database Performance ---

slow_statements = Runbook(
    "slow-statements",
    title="A statement is slow",
    steps=[
        Action(
            "Find it (주간 성능 분석).",
            psql("""SELECT query, calls, total_time, mean_time, stddev_time FROM pg_stat_statements
  WHERE calls > 100 ORDER BY total_time DESC LIMIT 20;"""),
        ),
        "From PostgreSQL 13 on, `total_time` and `mean_time` are called `total_exec_time` and `mean_exec_time`.",
        Action("See how it is carried out.", psql("EXPLAIN (ANALYZE, BUFFERS) …;")),
        "Mostly an index is missing, or it reads more than it needs.",
    ],
    guide="§4 성능 최적화 기준",
)
missing_index = Runbook(
    "missing-index",
    title="A table is read whole",
    steps=[
        Action(
            "See how its columns are spread (인덱스 사용률 확인).",
            psql("""SELECT schemaname, tablename, attname, n_distinct, correlation FROM pg_stats
  WHERE schemaname = 'public' ORDER BY n_distinct DESC;"""),
        ),
        "Find the statements that read it, and the columns they choose by.",
        Action("Make the index without locking the table.", psql("CREATE INDEX CONCURRENTLY …;")),
    ],
    guide="§4 성능 최적화 기준",
)
table_bloat = Runbook(
    "table-bloat",
    title="A table is full of dead rows",
    steps=[
        OLDEST,
        Action("Clear it.", psql("VACUUM (VERBOSE, ANALYZE) …;")),
        "If it comes back, let autovacuum begin earlier on this table (`autovacuum_vacuum_scale_factor`).",
    ],
    guide="§4 성능 최적화 기준",
)
database_connections = Runbook(
    "database-connections",
    title="PostgreSQL's connections run out",
    steps=[
        Action("Count them (연결 수 확인).", psql("SELECT count(*) FROM pg_stat_activity;")),
        Action(
            "See whose they are.",
            psql("""SELECT usename, application_name, state, count(*) FROM pg_stat_activity
  GROUP BY 1, 2, 3 ORDER BY 4 DESC;"""),
        ),
        "Many that are idle in transaction: a program does not give them back. Restart it, then mend it.",
        Action("To gain time, restart what holds most of them.", f"{COMPOSE} restart backend"),
    ],
    guide="§4 성능 최적화 기준",
)
database_locks = Runbook(
    "database-locks", title="Sessions wait for locks", steps=[WAITING, OLDEST, END], guide="§4 성능 최적화 기준"
)
long_transactions = Runbook(
    "long-transactions",
    title="A transaction stays open",
    text="As long as it lasts, nothing that others delete can be cleared away, and its locks are held.",
    steps=[OLDEST, END, "Mend the program: it began a transaction and forgot it, or does too much in one."],
    guide="§4 성능 최적화 기준",
)
replication_lag = Runbook(
    "replication-lag",
    title="A replica is behind",
    steps=[
        Action(
            "See where it hangs.",
            psql("SELECT application_name, state, sent_lsn, replay_lsn FROM pg_stat_replication;"),
        ),
        "Sent and not repeated: the replica is too slow, or a query on it holds it up. Not sent: the network.",
        "Until it is close again, let nobody read from it who must not see the past.",
    ],
    guide="§4 성능 최적화 기준",
)

# --- Redis Performance ---

SLOW_LOG = Action("Read the slow log (Slow log 확인).", f"{REDIS} slowlog get 10")
MEMORY = Action("See how much it uses (메모리 사용률 분석).", f"{REDIS} info memory | grep used_memory_human")

redis_latency = Runbook(
    "redis-latency",
    title="Redis is slow",
    text="Redis does one command after the other: a slow one makes all others wait.",
    steps=[
        SLOW_LOG,
        Action("Measure it (Redis 성능 메트릭).", f"{REDIS} --latency-history -i 1"),
        "Look for `KEYS`, for `SMEMBERS` and the like on large keys, and for scripts. Mend who sends them.",
        "If commands are quick and the answers are not, the machine is short of CPU or swaps.",
    ],
    guide="§4 성능 최적화 기준",
)
redis_memory = Runbook(
    "redis-memory",
    title="Redis is full",
    text="When it is full it throws keys out, sessions among them, and users are logged out.",
    steps=[
        MEMORY,
        Action("Find what is large.", f"{REDIS} --bigkeys"),
        "Look for keys that never expire, and give them a time to live.",
        "If everything in it is needed, give it more memory.",
    ],
    guide="§4 성능 최적화 기준",
)
redis_connections = Runbook(
    "redis-connections",
    title="Redis takes no more connections",
    steps=[
        Action("See whose they are.", f"{REDIS} client list"),
        "Many from one program that does nothing with them: restart it, then mend its pool.",
        "If all are needed, raise `maxclients` and the limit of open files.",
    ],
    guide="§4 성능 최적화 기준",
)
redis_hit_rate = Runbook(
    "redis-hit-rate",
    title="Redis misses too often",
    text="What it misses PostgreSQL has to answer.",
    steps=[
        "After a restart or a FLUSHDB it is empty: wait until it is warm.",
        Action("Does it throw keys out?", f"{REDIS} info stats | grep -E 'evicted_keys|expired_keys'"),
        "Otherwise the program asks for something new: look at what was deployed.",
    ],
    guide="§4 성능 최적화 기준",
)

# --- 용량 계획, 스케일링 기준 ---

capacity_plan = Runbook(
    "capacity-plan",
    title="What will be needed (용량 계획)",
    text="A forecast, not an incident. It says what happens if everything goes on as it did.",
    steps=[
        "Open the Capacity dashboard: is it growth, or one exceptional month?",
        "Ask what is planned: campaigns, new customers, new functions.",
        "Decide in the weekly review (용량 계획 검토) what to order, and by when it must be there.",
    ],
    guide="§4 용량 계획",
)
scale_out = Runbook(
    "scale-out",
    title="One machine more (수평 확장)",
    steps=[
        "Is it load, or a fault? See whether requests grew as well.",
        Action("See who uses it.", "docker stats --no-stream"),
        "If it is load, add an instance of what is busy, and let Nginx know it.",
    ],
    guide="§4 스케일링 기준",
)
scale_up = Runbook(
    "scale-up",
    title="A bigger share (수직 확장)",
    steps=[
        Action("See which container is at its limit.", "docker stats --no-stream"),
        "Raise its limit in docker-compose.prod.yml, if the machine has that much to give.",
        Action("Apply it.", f"{COMPOSE} up -d [service-name]"),
        "If it keeps growing, it leaks: raising the limit only puts off the end.",
    ],
    guide="§4 스케일링 기준",
)
