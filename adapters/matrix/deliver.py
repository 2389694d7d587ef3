"""Sending to Matrix: once, in order, and not given up while the homeserver may still take it.

What is sent is named by what it answers, so that a process that was killed and answers again makes no second message: a
homeserver takes the same transaction of the same device once.
Source: https://spec.matrix.org/v1.15/client-server-api/#transaction-identifiers
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp
from nio import (
    AsyncClient,
    EncryptionError,
    ErrorResponse,
    LocalProtocolError,
    Response,
    RoomSendResponse,
    SendRetryError,
)

from adapters.matrix.backoff import Backoff
from adapters.matrix.render import Content
from adapters.matrix.sync import SIGNED_OUT

log = logging.getLogger(__name__)

#: How long a typing notice stands unless it is renewed; it is taken back when the answer is there.
TYPING_MILLISECONDS = 20_000


class Refused(Exception):
    """The homeserver will not take it, now or later."""


def transaction(*names: object) -> str:
    """The transaction of what is sent for a reason: the same for the same names."""
    return hashlib.blake2b("\0".join(map(str, names)).encode(), digest_size=18).hexdigest()


class Sender:
    """Sends, edits and takes back messages.

    Args:
        backoff: Makes the waits between tries.
    """

    def __init__(self, client: AsyncClient, backoff: Callable[[], Backoff], typing_after_seconds: float) -> None:
        self._client = client
        self._backoff = backoff
        self._typing_after = typing_after_seconds
        self._refused: set[str] = set()

    async def send(self, room: str, content: Content, txn: str) -> str | None:
        """Send a message, encrypted where the room is; its id, or None where the bot may not speak."""

        async def send() -> Response | ErrorResponse:
            # nio leaves this behind where sharing the room's key failed halfway, and would wait for it for ever. Nothing
            # else sends in this room meanwhile.
            self._client.sharing_session.pop(room, None)
            return await self._client.room_send(room, "m.room.message", content, txn, ignore_unverified_devices=True)

        sent = await self._insist(room, send)
        if isinstance(sent, RoomSendResponse):
            self._refused.discard(room)
            return str(sent.event_id)
        return None

    async def take_back(self, room: str, event_id: str, txn: str) -> None:
        """Redact one of the bot's messages."""
        await self._insist(room, lambda: self._client.room_redact(room, event_id, tx_id=txn))

    @asynccontextmanager
    async def typing(self, room: str) -> AsyncIterator[None]:
        """Show that an answer is being made, if that takes a while."""
        shown = False

        async def show() -> None:
            nonlocal shown
            await asyncio.sleep(self._typing_after)
            shown = True
            while True:
                await self._client.room_typing(room, True, TYPING_MILLISECONDS)
                await asyncio.sleep(TYPING_MILLISECONDS / 1000 * 0.8)

        task = asyncio.create_task(show())
        try:
            yield
        finally:
            task.cancel()
            if shown:
                with suppress(aiohttp.ClientError, TimeoutError, OSError):
                    await asyncio.wait_for(self._client.room_typing(room, False), TYPING_MILLISECONDS / 1000)

    async def _insist(self, room: str, call: Callable[[], Awaitable[Response | ErrorResponse]]) -> Response | None:
        """The response to a call; None where the homeserver will not have it. Tries again while it may still work."""
        backoff = self._backoff()
        while True:
            wait = 0.0
            try:
                response = await call()
                if not isinstance(response, ErrorResponse):
                    return response
                code, status = response.status_code, getattr(response.transport_response, "status", 0)
                if code in SIGNED_OUT:
                    await asyncio.Future()  # the sync says so and ends the process; the answer is sent after signing in
                if isinstance(code, str) and code.startswith("M_") and status < 500 and code != "M_LIMIT_EXCEEDED":
                    self._say_refused(room, code)
                    return None
                wait = (response.retry_after_ms or 0) / 1000
                fault = f"HTTP {status}"
            except LocalProtocolError:
                return None  # the bot is no longer in the room
            except (aiohttp.ClientError, TimeoutError, OSError, SendRetryError, EncryptionError) as error:
                fault = type(error).__name__
            pause = max(backoff.failed(), wait)
            if backoff.failures == 1:
                log.warning("an answer could not be sent: %s; trying again", fault)
            await asyncio.sleep(pause)

    def _say_refused(self, room: str, code: str) -> None:
        if room not in self._refused:
            self._refused.add(room)
            log.warning("%s: the bot may not send here (%s); give it the power to send messages", room, code)


class Receipts:
    """Read receipts, at most one for a room in a span of time, always for the latest message that was taken."""

    def __init__(self, client: AsyncClient, every_seconds: float) -> None:
        self._client = client
        self._every = every_seconds
        self._latest: dict[str, str] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def took(self, room: str, event_id: str) -> None:
        """Show, soon, that a message was taken."""
        self._latest[room] = event_id
        if room not in self._tasks:
            self._tasks[room] = asyncio.create_task(self._show(room))

    async def _show(self, room: str) -> None:
        try:
            while room in self._latest:
                event_id = self._latest.pop(room)
                await self._client.room_read_markers(room, event_id, event_id)
                await asyncio.sleep(self._every)
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass  # the next one will do
        finally:
            del self._tasks[room]

    async def close(self) -> None:
        """Stop."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
