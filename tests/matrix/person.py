"""A person with a Matrix client of their own, on nio and with encryption; and the bot as operators run it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from nio import (
    AsyncClient,
    AsyncClientConfig,
    JoinResponse,
    LoginResponse,
    MegolmEvent,
    RoomCreateResponse,
    RoomKeyEvent,
    RoomSendResponse,
    SyncResponse,
)

from tests.matrix.commands import sign_in
from tests.matrix.homeserver import Homeserver
from tests.stores import migrate

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 30.0
Event = dict[str, Any]
#: No receipts and no typing, which wake a client for nothing.
MESSAGES_ONLY: Event = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {"ephemeral": {"types": []}, "account_data": {"types": []}},
}


async def until(condition: Callable[[], object], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        await asyncio.sleep(0.02)


@dataclass
class Person:
    """Somebody in Matrix.

    Attributes:
        seen: Every event of their rooms, decrypted, in the order in which it came.
        wants: What their client asks for.
    """

    client: AsyncClient
    wants: Event = field(default_factory=lambda: MESSAGES_ONLY)
    seen: list[Event] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _awake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        return str(self.client.user_id)

    # -- what they do

    async def create_room(
        self, *invite: str, encrypted: bool = False, direct: bool = False, name: str | None = None, **more: Any
    ) -> str:
        state = []
        if encrypted:
            state.append({"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}})
        made = await self.client.room_create(invite=invite, is_direct=direct, name=name, initial_state=state, **more)
        assert isinstance(made, RoomCreateResponse), made
        return str(made.room_id)

    async def say(self, room: str, text: str, **content: Any) -> str:
        """Send a message; further fields of its content as arguments, "m_mentions" and "m_relates_to" for the dotted."""
        fields = {key.replace("m_", "m.", 1) if key.startswith("m_") else key: value for key, value in content.items()}
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": text, **fields})

    async def mention(self, room: str, bot: str, text: str, **content: Any) -> str:
        html = f'<a href="https://matrix.to/#/{bot}">the bot</a>: {text}'
        rich = {"format": "org.matrix.custom.html", "formatted_body": html}
        return await self.say(room, f"the bot: {text}", m_mentions={"user_ids": [bot]}, **rich, **content)

    async def send(self, room: str, kind: str, content: Event) -> str:
        await until(lambda: room in self.client.rooms, f"{self.id} sees {room}")
        sent = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        assert isinstance(sent, RoomSendResponse), sent
        return str(sent.event_id)

    async def edit(self, room: str, event_id: str, text: str, **content: Any) -> str:
        fields = {key.replace("m_", "m.", 1) if key.startswith("m_") else key: value for key, value in content.items()}
        new = {"msgtype": "m.text", "body": text, **fields}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        return await self.send(
            room, "m.room.message", {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": relation}
        )

    async def react(self, room: str, event_id: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def redact(self, room: str, event_id: str) -> None:
        await self.client.room_redact(room, event_id)

    # -- what they see

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """See nothing of what comes meanwhile, which afterwards comes at once, and of much only the end."""
        self._awake.clear()
        try:
            yield
        finally:
            self._awake.set()

    def messages(self, room: str, sender: str) -> list[Event]:
        """The messages of somebody in a room that are no edits and were not taken away."""
        gone = {e.get("redacts") or e["content"].get("redacts") for e in self.seen if e["type"] == "m.room.redaction"}
        return [
            e
            for e in self.seen
            if (e["room_id"], e["sender"], e["type"]) == (room, sender, "m.room.message")
            and "m.new_content" not in e["content"]
            and e["event_id"] not in gone
            and e["content"]
        ]

    def edits(self, event_id: str) -> list[Event]:
        """What a message became, edit by edit."""
        return [
            e["content"]["m.new_content"]
            for e in self.seen
            if e["content"].get("m.relates_to", {}).get("rel_type") == "m.replace"
            and e["content"]["m.relates_to"]["event_id"] == event_id
        ]

    def answers(self, room: str, bot: str, question: str) -> list[Event]:
        """The bot's messages that reply to an event."""
        return [m for m in self.messages(room, bot) if in_reply_to(m) == question]

    async def answer(self, room: str, bot: str, question: str, seconds: float = DEADLINE_SECONDS) -> Event:
        """The first message of the bot that replies to an event."""
        await until(
            lambda: bool(self.answers(room, bot, question)),
            f"an answer to {question} among {[e['content'].get('body', '')[:60] for e in self.messages(room, bot)]}",
            seconds,
        )
        return self.answers(room, bot, question)[0]

    async def joined(self, room: str, who: str, seconds: float = DEADLINE_SECONDS) -> None:
        await self.membership(room, who, "join", seconds)

    async def membership(self, room: str, who: str, membership: str, seconds: float = DEADLINE_SECONDS) -> Event:
        def found() -> list[Event]:
            return [
                e
                for e in self.seen
                if e["type"] == "m.room.member"
                and (e["room_id"], e.get("state_key"), e["content"].get("membership")) == (room, who, membership)
            ]

        await until(lambda: bool(found()), f"{who}: {membership} in {room}", seconds)
        return found()[-1]

    # -- their client

    async def _sync(self) -> None:
        self._awake.set()
        while True:
            await self._awake.wait()
            try:
                response = await self.client.sync(
                    timeout=10_000, sync_filter=self.wants, full_state=not self.client.next_batch
                )
            except (TimeoutError, OSError):
                await asyncio.sleep(0.1)
                continue
            if not isinstance(response, SyncResponse):
                await asyncio.sleep(0.2)
                continue
            await self._keys()
            self._retry(response)
            for room, info in response.rooms.join.items():
                for event in [*info.state, *info.timeline.events]:
                    source = getattr(event, "source", {})
                    self.seen.append({**source, "room_id": room, "encrypted": getattr(event, "decrypted", False)})
            for room in list(response.rooms.invite):
                joined = await self.client.join(room)
                assert isinstance(joined, JoinResponse), joined

    def _retry(self, response: SyncResponse) -> None:
        if not any(isinstance(event, RoomKeyEvent) for event in response.to_device_events):
            return
        for index, event in enumerate(self.seen):
            if event["type"] == "m.room.encrypted":
                with contextlib.suppress(Exception):
                    read = self.client.decrypt_event(MegolmEvent.from_dict(event))
                    self.seen[index] = {**read.source, "room_id": event["room_id"], "encrypted": True}

    async def _keys(self) -> None:
        client = self.client
        if client.should_upload_keys:
            await client.keys_upload()
        if client.should_query_keys:
            await client.keys_query()
        if client.should_claim_keys:
            await client.keys_claim(client.get_users_for_key_claiming())
        await client.send_to_device_messages()


