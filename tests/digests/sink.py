"""A platform that only counts: it says that it is busy, loses replies, is slow, and can be asked what it has."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
from aiohttp import web

from bot.digests.send import CannotLook, Failed, Later, NoReply, Posted
from bot.digests.subscriptions import Subscription
from bot.message import Room
from bot.reply import Reply

#: A request that was lost may arrive for this long: more than the sink ever takes.
PATIENCE = timedelta(seconds=1.5)
TIMEOUT_SECONDS = 1.0
#: The sink takes a posting at most this long after it was asked to.
SLOW_SECONDS = 0.5


class Sink:
    """What was posted, how often, and when.

    Attributes:
        held: Requests that it has and has not answered.
        readable: Whether it tells what it has.
    """

    def __init__(self, seed: int, *, quiet: bool = False) -> None:
        self._random = random.Random(seed)
        self._quiet = quiet
        self.posts: Counter[str] = Counter()
        self.times: dict[str, list[float]] = defaultdict(list)
        self.held = 0
        self.readable = True
        self.refused = self.lost = self.looks = 0
        self.url = ""

    async def _post(self, request: web.Request) -> web.StreamResponse:
        account, key = request.query["account"], request.query["key"]
        self.held += 1
        try:
            chance = 1.0 if self._quiet else self._random.random()
            if chance < 0.04:
                self.refused += 1
                return web.Response(status=429, headers={"Retry-After": "1"})
            slow = chance > 0.97 and not self._quiet
            await asyncio.sleep(SLOW_SECONDS if slow else self._random.uniform(0, 0.03))
            self.posts[key] += 1
            self.times[account].append(asyncio.get_running_loop().time())
            await asyncio.sleep(SLOW_SECONDS if slow else self._random.uniform(0.01, 0.06))
            if chance < 0.08:
                self.lost += 1
                if request.transport:  # else who asked is dead already
                    request.transport.abort()
            return web.json_response({"id": f"m-{key}"})
        finally:
            self.held -= 1

    async def _find(self, request: web.Request) -> web.StreamResponse:
        self.looks += 1
        if not self.readable:
            return web.Response(status=403)
        key = request.query["key"]
        return web.json_response({"id": f"m-{key}" if self.posts[key] else ""})

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """It can be reached at `url`."""
        app = web.Application()
        app.router.add_post("/post", self._post)
        app.router.add_get("/find", self._find)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=False)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            self.url = f"http://{host}:{port}"
            yield
        finally:
            await runner.cleanup()


class SinkPoster:
    """Posts to a Sink, as an adapter posts to its platform."""

    patience = PATIENCE

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self.told: list[str] = []

    async def post(self, room: Room, reply: Reply, key: str, since: datetime | None) -> Posted:
        if since and (found := await self.look(room, reply, key, since)):
            return Posted(found, found=True)
        asked = {"account": room.account, "key": key}
        try:
            async with self._session.post(f"{self._url}/post", params=asked) as said:
                if said.status == 429:
                    raise Later(float(said.headers["Retry-After"]))
                return Posted((str((await said.json())["id"]),))
        except aiohttp.ClientConnectorError:
            raise Failed("unreachable") from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise NoReply from None

    async def look(self, room: Room, reply: Reply, key: str, since: datetime) -> tuple[str, ...]:
        try:
            async with self._session.get(f"{self._url}/find", params={"key": key}) as said:
                if said.status == 403:
                    raise CannotLook
                found = (await said.json())["id"]
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Failed("unreachable") from None
        return (str(found),) if found else ()

    async def tell(self, subscription: Subscription, reply: Reply, key: str) -> None:
        self.told.append(key)
