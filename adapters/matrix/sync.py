"""Syncing: our own loop round nio's parsing and decryption.

nio's loop asks a broken server without pause and forgets what a long absence left out; this one waits longer and longer,
stops for good on a token that is no longer valid, and fetches what a limited timeline left out. A filter leaves out what
a bot has no use for: most of nio's time goes into checking what a sync brings.
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from nio import AsyncClient, ErrorResponse, MegolmEvent, RoomMessagesResponse, SyncResponse

from adapters.errors import AdapterError
from adapters.matrix.backoff import Backoff
from adapters.matrix.inbox import log_fault
from adapters.matrix.rest import Answer, Rest, Unreachable, insist, path

log = logging.getLogger(__name__)

Event = dict[str, Any]

#: Errors of a token that will not become valid again.
#: Source: https://spec.matrix.org/v1.15/client-server-api/#using-access-tokens
SIGNED_OUT = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"})
#: Events of a room's timeline in one sync; what is more is fetched page by page.
TIMELINE_LIMIT = 50
PAGE = 100
#: Seconds beyond its own timeout after which a sync counts as failed, and for the first, which brings all rooms.
GRACE_SECONDS = 15
FIRST_SECONDS = 600
#: For how long it is tried to fetch what a sync left out of a room.
FETCH_SECONDS = 600

_TIMELINE = (
    "m.room.message",
    "m.room.encrypted",
    "m.reaction",
    "m.room.redaction",
    "m.room.member",
    "m.room.tombstone",
    "m.room.encryption",
    "m.room.power_levels",
)
_STATE = ("m.room.member", "m.room.encryption", "m.room.power_levels", "m.room.tombstone", "m.room.create")


def sync_filter(me: str) -> dict[str, Any]:
    """What a sync is to bring: no receipts, typing, presence or account data, and nothing that the bot itself sent."""
    nothing: dict[str, Any] = {"types": []}
    return {
        "presence": nothing,
        "account_data": nothing,
        "room": {
            "account_data": nothing,
            "ephemeral": nothing,
            "timeline": {"limit": TIMELINE_LIMIT, "types": [*_TIMELINE], "not_senders": [me]},
            "state": {"types": [*_STATE], "lazy_load_members": True},
        },
    }


class SignedOut(AdapterError):
    """The homeserver no longer takes the bot's token."""


@dataclass(slots=True)
class Joined:
    """What a sync brings of one room.

    Attributes:
        events: The timeline, oldest first, decrypted where it could be.
        unreadable: nio's event for each that could not be decrypted, by its id.
        state: State events that stand outside the timeline.
        left_out: Where a timeline that left out events begins, for `Syncing.left_out`; None if it is whole.
    """

    events: list[Event] = field(default_factory=list)
    unreadable: dict[str, MegolmEvent] = field(default_factory=dict)
    state: list[Event] = field(default_factory=list)
    left_out: str | None = None


@dataclass(slots=True)
class Synced:
    """What one sync brings.

    Attributes:
        token: Where the next one goes on.
        since: Where this one began; "" for a first start.
        joined: Rooms that the bot is in and something happened.
        invited: Rooms that it is invited to: their stripped state.
        left: Rooms that it is no longer in.
        to_device: What came to this device, decrypted.
        first: Whether it is the first since the process began.
        fresh: Whether there was no token: everything in it is older than the bot's first start.
    """

    token: str
    since: str
    joined: dict[str, Joined]
    invited: dict[str, list[Event]]
    left: list[str]
    to_device: list[Any]
    first: bool
    fresh: bool


