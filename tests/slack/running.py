"""The bot in Slack as operators run it: `hearings slack run`, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.slack.fake import FakeSlack

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0
_READY = re.compile(r" ready: .*?(?:at (http://\S+))?$", re.MULTILINE)


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """The environment of a bot whose data lies in a folder; settings as SLACK__MODE="http"."""
    plain = {key: value for key, value in os.environ.items() if not key.upper().startswith(("HEARINGS", "SLACK"))}
    given = {"DATA_DIR": folder / "data", **settings}
    return plain | {"PYTHONPATH": str(ROOT)} | {f"HEARINGS__{key}": str(value) for key, value in given.items()}


def settings_for(slack: FakeSlack, *, http: bool = False) -> dict[str, object]:
    """What a bot must be told to run in a Slack."""
    common = {"SLACK__BASE_URL": slack.url, "SLACK__BOT_TOKEN": slack.bot_token, "SLACK__PORT": 0}
    if http:
        return common | {"SLACK__MODE": "http", "SLACK__SIGNING_SECRET": slack.signing_secret}
    return common | {"SLACK__APP_TOKEN": slack.app_token}


@dataclass
class Running:
    """A bot's process."""

    slack: FakeSlack
    folder: Path
    environment: dict[str, str]
    http: bool = False
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    @property
    def log(self) -> str:
        file = self.folder / "bot.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.starts += 1
        with (self.folder / "bot.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "adapters.cli", "slack", "run"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self.slack.wait(self._ready, START_SECONDS)
        if self.http:
            self.slack.deliver_to(f"{self.address}/slack/events")
        self.slack.wait(lambda: self.slack.verified if self.http else self.slack.sockets, START_SECONDS)

    def _ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, f"the bot ended: {self.log[-3000:]}"
        return len(_READY.findall(self.log)) >= self.starts

    @property
    def address(self) -> str:
        """Where it listens."""
        return str(_READY.findall(self.log)[-1])

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def kept(self) -> str:
        """All that the bot's store holds."""
        with closing(sqlite3.connect(self.folder / "data" / "hearings.db")) as database:
            return "\n".join(database.iterdump())

    def remembers(self, sent: str) -> bool:
        """Whether the store knows a message that was sent."""
        return f"'{sent}'" in self.kept()

    def stop(self, seconds: float = 10.0) -> int:
        """End it as a service manager does; its exit status."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@contextmanager
def running(slack: FakeSlack, folder: Path, *, http: bool = False, **settings: object) -> Iterator[Running]:
    """A bot that answers."""
    folder.mkdir(parents=True, exist_ok=True)
    bot = Running(slack, folder, environment(folder, **{**settings_for(slack, http=http), **settings}), http)
    bot.start()
    try:
        yield bot
    finally:
        bot.stop()


def hearings(folder: Path, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """One run of the command line."""
    return subprocess.run(
        [sys.executable, "-m", "adapters.cli", *arguments],
        cwd=folder,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
