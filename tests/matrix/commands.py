"""The command line as an operator uses it, and a server that answers what a test says."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from adapters.matrix.login import Wish, login
from adapters.matrix.session import Session, load_session, matrix_folder
from adapters.matrix.trust import KEYS
from tests.inside import inside
from tests.matrix.homeserver import Homeserver

ROOT = Path(__file__).parents[2]
SECONDS = 60


def sign_in(data: Path, url: str, user_id: str, password: str) -> Session:
    """What `hearings matrix login` does in a data folder, without a process of its own, which is quicker."""
    wish = Wish(url, user_id, lambda: password)
    with ThreadPoolExecutor(1) as apart:  # a test may have a loop of its own
        done = apart.submit(asyncio.run, login(matrix_folder(data), wish)).result()
    assert done.trust.signed
    return done.session


class Operator:
    """Somebody who runs `hearings` in a folder, with everything that they were told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.matrix = folder / "hearings-data" / "matrix"
        self.told = ""

    def environment(self, **variables: str) -> dict[str, str]:
        """The variables of a command: none of ours but these."""
        kept = {key: value for key, value in os.environ.items() if not key.upper().startswith(("HEARINGS", "PYTHON"))}
        return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONWARNINGS": "error"} | variables

    def runs(self, *arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """One command."""
        done = subprocess.run(
            [sys.executable, "-m", "adapters.cli", *arguments],
            cwd=self.folder,
            env=self.environment(**variables),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        self.told += done.stdout + done.stderr
        return done

    def logs_in_here(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """`hearings matrix login` without a process of its own."""
        status, printed, said = self.says("matrix", "login", *arguments, stdin=stdin)
        return subprocess.CompletedProcess(arguments, status, printed, said)

    def logs_in(self, *arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """`hearings matrix login`."""
        return self.runs("matrix", "login", *arguments, stdin=stdin, **variables)

    def signs_in(self, homeserver: Homeserver, user_id: str, password: str) -> Session:
        """Sign in for the first time, with a password."""
        return sign_in(self.matrix.parent, homeserver.url, user_id, password)

    def says(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """One command without a process of its own: its status, what it printed, and what it said of errors."""
        done = inside(
            *arguments, cwd=self.folder, stdin=stdin, variables={"HEARINGS__DATA_DIR": str(self.matrix.parent)}
        )
        self.told += done.stdout + done.stderr
        return done.returncode, done.stdout, done.stderr

    def is_refused(self, *arguments: str, stdin: str = "", status: int = 1) -> str:
        """`hearings matrix login`, which does not work; the one line that is said."""
        return self.one_line(*self.says("matrix", "login", *arguments, stdin=stdin), status=status)

    def one_line(self, found: int, printed: str, said: str, *, status: int = 1) -> str:
        """The one line of a command that failed with a status."""
        assert (found, printed, len(said.splitlines())) == (status, "", 1), said
        assert said.startswith("hearings: ")
        return said

    @property
    def session(self) -> Session:
        return load_session(self.matrix)

    def secrets(self) -> list[str]:
        """Everything in the folder that nobody may see."""
        session = self.session
        kept = json.loads((self.matrix / KEYS).read_text())["accounts"].values()
        seeds = [seed for identities in kept for identity in identities for seed in identity.values()]
        return [session.access_token, session.pickle_key, *seeds]


@contextmanager
def stub(answers: Mapping[str, tuple[int, Any]], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that answers paths with a status and JSON (or text), and everything else with 404; its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = answers.get(self.path.partition("?")[0], (404, "<html>not here</html>"))
            raw = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_POST = do_GET  # noqa: N815  the base class wants the name

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
