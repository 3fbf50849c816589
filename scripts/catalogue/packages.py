"""Debian's packages of what is asked: installed when they are missing, without any service being started."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PACKAGES: Final = {
    "nginx": "nginx",
    "openssl": "openssl",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
    "prometheus-nginx-exporter": "prometheus-nginx-exporter",
    "prometheus-node-exporter": "prometheus-node-exporter",
    "prometheus-postgres-exporter": "prometheus-postgres-exporter",
    "prometheus-redis-exporter": "prometheus-redis-exporter",
    "redis-server": "redis-server",
}
"""The package of each program."""

POSTGRESQL: Final = Path("/usr/lib/postgresql")
"""Below it Debian keeps PostgreSQL's programs, by major version; they are not on the path."""

_POLICY: Final = Path("/usr/sbin/policy-rc.d")
_FORBID: Final = "#!/bin/sh\nexit 101\n"


def postgresql_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs."""
    found = sorted(POSTGRESQL.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def missing() -> list[str]:
    """The packages that are needed and not there."""
    packages = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    return packages if postgresql_programs() else [*packages, "postgresql"]


def install(packages: list[str]) -> None:
    """Install packages; needs root. Raises `CalledProcessError` when apt-get fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _services_forbidden():
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


@contextmanager
def _services_forbidden() -> Iterator[None]:
    """Debian starts what it installs, and takes the default ports; this policy says no. One that exists stays."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text(_FORBID)
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
