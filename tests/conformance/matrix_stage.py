"""Matrix as a stage: a real homeserver, people with clients of their own, and the bot as operators run it."""

from __future__ import annotations

import asyncio
import html
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from tests.conformance.runner import Shown, file_kind
from tests.conformance.scenarios import ANA, BEN, Need, Where
from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Event, Person, Running, in_reply_to, thread_of
from tests.matrix.test_media import saved

DEADLINE_SECONDS = 20.0
#: Between two looks at what a client has received.
LOOK_SECONDS = 0.01
#: What carries a file.
FILES = frozenset({"m.image", "m.file"})


@dataclass
class World:
    """The homeserver, the people and the bot: the same for many rooms.

    Attributes:
        events: What Ana has received of each room, in order, decrypted.
        at_once: In how many rooms the same is played at once.
        rooms: Rooms that can be played in again, since making rooms takes most of a homeserver's time.
    """

    server: Homeserver
    bot: Running
    people: dict[str, Person]
    at_once: int
    events: dict[str, list[Event]] = field(default_factory=dict)
    rooms: dict[tuple[Where, bool], str] = field(default_factory=dict)
    _unread: list[int] = field(default_factory=list)
    _taken: int = 0
    _points: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._together = asyncio.Barrier(self.at_once)
        self._wanted = asyncio.Event()
        self._waited_for: set[str] = set()
        self._keep_still(self.people[BEN])

    @property
    def ana(self) -> Person:
        return self.people[ANA]

    def _keep_still(self, somebody: Person) -> None:
        """Let somebody, who only speaks, sync when there is a room to join and no more: syncing takes most of the time."""
        client, sync = somebody.client, somebody.client.sync

        async def when_wanted(**_: object) -> object:
            await self._wanted.wait()
            return await sync(timeout=10_000)

        client.sync = when_wanted

    async def comes(self, who: str, room: str) -> None:
        """Wait until somebody is in a room and knows it."""
        client = self.people[who].client
        self._waited_for.add(room)
        self._wanted.set()
        async with asyncio.timeout(DEADLINE_SECONDS):
            while room not in client.rooms:
                await asyncio.sleep(LOOK_SECONDS)
        self._waited_for.discard(room)
        if not self._waited_for:
            self._wanted.clear()

    def look(self) -> int:
        """Sort what has come since, and what has become readable; how much that was in all."""
        seen = self.ana.seen
        for index in self._unread[:]:
            if seen[index]["type"] != "m.room.encrypted":
                self._unread.remove(index)
                event = seen[index]
                room = self.events[event["room_id"]]
                [at] = [at for at, one in enumerate(room) if one["event_id"] == event["event_id"]]
                room[at] = event
        for index in range(self._taken, len(seen)):
            event = seen[index]
            self.events.setdefault(event["room_id"], []).append(event)
            if event["type"] == "m.room.encrypted" and event["content"]:
                self._unread.append(index)
        self._taken = len(seen)
        return self._taken - len(self._unread)

    async def until(self, condition: Callable[[], bool], what: Callable[[], str]) -> None:
        """Look until a condition holds.

        Raises:
            TimeoutError: It does not in time.
        """
        end = time.monotonic() + DEADLINE_SECONDS
        known = -1
        while True:
            if known != (known := self.look()) and condition():
                return
            if time.monotonic() > end:
                raise TimeoutError(f"not within {DEADLINE_SECONDS:g} s: {what()}")
            await asyncio.sleep(LOOK_SECONDS)

    async def go_back(self, token: str) -> None:
        """Start the bot again from an earlier point of the homeserver's streams, so that it meets all since once more.

        As it is played in so many rooms at once, once for all of them, from the earliest of their points on.
        """
        self._points.append(token)
        async with asyncio.timeout(DEADLINE_SECONDS):
            first = await self._together.wait() == 0
        if first:
            await asyncio.to_thread(self._start_again)
            self._points.clear()
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self._together.wait()
        await self.bot.ready()

    def _start_again(self) -> None:
        assert self.bot.stop() == 0
        earliest = min(self._points, key=lambda token: int(token[1:].partition("_")[0]))
        with closing(sqlite3.connect(self.bot.folder / "data" / "hearings.db")) as database, database:
            moved = database.execute(
                "UPDATE marks SET value = ? WHERE (platform, account, name) = ('matrix', ?, 'sync')",
                (earliest, self.bot.user),
            )
            assert moved.rowcount == 1
        self.bot.start()

    def make_new(self, room: str) -> None:
        """Let the bot know no more of a room than on joining: who invited it."""
        with closing(sqlite3.connect(self.bot.folder / "data" / "hearings.db", timeout=10)) as database, database:
            database.execute("PRAGMA foreign_keys = ON")
            assert database.execute("SELECT 1 FROM rooms WHERE id = ?", (room,)).fetchone(), f"{room} is not known"
            for table in ("answers", "places", "presses", "settings"):
                database.execute(f"DELETE FROM {table} WHERE room = (SELECT key FROM rooms WHERE id = ?)", (room,))

    def given_since(self, token: str, room: str) -> set[str]:
        """The ids of a room's events that the homeserver gives the bot from an earlier point on."""
        session = json.loads((self.bot.folder / "data" / "matrix" / "session.json").read_text("utf-8"))
        wanted = json.dumps({"room": {"rooms": [room], "timeline": {"limit": 50}}})
        query = urlencode({"since": token, "timeout": 0, "filter": wanted})
        status, body = self.server.call("GET", f"/_matrix/client/v3/sync?{query}", token=session["access_token"])
        assert status == 200, body
        timeline = body.get("rooms", {}).get("join", {}).get(room, {}).get("timeline", {})
        return {event["event_id"] for event in timeline.get("events", [])}