class Syncing:
    """Syncs for ever.

    Args:
        take: Gets everything that a sync brings, in order; must not wait for the network.
        oldest: The moment, in milliseconds since 1970, before which messages are not fetched.
    """

    def __init__(
        self,
        client: AsyncClient,
        rest: Rest,
        take: Callable[[Synced], None],
        backoff: Backoff,
        timeout_seconds: float,
        oldest: Callable[[], int],
    ) -> None:
        self._client = client
        self._rest = rest
        self._take = take
        self._backoff = backoff
        self._timeout = timeout_seconds
        self._oldest = oldest
        wanted = sync_filter(client.user_id)
        self._filter = json.dumps(wanted, separators=(",", ":"))
        self._missed_filter = json.dumps({**wanted["room"]["timeline"], "limit": PAGE}, separators=(",", ":"))

    async def run(self, since: str) -> None:
        """Sync from a token on; "" for a first start.

        Raises:
            SignedOut: The token is no longer valid.
        """
        first = True
        while True:
            try:
                body = await self._get(since, first=first)
                synced = await self._read(body, since, first=first)
            except Failed as failed:
                wait = max(self._backoff.failed(), failed.wait_seconds)
                if self._backoff.failures == 1:
                    log.warning("sync failed: %s; trying again", failed)
                await asyncio.sleep(wait)
                continue
            if self._backoff.succeeded():
                log.warning("sync works again")
            self._take(synced)
            since, first = synced.token, False
            await self._keys()

    async def _get(self, since: str, *, first: bool) -> dict[str, Any]:
        timeout = 0 if first else self._timeout
        query: dict[str, str | int] = {"timeout": int(timeout * 1000), "filter": self._filter}
        if since:
            query["since"] = since
            if first:
                query["full_state"] = "true"
        seconds = FIRST_SECONDS if first else timeout + GRACE_SECONDS
        try:
            answer = await self._rest.get(f"/_matrix/client/v3/sync?{urlencode(query)}", seconds=seconds)
        except Unreachable as error:
            raise Failed(str(error)) from None
        if answer.code in SIGNED_OUT or (answer.status == 401 and answer.code != "M_USER_LOCKED"):
            raise SignedOut(
                f"the homeserver no longer takes the bot's token ({answer.code or answer.status}); sign in again with "
                "`hearings matrix login --again`"
            )
        if not answer.fine:
            raise Failed(answer)
        return answer.data

    async def _read(self, body: dict[str, Any], since: str, *, first: bool) -> Synced:
        rooms = body.get("rooms", {})
        invited = {  # copied first: nio takes the content out of them
            room: [dict(event) for event in info.get("invite_state", {}).get("events", []) if isinstance(event, dict)]
            for room, info in rooms.get("invite", {}).items()
        }
        response = _parsed(body)
        if not isinstance(response, SyncResponse):
            raise Failed("the answer is no sync response; is this address a Matrix homeserver?")
        try:
            await self._client.receive_response(response)
        except Exception as error:  # noqa: BLE001 - an event that nio stumbles over must not be met for ever
            log_fault(error)
        joined = {}
        for room, info in rooms.get("join", {}).items():
            joined[room] = _joined(info, response.rooms.join[room].timeline.events)
            timeline = info.get("timeline", {})
            if since and timeline.get("limited"):
                joined[room].left_out = timeline.get("prev_batch")
        return Synced(
            response.next_batch,
            since,
            joined,
            invited,
            list(rooms.get("leave", {})),
            response.to_device_events,
            first=first,
            fresh=not since,
        )

    async def left_out(self, room: str, before: str, since: str) -> Joined:
        """What a timeline left out of a room, back to the last sync, to the bot's joining, or to what is too old."""
        pages: list[Joined] = []
        start = before
        while True:
            query = urlencode({"dir": "b", "from": start, "to": since, "limit": PAGE, "filter": self._missed_filter})
            page = await self._page(room, f"{path('v3', 'rooms', room, 'messages')}?{query}")
            if page is None:
                break
            events, end, read = page
            pages.insert(0, _joined({"timeline": {"events": events[::-1]}}, read))
            if (
                not events
                or end in {None, start}
                or events[-1].get("origin_server_ts", 0) < self._oldest()
                or not was_member(events[-1])
            ):
                break
            start = end
        whole = Joined()
        for part in pages:
            whole.events += part.events
            whole.unreadable |= part.unreadable
        return whole

    async def _page(self, room: str, where: str) -> tuple[list[Event], str | None, list[Any]] | None:
        """A page of messages as they came, newest first, where the next one begins, and nio's reading of them.

        None where they cannot be had.
        """
        backoff = Backoff(self._backoff.first_seconds, self._backoff.at_most_seconds)
        try:
            answer = await insist(partial(self._rest.get, where), backoff, seconds=FETCH_SECONDS)
        except Unreachable as error:
            log.warning("%s: messages that were missed cannot be fetched: %s", room, error)
            return None
        response = RoomMessagesResponse.from_dict(answer.data, room)
        if not answer.fine or not isinstance(response, RoomMessagesResponse):
            log.warning("%s: messages that were missed cannot be fetched: %s", room, answer.said())
            return None
        await self._client.receive_response(response)
        return answer.data["chunk"], answer.data.get("end"), response.chunk

    async def _keys(self) -> None:
        """Upload, query and claim keys as nio finds needful."""
        client = self._client
        try:
            if client.should_upload_keys:
                await client.keys_upload()
            if client.should_query_keys:
                await client.keys_query()
            if client.should_claim_keys:
                await client.keys_claim(client.get_users_for_key_claiming())
            if client.outgoing_to_device_messages:
                await client.send_to_device_messages()
        except Exception as error:  # noqa: BLE001 - tried again after the next sync
            log_fault(error)


