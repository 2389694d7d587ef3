"""Sending to Matrix: once, in order, and not given up while the homeserver may still take it.

What is sent is named by what it answers, so that a process that was killed and answers again makes no second message: a
homeserver takes the same transaction of the same device once.
Source: https://spec.matrix.org/v1.15/client-server-api/#transaction-identifiers
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp
from nio import (
    AsyncClient,
    EncryptionError,
    ErrorResponse,
    GroupEncryptionError,
    LocalProtocolError,
    Response,
    RoomSendResponse,
)

from adapters.errors import AdapterError
from adapters.matrix.backoff import Backoff
from adapters.matrix.render import Content
from adapters.matrix.sync import SIGNED_OUT

log = logging.getLogger(__name__)

#: How long a typing notice stands unless it is renewed; it is taken back when the answer is there.
TYPING_MILLISECONDS = 20_000
#: Seconds after which a try has failed, whatever it waits for; nio by itself waits without end.
TRY_SECONDS = 120
#: Refusals that pass: limits, a suspension that may be lifted, a token whose end the sync meets too and says.
PASSING = SIGNED_OUT | {"M_LIMIT_EXCEEDED", "M_USER_SUSPENDED", "M_USER_LOCKED"}


class NotReady(AdapterError):
    """A message cannot be encrypted yet for all who are to read it."""


def transaction(*names: object) -> str:
    """The transaction of what is sent for a reason: the same for the same names."""
    return hashlib.blake2b("\0".join(map(str, names)).encode(), digest_size=18).hexdigest()


class Sender:
    """Sends, edits and takes back messages, one after the other in each room.

    Args:
        backoff: Makes the waits between tries.
        give_up_seconds: How long a message is tried to be sent; nobody waits for an answer for days.
    """

    def __init__(
        self,
        client: AsyncClient,
        backoff: Callable[[], Backoff],
        typing_after_seconds: float,
        give_up_seconds: float,
    ) -> None:
        self._client = client
        self._backoff = backoff
        self._typing_after = typing_after_seconds
        self._give_up = give_up_seconds
        self._refused: set[str] = set()
        self._stops: set[asyncio.Task[object]] = set()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(self, room: str, content: Content, txn: str) -> str | None:
        """Send a message, encrypted where the room is; its id, or None where the bot may not speak."""

        async def send() -> Response | ErrorResponse:
            async with self._turns[room]:
                if failed := await self._share_keys(room):
                    return failed
                return await self._client.room_send(
                    room, "m.room.message", content, txn, ignore_unverified_devices=True
                )

        sent = await self._insist(room, send)
        if isinstance(sent, RoomSendResponse):
            self._refused.discard(room)
            return str(sent.event_id)
        return None

    async def ready(self, room: str, content: Content) -> tuple[str, Content]:
        """A message as whoever sends it by themselves is to send it: its type and content, encrypted where the room is.

        Raises:
            NotReady: Not all devices in the room could be given its key.
        """
        known = self._client.rooms.get(room)
        if known is None or not known.encrypted or self._client.olm is None:
            return "m.room.message", content
        async with self._turns[room]:
            try:
                async with asyncio.timeout(TRY_SECONDS):
                    if failed := await self._share_keys(room):
                        raise NotReady(str(failed.status_code or failed.message))
                kind, encrypted = self._client.encrypt(room, "m.room.message", content)
            except (aiohttp.ClientError, TimeoutError, OSError, EncryptionError, GroupEncryptionError) as error:
                raise NotReady(type(error).__name__) from None
        return str(kind), encrypted

    async def take_back(self, room: str, event_id: str, txn: str) -> None:
        """Redact one of the bot's messages."""
        await self._insist(room, lambda: self._client.room_redact(room, event_id, tx_id=txn))

    def forget(self, room: str) -> None:
        """Forget a room that the bot left."""
        self._refused.discard(room)
        self._turns.pop(room, None)

    async def _share_keys(self, room: str) -> ErrorResponse | None:
        """Make sure that all devices in an encrypted room get the key of what is sent there; the response that failed.

        nio's own `room_send` takes a failed request for a finished one, and sends what nobody can read.
        """
        client, known = self._client, self._client.rooms.get(room)
        if known is None or not known.encrypted or client.olm is None:
            return None
        client.sharing_session.pop(room, None)  # left behind where sharing failed halfway, and waited for then for ever
        if not known.members_synced:
            if isinstance(members := await client.joined_members(room), ErrorResponse):
                return members
            client.olm.outbound_group_sessions.pop(room, None)  # it may have been shared with some of them only
        if client.should_query_keys and isinstance(queried := await client.keys_query(), ErrorResponse):
            return queried
        if not client.olm.should_share_group_session(room):
            return None
        if missing := client.get_missing_sessions(room):
            if isinstance(claimed := await client.keys_claim(missing), ErrorResponse):
                return claimed
        await client.share_group_session(room, ignore_unverified_devices=True)
        session = client.olm.outbound_group_sessions[room]
        reached = session.users_shared_with | session.users_ignored
        for user in known.users:
            for device in client.device_store.active_user_devices(user):
                if (user, device.id) not in reached and client.olm.session_store.get(device.curve25519):
                    del client.olm.outbound_group_sessions[room]
                    return ErrorResponse("a device did not get the key")
        return None

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
                stop = asyncio.create_task(self._stop_typing(room))  # nobody waits for it
                self._stops.add(stop)
                stop.add_done_callback(self._stops.discard)

    async def _stop_typing(self, room: str) -> None:
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            await asyncio.wait_for(self._client.room_typing(room, False), TYPING_MILLISECONDS / 1000)

    async def close(self) -> None:
        """Stop."""
        for task in self._stops:
            task.cancel()
        await asyncio.gather(*self._stops, return_exceptions=True)

    async def _insist(self, room: str, call: Callable[[], Awaitable[Response | ErrorResponse]]) -> Response | None:
        """The response to a call; None where the homeserver will not have it. Tries again while it may still work."""
        backoff = self._backoff()
        until = time.monotonic() + self._give_up
        while True:
            wait = 0.0
            try:
                async with asyncio.timeout(TRY_SECONDS):
                    response = await call()
                if not isinstance(response, ErrorResponse):
                    return response
                code, status = response.status_code, getattr(response.transport_response, "status", 0)
                if isinstance(code, str) and code.startswith("M_") and status < 500 and code not in PASSING:
                    self._say_refused(room, code)
                    return None
                wait = (response.retry_after_ms or 0) / 1000
                fault = f"HTTP {status} {code or response.message}"
            except LocalProtocolError as error:
                if room not in self._client.rooms:
                    return None  # the bot is no longer there
                fault = type(error).__name__
            except (aiohttp.ClientError, TimeoutError, OSError, EncryptionError, GroupEncryptionError) as error:
                fault = type(error).__name__
            pause = max(backoff.failed(), wait)
            if time.monotonic() + pause > until:
                log.warning("%s: an answer is given up, since it could not be sent: %s", room, fault)
                return None
            if backoff.failures == 1:
                log.warning("%s: an answer could not be sent: %s; trying again", room, fault)
            await asyncio.sleep(pause)

    def _say_refused(self, room: str, code: str) -> None:
        if room not in self._refused:
            self._refused.add(room)
            mend = "; give it the power to send messages" if code == "M_FORBIDDEN" else ""
            log.warning("%s: the bot may not send here (%s)%s", room, code, mend)


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
