"""The bot in Matrix, from its start to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from nio import AsyncClient, MegolmEvent

from adapters.errors import AdapterError
from adapters.matrix.backoff import Backoff
from adapters.matrix.deliver import Receipts, Sender
from adapters.matrix.directory import MatrixDirectory
from adapters.matrix.hearing import read_redaction
from adapters.matrix.inbox import Batch, Inbox
from adapters.matrix.media import Media
from adapters.matrix.options import Options
from adapters.matrix.postings import MatrixPoster
from adapters.matrix.relay import PLATFORM, Relay
from adapters.matrix.rest import Rest, path
from adapters.matrix.rooms import Rooms
from adapters.matrix.sync import Event, Joined, Synced, Syncing, was_member
from adapters.matrix.trust import device_is_signed
from adapters.matrix.unreadable import Unreadable
from bot.bot import Bot
from bot.digests.send import Poster
from bot.drawing.make import Maker
from bot.pace import Limits
from bot.store.sql import SqlStore, is_a_fault_of_the_database
from corpus.document import Document

log = logging.getLogger(__name__)

#: Seconds that answers under way get when the bot is told to stop.
FINISH_SECONDS = 3.0
#: Events of a timeline that something is made of.
TAKEN = frozenset({"m.room.message", "m.reaction", "m.room.redaction", "m.room.tombstone"})
#: Seconds after the start in which only messages are answered.
LOOK_AFTER_SECONDS = 1.0


async def run_matrix(
    client: AsyncClient,
    document: Document,
    store: SqlStore,
    options: Options,
    limits: Limits | None,
    posters: dict[str, Poster],
    stop: asyncio.Event,
) -> None:
    """Answer in Matrix, and let digests be posted there, until told to stop.

    Args:
        client: Signed in, with its keys.
        posters: Where it puts what posts, while it is connected.

    Raises:
        SignedOut: The homeserver no longer takes the token.
    """
    async with Rest(client.homeserver, client.access_token) as rest:
        await _run(client, rest, document, store, options, limits, posters, stop)


async def _run(
    client: AsyncClient,
    rest: Rest,
    document: Document,
    store: SqlStore,
    options: Options,
    limits: Limits | None,
    posters: dict[str, Poster],
    stop: asyncio.Event,
) -> None:
    me = client.user_id
    directory = MatrixDirectory(client, rest)
    bot = Bot(document, store, directory, lambda: datetime.now(UTC), limits, digests=options.digests, may=options.may)
    backoff = partial(Backoff, options.backoff_seconds, options.backoff_at_most_seconds)
    sender = Sender(client, backoff, options.typing_after_seconds, options.answer_up_to_hours * 3600)
    receipts = Receipts(client, options.receipt_every_seconds)
    media = Media(client, rest, sender, backoff)
    relay = Relay(bot, client, rest, sender, receipts, options, backoff, media, Maker(document))

    def forget(room: str) -> None:
        directory.forget(room)
        sender.forget(room)
        relay.forget(room)

    rooms = Rooms(bot, client, rest, store, relay, options, backoff, forget)
    inbox = Inbox(
        lambda token: store.set_mark(PLATFORM, me, "sync", token), backoff=backoff, passing=is_a_fault_of_the_database
    )
    timeout, oldest = options.sync_timeout_seconds, lambda: int(relay.oldest().timestamp() * 1000)
    syncing = Syncing(client, rest, lambda synced: intake.take(synced), backoff(), timeout, oldest)  # noqa: PLW0108 - made below
    poster = MatrixPoster(client, rest, sender, directory, store)
    connected = partial(posters.__setitem__, PLATFORM, poster)
    intake = Intake(client, inbox, relay, rooms, directory, syncing.left_out, options.key_wait_seconds, connected)
    since = await store.mark(PLATFORM, me, "sync")
    relay.names = tuple(filter(None, [await store.mark(PLATFORM, me, "name")]))
    looking = asyncio.create_task(_look_at_oneself(client, rest, store, relay))
    task = asyncio.create_task(syncing.run(since))
    told = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([task, told], return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            log.info("stopping")
        else:
            await task
    finally:
        posters.pop(PLATFORM, None)
        for each in (looking, told, task):
            each.cancel()
        intake.close()
        await inbox.close(0 if _failed(task) else FINISH_SECONDS)
        await receipts.close()
        await sender.close()
        await asyncio.gather(task, return_exceptions=True)


def _failed(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


class Intake:
    """What a sync brings, handed to whom it concerns."""

    def __init__(
        self,
        client: AsyncClient,
        inbox: Inbox,
        relay: Relay,
        rooms: Rooms,
        directory: MatrixDirectory,
        left_out: Callable[[str, str, str], Awaitable[Joined]],
        key_wait_seconds: float,
        connected: Callable[[], object],
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._relay = relay
        self._rooms = rooms
        self._directory = directory
        self._left_out = left_out
        self._connected = connected
        self._unreadable = Unreadable(client, inbox, key_wait_seconds, self._put, self._lost)

    def take(self, synced: Synced) -> None:
        """Queue everything that a sync brings; its token is kept once all of it is done."""
        batch = self._inbox.open(synced.token)
        self._unreadable.keys_came(synced.to_device)
        for room, state in synced.invited.items():
            self._inbox.put(room, partial(self._rooms.invited, room, state), batch)
        for room in synced.left:
            self._inbox.put(room, partial(self._rooms.left, room), batch)
        for room, joined in synced.joined.items():
            for event in (*joined.state, *joined.events):
                self._directory.learn(room, event)
            for event in joined.events:
                self._relay.learn(room, event)
            self._inbox.put(room, partial(self._rooms.joined, room), batch)
            for event in joined.state:
                if event.get("type") == "m.room.tombstone":
                    self._inbox.put(room, partial(self._rooms.replaced, room, event), batch)
            if synced.fresh:
                continue
            if joined.left_out:
                self._inbox.put(room, partial(self._fetch, room, joined.left_out, synced.since, batch), batch)
            for event in joined.events:
                if self._concerns(room, event, joined, batch):
                    self._put(room, event, batch)
        self._inbox.done(batch)
        if synced.first:
            self._connected()
            log.info("ready: in %s rooms as %s", len(self._client.rooms), self._client.user_id)

    async def _fetch(self, room: str, before: str, since: str, batch: Batch) -> None:
        """Answer what a sync left out of a room, before what it brought."""
        missed = await self._left_out(room, before, since)
        for event in missed.events:
            if self._concerns(room, event, missed, batch):
                await self._take(room, event)

    def _concerns(self, room: str, event: Event, joined: Joined, batch: Batch) -> bool:
        """Whether an event is to be taken now: it was sent while the bot was in the room, and can be read."""
        if not was_member(event):
            return False
        if encrypted := joined.unreadable.get(str(event.get("event_id"))):
            self._wait_for_key(room, event, encrypted, batch)
            return False
        if target := read_redaction(event):
            self._unreadable.redacted(room, target)
        return event.get("type") in TAKEN

    def _wait_for_key(self, room: str, event: Event, encrypted: MegolmEvent, batch: Batch) -> None:
        if encrypted.server_timestamp >= self._relay.oldest().timestamp() * 1000:
            self._unreadable.keep(room, event, encrypted, batch)

    def _put(self, room: str, event: Event, batch: Batch) -> None:
        self._inbox.put(room, partial(self._take, room, event), batch)

    async def _take(self, room: str, event: Event) -> None:
        if event.get("type") == "m.room.tombstone":
            await self._rooms.replaced(room, event)
        else:
            await self._relay.take(room, event)

    def _lost(self, room: str, event: Event, batch: Batch) -> None:
        self._inbox.put(room, partial(self._relay.could_not_read, room, event), batch)

    def close(self) -> None:
        """Stop waiting for keys."""
        self._unreadable.close()


async def _look_at_oneself(client: AsyncClient, rest: Rest, store: SqlStore, relay: Relay) -> None:
    """Learn the bot's display name, by which older clients mention it, and warn of a device that others do not trust."""
    if relay.names:
        await asyncio.sleep(LOOK_AFTER_SECONDS)  # what people wait for goes first
    try:
        profile = await rest.get(path("v3", "profile", client.user_id))
        name = profile.data.get("displayname")
        if isinstance(name, str) and name.strip():
            relay.names = (name,)
            await store.set_mark(PLATFORM, client.user_id, "name", name)
        if not await device_is_signed(client):
            log.warning(
                "this device is not cross-signed: current clients withhold their keys from it, or warn of its messages; "
                "hearings check says how to mend it"
            )
    except AdapterError as error:
        log.debug("the bot could not look at itself: %s", error)  # what ends it, the next sync says
