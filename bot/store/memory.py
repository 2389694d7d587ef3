"""A store in memory, for the terminal and for tests: what it holds ends with the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.message import Message, Room
from bot.ports import Answered, Changed, RoomSettings, Standing
from bot.reply import Place, Visibility

if TYPE_CHECKING:
    from bot.store.memory_digests import MemoryDigests

#: Presses and answers that are remembered; older ones are forgotten first.
AT_MOST = 10_000


class MemoryStore:
    """The Store port in plain dictionaries."""

    def __init__(self) -> None:
        self._presses: OrderedDict[tuple[Room, str], None] = OrderedDict()
        self._places: dict[tuple[Room, str | None], Place] = {}
        self._answers: OrderedDict[tuple[Room, str], Answered] = OrderedDict()
        self._settings: dict[Room, RoomSettings] = {}
        self._hushed: set[tuple[Room, str]] = set()
        self._zones: dict[tuple[str, str, str], str] = {}
        self._inviters: dict[Room, str] = {}

    @cached_property
    def digests(self) -> MemoryDigests:
        from bot.store.memory_digests import MemoryDigests

        return MemoryDigests()

    async def standing(self, message: Message, *, wrote: bool) -> Standing:
        room, thread = message.room, message.thread
        if wrote:
            self._wrote(message)
        opened = thread is not None and (room, thread) not in self._hushed
        return Standing(
            settings=self._settings.get(room, RoomSettings()),
            answered=self._answers.get((room, message.id)),
            place=self._places.get((room, thread)),
            open=opened and any(a.room == room and a.thread == thread and _stands(a) for a in self._answers.values()),
        )

    def _wrote(self, message: Message) -> None:
        for key, answer in self._answers.items():
            if answer.room != message.room or answer.sender == message.sender:
                continue
            here = answer.thread == message.thread
            self._answers[key] = replace(
                answer,
                contested=answer.contested or message.thread is None or here,
                replied=answer.replied or here or message.reply_to in answer.sent,
            )

    async def remember(self, answered: Answered, places: Mapping[str | None, Place]) -> None:
        key = (answered.room, answered.message)
        if known := self._answers.get(key):
            contested, replied = known.contested or answered.contested, known.replied or answered.replied
            answered = replace(answered, contested=contested, replied=replied)
        self._answers[key] = answered
        if len(self._answers) > AT_MOST:
            self._answers.popitem(last=False)
        for thread, place in places.items():
            self._places[(answered.room, thread)] = place

    async def sent(self, room: Room, message: str, sent: Sequence[str]) -> None:
        if known := self._answers.get((room, message)):
            self._answers[(room, message)] = replace(known, sent=tuple(sent), delivered=True)

    async def answered(self, room: Room, message: str) -> Answered | None:
        return self._answers.get((room, message))

    async def answer_with(self, room: Room, sent: str) -> Answered | None:
        return next((a for a in self._answers.values() if a.room == room and sent in a.sent), None)

    async def forget_answer(self, room: Room, message: str) -> None:
        self._answers.pop((room, message), None)

    async def place(self, room: Room, thread: str | None) -> Place | None:
        return self._places.get((room, thread))

    async def recent(self, room: Room, at_most: int) -> list[Answered]:
        shown = [a for a in self._answers.values() if a.room == room and a.numbers and a.sent and _stands(a)]
        return sorted(shown, key=lambda answer: answer.at)[::-1][:at_most]

    async def pressed(self, room: Room, delivery: str) -> bool:
        return (room, delivery) in self._presses

    async def first_time(self, room: Room, delivery: str) -> bool:
        key = (room, delivery)
        if key in self._presses:
            return False
        self._presses[key] = None
        if len(self._presses) > AT_MOST:
            self._presses.popitem(last=False)
        return True

    async def settings(self, room: Room) -> RoomSettings:
        return self._settings.get(room, RoomSettings())

    async def change(self, room: Room, setting: str, value: str, changed: Changed) -> None:
        settings = self._settings.get(room, RoomSettings())
        self._settings[room] = settings.with_change(setting, value, changed)

    async def hush(self, room: Room, thread: str) -> None:
        self._hushed.add((room, thread))

    async def zone(self, room: Room, person: str) -> str:
        return self._zones.get((room.platform, room.account, person), "")

    async def set_zone(self, room: Room, person: str, zone: str) -> None:
        self._zones[(room.platform, room.account, person)] = zone

    async def inviter(self, room: Room) -> str:
        return self._inviters.get(room, "")

    async def invited(self, room: Room, by: str) -> None:
        self._inviters[room] = by

    async def forget(self, room: Room) -> None:
        self._places = {key: place for key, place in self._places.items() if key[0] != room}
        self._answers = OrderedDict((key, answer) for key, answer in self._answers.items() if key[0] != room)
        self._presses = OrderedDict((key, None) for key in self._presses if key[0] != room)
        self._hushed = {key for key in self._hushed if key[0] != room}
        self._settings.pop(room, None)
        self._inviters.pop(room, None)

    async def move(self, room: Room, to: Room) -> None:
        def there(here: Room) -> Room:
            return to if here == room else here

        self._places = {(there(r), thread): place for (r, thread), place in self._places.items()}
        self._answers = OrderedDict(
            ((there(r), message), replace(answer, room=there(r))) for (r, message), answer in self._answers.items()
        )
        self._presses = OrderedDict(((there(r), delivery), None) for r, delivery in self._presses)
        self._hushed = {(there(r), thread) for r, thread in self._hushed}
        self._settings = {there(r): settings for r, settings in self._settings.items()}
        self._inviters = {there(r): inviter for r, inviter in self._inviters.items()}
        self.digests.move(room, to)


def _stands(answer: Answered) -> bool:
    """Whether all can see an answer."""
    return answer.visibility is Visibility.EVERYONE and not answer.withdrawn and not answer.removed