class Failed(Exception):
    """A sync that failed and may work later."""

    def __init__(self, what: str | Answer) -> None:
        super().__init__(what if isinstance(what, str) else f"HTTP {what.said()}")
        self.wait_seconds = what.wait_seconds if isinstance(what, Answer) and what.status == 429 else 0.0


def _parsed(body: dict[str, Any]) -> SyncResponse | ErrorResponse:
    """What nio reads in a sync, without the rooms that it cannot read at all, so that they are not met for ever."""
    try:
        return SyncResponse.from_dict(body)
    except Exception as error:  # noqa: BLE001 - whatever servers let pass
        log_fault(error)
    rooms = body.get("rooms", {})
    for kind in ("invite", "join", "leave"):
        for room in list(rooms.get(kind, {})):
            try:
                SyncResponse.from_dict({**body, "rooms": {kind: {room: copy.deepcopy(rooms[kind][room])}}})
            except Exception:  # noqa: BLE001 - logged above
                del rooms[kind][room]
    return SyncResponse.from_dict(body)


def _joined(info: dict[str, Any], read: Iterable[Any]) -> Joined:
    """A room's part of a sync: the events as they came, with the content of those that nio could decrypt."""
    joined = Joined(state=info.get("state", {}).get("events", []))
    by_id = {getattr(event, "event_id", None): event for event in read}
    for event in info.get("timeline", {}).get("events", []):
        known = by_id.get(event.get("event_id"))
        if isinstance(known, MegolmEvent):
            joined.unreadable[known.event_id] = known
        joined.events.append(readable(event, known))
    return joined


def readable(event: Event, known: Any) -> Event:
    """An event with the type and content that its decryption gave; the event itself where it was not encrypted."""
    if known is None or not getattr(known, "decrypted", False):
        return event
    return {
        **event,
        "type": known.source.get("type", ""),
        "content": known.source.get("content", {}),
        "decrypted": True,
    }


def was_member(event: Event) -> bool:
    """Whether the bot was in the room when an event was sent, as far as the server says.

    Source: https://spec.matrix.org/v1.15/client-server-api/#room-event-format, `unsigned.membership`
    """
    unsigned = event.get("unsigned")
    membership = unsigned.get("membership") if isinstance(unsigned, dict) else None
    return membership in {None, "join"}
