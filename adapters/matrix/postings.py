"""Digests in Matrix: a posting has transactions made from its key, so that the homeserver takes each of its parts once.

A homeserver forgets transactions; Synapse does after some half an hour. After that the room is looked through first: a
homeserver tells the device that sent an event by which transaction it did, in encrypted rooms too.
Source: https://spec.matrix.org/v1.15/client-server-api/#room-event-format, "unsigned.transaction_id"
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from nio import AsyncClient

from adapters.matrix.deliver import NotReady, Sender, transaction
from adapters.matrix.directory import MatrixDirectory
from adapters.matrix.relay import PLATFORM
from adapters.matrix.render import Content, render
from adapters.matrix.rest import Answer, Rest, Unreachable, path
from adapters.matrix.sync import SIGNED_OUT
from bot.digests.send import CannotLook, Closed, Failed, Later, NoReply, Posted
from bot.digests.subscriptions import Reason, Subscription
from bot.message import Room
from bot.reply import Reply
from bot.store.sql import SqlStore

log = logging.getLogger(__name__)

#: How long after a posting was due its transaction is surely known to the homeserver.
#: Source: https://github.com/matrix-org/synapse/blob/develop/synapse/rest/client/transactions.py, CLEANUP_PERIOD
REMEMBERED = timedelta(minutes=20)
#: The clocks of the bot and the homeserver differ by less than this.
CLOCKS = timedelta(minutes=5)
#: Events of a page, and pages at most, in which a posting is looked for.
PAGE, PAGES_AT_MOST = 100, 20
#: What a posting is, in plain and in encrypted rooms.
MESSAGES = frozenset({"m.room.message", "m.room.encrypted"})
#: Seconds after which a request has failed; it may be made again, since its transaction is the same.
TRY_SECONDS = 60.0
#: People told at most when a digest has stopped, and seconds that a new direct room may take to appear.
TOLD_AT_MOST, ROOM_SECONDS = 10, 30.0


class MatrixPoster:
    """The Poster port on a homeserver, where the bot is signed in and has synced."""

    #: A request that is made again with its transaction does no harm.
    patience = timedelta(0)

    def __init__(
        self, client: AsyncClient, rest: Rest, sender: Sender, directory: MatrixDirectory, memory: SqlStore
    ) -> None:
        self._client = client
        self._rest = rest
        self._sender = sender
        self._directory = directory
        self._memory = memory

    async def post(self, room: Room, reply: Reply, key: str, since: datetime | None) -> Posted:
        """Post a message, each part once."""
        contents = render(reply, private=False)
        txns = [transaction("posting", key, part) for part in range(len(contents))]
        there = await self._find(room.id, txns, since) if since else {}
        sent: list[str] = []
        for txn, content in zip(txns, contents, strict=True):
            sent.append(there.get(txn) or await self._send(room, content, txn, begun=bool(sent or there)))
        return Posted(tuple(sent), found=len(there) == len(txns))

    async def look(self, room: Room, reply: Reply, key: str, since: datetime) -> tuple[str, ...]:
        """The ids of a message that may have been posted, however long ago."""
        txns = [transaction("posting", key, part) for part in range(len(render(reply, private=False)))]
        there = await self._find(room.id, txns, since, always=True)
        return tuple(there[txn] for txn in txns if txn in there)

    async def _send(self, room: Room, content: Content, txn: str, *, begun: bool) -> str:
        if room.account != self._client.user_id or room.id not in self._client.rooms:
            raise Closed(Reason.LEFT, "not_joined")
        try:
            kind, body = await self._sender.ready(room.id, content)
        except NotReady as error:
            raise Failed(str(error), begun=begun) from None
        try:
            answer = await self._rest.put(path("v3", "rooms", room.id, "send", kind, txn), body, seconds=TRY_SECONDS)
        except Unreachable:
            raise NoReply from None
        event_id = answer.data.get("event_id")
        if answer.fine and isinstance(event_id, str):
            return event_id
        raise _refusal(answer, begun=begun)

    async def _find(self, room: str, txns: list[str], since: datetime, *, always: bool = False) -> dict[str, str]:
        """The events that transactions became, by their transactions; none while the homeserver remembers these itself."""
        if not always and datetime.now(UTC) - since < REMEMBERED:
            return {}
        oldest = (since - CLOCKS).timestamp() * 1000
        found: dict[str, str] = {}
        own, told, begin = False, False, ""
        for _ in range(PAGES_AT_MOST):
            asked = {"dir": "b", "limit": PAGE, **({"from": begin} if begin else {})}
            try:
                answer = await self._rest.get(f"{path('v3', 'rooms', room, 'messages')}?{urlencode(asked)}")
            except Unreachable:
                raise Failed("unreachable") from None
            if answer.status == 403:
                raise CannotLook
            if not answer.fine:
                raise _refusal(answer, begun=False)
            events = answer.data.get("chunk") or []
            for event in events:
                recent = event.get("origin_server_ts", 0) >= oldest
                if recent and event.get("sender") == self._client.user_id and event.get("type") in MESSAGES:
                    txn = (event.get("unsigned") or {}).get("transaction_id")
                    own, told = True, told or isinstance(txn, str)
                    if txn in txns:
                        found[txn] = str(event["event_id"])
            begin = str(answer.data.get("end") or "")
            if len(found) == len(txns) or not begin or not events or events[-1].get("origin_server_ts", 0) < oldest:
                break
        else:
            raise CannotLook
        if own and not told:
            raise CannotLook  # this homeserver does not tell by which transaction an event came
        return found

    async def tell(self, subscription: Subscription, reply: Reply, key: str) -> None:
        """Tell who ordered a digest, and who manages its room, each in a room with the bot alone."""
        people = dict.fromkeys((subscription.ordered_by, *self._directory.managers(subscription.room)))
        [content] = render(reply, private=True)
        for person in [person for person in people if person.startswith("@")][:TOLD_AT_MOST]:
            room = await self._direct_room(person)
            if room is None:
                log.warning("%s: somebody could not be told that it has stopped", key)
                continue
            try:
                await self._send(
                    Room(PLATFORM, self._client.user_id, room), content, transaction(key, person), begun=False
                )
            except (Later, NoReply, Failed, Closed) as error:
                log.warning("%s: somebody could not be told that it has stopped (%s)", key, type(error).__name__)

    async def _direct_room(self, person: str) -> str | None:
        """A room with one person and the bot; a new one if there is none."""
        for room, known in self._client.rooms.items():
            count = known.summary and (known.summary.joined_member_count or 0) + (
                known.summary.invited_member_count or 0
            )
            if count == 2 and person in known.users:
                return str(room)
        me, mark = self._client.user_id, f"direct {person}"
        if (kept := await self._memory.mark(PLATFORM, me, mark)) in self._client.rooms:
            return kept
        # Not encrypted: who accepts the invitation tomorrow could not read what was said today.
        asked = {"preset": "trusted_private_chat", "is_direct": True, "invite": [person]}
        try:
            answer = await self._rest.post(path("v3", "createRoom"), asked)
        except Unreachable:
            return None
        made = answer.data.get("room_id")
        if not isinstance(made, str):
            return None
        await self._memory.set_mark(PLATFORM, me, mark, made)
        return made if await _within(ROOM_SECONDS, lambda: made in self._client.rooms) else None


async def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether something comes true in time."""
    end = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(0.1)
    return True


def _refusal(answer: Answer, *, begun: bool) -> Later | NoReply | Failed | Closed:
    """What a homeserver's refusal means for a posting."""
    if answer.status == 429 or answer.code == "M_LIMIT_EXCEEDED":
        return Later(answer.wait_seconds, begun=begun)
    if answer.status >= 500:
        return NoReply()
    if answer.code in SIGNED_OUT:
        return Failed(answer.code, begun=begun)  # the sync says so too, and ends
    if answer.code == "M_FORBIDDEN":
        return Closed(Reason.REFUSED, answer.code)
    if answer.code == "M_NOT_FOUND":
        return Closed(Reason.LEFT, answer.code)
    return Failed(answer.code or f"http_{answer.status}", begun=begun)
