"""Rooms that begin, move and end: invitations, introductions, upgrades, leaving.

Source: https://spec.matrix.org/v1.15/client-server-api/#room-membership, #room-upgrades
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode

from nio import AsyncClient

from adapters.matrix.backoff import Backoff
from adapters.matrix.options import Options
from adapters.matrix.relay import PLATFORM, Relay
from adapters.matrix.rest import Answer, Rest, insist, path
from adapters.matrix.sync import Event
from bot.bot import Bot
from bot.introduction import introduce
from bot.message import Room

log = logging.getLogger(__name__)

#: Tries to join a room whose server is slow.
JOIN_TRIES = 3
HOUR_SECONDS = 3_600
#: For how long a request is tried while the server is in trouble.
INSIST_SECONDS = 600


class Memory(Protocol):
    """What is remembered of rooms, beside what the core remembers."""

    async def mark(self, platform: str, account: str, name: str) -> str:
        """A mark's value; "" if it is not set."""

    async def set_mark(self, platform: str, account: str, name: str, value: str) -> None:
        """Set a mark; "" takes it away."""

    async def invited(self, room: Room, by: str) -> None:
        """Remember who invited the bot to a room."""

    async def inviter(self, room: Room) -> str:
        """Who invited the bot to a room."""


class Rooms:
    """Joins, introduces itself, follows, leaves.

    Args:
        forget: Called with each room that the bot left.
    """

    def __init__(
        self,
        bot: Bot,
        client: AsyncClient,
        rest: Rest,
        memory: Memory,
        relay: Relay,
        options: Options,
        backoff: Callable[[], Backoff],
        forget: Callable[[str], None],
    ) -> None:
        self._bot = bot
        self._client = client
        self._rest = rest
        self._memory = memory
        self._relay = relay
        self._options = options
        self._backoff = backoff
        self._forget = forget
        self._joins: deque[float] = deque()
        self._known: set[str] = set()

    async def invited(self, room: str, state: list[Event]) -> None:
        """Accept an invitation, or decline it with a reason."""
        me = self._client.user_id
        inviter = next(
            (
                str(event.get("sender"))
                for event in state
                if event.get("type") == "m.room.member"
                and event.get("state_key") == me
                and _content(event).get("membership") == "invite"
            ),
            "",
        )
        if not inviter:
            return
        reason = self._why_not(inviter, expected=bool(await self._mark(f"follows {room}")))
        if reason:
            log.warning("%s: declined an invitation by %s", room, inviter)
            await self._post(path("v3", "rooms", room, "leave"), {"reason": reason})
            return
        await self._memory.invited(self._relay.room(room), inviter)
        await self._set_mark(f"introduce {room}", secrets.token_hex(8))
        await self._join(room, "")

    def _why_not(self, inviter: str, *, expected: bool) -> str:
        """Why an invitation is declined; "" if it is accepted.

        Args:
            expected: Whether the room takes the place of one that the bot is in.
        """
        options = self._options
        server = inviter.partition(":")[2]
        allowed = options.invite_from or (self._client.user_id.partition(":")[2],)
        contact = f" Please ask {options.operator}." if options.operator else ""
        if not expected and inviter not in allowed and server not in allowed:
            return f"I accept invitations from {' and '.join(allowed)} only.{contact}"
        if not self._may_join():
            return f"I have joined {len(self._joins)} rooms within the last hour, as many as I may. Please invite me again later.{contact}"
        return ""

    def _may_join(self) -> bool:
        """Whether one more room may be joined this hour, which is counted then."""
        now = time.monotonic()
        while self._joins and self._joins[0] <= now - HOUR_SECONDS:
            self._joins.popleft()
        if len(self._joins) >= self._options.joins_per_hour:
            return False
        self._joins.append(now)
        return True

    async def joined(self, room: str) -> None:
        """Meet a room that the bot is in: introduce itself where it has just accepted, leave where it is alone."""
        if room not in self._known:
            self._known.add(room)
            here = self._relay.room(room)
            await self._follow(room)
            if token := await self._mark(f"introduce {room}"):
                options = self._options
                reply = introduce(
                    self._bot.document,
                    address=f"mention me, or begin with {options.prefix or options.alias}",
                    inviter=await self._memory.inviter(here),
                    direct=self._relay.direct(room),
                )
                await self._relay.introduce(room, reply, token)
                await self._set_mark(f"introduce {room}", "")
        known = self._client.rooms.get(room)
        alone = known and known.summary and known.summary.joined_member_count == 1 and not known.invited_count
        if alone and not await self._mark(f"succeeded {room}"):
            log.info("%s: left, since everybody else has", room)
            await self._leave(room)

    async def replaced(self, room: str, event: Event) -> None:
        """Follow a room to the one that takes its place."""
        successor = _content(event).get("replacement_room")
        if event.get("state_key") != "" or not isinstance(successor, str) or not successor:
            return
        if await self._mark(f"succeeded {room}") == successor:
            return  # it is being followed already
        if await self._mark(f"moved from {successor}"):
            log.warning("%s: not followed back to %s, from where the bot came", room, successor)
            return
        await self._set_mark(f"follows {successor}", room)
        await self._set_mark(f"succeeded {room}", successor)
        if successor in self._known:  # it was invited there before it met the tombstone here
            await self._follow(successor)
        elif self._may_join():
            await self._join(successor, str(event.get("sender", "")).partition(":")[2])
        else:
            log.warning(
                "%s: its successor %s is not joined: as many rooms as may be were joined this hour", room, successor
            )

    async def _follow(self, room: str) -> None:
        """Carry on in a room what was begun in the one that it replaces, if there is one and both say so."""
        old = await self._mark(f"follows {room}")
        if not old:
            return
        made = await self._insist(partial(self._rest.get, path("v3", "rooms", room, "state", "m.room.create", "")))
        if not made.fine:
            log.warning("%s: it cannot be seen whether it takes the place of %s (%s)", room, old, made.said())
            return
        predecessor = made.data.get("predecessor")
        if isinstance(predecessor, dict) and predecessor.get("room_id") == old:
            await self._bot.moved(self._relay.room(old), self._relay.room(room))
            await self._set_mark(f"introduce {room}", "")
            await self._set_mark(f"moved from {old}", room)
            await self._leave(old)
        else:
            log.warning("%s: does not say that it takes the place of %s, so the bot does not follow there", room, old)
            if not await self._memory.inviter(self._relay.room(room)):
                await self._leave(room)
        await self._set_mark(f"follows {room}", "")
        await self._set_mark(f"succeeded {old}", "")

    async def left(self, room: str) -> None:
        """Forget a room that the bot is no longer in."""
        self._known.discard(room)
        self._client.rooms.pop(room, None)
        self._client.invited_rooms.pop(room, None)
        self._forget(room)
        await self._bot.left(self._relay.room(room))
        await self._post(path("v3", "rooms", room, "forget"), {})

    async def _leave(self, room: str) -> None:
        await self._post(path("v3", "rooms", room, "leave"), {})
        await self.left(room)

    async def _join(self, room: str, via: str) -> None:
        backoff = self._backoff()
        where = path("v3", "join", room) + (f"?{urlencode({'via': via, 'server_name': via})}" if via else "")
        for attempt in range(1, JOIN_TRIES + 1):
            answer = await self._post(where, {})
            if answer.fine:
                return
            if answer.status == 403 or attempt == JOIN_TRIES:
                log.warning("%s: could not be joined (%s)", room, answer.said())
                return
            await asyncio.sleep(backoff.failed())

    async def _post(self, where: str, body: dict[str, Any]) -> Answer:
        return await self._insist(partial(self._rest.post, where, body))

    async def _insist(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        return await insist(call, self._backoff(), seconds=INSIST_SECONDS)

    async def _mark(self, name: str) -> str:
        return await self._memory.mark(PLATFORM, self._client.user_id, name)

    async def _set_mark(self, name: str, value: str) -> None:
        await self._memory.set_mark(PLATFORM, self._client.user_id, name, value)


def _content(event: Event) -> dict[str, Any]:
    content = event.get("content")
    return content if isinstance(content, dict) else {}
