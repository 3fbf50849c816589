"""The program that watches the access log, run by mtail itself over a log with attacks in it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from alerts.declared import security_log as declared
from alerts.exporters import ERRORS_PER_CLIENT, LOGINS_PER_CLIENT, security_log
from tests.conftest import needs_binary

LOGIN = "POST /api/v1/auth/login"


def line(client: str, request: str, status: int, minute: int = 0, second: int = 0) -> str:
    """A line of an access log in Nginx' combined format."""
    time = f"22/Nov/2026:23:{minute:02}:{second:02} +0900"
    return f'{client} - - [{time}] "{request} HTTP/1.1" {status} 27 "-" "curl/8"\n'


def counted(folder: Path, *lines: str) -> dict[str, float]:
    """What mtail counts in a log, by metric with labels; what is 0 is left out."""
    progs, log = folder / "progs", folder / "access.log"
    progs.mkdir()
    (progs / "nginx_security.mtail").write_text(str(security_log.content), encoding="utf-8")
    log.write_text("".join(lines), encoding="utf-8")
    output = subprocess.run(
        [
            needs_binary("mtail"),
            "--one_shot",
            "--one_shot_format=prometheus",
            "--emit_prog_label=false",
            f"--progs={progs}",
            f"--logs={log}",
            "--address=127.0.0.1",
            "--port=0",
            f"--log_dir={folder}",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    samples = (text.rsplit(" ", 1) for text in output.splitlines() if text and not text.startswith("#"))
    values = {name.removeprefix("nginx_security_"): float(value) for name, value in samples}
    assert {f"nginx_security_{name.partition('{')[0]}" for name in values} <= {metric.name for metric in declared}
    return {name: value for name, value in values.items() if value}


def test_as_many_logins_as_are_allowed(tmp_path: Path) -> None:
    found = counted(tmp_path, *(line("203.0.113.9", LOGIN, 200) for _ in range(LOGINS_PER_CLIENT)))
    assert found == {"lines_total": LOGINS_PER_CLIENT, "login_attempts_total": LOGINS_PER_CLIENT}


def test_two_clients_that_guess(tmp_path: Path) -> None:
    tries = LOGINS_PER_CLIENT + 3
    clients = ("203.0.113.9", "2001:db8::1")
    found = counted(tmp_path, *(line(client, LOGIN, 429) for client in clients for _ in range(tries)))
    assert found["login_offenders_total"] == 2
    assert found["login_offences_total"] == 2 * 3
    assert "login_breaches_total" not in found


def test_a_guess_that_was_right(tmp_path: Path) -> None:
    failures = [line("203.0.113.9", LOGIN, 401) for _ in range(LOGINS_PER_CLIENT + 1)]
    found = counted(tmp_path, *failures, line("203.0.113.9", LOGIN, 200), line("203.0.113.9", LOGIN, 200))
    assert found["login_breaches_total"] == 1


def test_many_people_behind_one_address_who_know_their_passwords(tmp_path: Path) -> None:
    found = counted(tmp_path, *(line("203.0.113.9", LOGIN, status) for status in (401, 200) * 3 * LOGINS_PER_CLIENT))
    assert "login_breaches_total" not in found


def test_a_client_that_collects_errors_is_counted_once(tmp_path: Path) -> None:
    tries = ERRORS_PER_CLIENT + 5
    found = counted(
        tmp_path,
        *(line("203.0.113.9", "GET /wp-login.php", 404) for _ in range(tries)),
        *(line("198.51.100.7", "GET /", 502) for _ in range(ERRORS_PER_CLIENT)),
        line("198.51.100.7", "GET /", 301),
        line("198.51.100.7", "GET /", 418),
    )
    assert found == {
        "lines_total": tries + ERRORS_PER_CLIENT + 2,
        "noisy_clients_total": 1,
        'errors_total{class="4"}': tries,
        'errors_total{class="5"}': ERRORS_PER_CLIENT,
        'client_errors_total{client="203.0.113.9"}': tries,
        'client_errors_total{client="198.51.100.7"}': ERRORS_PER_CLIENT,
    }


@pytest.mark.parametrize(
    ("target", "attack"),
    [
        ("/items?id=1+UNION+SELECT+password", True),
        ("/items?id=1;drop%20table%20orders", True),
        ("/items?id=1;DELETE/**/FROM", True),
        ("/cart/update?item=3", False),
        ("/items?sort=select", False),
        ("/reunion?id=selection+of+shoes", False),
    ],
)
def test_sql_is_told_from_words(tmp_path: Path, target: str, attack: bool) -> None:
    found = counted(tmp_path, line("203.0.113.9", f"GET {target}", 200))
    assert ("sql_injections_total" in found) == attack


def test_lines_in_another_format_are_no_lines(tmp_path: Path) -> None:
    assert counted(tmp_path, "2026/11/22 23:00:00 [error] 7#7: *1 open() failed\n") == {}