def in_reply_to(event: Event) -> str | None:
    """The event that a message answers."""
    relation = event["content"].get("m.relates_to", {}).get("m.in_reply_to", {})
    return relation.get("event_id") if isinstance(relation, dict) else None


def thread_of(event: Event) -> str | None:
    """The root of the thread that a message stands in."""
    relation = event["content"].get("m.relates_to", {})
    return relation.get("event_id") if relation.get("rel_type") == "m.thread" else None


@asynccontextmanager
async def person(server: Homeserver, folder: Path, name: str = "ana") -> AsyncIterator[Person]:
    """A new person, syncing."""
    user_id, password = server.new_user(name)
    folder = folder / user_id[1:].partition(":")[0]
    folder.mkdir(parents=True)
    config = AsyncClientConfig(store_sync_tokens=False, pickle_key="tests", max_timeout_retry_wait_time=1)
    client = AsyncClient(server.url, user_id, store_path=str(folder), config=config)
    try:
        signed_in = await client.login(password)
        assert isinstance(signed_in, LoginResponse), signed_in
        await client.keys_upload()
        somebody = Person(client)
        syncing = asyncio.create_task(somebody._sync())
        try:
            yield somebody
        finally:
            syncing.cancel()
            await asyncio.gather(syncing, return_exceptions=True)
    finally:
        if client.store:
            client.store.database.close()
        await client.close()


#: Bots of the tests that run now, whose logs are shown beside a failure.
started: list[Running] = []


@dataclass
class Running:
    """The bot's process: `hearings matrix run`."""

    user: str
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    _before: int = 0  # how much its log held before it was started

    @property
    def log(self) -> str:
        file = self.folder / "bot.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def start(self) -> None:
        self._before = len(self.log)
        with (self.folder / "bot.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "adapters.cli", "matrix", "run"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    async def ready(self) -> None:
        """Wait until it has synced since its last start."""
        await until(lambda: "ready: " in self.log[self._before :], f"the bot is ready; it said: {self.log[-2000:]}")

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 10.0) -> int:
        """End it as a service manager does; its exit status."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """The environment of a bot whose data lies in a folder; settings as MATRIX__BACKOFF_SECONDS=0.1."""
    plain = {key: value for key, value in os.environ.items() if not key.upper().startswith("HEARINGS")}
    data = {"DATA_DIR": folder / "data", **settings}
    return plain | {"PYTHONPATH": str(ROOT)} | {f"HEARINGS__{key}": str(value) for key, value in data.items()}


async def behind(url: str, server: Homeserver, folder: Path, **settings: Any) -> Running:
    """A bot that reaches its homeserver by another address, running."""
    bot = await asyncio.to_thread(signed_in, server, folder, url=url, **settings)
    bot.start()
    return bot


@cache
def _empty_store() -> bytes:
    """A store's file with all its tables, which take as long to make as a bot to start."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hearings.db"
        migrate(f"sqlite:///{file}")
        return file.read_bytes()


def signed_in(server: Homeserver, folder: Path, *, url: str = "", **settings: Any) -> Running:
    """A bot that is signed in and not started, made without the command line."""
    variables = environment(folder, **{"MATRIX__BACKOFF_SECONDS": 0.2, "MATRIX__BACKOFF_AT_MOST_SECONDS": 2} | settings)
    user, password = server.new_user("hearings")
    sign_in(folder / "data", url or server.url, user, password)
    (folder / "data" / "hearings.db").write_bytes(_empty_store())
    bot = Running(user, folder, variables)
    started.append(bot)
    return bot


@contextmanager
def running(server: Homeserver, folder: Path, **settings: Any) -> Iterator[Running]:
    """A bot that answers."""
    bot = signed_in(server, folder, **settings)
    bot.start()
    try:
        yield bot
    finally:
        started.remove(bot)
        bot.stop()
