"""The servers of others that play Slack, where `make test-slack-servers` has installed them, and the bot beside them."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.slack.running import ROOT, environment

HERE = Path(__file__).parent
INSTALLED = ROOT / ".slack-servers" / "node_modules"
LOCAL_SLACK = INSTALLED / "local-slack-linux-x64" / "bin" / "local-slack"
EMULATE = INSTALLED / "emulate" / "dist" / "index.js"
START_SECONDS = 40.0
LOOK_SECONDS = 0.02

Json = dict[str, Any]


def missing() -> str:
    """Why they cannot be run; "" if they can."""
    if not (LOCAL_SLACK.exists() and EMULATE.exists()):
        return "local-slack and emulate are not installed; `make test-slack-servers` installs them"
    return "" if shutil.which("node") else "emulate needs Node, which is not installed"


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def wait(until: Callable[[], Any], what: Callable[[], str], seconds: float = START_SECONDS) -> Any:
    """What `until` gives as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := until()):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:g} s: {what()[-3000:]}")
        time.sleep(LOOK_SECONDS)
    return found


def ask(url: str, body: Json | None = None, *, token: str = "", form: bool = False) -> Json:
    """What a server says to a GET, or to a POST of JSON or of a form."""
    data = None if body is None else urllib.parse.urlencode(body).encode() if form else json.dumps(body).encode()
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=10) as answer:
            said = answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            said = refused.read()
    found = json.loads(said or b"{}")
    assert isinstance(found, dict)
    return found


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as refused:
        refused.close()
        return True
    except OSError:
        return False


@contextmanager
def process(command: list[str], log: Path, **variables: str) -> Iterator[None]:
    """A server's process; ended with the block."""
    with log.open("ab") as to:
        started = subprocess.Popen(command, stdout=to, stderr=to, cwd=log.parent, env={**os.environ, **variables})
    try:
        yield
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def bot(folder: Path, **settings: object) -> Iterator[Callable[[], str]]:
    """The bot as operators run it, once it is ready; what it has logged."""
    file = folder / "bot.log"
    with file.open("ab") as to:
        started = subprocess.Popen(
            [sys.executable, "-m", "adapters.cli", "slack", "run"],
            cwd=folder,
            env=environment(folder, **settings),
            stdout=to,
            stderr=to,
        )

    def log() -> str:
        return file.read_text("utf-8", "replace")

    def ready() -> bool:
        assert started.poll() is None, f"the bot ended: {log()[-3000:]}"
        return re.search(r" ready: ", log()) is not None

    try:
        wait(ready, log)
        yield log
    finally:
        started.terminate()
        started.wait(15)
