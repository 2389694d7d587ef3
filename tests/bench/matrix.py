"""`make bench-matrix`: the bot beside the thinnest nio bot, in turn, on one local homeserver.

A person sends "para 32" and waits for the reply, again and again. Time is from the sending to the reply's arrival; the
processor's time is the bot process's own. Both are medians over rounds that alternate, since the machine's other work
moves both. Exit status 1 where a limit is passed.
"""

import asyncio
import contextlib
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import aiohttp
import psutil

from tests.matrix.homeserver import Homeserver

ROOT = Path(__file__).parents[2]
ROUNDS = 8
MESSAGES = 50
STARTS = 9
MANY = 2_000
WAIT_SECONDS = 30
#: The most that the bot may be of the thinnest one.
LIMITS = {"median time to the reply": 1.1, "processor time a reply": 1.4, "process start to first reply": 2.0}


@dataclass
class Person:
    """Somebody with a client of a few lines."""

    http: aiohttp.ClientSession
    homeserver: str
    token: str
    since: str = ""

    async def call(self, method: str, path: str, body: object = None) -> dict:  # type: ignore[type-arg]
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.homeserver}/_matrix/client/v3/{path}"
        async with self.http.request(method, url, json=body, headers=headers) as response:
            answer = await response.json()
            assert response.status == 200, answer
            return answer  # type: ignore[no-any-return]

    async def sync(self, timeout: int) -> dict:  # type: ignore[type-arg]
        only = {"room": {"timeline": {"types": ["m.room.message", "m.room.member"]}, "ephemeral": {"types": []}}}
        query = {"timeout": timeout, "filter": json.dumps(only)} | ({"since": self.since} if self.since else {})
        answer = await self.call("GET", f"sync?{urlencode(query)}")
        self.since = answer["next_batch"]
        return answer

    async def room_with(self, bot: str, bot_token: str | None) -> str:
        room = (await self.call("POST", "createRoom", {"invite": [bot], "is_direct": True}))["room_id"]
        if bot_token:
            await Person(self.http, self.homeserver, bot_token).call("POST", f"join/{quote(room)}", {})
        return str(room)

    async def ask(self, room: str, bot: str) -> float:
        """Seconds from sending a message to the reply's arrival."""
        began = time.perf_counter()
        path = f"rooms/{quote(room)}/send/m.room.message/{secrets.token_hex(8)}"
        sent = asyncio.create_task(self.call("PUT", path, {"msgtype": "m.text", "body": "para 32"}))
        await self.heard(room, bot, "m.text")
        took = time.perf_counter() - began
        await sent
        return took

    async def heard(self, room: str, bot: str, kind: str) -> None:
        """Wait for a message of the bot."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                answer = await self.sync(WAIT_SECONDS * 1000)
                events = answer.get("rooms", {}).get("join", {}).get(room, {}).get("timeline", {}).get("events", [])
                if any(e["sender"] == bot and e["content"].get("msgtype") == kind for e in events):
                    return


@dataclass
class Contender:
    """One of the two bots: how to start it, and what was measured."""

    name: str
    user: str
    command: list[str]
    environment: dict[str, str]
    token: str | None = None
    times: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    memory: tuple[float, float] = (0, 0)

    @contextlib.contextmanager
    def running(self) -> Iterator[psutil.Process]:
        process = subprocess.Popen(self.command, env=os.environ | self.environment, cwd=ROOT)
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(WAIT_SECONDS)


def spent(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def resident(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


async def measure_starts(person: Person, contender: Contender, room: str) -> None:
    """From the process's start to the reply to a message sent at that moment... by a person who is already there."""
    began = time.perf_counter()
    with contender.running():
        await person.ask(room, contender.user)
        contender.starts.append(time.perf_counter() - began)


async def run(server: Homeserver, folder: Path) -> list[Contender]:
    bot, password = server.new_user("bot")
    thin, thin_password = server.new_user("thin")
    token, device = server.login(thin, thin_password)
    person_id, person_password = server.new_user("person")
    person_token, _ = server.login(person_id, person_password)
    hearings = str(Path(sys.executable).with_name("hearings"))
    limits = {f"HEARINGS__LIMITS__{name}": "1000000" for name in ("PERSON", "ROOM")}
    environment = {"HEARINGS__DATA_DIR": str(folder / "data")} | limits
    (folder / "password").write_text(password)
    login = [hearings, "matrix", "login", "--homeserver", server.url, "--user", bot]
    subprocess.run(
        [*login, "--password-file", str(folder / "password")], env=os.environ | environment, check=True, cwd=ROOT
    )
    script = str(ROOT / "tests" / "bench" / "thin_matrix.py")
    contenders = [
        Contender("hearings matrix run", bot, [hearings, "matrix", "run"], environment),
        Contender("thinnest nio bot", thin, [sys.executable, script, server.url, thin, device, token, ""], {}, token),
    ]
    async with aiohttp.ClientSession() as http:
        person = Person(http, server.url, person_token)
        await person.sync(0)
        rooms = {c.name: await person.room_with(c.user, c.token) for c in contenders}
        ours = contenders[0]
        with ours.running():
            await person.heard(rooms[ours.name], ours.user, "m.notice")
        for _ in range(STARTS):
            for contender in contenders:
                if contender.token:
                    there = Person(http, server.url, contender.token)
                    await there.sync(0)
                    contender.command[-1] = there.since
                await measure_starts(person, contender, rooms[contender.name])
        with contextlib.ExitStack() as stack:
            processes = {c.name: stack.enter_context(c.running()) for c in contenders}
            for contender in contenders:
                for _ in range(10):
                    await person.ask(rooms[contender.name], contender.user)
            for _ in range(ROUNDS):
                for contender in contenders:
                    process = processes[contender.name]
                    before = spent(process)
                    times = [await person.ask(rooms[contender.name], contender.user) for _ in range(MESSAGES)]
                    contender.times += times
                    contender.processor.append((spent(process) - before) / MESSAGES)
            asked = ROUNDS * MESSAGES
            for contender in contenders:
                process = processes[contender.name]
                before = resident(process)
                for _ in range(MANY - asked):
                    await person.ask(rooms[contender.name], contender.user)
                contender.memory = (before, resident(process))
    return contenders


def main() -> int:
    with tempfile.TemporaryDirectory() as name, Homeserver(Path(name) / "homeserver") as server:
        ours, thin = asyncio.run(run(server, Path(name)))
    rows = [
        ("median time to the reply", ours.times, thin.times),
        ("processor time a reply", ours.processor, thin.processor),
        ("process start to first reply", ours.starts, thin.starts),
    ]
    missed = []
    for what, mine, other in rows:
        a, b = statistics.median(mine), statistics.median(other)
        limit = LIMITS[what]
        print(f"{what}: {a * 1000:.1f} ms, thinnest {b * 1000:.1f} ms: {a / b:.2f} times (at most {limit})")
        if a / b > limit:
            missed.append(what)
    for bot in (ours, thin):
        before, after = bot.memory
        asked = ROUNDS * MESSAGES
        print(f"resident, {bot.name}: {before:.1f} MiB after {asked} messages, {after:.1f} MiB after {MANY}")
    for what in missed:
        print(f"over its limit: {what}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
