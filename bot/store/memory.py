"""A store in memory, for the terminal and for tests: what it holds ends with the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from bot.message import Room
from bot.ports import Answered, RoomSettings
from bot.reply import Place, Visibility

#: Deliveries and answers that are remembered; older ones are forgotten first.
AT_MOST = 10_000


class MemoryStore:
    """The Store port in plain dictionaries."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[Room, str], None] = OrderedDict()
        self._places: dict[tuple[Room, str | None], Place] = {}
        self._answers: OrderedDict[tuple[Room, str], Answered] = OrderedDict()
        self._settings: dict[Room, RoomSettings] = {}

    async def first_time(self, room: Room, delivery: str) -> bool:
        key = (room, delivery)
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > AT_MOST:
            self._seen.popitem(last=False)
        return True

    async def place(self, room: Room, thread: str | None) -> Place | None:
        return self._places.get((room, thread))

    async def set_place(self, room: Room, threads: Sequence[str | None], place: Place) -> None:
        for thread in threads:
            self._places[(room, thread)] = place

    async def settings(self, room: Room) -> RoomSettings:
        return self._settings.get(room, RoomSettings())

    async def set_settings(self, room: Room, settings: RoomSettings) -> None:
        self._settings[room] = settings

    async def answered(self, room: Room, message: str) -> Answered | None:
        return self._answers.get((room, message))

    async def answer_with(self, room: Room, sent: str) -> Answered | None:
        return next((a for a in self._answers.values() if a.room == room and sent in a.sent), None)

    async def thread_answered(self, room: Room, thread: str) -> bool:
        return any(
            a.room == room and a.thread == thread and a.visibility is Visibility.EVERYONE and not a.withdrawn
            for a in self._answers.values()
        )

    async def remember(self, answered: Answered) -> None:
        self._answers[(answered.room, answered.message)] = answered
        if len(self._answers) > AT_MOST:
            self._answers.popitem(last=False)

    async def wrote(self, room: Room, thread: str | None, sender: str) -> None:
        for key, answer in self._answers.items():
            if answer.room == room and answer.sender != sender and thread in (None, answer.thread):
                self._answers[key] = replace(answer, contested=True)

    async def forget_answer(self, room: Room, message: str) -> None:
        self._answers.pop((room, message), None)

    async def forget(self, room: Room) -> None:
        self._places = {key: place for key, place in self._places.items() if key[0] != room}
        self._answers = OrderedDict((key, answer) for key, answer in self._answers.items() if key[0] != room)
        self._seen = OrderedDict((key, None) for key in self._seen if key[0] != room)
        self._settings.pop(room, None)

    async def move(self, room: Room, to: Room) -> None:
        self._places = {(to if r == room else r, thread): place for (r, thread), place in self._places.items()}
        self._answers = OrderedDict(
            ((to if r == room else r, message), replace(answer, room=to if r == room else r))
            for (r, message), answer in self._answers.items()
        )
        self._seen = OrderedDict(((to if r == room else r, delivery), None) for r, delivery in self._seen)
        if room in self._settings:
            self._settings[to] = self._settings.pop(room)
