"""PostgreSQL with a replica, Redis, and Nginx with TLS: small, on loopback, with something to be measured in each."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from scripts.catalogue.packages import postgresql_programs
from scripts.catalogue.processes import LOOPBACK, CatalogueError, Workshop, fetch, free_port

_OWNER = "postgres"

_SETTINGS = """
listen_addresses = '{host}'
unix_socket_directories = ''
shared_preload_libraries = 'pg_stat_statements'
wal_level = replica
archive_mode = on
archive_command = '/bin/true'
track_io_timing = on
fsync = off
"""

_WORK = """
CREATE EXTENSION pg_stat_statements;
CREATE TABLE orders (id serial PRIMARY KEY, state text);
CREATE INDEX orders_by_state ON orders (state);
INSERT INTO orders (state) SELECT 'received' FROM generate_series(1, 1000);
UPDATE orders SET state = 'shipped' WHERE id % 2 = 0;
VACUUM ANALYZE orders;
SELECT count(*) FROM orders WHERE state = 'shipped';
SELECT pg_create_physical_replication_slot('replica');
SELECT pg_switch_wal();
CHECKPOINT;
"""


def postgresql(workshop: Workshop) -> int:
    """A primary with a table that was used, statistics of statements, WAL archiving, and a replica. Its port."""
    programs = postgresql_programs()
    if programs is None:
        raise CatalogueError("PostgreSQL is not installed")
    port, data = free_port(), workshop.folder / "primary"
    workshop.run(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", _OWNER, user=_OWNER)
    settings = data / "postgresql.conf"
    settings.write_text(settings.read_text() + _SETTINGS.format(host=LOOPBACK))
    start = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
    workshop.start("postgresql", start, port, user=_OWNER)
    asked = [f"--host={LOOPBACK}", f"--port={port}", f"--username={_OWNER}"]
    workshop.run(str(programs / "psql"), *asked, "--quiet", "--set=ON_ERROR_STOP=1", text=_WORK)
    copy = workshop.folder / "replica"
    workshop.run(str(programs / "pg_basebackup"), *asked, "-D", str(copy), "-R", "-S", "replica", user=_OWNER)
    other = free_port()
    workshop.start("replica", [start[0], "-D", str(copy), "-p", str(other)], other, user=_OWNER)
    return port


def redis(workshop: Workshop) -> int:
    """A Redis with keys that were read, missed and expired, a slow log, and a limit of memory. Its port."""
    port = free_port()
    options = {"port": port, "bind": LOOPBACK, "maxmemory": "64mb", "slowlog-log-slower-than": 0, "save": ""}
    command = ["redis-server", "--dir", str(workshop.folder), "--latency-monitor-threshold", "1"]
    command += ["--enable-debug-command", "local"]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    workshop.start("redis", command, port)
    cli = shutil.which("redis-cli") or "redis-cli"
    work = "SET a 1\nGET a\nGET b\nSET c 1 EX 100\nDEBUG SLEEP 0.01\nEVAL 'return 1' 0\n"
    workshop.run(cli, "-h", LOOPBACK, "-p", str(port), text=work)
    return port


@dataclass(frozen=True, slots=True)
class Web:
    """Nginx: where it speaks HTTP, and where TLS."""

    http: int
    https: int


_NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen {host}:{http};
    location /stub_status {{ stub_status; }}
    location / {{ return 200 "well"; }}
  }}
  server {{
    listen {host}:{https} ssl;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    location / {{ return 200 "well"; }}
  }}
}}
"""


def nginx(workshop: Workshop) -> Web:
    """An Nginx with a status page, and a certificate that it signed itself."""
    folder, web = workshop.folder, Web(free_port(), free_port())
    workshop.run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost",
        "-addext", f"subjectAltName=IP:{LOOPBACK}", "-keyout", str(folder / "key.pem"),
        "-out", str(folder / "cert.pem"),
    )  # fmt: skip
    settings = folder / "nginx.conf"
    settings.write_text(_NGINX.format(folder=folder, host=LOOPBACK, http=web.http, https=web.https))
    workshop.start("nginx", ["nginx", "-c", str(settings), "-p", str(folder)], web.http)
    fetch(web.http, "/")
    return web


def text_files(workshop: Workshop) -> Path:
    """A folder of metrics in text files, as scheduled jobs write them for node_exporter."""
    folder = workshop.folder / "textfile"
    folder.mkdir()
    folder.joinpath("job.prom").write_text("# TYPE tocsin_catalogue_job gauge\ntocsin_catalogue_job 1\n")
    return folder
