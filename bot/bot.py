"""The shell round the core: it fetches the facts that a command names, lets the command decide, and stores the changes.

No platform, network or sleep is in it. Adapters hand every message of a room to `answer`, whether or not it is meant for
the bot, and send what comes back; a reply without blocks is silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering import apology, decide
from bot.commands.command import Fact, Facts, Request
from bot.errors import BotError
from bot.message import Message, Room
from bot.ports import Answered, Directory, Store
from bot.reply import SILENCE, Choice, Place, Reply, Show, Visibility
from bot.understanding import understand
from corpus.document import Document
from corpus.errors import CorpusError


@dataclass(frozen=True, slots=True)
class Revision:
    """What becomes of an answer when its question was edited.

    Attributes:
        reply: The new answer; silence takes the old one away.
        replaces: The ids of the old answer's parts, to be edited in order; parts no longer needed go. Empty: send afresh.
    """

    reply: Reply
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Press:
    """A button under an answer that somebody pressed.

    Attributes:
        on: The id of the bot's message that carries the button.
        delivery: The platform's name for this press, the same when it is repeated.
    """

    choice: Choice
    room: Room
    thread: str | None
    sender: str
    on: str
    delivery: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press gives: the reply, and whether it takes the place of the message that carries the button."""

    reply: Reply
    in_place: bool


class Bot:
    """Answers messages about one document."""

    def __init__(self, document: Document, store: Store, directory: Directory, clock: Callable[[], datetime]) -> None:
        self.document = document
        self._store = store
        self._directory = directory
        self._clock = clock

    async def answer(self, message: Message) -> Reply:
        """The reply to a message; silence to one that is not for the bot or was answered before."""
        if not await self._store.first_time(message.room, message.delivery or f"{message.id}/{message.version}"):
            return SILENCE
        await self._store.wrote(message.room, message.thread, message.sender)
        before = await self._store.place(message.room, message.thread)
        reply = await self._reply(message, before)
        if reply.blocks:
            after = await self._show(message, reply)
            await self._store.remember(_record(message, reply, before, after))
        return reply

    async def edited(self, message: Message) -> Revision:
        """What becomes of the answer to a message that was edited; `message` is as it stands now.

        A move means what it meant when it was first sent. An answer that only the asker saw is followed by a fresh one.
        """
        known = await self._store.answered(message.room, message.id)
        if known is None:
            return Revision(await self.answer(message))
        if message.version <= known.version:
            return Revision(SILENCE)
        reply = await self._reply(message, known.before)
        afresh = known.withdrawn or (known.visibility is Visibility.ASKER and not message.direct)
        after = await self._show(message, reply, known) if reply.blocks else known.after
        record = _record(message, reply, known.before, after)
        await self._store.remember(
            replace(
                record,
                sent=() if afresh else known.sent,
                visibility=record.visibility if afresh else known.visibility,
                contested=known.contested,
                withdrawn=not reply.blocks,
            )
        )
        return Revision(reply) if afresh else Revision(reply, known.sent)

    async def deleted(self, room: Room, message: str) -> tuple[str, ...]:
        """The ids of the bot's messages to take back, as their question was deleted; none if others have replied to them."""
        known = await self._store.answered(room, message)
        if known is None or known.withdrawn or not known.sent or await self._directory.replied_to(room, known.sent):
            return ()
        await self._store.forget_answer(room, message)
        return known.sent

    async def pressed(self, press: Press) -> Pressed:
        """What a button gives. Only turning the page edits in place: for the asker, until somebody else has written."""
        if not await self._store.first_time(press.room, press.delivery):
            return Pressed(SILENCE, in_place=False)
        known = await self._store.answer_with(press.room, press.on)
        message = Message(
            press.choice.words,
            press.sender,
            press.room,
            press.delivery,
            press.thread,
            sent=self._clock(),
            direct=press.direct,
        )
        own = known is not None and known.sender == press.sender and not known.contested
        in_place = press.choice.turns and (own or press.direct)
        if known and in_place:
            message = replace(message, id=known.message)
        before = await self._store.place(press.room, press.thread)
        reply = await self._reply(message, before)
        if reply.visibility is Visibility.ASKER:
            in_place = False
        if reply.blocks:
            after = await self._show(message, reply, known if in_place else None)
            record = replace(known, after=after) if known and in_place else _record(message, reply, before, after)
            await self._store.remember(record)
        return Pressed(reply, in_place)

    async def delivered(self, message: Message, sent: Sequence[str]) -> None:
        """Remember which messages an answer became, after it was sent."""
        known = await self._store.answered(message.room, message.id)
        if known is not None:
            await self._store.remember(replace(known, sent=tuple(sent)))

    async def left(self, room: Room) -> None:
        """Forget a room that the bot left."""
        await self._store.forget(room)

    async def moved(self, room: Room, to: Room) -> None:
        """Carry on in the room that takes another's place."""
        await self._store.move(room, to)

    async def _reply(self, message: Message, before: Place | None) -> Reply:
        addressed = message.addressed or message.direct
        try:
            request = await self._request(message)
            if request is None:
                return SILENCE
            reply = decide(request, await self._facts(request, message, before))
        except (BotError, CorpusError) as error:
            reply = apology(error)
        return reply if addressed or reply.answered else SILENCE

    async def _request(self, message: Message) -> Request | None:
        if message.addressed or message.direct:
            return understand(message.text, self.document)
        if message.thread and await self._store.thread_answered(message.room, message.thread):
            try:
                request = understand(message.text, self.document)
            except BotError:
                return None
            return request if request and request.follow_up else None
        settings = await self._store.settings(message.room)
        return understand(message.text, self.document, addressed=False) if settings.expand else None

    async def _facts(self, request: Request, message: Message, before: Place | None) -> Facts:
        needs = request.command.needs
        return Facts(
            self.document,
            place=before if Fact.PLACE in needs else None,
            now=self._clock() if Fact.NOW in needs else None,
            zone=await self._directory.zone(message.room, message.sender)
            if Fact.ZONE in needs and message.direct
            else None,
        )

    async def _show(self, message: Message, reply: Reply, known: Answered | None = None) -> Place | None:
        """Carry out the changes that a reply brings; where the room, or the thread it is asked in, stands then.

        Args:
            known: The answer that the reply takes the place of. Its own thread goes on from the new one; the room only if
                nothing else was shown there since.
        """
        room, asked_in = message.room, message.thread
        for change in reply.changes:
            match change:
                case Show(place):
                    await self._store.set_place(room, [asked_in or message.id], place)
                    if asked_in is None and (known is None or await self._store.place(room, None) == known.after):
                        await self._store.set_place(room, [None], place)
        return await self._store.place(room, asked_in)


def _record(message: Message, reply: Reply, before: Place | None, after: Place | None) -> Answered:
    thread = message.thread or message.id
    return Answered(
        message.room,
        message.id,
        thread,
        message.sender,
        message.version,
        reply.visibility,
        numbers=reply.paragraphs,
        before=before,
        after=after,
    )
