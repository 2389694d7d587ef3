"""A throw-away Synapse for the tests: SQLite, 127.0.0.1 only, no federation; it ends with the process that started it.

A file run as a program is the server's process itself: it watches its standard input, which closes however the tests
end, and runs Synapse.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

HOST = "127.0.0.1"
#: Below the ports that systems give to outgoing connections, so that none takes ours while the server is stopped.
PORTS = range(20_000, 32_000)
START_SECONDS = 60
STOP_SECONDS = 20
CALL_SECONDS = 30
FAST = {"per_second": 10_000, "burst_count": 10_000}
#: Synapse's rate limits (config_documentation.html#ratelimiting), all out of the way.
NO_LIMITS: dict[str, Any] = {
    "rc_message": FAST,
    "rc_registration": FAST,
    "rc_joins_per_room": FAST,
    "rc_admin_redaction": FAST,
    "rc_room_creation": FAST,
    "rc_reports": FAST,
    "rc_login": {"address": FAST, "account": FAST, "failed_attempts": FAST},
    "rc_joins": {"local": FAST, "remote": FAST},
    "rc_invites": {"per_room": FAST, "per_user": FAST, "per_issuer": FAST},
    "rc_presence": {"per_user": FAST},
}


class Homeserver:
    """One Synapse in a folder of its own.

    Attributes:
        url: Where clients reach it; the same after `stop` and `resume`.
        name: The part after the colon in its user ids.
        start_seconds: How long the last start took.
    """

    name = "localhost"

    def __init__(self, folder: Path, *, rate_limits: bool = False, extra: Mapping[str, Any] | None = None) -> None:
        """A server that is not started yet.

        Args:
            folder: Its data; made if missing.
            rate_limits: Whether Synapse's own limits stand (10 messages, then one per 5 seconds).
            extra: Further keys of its configuration.
        """
        self.folder = folder
        self.start_seconds = 0.0
        self._rate_limits = rate_limits
        self._extra = dict(extra or {})
        self._secret = secrets.token_hex(16)
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._paused = False

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    # -- its life

    def start(self) -> Self:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: It does not; the message holds the end of its log.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for _ in range(5):
            first = not self._port
            if first:
                self._port = _free_port()
                self._configure()
            if self._started():
                return self
            if not (first and "Address already in use" in self.log_tail()):
                break
            self._port = 0
        raise RuntimeError(f"Synapse did not start:\n{self.log_tail()}")

    def _started(self) -> bool:
        before = time.monotonic()
        with (self.folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(self.folder / "homeserver.yaml")],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                start_new_session=True,
            )
        while time.monotonic() < before + START_SECONDS and self._process.poll() is None:
            try:
                if self.call("GET", "/health")[0] == 200:
                    self.start_seconds = time.monotonic() - before
                    return True
            except OSError:
                time.sleep(0.02)
        self.stop()
        return False

    def stop(self) -> None:
        """An outage: connections are refused, until `resume`. The data stays."""
        process, self._process = self._process, None
        if process is None:
            return
        if self._paused:
            self._signal(process, signal.SIGCONT)
            self._paused = False
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()

    def pause(self) -> None:
        """An outage of the other kind: connections are taken and nothing is answered, until `resume`."""
        assert self._process
        self._signal(self._process, signal.SIGSTOP)
        self._paused = True

    def resume(self) -> None:
        """End an outage: the same data, the same port."""
        if self._process and self._paused:
            self._signal(self._process, signal.SIGCONT)
            self._paused = False
        elif not self._process:
            self.start()

    def _signal(self, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        process.send_signal(number)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # -- what is asked of it

    def call(self, method: str, path: str, body: object = None, token: str | None = None) -> tuple[int, Any]:
        """One request: the status, and the answer as JSON (as text where it is none)."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=CALL_SECONDS)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            status, raw = answer.status, answer.read()
        finally:
            connection.close()
        try:
            return status, json.loads(raw)
        except ValueError:
            return status, raw.decode("utf-8", "replace")

    def register(self, name: str, password: str | None = None, *, admin: bool = False) -> tuple[str, str]:
        """Make a user, without a device.

        Returns:
            The user id and the password.
        """
        password = password or f"secret-{secrets.token_hex(8)}"
        path = "/_synapse/admin/v1/register"
        nonce = self.call("GET", path)[1]["nonce"]
        sealed = "\0".join((nonce, name, password, "admin" if admin else "notadmin")).encode()
        status, answer = self.call(
            "POST",
            path,
            {
                "nonce": nonce,
                "username": name,
                "password": password,
                "admin": admin,
                "mac": hmac.new(self._secret.encode(), sealed, hashlib.sha1).hexdigest(),
                "inhibit_login": True,
            },
        )
        if status != 200:
            raise RuntimeError(f"{name} was not registered: {status} {answer}")
        return f"@{name}:{self.name}", password

    def new_user(self, name: str) -> tuple[str, str]:
        """A user that no other test has: NAME and some hexadecimal digits."""
        return self.register(f"{name}-{secrets.token_hex(4)}")

    def login(self, user_id: str, password: str) -> tuple[str, str]:
        """A new device for a user.

        Returns:
            Its token and its id.
        """
        status, answer = self.call(
            "POST",
            "/_matrix/client/v3/login",
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": user_id},
                "password": password,
            },
        )
        if status != 200:
            raise RuntimeError(f"{user_id} was not signed in: {status} {answer}")
        return answer["access_token"], answer["device_id"]

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of what it said, for a failed test."""
        tails = []
        for name in ("output.log", "homeserver.log"):
            file = self.folder / name
            if file.is_file():
                tails += [
                    f"-- {name}",
                    *(line[:300] for line in file.read_text("utf-8", "replace").splitlines()[-lines:]),
                ]
        return "\n".join(tails)

    # -- its configuration

    def _configure(self) -> None:
        seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        (self.folder / "signing.key").write_text(f"ed25519 a_test {seed}\n")
        files = {"homeserver.yaml": self._settings(), "log.yaml": self._logging()}
        for name, content in files.items():
            (self.folder / name).write_text(json.dumps(content, indent=1))  # JSON is YAML

    def _settings(self) -> dict[str, Any]:
        return (
            {
                "server_name": self.name,
                "public_baseurl": f"{self.url}/",
                "listeners": [
                    {
                        "port": self._port,
                        "type": "http",
                        "bind_addresses": [HOST],
                        "resources": [{"names": ["client"], "compress": False}],
                    }
                ],
                "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
                "media_store_path": str(self.folder / "media"),
                "signing_key_path": str(self.folder / "signing.key"),
                "log_config": str(self.folder / "log.yaml"),
                "pid_file": str(self.folder / "homeserver.pid"),
                "registration_shared_secret": self._secret,
                "macaroon_secret_key": secrets.token_hex(16),
                "form_secret": secrets.token_hex(16),
                "bcrypt_rounds": 4,
                "report_stats": False,
                "presence": {"enabled": False},
                "push": {"enabled": False},
                "url_preview_enabled": False,
                "user_directory": {"enabled": False},
                "stats": {"enabled": False},
                "background_updates": {"sleep_enabled": False},
                "federation_domain_whitelist": [],
                "trusted_key_servers": [],
                "suppress_key_server_warning": True,
            }
            | ({} if self._rate_limits else NO_LIMITS)
            | self._extra
        )

    def _logging(self) -> dict[str, Any]:
        file = {"class": "logging.FileHandler", "filename": str(self.folder / "homeserver.log"), "formatter": "line"}
        return {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
            "handlers": {"file": file},
            "root": {"level": "WARNING", "handlers": ["file"]},
        }


def _free_port() -> int:
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port in {PORTS}")


def _end_with_the_tests() -> None:
    while os.read(0, 1024):
        pass
    os._exit(1)


def _serve(config: str) -> None:
    import runpy

    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    sys.setswitchinterval(0.0005)
    sys.argv = ["synapse", "--config-path", config]
    runpy.run_module("synapse.app.homeserver", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve(sys.argv[1])
