"""Messages that cannot be decrypted: kept until their key comes, and after a while told of, once a room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from nio import AsyncClient, EncryptionError, ForwardedRoomKeyEvent, MegolmEvent, RoomKeyEvent

from adapters.matrix.inbox import Batch, Inbox, log_fault
from adapters.matrix.sync import Event, readable

#: Messages that wait for keys at a time; more are not kept.
AT_MOST = 1_000


@dataclass(slots=True, eq=False)
class _Waiting:
    room: str
    event: Event
    encrypted: MegolmEvent
    batch: Batch
    timer: asyncio.TimerHandle | None = None


class Unreadable:
    """Keeps what cannot be read.

    Args:
        read: Gets a room, an event that became readable, and the batch that it belongs to.
        lost: Gets a room and an event whose key did not come, and the batch; once a room.
    """

    def __init__(
        self,
        client: AsyncClient,
        inbox: Inbox,
        wait_seconds: float,
        read: Callable[[str, Event, Batch], None],
        lost: Callable[[str, Event, Batch], None],
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._wait = wait_seconds
        self._read = read
        self._lost = lost
        self._waiting: dict[str, list[_Waiting]] = {}
        self._told: set[str] = set()

    def keep(self, room: str, event: Event, encrypted: MegolmEvent, batch: Batch) -> None:
        """Keep an event; the batch stays open until it was read or given up."""
        if sum(map(len, self._waiting.values())) >= AT_MOST:
            return
        self._inbox.hold(batch)
        waiting = _Waiting(room, event, encrypted, batch)
        waiting.timer = asyncio.get_running_loop().call_later(self._wait, self._give_up, waiting)
        self._waiting.setdefault(encrypted.session_id, []).append(waiting)

    def keys_came(self, to_device: Iterable[Any]) -> None:
        """Try again what waits for keys that came."""
        for event in to_device:
            if isinstance(event, RoomKeyEvent | ForwardedRoomKeyEvent):
                for waiting in list(self._waiting.get(event.session_id, ())):
                    self._try(waiting)

    def _try(self, waiting: _Waiting) -> None:
        try:
            decrypted = self._client.decrypt_event(waiting.encrypted)
        except EncryptionError:
            return
        except Exception as error:  # noqa: BLE001 - one event's fault must not end the sync
            log_fault(error)
            return
        self._remove(waiting)
        self._read(waiting.room, readable(waiting.event, decrypted), waiting.batch)
        self._inbox.done(waiting.batch)

    def _give_up(self, waiting: _Waiting) -> None:
        self._remove(waiting)
        if waiting.room not in self._told:
            self._told.add(waiting.room)
            self._lost(waiting.room, waiting.event, waiting.batch)
        self._inbox.done(waiting.batch)

    def _remove(self, waiting: _Waiting) -> None:
        if waiting.timer:
            waiting.timer.cancel()
        others = self._waiting[waiting.encrypted.session_id]
        others.remove(waiting)
        if not others:
            del self._waiting[waiting.encrypted.session_id]

    def close(self) -> None:
        """Stop waiting; what waits is met again by the next process."""
        for waiting in [w for kept in self._waiting.values() for w in kept]:
            if waiting.timer:
                waiting.timer.cancel()
        self._waiting.clear()
