"""Messages that cannot be decrypted: kept until their key comes, and after a while told of, once a room.

While one waits, its sync token is not kept, so that a process that is killed meets it again. Once it was told of, it waits
on in memory only. Which rooms were told is in memory only, too: a new process may tell a room once more, of a message
that came since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from nio import AsyncClient, EncryptionError, ForwardedRoomKeyEvent, MegolmEvent, RoomKeyEvent

from adapters.matrix.inbox import Batch, Inbox, log_fault
from adapters.matrix.sync import Event, readable

#: Messages that wait for keys at a time; the oldest make room for more.
AT_MOST = 1_000


@dataclass(slots=True, eq=False)
class _Waiting:
    """An event that waits; `timer` is None once it was given up, when its batch is no longer held."""

    room: str
    event: Event
    encrypted: MegolmEvent
    batch: Batch
    timer: asyncio.TimerHandle | None = None


class Unreadable:
    """Keeps what cannot be read.

    Args:
        read: Gets a room, an event that became readable, and the batch that it belongs to.
        lost: Gets a room and an event whose key did not come in time, and the batch; once a room.
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
        self._waiting: dict[tuple[str, str], _Waiting] = {}
        self._told: set[str] = set()

    def keep(self, room: str, event: Event, encrypted: MegolmEvent, batch: Batch) -> None:
        """Keep an event; the batch stays open until it was read or given up."""
        key = (room, encrypted.event_id)
        if key in self._waiting:
            return
        if len(self._waiting) >= AT_MOST:
            self._drop(next(iter(self._waiting)))
        self._inbox.hold(batch)
        timer = asyncio.get_running_loop().call_later(self._wait, self._give_up, key)
        self._waiting[key] = _Waiting(room, event, encrypted, batch, timer)

    def keys_came(self, to_device: Iterable[Any]) -> None:
        """Try again what waits for keys that came."""
        came = {event.session_id for event in to_device if isinstance(event, RoomKeyEvent | ForwardedRoomKeyEvent)}
        for key, waiting in [*self._waiting.items()] if came else ():
            if waiting.encrypted.session_id in came:
                self._try(key, waiting)

    def redacted(self, room: str, event_id: str) -> None:
        """Neither answer nor tell of a message that its sender took back."""
        self._drop((room, event_id))

    def _try(self, key: tuple[str, str], waiting: _Waiting) -> None:
        try:
            decrypted = self._client.decrypt_event(waiting.encrypted)
        except EncryptionError:
            return
        except Exception as error:  # noqa: BLE001 - one event's fault must not end the sync
            log_fault(error)
            return
        self._read(waiting.room, readable(waiting.event, decrypted), waiting.batch)
        self._drop(key)

    def _give_up(self, key: tuple[str, str]) -> None:
        waiting = self._waiting[key]
        waiting.timer = None
        if waiting.room not in self._told:
            self._told.add(waiting.room)
            self._lost(waiting.room, waiting.event, waiting.batch)
        self._inbox.done(waiting.batch)

    def _drop(self, key: tuple[str, str]) -> None:
        waiting = self._waiting.pop(key, None)
        if waiting and waiting.timer:
            waiting.timer.cancel()
            self._inbox.done(waiting.batch)

    def close(self) -> None:
        """Stop waiting; what waits is met again by the next process."""
        for waiting in self._waiting.values():
            if waiting.timer:
                waiting.timer.cancel()
        self._waiting.clear()
