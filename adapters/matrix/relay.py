"""From an event of a room to the bot, and from its reply to the room. Decides nothing about the document."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from nio import AsyncClient
from nio.responses import RoomSummary

from adapters.matrix.backoff import Backoff
from adapters.matrix.deliver import Receipts, Sender, transaction
from adapters.matrix.hearing import LATEST, Incoming, read_event, read_reaction, read_redaction, thread_of
from adapters.matrix.media import Media, NotUploaded
from adapters.matrix.options import Options
from adapters.matrix.render import Content, edited, related, render
from adapters.matrix.rest import Rest, Unreachable, insist, path
from adapters.matrix.sync import Event
from bot.bot import Bot, Press, Turn
from bot.drawing.make import Maker, NotMade
from bot.message import EPOCH, Message, Room
from bot.reply import File, Picture, Reply, Text, Visibility

log = logging.getLogger(__name__)

PLATFORM = "matrix"
#: For how long a request that an answer needs is tried while the server is in trouble.
INSIST_SECONDS = 30


class Relay:
    """Hands events to the bot and delivers what it answers."""

    def __init__(
        self,
        bot: Bot,
        client: AsyncClient,
        rest: Rest,
        sender: Sender,
        receipts: Receipts,
        options: Options,
        backoff: Callable[[], Backoff],
        media: Media,
        maker: Maker,
    ) -> None:
        self._bot = bot
        self._media = media
        self._maker = maker
        self._client = client
        self._rest = rest
        self._backoff = backoff
        self._sender = sender
        self._receipts = receipts
        self._prefixes = tuple(prefix for prefix in (options.prefix, options.alias) if prefix)
        self._oldest = timedelta(hours=options.answer_up_to_hours)
        self._departed: dict[str, int] = {}
        self.names: tuple[str, ...] = ()

    def room(self, room: str) -> Room:
        """A room as the core names it."""
        return Room(PLATFORM, self._client.user_id, room)

    def direct(self, room: str, sent: datetime | None = None) -> bool:
        """Whether the bot is in a room with one person, who is there or invited, and nobody else.

        Args:
            sent: When something was sent there. Before somebody left, the room was a shared one.
        """
        if sent and sent.timestamp() * 1000 < self._departed.get(room, 0):
            return False
        known = self._client.rooms.get(room)
        summary = known.summary if known else None
        if summary is None or summary.joined_member_count is None:
            return False  # not all members are known here, so nobody can say
        return bool(summary.joined_member_count + (summary.invited_member_count or 0) <= 2)

    def learn(self, room: str, event: Event) -> None:
        """Learn when somebody left a room last."""
        content, at = event.get("content"), event.get("origin_server_ts")
        if event.get("type") == "m.room.member" and isinstance(content, dict) and isinstance(at, int):
            if content.get("membership") in {"leave", "ban"}:
                self._departed[room] = max(at, self._departed.get(room, 0))

    def forget(self, room: str) -> None:
        """Forget a room that the bot left."""
        self._departed.pop(room, None)

    def oldest(self) -> datetime:
        """The moment before which messages are left alone."""
        return datetime.now(UTC) - self._oldest

    async def take(self, room: str, event: Event) -> None:
        """Answer an event, if it asks for an answer."""
        match event.get("type"):
            case "m.room.message":
                await self._count(room)
                incoming = read_event(
                    event,
                    me=self._client.user_id,
                    my_names=self.names,
                    prefixes=self._prefixes,
                    direct=self.direct(room, _sent(event)),
                )
                if incoming and incoming.sent >= self.oldest():
                    await self._message(room, incoming)
            case "m.reaction":
                sent = event.get("origin_server_ts")
                recent = isinstance(sent, int) and sent >= self.oldest().timestamp() * 1000
                if recent and (turn := read_reaction(event)):
                    await self._count(room)
                    await self._turned(room, event, *turn)
            case "m.room.redaction":
                await self._redacted(room, event)
            case _:
                pass

    async def _count(self, room: str) -> None:
        """Know how many people are in a room. A sync says so only when the bot joins, or somebody comes or goes."""
        known = self._client.rooms.get(room)
        if known is None or (known.summary and known.summary.joined_member_count is not None):
            return
        where = f"{path('v3', 'rooms', room, 'members')}?not_membership=leave"
        try:
            answer = await insist(partial(self._rest.get, where), self._backoff(), seconds=INSIST_SECONDS)
        except Unreachable:
            return  # asked again with the next message; until then, it does not count as direct
        members = answer.data.get("chunk")
        if answer.fine and isinstance(members, list):
            count = Counter(member["content"].get("membership") for member in members)
            known.summary = RoomSummary(invited_member_count=count["invite"], joined_member_count=count["join"])

    async def _original(self, room: str, incoming: Incoming) -> Incoming | None:
        """An edit with the thread of the message that it changes, which an edit does not say.

        None where it is not the sender's to change.
        """
        if incoming.edit_of is None or await self._bot.knows(self.room(room), incoming.edit_of):
            return incoming
        where = path("v3", "rooms", room, "event", incoming.edit_of)
        try:
            answer = await insist(partial(self._rest.get, where), self._backoff(), seconds=INSIST_SECONDS)
        except Unreachable:
            return None
        taken_back = "redacted_because" in (answer.data.get("unsigned") or {})
        if not answer.fine or answer.data.get("sender") != incoming.sender or taken_back:
            return None
        return replace(incoming, thread=thread_of(answer.data))

    async def _message(self, room: str, heard: Incoming) -> None:
        incoming = await self._original(room, heard)
        if incoming is None:
            return
        message = Message(
            incoming.text,
            incoming.sender,
            self.room(room),
            incoming.edit_of or incoming.event_id,
            incoming.thread,
            incoming.version,
            incoming.event_id,
            incoming.sent,
            addressed=incoming.addressed,
            direct=self.direct(room, incoming.sent),
            reply_to=incoming.reply_to,
        )
        async with self._sender.typing(room):
            if incoming.edit_of:
                revision = await self._bot.edited(message)
                reply, replaces = revision.reply, revision.replaces
            else:
                reply, replaces = await self._bot.answer(message), ()
            if not reply.blocks and not replaces:
                return
            try:
                sent = await self._send(message, reply, replaces, root=incoming.root)
            except Exception:
                self._bot.undelivered(message)
                raise
            await self._bot.delivered(message, sent)
        self._receipts.took(room, incoming.event_id)

    async def _turned(self, room: str, event: Event, target: str, turn: Turn) -> None:
        event_id, sender = str(event["event_id"]), str(event["sender"])
        press = Press(turn, self.room(room), None, sender, target, event_id, self.direct(room))
        pressed = await self._bot.pressed(press)
        if not pressed.reply.blocks:
            return
        message = Message("", sender, press.room, event_id, delivery=event_id, direct=press.direct)
        try:
            sent = await self._send(message, pressed.reply, pressed.replaces, answers=target)
        except Exception:
            self._bot.undelivered(press)
            raise
        await self._bot.shown(press, pressed, sent)

    async def _redacted(self, room: str, event: Event) -> None:
        target = read_redaction(event)
        if target is None:
            return
        await self._bot.removed(self.room(room), target)
        if answer := await self._bot.deleted(self.room(room), target):
            for sent in answer:
                await self._sender.take_back(room, sent, transaction("take back", sent))
            await self._bot.taken_back(self.room(room), target)

    async def _send(
        self,
        message: Message,
        reply: Reply,
        replaces: Sequence[str] = (),
        *,
        answers: str | None = None,
        root: bool = True,
    ) -> list[str]:
        """Send a reply, in place of the messages that it replaces; parts that are no longer needed go.

        Args:
            answers: The event that it answers, where that is not the message itself.
            root: Whether a thread may begin at the message; none may at one that has a relation of another kind.

        Returns:
            The ids of the messages that it is now.
        """
        room = message.room.id
        question = answers or message.id
        private = reply.visibility is Visibility.ASKER and not message.direct
        thread = reply.thread or (question if private else None)
        if thread == question and not root:
            thread = None
        files = [block for block in reply.blocks if isinstance(block, Picture | File)]
        said = replace(reply, blocks=tuple(block for block in reply.blocks if block not in files))
        contents = render(said, private=private) if said.blocks else []
        sent: list[str] = []
        for part, content in enumerate(contents):
            txn = transaction(message.delivery or message.id, message.version, part)
            if part < len(replaces):
                if await self._sender.send(room, edited(content, replaces[part]), txn):
                    sent.append(replaces[part])
            elif event_id := await self._sender.send(room, related(content, event_id=question, thread=thread), txn):
                sent.append(event_id)
        for old in replaces[len(contents) :]:
            await self._sender.take_back(room, old, transaction("take back", old))
        for number, block in enumerate(files):
            txn = transaction(message.delivery or message.id, message.version, "file", number)
            sent += await self._send_file(room, block, txn, related({}, event_id=question, thread=thread))
        return sent

    async def _send_file(self, room: str, block: Picture | File, txn: str, relation: Content) -> list[str]:
        """Make and send a file; where that fails, the same in words, with a line that says why."""
        try:
            made = await asyncio.to_thread(self._maker.make, block)
            event_id = await self._media.send_file(
                room,
                made.data,
                name=made.name,
                mimetype=made.mimetype,
                alternative=block.alternative,
                txn=txn,
                relation=relation["m.relates_to"],
            )
        except (NotMade, NotUploaded) as error:
            log.warning("%s: a file could not be sent: %s", room, error)
            blocks = (Text(f"The file could not be sent: {error}."), Text(block.alternative))
        else:
            return [event_id] if event_id else []
        sent = []
        for part, content in enumerate(render(Reply("picture", blocks), private=False)):
            if event_id := await self._sender.send(room, content | relation, transaction(txn, part)):
                sent.append(event_id)
        return sent

    async def introduce(self, room: str, reply: Reply, token: str) -> None:
        """Say, once for a token, what the bot is."""
        [content] = render(reply, private=False)
        content = {**content, "msgtype": "m.notice"}
        await self._sender.send(room, content, transaction("introduction", room, token))

    async def could_not_read(self, room: str, event: Event) -> None:
        """Say that a message could not be decrypted, and what its sender can do."""
        text = (
            "I could not read a message here: its encryption key did not reach me. Please send it again. If that does not "
            "help, the sender’s app may withhold keys from devices that it does not trust: look in its settings for "
            "encryption, “exclude insecure devices” or “never send to unverified devices”, or ask whoever runs me to run "
            "hearings check."
        )
        [content] = render(Reply("error", (Text(text),), answered=False), private=False)
        event_id = str(event.get("event_id"))
        await self._sender.send(room, related(content, event_id=event_id, thread=None), transaction("unread", event_id))


def _sent(event: Event) -> datetime | None:
    """When an event was sent, in UTC; None where it does not say so in a way that a date can hold."""
    at = event.get("origin_server_ts")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at <= LATEST:
        return None
    return EPOCH + timedelta(milliseconds=at)
