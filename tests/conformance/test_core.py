"""The scenarios on a platform that has everything, with nothing between it and the core: what they say can be done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.bot import Bot, Press, Turn
from bot.drawing.make import made_name
from bot.introduction import introduce
from bot.message import Message, Room
from bot.render import render_plain, split
from bot.reply import File, Picture, Reply, Visibility
from bot.store.memory import MemoryStore
from corpus.document import Document
from tests.conformance.runner import Shown, play
from tests.conformance.scenarios import ANA, Need, Scenario, Where, load_scenarios

SCENARIOS = load_scenarios()
ROOM = Room("model", "bot", "room")
AT = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
#: Characters of a message.
LIMIT = 8_000


class People:
    """A directory of which nothing is known."""

    async def zone(self, room: Room, person: str) -> str | None:
        return None

    async def manages(self, room: Room, person: str) -> bool:
        return False

    async def belongs(self, room: Room, person: str) -> bool:
        return True

    def link(self, room: Room, sent: str) -> str:
        return f"https://chat.example/{sent}"


@dataclass
class ModelStage:
    """A platform in memory."""

    document: Document
    gaps: frozenset[Need] = frozenset()
    relates: bool = True
    quiet: bool = False
    direct: bool = False
    here: dict[str, Shown] = field(default_factory=dict)
    said: dict[str, Message] = field(default_factory=dict)
    sent: int = 0

    async def enter(self, where: Where) -> None:
        self.direct = where is Where.DIRECT
        store = MemoryStore()
        self.bot = Bot(self.document, store, People(), self._now, digests=5)
        if not self.direct:
            await store.invited(ROOM, ANA)
        reply = introduce(self.document, address="mention me", inviter=ANA, direct=self.direct)
        self._show(Shown(self._id("i"), render_plain(reply), kind=reply.kind))

    async def say(
        self, who: str, text: str, *, addressed: bool, thread: str | None = None, reply_to: str | None = None
    ) -> str:
        message = Message(
            text, who, ROOM, self._id("m"), thread, 0, self._id("d"), self._now(), addressed, self.direct, reply_to
        )
        self.said[message.id] = message
        await self._deliver(message, await self.bot.answer(message))
        return message.id

    async def edit(self, who: str, message: str, text: str, *, addressed: bool) -> None:
        self.sent += 1
        before = self.said[message]
        after = replace(before, text=text, addressed=addressed, version=self.sent, delivery=self._id("d"))
        self.said[message] = after
        revision = await self.bot.edited(after)
        await self._deliver(after, revision.reply, revision.replaces)

    async def delete(self, who: str, message: str) -> None:
        for sent in await self.bot.deleted(ROOM, message):
            self.here[sent] = replace(self.here[sent], gone=True)
        await self.bot.taken_back(ROOM, message)

    async def remove(self, shown: str) -> None:
        self.here[shown] = replace(self.here[shown], gone=True)
        await self.bot.removed(ROOM, shown)

    async def redeliver(self, message: str) -> None:
        await self._deliver(self.said[message], await self.bot.answer(self.said[message]))

    async def react(self, who: str, shown: str, sign: str) -> None:
        turn = {"▶": Turn.NEXT, "◀": Turn.PREVIOUS}.get(sign[0])
        if turn:
            press = Press(turn, ROOM, None, who, shown, self._id("r"), self.direct)
            pressed = await self.bot.pressed(press)
            message = Message("", who, ROOM, press.delivery, delivery=press.delivery, direct=self.direct)
            if pressed.reply.blocks:
                await self.bot.shown(press, pressed, self._send(message, pressed.reply, pressed.replaces))

    async def shown(self, until: Callable[[Sequence[Shown]], bool]) -> Sequence[Shown]:
        shown = list(self.here.values())
        if not until(shown):
            raise TimeoutError(f"shown is only {shown}")
        return shown

    async def _deliver(self, message: Message, reply: Reply, replaces: Sequence[str] = ()) -> None:
        sent = self._send(message, reply, replaces)
        if reply.blocks:
            await self.bot.delivered(message, sent)

    def _send(self, message: Message, reply: Reply, replaces: Sequence[str]) -> list[str]:
        private = reply.visibility is Visibility.ASKER and not self.direct
        files = [
            made_name(block, self.document).mimetype for block in reply.blocks if isinstance(block, Picture | File)
        ]
        parts = split(render_plain(reply), LIMIT) if reply.blocks else []
        sent = [*replaces[: len(parts)], *(self._id("b") for _ in parts[len(replaces) :])]
        for id_, part in zip(sent, parts, strict=True):
            if id_ in replaces:
                before = self.here[id_]
                self._show(replace(before, text=part, edited=before.edited + 1, kind=reply.kind))
            else:
                self._show(Shown(id_, part, reply.thread, message.id, private, kind=reply.kind))
        for kind in files:
            sent.append(self._id("b"))
            self._show(Shown(sent[-1], "a file", reply.thread, message.id, private, kind=reply.kind, file=kind))
        for old in replaces[len(parts) :]:
            self.here[old] = replace(self.here[old], gone=True)
        return sent

    def _show(self, shown: Shown) -> None:
        self.here[shown.id] = shown

    def _id(self, letter: str) -> str:
        self.sent += 1
        return f"{letter}{self.sent}"

    def _now(self) -> datetime:
        return AT + timedelta(seconds=self.sent)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_a_scenario_plays_on_a_platform_that_has_everything(scenario: Scenario, document: Document) -> None:
    await play(scenario, ModelStage(document), document)
