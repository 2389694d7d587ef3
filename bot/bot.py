"""The shell round the core: it fetches the facts that a command names, lets the command decide, and stores the changes.

No platform, network or sleep is in it. Adapters hand every message of a room to `answer`, whether or not it is meant for
the bot, send what comes back, and say so with `delivered`; a reply without blocks is silence. A message whose answer was
not said to be delivered is answered once more when it comes again: a process that was killed loses no answer, and an
adapter that names what it sends by the question doubles none.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.answering import apology, decide
from bot.commands.command import Digests, Fact, Facts, Request, Rights, Shown
from bot.errors import BotError
from bot.message import Message, Room
from bot.pace import Limits, Pace, Verdict
from bot.ports import Answered, Changed, Directory, RoomSettings, Standing, Store
from bot.reply import (
    SILENCE,
    Amend,
    Choice,
    Choose,
    Hush,
    OwnZone,
    Place,
    Reply,
    Show,
    Subscribe,
    Visibility,
    place_of,
)
from bot.rights import rights_of
from bot.understanding import understand
from corpus.document import Document
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from bot.digests.subscriptions import Subscription

#: Deliveries that a running process knows again; the oldest are forgotten first.
DELIVERIES_AT_MOST = 10_000
#: Answers that `recent` lists.
RECENT_AT_MOST = 10
#: Postings of a digest that are looked through where its state, or its past, is asked for.
POSTINGS_AT_MOST, PAST_AT_MOST = 10, 400
#: Times that a change is decided anew because a posting was made, or somebody else changed it, at the same moment.
DECISIONS_AT_MOST = 10


class _Outrun(Exception):
    """What was decided holds no more: what it was decided from has changed since."""


class Turn(StrEnum):
    """A page turned without a button, by a sign that holds no words."""

    NEXT = "next"
    PREVIOUS = "previous"


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
    """A button under an answer that somebody pressed, or a page that they turned.

    Attributes:
        on: The id of the bot's message that carries the button.
        delivery: The platform's name for this press, the same when it is repeated.
    """

    choice: Choice | Turn
    room: Room
    thread: str | None
    sender: str
    on: str
    delivery: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press gives. After the reply was sent, `shown`.

    Attributes:
        in_place: Whether the reply takes the place of the answer that carries the button.
        turned: Then that answer as it is to be remembered, and the places that the turned page makes.
    """

    reply: Reply
    in_place: bool
    turned: tuple[Answered, dict[str | None, Place]] | None = None

    @property
    def replaces(self) -> tuple[str, ...]:
        """The ids of the parts that the reply takes the place of."""
        return self.turned[0].sent if self.turned else ()


