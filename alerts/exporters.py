"""§5 실시간 보안 모니터링, §3 가용성: how metrics are made out of Nginx' access log.

Two exporters read the log, in Nginx' own `combined` format. prometheus-nginxlog-exporter counts answers by method and
status, which is what availability is made of. mtail runs the guide's three greps all day long; it is a program, so it
can keep the count of each client to itself and tell only how many clients went too far. A label with the client's
address would be a series for each of the thousands that an attack comes from.

What comes out of them, with all labels, is declared in `declared.py`. The other exporters need no file, only options:
postgres_exporter (0.15 or later) `--collector.stat_statements`, node_exporter `--collector.textfile.directory`.
"""

from __future__ import annotations

from string import Template

from generator import ExporterConfig

# --- The numbers of §5 ---

LOGINS_PER_CLIENT = 10
"""Logins that a client may try: awk '$1 > 10 {print $2}'."""

ERRORS_PER_CLIENT = 100
"""Answers 40x and 50x that a client may collect. The guide sorts them (sort -nr) and leaves the number to the eye."""

QUIET_MINUTES = 10
"""Minutes without a further login (or error) after which a client begins anew. The guide counts from the beginning of
the file, which is another time after each rotation."""

CLIENTS_SHOWN = 100
"""Clients that are told by name, for the dashboard: the others are forgotten, the longest silent first."""

ACCESS_LOG = "/var/log/nginx/access.log"

PROGRAM = Template(r"""
# Counters without labels are there, at 0, before anything happens: the first attack is an increase, too.
counter nginx_security_lines_total
counter nginx_security_errors_total by class
counter nginx_security_noisy_clients_total
counter nginx_security_login_attempts_total
counter nginx_security_login_offenders_total
counter nginx_security_login_offences_total
counter nginx_security_login_breaches_total
counter nginx_security_sql_injections_total

# The only one with a client's address, for the eye; no alert reads it. At most $shown are kept.
counter nginx_security_client_errors_total by client limit $shown

# What each client did is kept here and not exported.
hidden counter errors by client
hidden counter logins by client
hidden counter failures by client

/^(?P<client>[0-9A-Fa-f.:]+) \S+ \S+ \[(?P<time>[^\]]+)\] / +
/"(?P<method>[A-Z]+) (?P<target>\S+)[^"]*" (?P<status>\d{3}) / {
  strptime($$time, "02/Jan/2006:15:04:05 -0700")
  nginx_security_lines_total++

  # grep -E "40[0-9]|50[0-9]" | awk '{print $$1}' | sort | uniq -c | sort -nr
  $$status =~ /^(?P<class>[45])0[0-9]$$/ {
    nginx_security_errors_total[$$class]++
    nginx_security_client_errors_total[$$client]++
    del nginx_security_client_errors_total[$$client] after 1h
    errors[$$client]++
    del errors[$$client] after ${quiet}m
    errors[$$client] == ${errors} + 1 {
      nginx_security_noisy_clients_total++
    }
  }

  # grep "POST /api/v1/auth/login" | awk '{print $$1}' | sort | uniq -c | awk '$$1 > ${logins} {print $$2}'
  $$method == "POST" && $$target =~ /^\/api\/v1\/auth\/login(\?|$$)/ {
    nginx_security_login_attempts_total++
    logins[$$client]++
    del logins[$$client] after ${quiet}m
    logins[$$client] == ${logins} + 1 {
      nginx_security_login_offenders_total++
    }
    logins[$$client] > ${logins} {
      nginx_security_login_offences_total++
    }
    # Who guesses and then is let in has guessed right, most likely.
    $$status =~ /^4/ {
      failures[$$client]++
      del failures[$$client] after ${quiet}m
    }
    $$status =~ /^2/ {
      failures[$$client] > ${logins} {
        nginx_security_login_breaches_total++
      }
      del failures[$$client]
    }
  }

  # grep -i "union\|select\|drop\|insert\|update\|delete", but only as words of a query string that go on as SQL
  # does: the guide's own would count every visit to /cart/update.
  $$target =~ /(?i)\?.*\b(union|select|drop|insert|update|delete)(\+|%20|%09|%0a|\/\*|\()/ {
    nginx_security_sql_injections_total++
  }
}
""")

security_log = ExporterConfig(
    "nginx-security",
    "mtail/nginx_security.mtail",
    PROGRAM.substitute(shown=CLIENTS_SHOWN, errors=ERRORS_PER_CLIENT, logins=LOGINS_PER_CLIENT, quiet=QUIET_MINUTES),
    product="mtail 3.0.0-rc50",
    # By itself mtail forgets clients once an hour, which would make an hour of the ten minutes.
    command=[
        "mtail",
        "--progs=/etc/mtail",
        f"--logs={ACCESS_LOG}",
        "--emit_prog_label=false",
        "--expired_metrics_gc_interval=1m",
    ],
    guide="§5 보안 모니터링",
)

answers_log = ExporterConfig(
    "nginx-answers",
    "nginxlog/nginxlog-exporter.yml",
    {
        "listen": {"port": 4040, "metrics_endpoint": "/metrics"},
        "namespaces": [
            {
                "name": "nginx",
                "format": '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                '"$http_referer" "$http_user_agent"',
                "source": {"files": [ACCESS_LOG]},
            }
        ],
    },
    product="prometheus-nginxlog-exporter 1.11",
    command=["prometheus-nginxlog-exporter", "-config-file", "/etc/nginxlog-exporter.yml"],
    guide="§3 가용성",
)