class MatrixStage:
    """One room: a new one, or one that was played in before and of which the bot knows nothing any more.

    Matrix has no private messages: a notice in the thread of its question stands for them in a shared room. It has
    everything else, so that nothing is left out.
    """

    gaps: frozenset[Need] = frozenset()
    relates = True

    def __init__(self, world: World, *, encrypted: bool, new: bool) -> None:
        self._world = world
        self._new = new
        self.quiet = False
        self._start = 0
        self._encrypted = encrypted
        self._room = ""
        self._direct = False
        self._opened: dict[str, str] = {}  # what the files are that were downloaded, by their messages
        self._before: dict[str, str] = {}  # where the homeserver's streams were before a message

    async def enter(self, where: Where) -> None:
        world, self._direct = self._world, where is Where.DIRECT
        if not self._new and (where, self._encrypted) in world.rooms:
            self._room = world.rooms[where, self._encrypted]
            world.make_new(self._room)
            world.look()
            self._start = len(world.events[self._room])
            self.quiet = True
            return
        guests = [world.bot.user] if self._direct else [world.bot.user, world.people[BEN].id]
        self._room = await world.ana.create_room(*guests, encrypted=self._encrypted, direct=self._direct)
        if not self._direct:
            await world.comes(BEN, self._room)
        await world.until(lambda: set(guests) <= self._members(), lambda: f"{guests} join; there are {self._members()}")
        if not self._new:
            world.rooms[where, self._encrypted] = self._room

    def _members(self) -> set[str]:
        return {
            event["state_key"]
            for event in self._world.events.get(self._room, [])
            if event["type"] == "m.room.member" and event["content"].get("membership") == "join"
        }

    async def say(
        self, who: str, text: str, *, addressed: bool, thread: str | None = None, reply_to: str | None = None
    ) -> str:
        relation: Event = {}
        if thread:
            answered = reply_to or thread
            relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": reply_to is None}
            relation["m.in_reply_to"] = {"event_id": answered}
        elif reply_to:
            relation = {"m.in_reply_to": {"event_id": reply_to}}
        before = str(self._world.ana.client.next_batch)
        content = self._content(text, addressed=addressed) | ({"m.relates_to": relation} if relation else {})
        said = await self._world.people[who].send(self._room, "m.room.message", content)
        self._before[said] = before
        return said

    async def edit(self, who: str, message: str, text: str, *, addressed: bool) -> None:
        new = self._content(text, addressed=addressed)
        edit = {**new, "body": f"* {new['body']}", "m.mentions": {}, "m.new_content": new}
        edit["m.relates_to"] = {"rel_type": "m.replace", "event_id": message}
        await self._world.people[who].send(self._room, "m.room.message", edit)

    async def delete(self, who: str, message: str) -> None:
        await self._world.people[who].redact(self._room, message)

    async def remove(self, shown: str) -> None:
        await self._world.ana.redact(self._room, shown)

    async def redeliver(self, message: str) -> None:
        token = self._before[message]
        assert message in self._world.given_since(token, self._room)
        await self._world.go_back(token)

    async def react(self, who: str, shown: str, sign: str) -> None:
        await self._world.people[who].react(self._room, shown, sign)

    async def shown(self, until: Callable[[Sequence[Shown]], bool]) -> Sequence[Shown]:
        await self._world.until(
            lambda: not self._unread() and until(self._shown()), lambda: f"shown is only {self._shown()}"
        )
        for event in self._world.events.get(self._room, [])[self._start :]:
            if event["content"].get("msgtype") in FILES and event["event_id"] not in self._opened:
                self._opened[event["event_id"]] = file_kind(await saved(self._world.ana.client, event["content"]))
        return self._shown()

    def _content(self, text: str, *, addressed: bool) -> Event:
        """What clients of today send, with the bot as a pill where it is mentioned."""
        if not addressed or self._direct:
            return {"msgtype": "m.text", "body": text, "m.mentions": {}}
        bot = self._world.bot.user
        return {
            "msgtype": "m.text",
            "body": f"Hearings: {text}",
            "format": "org.matrix.custom.html",
            "formatted_body": f'<a href="https://matrix.to/#/{bot}">Hearings</a>: {html.escape(text)}',
            "m.mentions": {"user_ids": [bot]},
        }

    # -- what Ana sees

    def _unread(self) -> bool:
        events = self._world.events.get(self._room, [])[self._start :]
        return any(event["type"] == "m.room.encrypted" and event["content"] for event in events)

    def _shown(self) -> list[Shown]:
        shown: dict[str, Shown] = {}
        for event in self._world.events.get(self._room, [])[self._start :]:
            content = event["content"]
            if event["type"] == "m.room.redaction":
                target = event.get("redacts") or content.get("redacts")
                if target in shown:
                    shown[target] = replace(shown[target], gone=True)
            elif event["type"] != "m.room.message" or event["sender"] != self._world.bot.user or not content:
                continue
            elif content.get("m.relates_to", {}).get("rel_type") == "m.replace":
                self._checked(event, content["m.new_content"])
                target = content["m.relates_to"]["event_id"]
                before = shown[target]
                shown[target] = replace(before, text=content["m.new_content"]["body"], edited=before.edited + 1)
            else:
                self._checked(event, content)
                thread, notice = thread_of(event), content["msgtype"] == "m.notice"
                private = None if self._direct else notice and thread is not None
                file = self._opened.get(event["event_id"], content.get("info", {}).get("mimetype", ""))
                shown[event["event_id"]] = Shown(
                    event["event_id"], content["body"], thread, in_reply_to(event), private, file=file
                )
        return list(shown.values())

    def _checked(self, event: Event, content: Event) -> None:
        """What holds for every message of the bot's."""
        assert event["encrypted"] is self._encrypted
        assert content["m.mentions"] == {}
        assert content["msgtype"] in {"m.text", "m.notice", *FILES}
        if content["msgtype"] in FILES:
            assert ("file" in content, "url" in content) == (self._encrypted, not self._encrypted)