class Bot:
    """Answers messages about one document.

    Args:
        limits: How much is answered at once; None for any number.
        threads: Whether the platform has threads.
        digests: How many digests a room may have, where this process, or one that runs beside it, posts them; None where
            none does, so that none can be ordered.
        may: Who may change what a room has chosen, besides those who always may; see `rights_of`.
    """

    def __init__(
        self,
        document: Document,
        store: Store,
        directory: Directory,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        *,
        threads: bool = True,
        digests: int | None = None,
        may: tuple[str, ...] = (),
    ) -> None:
        self.document = document
        self._store = store
        self._directory = directory
        self._clock = clock
        self._pace = Pace(limits) if limits else None
        self._threads = threads
        self._may = may
        self._digests = Digests() if digests is None else Digests(posted=True, at_most=digests)
        self._seen: OrderedDict[tuple[Room, str], None] = OrderedDict()

    async def answer(self, message: Message) -> Reply:
        """The reply to a message; silence to one that is not for the bot or was answered before."""
        key = _delivery(message)
        if not self._first_time(key):
            return SILENCE
        try:
            standing = await self._store.standing(message, wrote=True)
            known = standing.answered
            if known and (known.delivered or known.version > message.version):
                return SILENCE
            before = replace(standing, place=known.before) if known else standing
            reply = self._paced(message, await self._reply(message, before))
            if reply.blocks:
                reply = await self._store_changes(message, reply, before)
                await self._record(message, reply, standing, known)
        except BaseException:
            self._seen.pop(key, None)
            raise
        return reply

    async def edited(self, message: Message) -> Revision:
        """What becomes of the answer to a message that was edited; `message` is as it stands now, in whatever thread.

        A move means what it meant when it was first sent. An answer that only the asker saw is followed by a fresh one.
        """
        known = await self._store.answered(message.room, message.id)
        if known is None:
            return Revision(await self.answer(message))
        if known.sender != message.sender:
            return Revision(SILENCE)
        message = replace(message, thread=known.thread if known.thread != known.message else None)
        standing = await self._store.standing(message, wrote=False)
        unfinished = message.version == known.version and not known.delivered
        if known.removed or not (message.version > known.version or unfinished):
            return Revision(SILENCE)
        key = _delivery(message)
        if not self._first_time(key):
            return Revision(SILENCE)
        try:
            reply = await self._reply(message, replace(standing, place=known.before))
            if self._paced(message, reply) is not reply:
                return Revision(SILENCE)  # too many at once: the answer stays as it is
            reply = await self._store_changes(message, reply, replace(standing, place=known.before))
            afresh = known.withdrawn or (known.visibility is Visibility.ASKER and not message.direct)
            await self._record(message, reply, standing, known, afresh=afresh)
        except BaseException:
            self._seen.pop(key, None)
            raise
        return Revision(reply) if afresh else Revision(reply, known.sent)

    async def knows(self, room: Room, message: str) -> bool:
        """Whether a message was answered, so that its thread and its sender are known."""
        return await self._store.answered(room, message) is not None

    async def deleted(self, room: Room, message: str) -> tuple[str, ...]:
        """The ids of the bot's messages to take back, as their question was deleted; none if others have replied to them.

        After that, `taken_back`.
        """
        known = await self._store.answered(room, message)
        if known is None or known.withdrawn or known.removed or known.replied:
            return ()
        return known.sent

    async def taken_back(self, room: Room, message: str) -> None:
        """Forget an answer whose messages were taken back."""
        await self._store.forget_answer(room, message)

    async def removed(self, room: Room, sent: str) -> None:
        """Leave alone, from now on, an answer of which somebody else took a message away."""
        known = await self._store.answer_with(room, sent)
        if known and not known.removed:
            await self._store.remember(replace(known, removed=True), {})

    async def pressed(self, press: Press) -> Pressed:
        """What a button gives. Only turning the page edits in place: for the asker, until somebody else has written."""
        nothing = Pressed(SILENCE, in_place=False)
        room = press.room
        known = await self._store.answer_with(room, press.on)
        if known and known.removed:
            return nothing
        thread, choice = press.thread, press.choice
        if isinstance(choice, Turn):
            if known is None or not known.numbers:
                return nothing
            thread = known.thread if known.thread != known.message else None
            shown = place_of(known.numbers)
            number = shown.last + 1 if choice is Turn.NEXT else shown.first - 1
            choice = Choice(choice, f"para {number}" if number in self.document else choice, turns=True)
        key = (room, press.delivery)
        if await self._store.pressed(room, press.delivery) or not self._first_time(key):
            return nothing
        message = Message(
            choice.words, press.sender, room, press.delivery, thread, sent=self._clock(), direct=press.direct
        )
        own = known is not None and known.sender == press.sender and not known.contested
        in_place = known is not None and choice.turns and (own or press.direct)
        if known and in_place:
            message = replace(message, id=known.message)
        standing = await self._store.standing(message, wrote=False)
        reply = self._paced(message, await self._reply(message, standing))
        if reply.visibility is Visibility.ASKER:
            in_place = False
        if known and in_place:
            places, after = _places(message, reply, standing.place, known)
            return Pressed(reply, True, (replace(known, after=after, numbers=reply.paragraphs), places))
        if reply.blocks:
            message = replace(message, id=press.delivery)
            reply = await self._store_changes(message, reply, standing)
            await self._record(message, reply, standing, None)
            private = reply.visibility is Visibility.ASKER and not press.direct
            if known and thread is None and (private or _opens_thread(standing.settings, direct=press.direct)):
                reply = replace(reply, thread=known.thread)
        return Pressed(reply, in_place=False)

    async def shown(self, press: Press, pressed: Pressed, sent: Sequence[str]) -> None:
        """Remember what a press gave, after it was sent. Until then, the same press gives it again."""
        if pressed.turned:
            answered, places = pressed.turned
            await self._store.remember(replace(answered, sent=tuple(sent)), places)
        else:
            await self._store.sent(press.room, press.delivery, sent)
        await self._store.first_time(press.room, press.delivery)

    async def delivered(self, message: Message, sent: Sequence[str]) -> None:
        """Remember which messages an answer became, after it was sent."""
        await self._store.sent(message.room, message.id, sent)

    def undelivered(self, message: Message | Press) -> None:
        """Answer a message, or a press, once more when it comes again, since its answer could not be sent."""
        key = _delivery(message) if isinstance(message, Message) else (message.room, message.delivery)
        self._seen.pop(key, None)

    async def left(self, room: Room) -> None:
        """Forget a room that the bot left; its digests rest until somebody has them go on."""
        await self._store.forget(room)
        await self._rest(room)

    async def moved(self, room: Room, to: Room) -> None:
        """Carry on in the room that takes another's place."""
        await self._store.move(room, to)

    async def _rest(self, room: Room) -> None:
        from bot.digests.subscriptions import Reason, State, scheduled

        for each in await self._store.digests.of_room(room):
            found: Subscription | None = each
            while found and found.state in {State.ACTIVE, State.PAUSED} and found.reason is not Reason.LEFT:
                left = replace(found, state=State.PAUSED, reason=Reason.LEFT, until=None, changed_at=self._clock())
                if await self._store.digests.amend(scheduled(left)):
                    break
                found = await self._store.digests.subscription(each.id)

    def _first_time(self, key: tuple[Room, str]) -> bool:
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > DELIVERIES_AT_MOST:
            self._seen.popitem(last=False)
        return True

    def _paced(self, message: Message, reply: Reply) -> Reply:
        if self._pace is None or not reply.blocks:
            return reply
        # A server's clock may be ahead; what it dates tomorrow counts as sent now.
        match self._pace.take(replace(message, sent=min(message.sent, self._clock()))):
            case Verdict.ANSWER:
                return reply
            case Verdict.TELL:
                return replace(self._pace.notice(), thread=reply.thread)
            case Verdict.PASS_OVER:
                return SILENCE

    async def _reply(self, message: Message, standing: Standing) -> Reply:
        addressed = message.addressed or message.direct
        try:
            request = self._request(message, standing)
            if request is None:
                return SILENCE
            reply = decide(request, await self._facts(request, message, standing))
        except (BotError, CorpusError) as error:
            reply = apology(error)
        if not addressed and not reply.answered:
            return SILENCE
        opens = _opens_thread(standing.settings, direct=message.direct)
        return replace(reply, thread=message.thread or (message.id if opens else None))

    def _request(self, message: Message, standing: Standing) -> Request | None:
        if message.addressed or message.direct:
            return understand(message.text, self.document)
        if standing.settings.quiet:
            return None
        if message.thread and standing.open:
            try:
                request = understand(message.text, self.document)
            except BotError:
                return None
            return request if request and request.follow_up else None
        return understand(message.text, self.document, addressed=False) if standing.settings.expand else None

    async def _facts(self, request: Request, message: Message, standing: Standing) -> Facts:
        needs = request.command.needs
        return Facts(
            self.document,
            asker=message.sender,
            direct=message.direct,
            in_thread=message.thread is not None,
            threads=self._threads,
            place=standing.place if Fact.PLACE in needs else None,
            now=self._clock() if Fact.NOW in needs else None,
            zone=await self._zone(message) if Fact.ZONE in needs and message.direct else None,
            settings=standing.settings if Fact.SETTINGS in needs else RoomSettings(),
            rights=await self._rights(message) if Fact.RIGHTS in needs else Rights(),
            recent=await self._recent(message.room) if Fact.RECENT in needs else (),
            room=message.room,
            message=message.id,
            digests=await self._known_digests(request, message) if Fact.DIGESTS in needs else self._digests,
        )

    async def _rights(self, message: Message) -> Rights:
        return await rights_of(message, self._store, self._directory, self._may)

    async def _zone(self, message: Message) -> str | None:
        chosen = await self._store.zone(message.room, message.sender)
        return chosen or await self._directory.zone(message.room, message.sender)

    async def _recent(self, room: Room) -> tuple[Shown, ...]:
        answers = await self._store.recent(room, RECENT_AT_MOST)
        return tuple(Shown(a.at, a.numbers, self._directory.link(room, a.sent[0])) for a in answers)

    async def _known_digests(self, request: Request, message: Message) -> Digests:
        store, needs = self._store.digests, request.command.needs
        here = tuple(await store.of_room(message.room))
        postings = {}
        for each in here:
            if each.state.value == "stopped" and Fact.POSTINGS not in needs:
                continue
            last = await store.last_postings(each.id, PAST_AT_MOST if Fact.POSTINGS in needs else POSTINGS_AT_MOST)
            postings[each.id] = tuple((p, self._directory.link(each.room, p.sent) if p.sent else "") for p in last)
        elsewhere = []
        if Fact.ALL_DIGESTS in needs:
            manages: dict[Room, bool] = {}
            for each in await store.of_account(message.room.platform, message.room.account):
                if each.room not in manages:
                    manages[each.room] = await self._directory.manages(each.room, message.sender)
                if manages[each.room] or each.ordered_by == message.sender:
                    elsewhere.append(each)
        return replace(self._digests, here=here, postings=postings, elsewhere=tuple(elsewhere))

    async def _store_changes(self, message: Message, reply: Reply, standing: Standing) -> Reply:
        """Store what a reply changes. What was outrun meanwhile is decided anew; the reply to what was stored is given."""
        for _ in range(DECISIONS_AT_MOST):
            try:
                await self._apply(message, reply)
            except _Outrun:
                reply = replace(await self._reply(message, standing), thread=reply.thread)
            else:
                return reply
        raise _Outrun(f"a change was outrun {DECISIONS_AT_MOST} times")

    async def _apply(self, message: Message, reply: Reply) -> None:
        room = message.room
        for change in reply.changes:
            match change:
                case Choose(setting, value):
                    await self._store.change(room, setting, value, Changed(message.sender, self._clock()))
                case OwnZone(zone):
                    await self._store.set_zone(room, message.sender, zone)
                case Hush():
                    await self._store.hush(room, message.thread or message.id)
                case Subscribe(subscription):
                    await self._store.digests.subscribe(subscription)
                case Amend(subscription):
                    if not await self._store.digests.amend(subscription):
                        raise _Outrun
                case Show():
                    pass  # when the answer is recorded

    async def _record(
        self, message: Message, reply: Reply, standing: Standing, known: Answered | None, *, afresh: bool = False
    ) -> None:
        """Store, in one go, what it takes to follow a message from now on."""
        room = message.room
        places, after = _places(message, reply, standing.place, known)
        record = Answered(
            room,
            message.id,
            message.thread or message.id,
            message.sender,
            message.version,
            reply.visibility,
            at=message.sent,
            numbers=reply.paragraphs,
            before=standing.place if known is None else known.before,
            after=after,
        )
        if known:
            record = replace(
                record,
                sent=() if afresh else known.sent,
                visibility=record.visibility if afresh or not known.sent else known.visibility,
                contested=known.contested,
                replied=known.replied,
                withdrawn=not reply.blocks,
            )
        await self._store.remember(record, places)


def _delivery(message: Message) -> tuple[Room, str]:
    """What is the same for a message that is delivered twice, and for no other."""
    return message.room, message.delivery or f"{message.id}/{message.version}"


def _opens_thread(settings: RoomSettings, *, direct: bool) -> bool:
    """Whether an answer to a message outside any thread opens one; by default in shared rooms."""
    return settings.answers == "thread" or (settings.answers != "reply" and not direct)


def _places(
    message: Message, reply: Reply, now: Place | None, known: Answered | None
) -> tuple[dict[str | None, Place], Place | None]:
    """What a reply makes of the places, and where it left the room, or the thread it is asked in.

    Args:
        now: Where that stands now.
        known: The answer that the reply takes the place of. Its own thread goes on from the new one; the room only if
            nothing else was shown there since.
    """
    places: dict[str | None, Place] = {}
    after = known.after if known else now
    for change in reply.changes:
        match change:
            case Show(shown):
                place = shown.after(known.before if known else now)
                places[message.thread or message.id] = place
                if message.thread is not None:
                    after = place
                elif known is None or now == known.after:
                    places[None] = after = place
            case _:
                pass
    return places, after
