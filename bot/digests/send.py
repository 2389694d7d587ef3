"""Bringing due postings to their rooms, each once, whatever dies on the way.

A try is written down before anything is sent. So whoever finds a try of which nothing more is known, in whatever process,
waits until its request can no longer arrive and has the platform looked at before sending again. Where nobody may look,
the record says `unknown`, and nothing is repeated.

Nothing here knows the engine. It is handed keys and gives back which are left, and for how long to wait; the engine makes
sure that the rest is asked for again, here or elsewhere.
"""

from __future__ import annotations

import logging
from asyncio import CancelledError, sleep
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from bot.digests.post import posting_reply, trouble_reply
from bot.digests.subscriptions import Lateness, Posting, Reason, Sending, State, Subscription, scheduled
from bot.message import Room
from bot.ports import Answered
from bot.reply import Reply, Visibility, place_of
from bot.store.digests import Ledger
from bot.store.prepared import Transaction
from bot.store.sql import SqlStore, is_a_fault_of_the_database
from corpus.document import Document
from corpus.errors import CorpusError

log = logging.getLogger(__name__)

Result = TypeVar("Result")

#: A destination gets a posting a second.
#: Source: https://docs.slack.dev/apis/web-api/rate-limits, "Rate limits when posting messages"
SPACING = timedelta(seconds=1)
#: Seconds until a room that failed is tried again; doubled with each try, up to the second.
AGAIN_SECONDS, AGAIN_AT_MOST_SECONDS = 15.0, 900.0
#: Seconds until a platform that is not connected, or a database that is away, is asked again.
AWAY_SECONDS = 5.0
#: Seconds that postings under way get when the bot is told to stop.
FINISH_SECONDS = 3.0
#: The errors of a record whose last try may have got out: it is under way, or its process died; it got no reply; some of
#: its parts are out.
UNDER_WAY, NO_REPLY, IN_PART = "under_way", "no_reply", "in_part"
UNSETTLED = frozenset({UNDER_WAY, NO_REPLY, IN_PART})
#: Records that say that a posting was due and did not succeed.
UNSUCCESSFUL = frozenset({Sending.SKIPPED, Sending.UNKNOWN, Sending.FAILED})
#: So many in a row, and people are told.
TELL_AFTER = 2
#: The error of a posting that was taken back because the subscription was stopped or paused before it was sent.
HALTED = "halted"
TOO_LATE = "too_late"
NO_PARAGRAPH = "no_paragraph"


class Later(Exception):
    """The destination asks to be left alone for a while; what was asked for was not done."""

    def __init__(self, seconds: float, *, begun: bool = False) -> None:
        super().__init__(f"wait {seconds:g} s")
        self.seconds = seconds
        self.begun = begun


class NoReply(Exception):
    """Nobody knows whether the message was posted."""


class Failed(Exception):
    """The message was not posted, and may be later.

    Attributes:
        code: What the platform calls it; no text.
        begun: Whether parts of it are out.
    """

    def __init__(self, code: str, *, begun: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.begun = begun


class Closed(Exception):
    """The bot may not post in the room until a person changes that.

    Attributes:
        reason: Why, as the subscription keeps it.
        code: What the platform calls it.
    """

    def __init__(self, reason: Reason, code: str) -> None:
        super().__init__(code)
        self.reason = reason
        self.code = code


class CannotLook(Exception):
    """The room cannot be looked through for a message."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting became.

    Attributes:
        sent: The ids of its messages, in order.
        found: Whether an earlier try had sent them all.
    """

    sent: tuple[str, ...]
    found: bool = False


class Poster(Protocol):
    """A platform's connection, as postings need it.

    Attributes:
        patience: How long a request that got no reply may still arrive.
    """

    patience: timedelta

    async def post(self, room: Room, reply: Reply, key: str, since: datetime | None) -> Posted:
        """Post a message; one request a part, and none of them repeated.

        Args:
            key: Names the message, the same for each try.
            since: When it may have been posted first, in UTC: then what is there already is looked for and not posted
                again. None where this is the first try.

        Raises:
            Later, NoReply, Failed, Closed, CannotLook: As each says.
        """

    async def look(self, room: Room, reply: Reply, key: str, since: datetime) -> tuple[str, ...]:
        """The ids of a message that may have been posted; none where it was not.

        Raises:
            Later, Failed, CannotLook: As each says.
        """

    async def tell(self, subscription: Subscription, reply: Reply, key: str) -> None:
        """Tell who ordered a digest, and who manages its room, each alone; a person that cannot be reached is left out."""


class Run(Protocol):
    """Runs a job on the store's thread, in one transaction."""

    def __call__(self, job: Callable[[Transaction], Result], /) -> Awaitable[Result]:
        """What the job gives, once it is committed."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a job.

    Attributes:
        keys: To be asked for again, in order, after `seconds`.
        later: Keys to be asked for again on their own, each after its own seconds.
    """

    keys: tuple[str, ...] = ()
    seconds: float = 0.0
    later: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Begun:
    """A posting that may be sent now, or whose outcome is known.

    Attributes:
        since: The moment after which an unsettled try may have posted it; None where nothing is unsettled.
        at: When it is its turn at the destination.
        wait: Seconds until an earlier try can no longer arrive; nothing was begun where there are any.
    """

    posting: Posting
    subscription: Subscription
    since: datetime | None = None
    at: datetime | None = None
    wait: float = 0.0
    late: bool = False
    halted: bool = False


class Carrier:
    """Carries due postings to their rooms.

    Args:
        run: Runs a job in one transaction.
        posters: The platforms that are connected, by name; it may change.
        clock: The time, in UTC.
    """

    def __init__(
        self,
        document: Document,
        store: SqlStore,
        ledger: Ledger,
        run: Run,
        posters: Mapping[str, Poster],
        clock: Callable[[], datetime],
        lateness: Lateness | None = None,
        spacing: timedelta = SPACING,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._document = document
        self._store = store
        self._ledger = ledger
        self._run = run
        self._posters = posters
        self._clock = clock
        self._lateness = lateness or Lateness()
        self._spacing = spacing
        self._again = again_seconds
        self._stopping = False
        self._carrying = 0

    async def stop(self) -> None:
        """Begin nothing more; return when what is being sent is finished, or after a few seconds."""
        self._stopping = True
        for _ in range(round(FINISH_SECONDS / 0.05)):
            if not self._carrying:
                break
            await sleep(0.05)

    async def carry(self, platform: str, account: str, keys: Sequence[str]) -> Left:
        """Post what is due in the rooms of an account, one after the other; what could not be posted is left.

        Raises:
            CancelledError: `stop` was called.
        """
        self._carrying += 1
        try:
            return await self._carry(platform, account, keys)
        finally:
            self._carrying -= 1

    async def _carry(self, platform: str, account: str, keys: Sequence[str]) -> Left:
        left = list(keys)
        later: list[tuple[str, float]] = []
        while left:
            if self._stopping:
                raise CancelledError
            poster = self._posters.get(platform)
            if poster is None:
                return Left(tuple(left), AWAY_SECONDS, tuple(later))
            try:
                try:
                    again = await self._post(poster, left[0])
                except Later as held:
                    until = self._clock() + timedelta(seconds=held.seconds)
                    await self._run(partial(self._ledger.hold_off, platform=platform, account=account, until=until))
                    return Left(tuple(left), held.seconds, tuple(later))
            except Exception as error:
                if is_a_fault_of_the_database(error):
                    log.warning("the database is away (%s); postings wait", type(error).__name__)
                    return Left(tuple(left), AWAY_SECONDS, tuple(later))
                log.exception("%s: a posting failed for a reason of the bot's own", left[0])
                again = self._again
            key = left.pop(0)
            if again:
                later.append((key, again))
        return Left((), 0.0, tuple(later))

    async def _post(self, poster: Poster, key: str) -> float:
        """Post one; the seconds until it is to be tried again, 0 where it is done with."""
        begun = await self._run(lambda t: self._begin(t, key, poster.patience))
        if begun is None:
            return 0.0
        posting, subscription = begun.posting, begun.subscription
        if posting.state is not Sending.TRYING:
            await self._tell_if_needed(poster, begun)
            return 0.0
        if begun.wait:
            return begun.wait
        if begun.halted and begun.since is None:
            await self._run(lambda t: self._give_up(t, posting, Sending.SKIPPED, HALTED))
            return 0.0
        if begun.late and begun.since is None:
            await self._end(poster, posting, Sending.FAILED, posting.error or TOO_LATE)
            return 0.0
        try:
            reply = posting_reply(self._document, posting, subscription.order, _ends(subscription, posting))
        except CorpusError:  # another document has taken the place of the one that was ordered
            await self._end(poster, posting, Sending.FAILED, NO_PARAGRAPH, Reason.FAILED)
            return 0.0
        room = subscription.room
        try:
            if begun.since and (begun.late or begun.halted):
                sent = await poster.look(room, reply, key, begun.since)
                if not sent:
                    await self._end(poster, posting, Sending.FAILED, TOO_LATE)
                    return 0.0
                posted = Posted(sent, found=True)
            else:
                if begun.at and (pause := (begun.at - self._clock()).total_seconds()) > 0:
                    await sleep(pause)
                posted = await poster.post(room, reply, key, begun.since)
        except Later as held:
            await self._unsent(posting, begun, "rate_limited", begun=held.begun)
            raise
        except NoReply:
            await self._unsent(posting, begun, NO_REPLY, begun=True)
            return poster.patience.total_seconds()
        except Failed as failed:
            await self._unsent(posting, begun, failed.code, begun=failed.begun)
            return self._pause(posting.tries)
        except Closed as closed:
            await self._end(poster, posting, Sending.FAILED, closed.code, closed.reason)
        except CannotLook:
            log.warning("%s: may or may not have been posted; it is not repeated, since nobody may look", key)
            await self._end(poster, posting, Sending.UNKNOWN, NO_REPLY)
        else:
            await self._sent(posting, room, posted)
        return 0.0

    def _pause(self, tries: int) -> float:
        return min(self._again * 2.0 ** min(tries - 1, 20), AGAIN_AT_MOST_SECONDS)

    def _begin(self, transaction: Transaction, key: str, patience: timedelta) -> _Begun | None:
        """Write a try down, and reserve its turn. Of two processes, one gets it; the other finds it under way."""
        number, day = parts_of(key)
        posting = self._ledger.try_posting(transaction, number, day)  # and holds its row
        subscription = self._ledger.subscription(transaction, number)
        if posting is None or subscription is None:
            return None  # the subscription is gone, and its records with it
        before = replace(posting, tries=posting.tries - 1)
        if posting.state is not Sending.TRYING:
            self._ledger.record(transaction, before)
            return _Begun(before, subscription)
        now = self._clock()
        since = posting.due if posting.error in UNSETTLED else None
        ready = posting.error_at + patience if since and posting.error_at and posting.error != IN_PART else None
        if ready and now < ready:
            self._ledger.record(transaction, before)
            return _Begun(before, subscription, wait=(ready - now).total_seconds())
        late = not self._lateness.allows(subscription.order, posting.due, now)
        halted = subscription.state in {State.STOPPED, State.PAUSED}
        if (late or halted) and since is None:
            self._ledger.record(transaction, before)
            return _Begun(before, subscription, late=late, halted=halted)
        at = self._ledger.reserve_slot(
            transaction, subscription.room.platform, subscription.room.account, now, self._spacing
        )
        error = replace(posting, error=UNDER_WAY, error_at=at)
        self._ledger.record(transaction, error)
        return _Begun(posting, subscription, since, at, late=late, halted=halted)

    async def _unsent(self, posting: Posting, before: _Begun, code: str, *, begun: bool) -> None:
        """Note a try that did not succeed; one that may have got out, now or earlier, stays to be looked for."""
        if begun:
            code = code if code in UNSETTLED else IN_PART
        elif before.since:
            code = IN_PART  # an earlier one may be out in part: look, but there is nothing to wait for
        noted = replace(posting, error=code, error_at=self._clock())
        await self._run(lambda t: self._ledger.record(t, noted))

    async def _sent(self, posting: Posting, room: Room, posted: Posted) -> None:
        """Note what was posted, and that its thread stands at its paragraphs, so that people read on there."""
        now, root = self._clock(), posted.sent[0]
        place = place_of(posting.paragraphs)
        answered = Answered(
            room,
            root,
            root,
            "",
            0,
            Visibility.EVERYONE,
            at=now,
            sent=posted.sent,
            delivered=True,
            numbers=posting.paragraphs,
            after=place,
        )
        await self._store.remember(answered, {root: place})
        await self._store.sent(room, root, posted.sent)
        state = Sending.FOUND if posted.found else Sending.SENT
        record = replace(posting, state=state, at=now, sent=root, error="", error_at=None)
        await self._run(lambda t: self._ledger.record(t, record))

    async def _end(
        self, poster: Poster, posting: Posting, state: Sending, code: str, reason: Reason | None = None
    ) -> None:
        await self._run(lambda t: self._give_up(t, posting, state, code, reason))
        begun = await self._run(lambda t: self._begin(t, posting.key, poster.patience))
        if begun:
            await self._tell_if_needed(poster, begun)

    def _give_up(
        self, transaction: Transaction, posting: Posting, state: Sending, code: str, reason: Reason | None = None
    ) -> None:
        """End a posting without success. What nobody has read comes with the next one; with a reason, none comes by itself."""
        now = self._clock()
        self._ledger.record(transaction, replace(posting, state=state, error=code, error_at=now))
        held = self._ledger.subscription(transaction, posting.subscription)
        if held is None:
            return
        back = held if state is Sending.UNKNOWN else put_back(held, posting)
        if reason and back.state in {State.ACTIVE, State.FINISHED}:
            paused = replace(back, state=State.PAUSED, reason=reason, until=None, before=None, changed_at=now)
            back = replace(paused, next_date=None, next_due=None)
        if back != held and not self._ledger.amend(transaction, back):
            raise LookupError(f"subscription {held.id} changed meanwhile")

    async def _tell_if_needed(self, poster: Poster, begun: _Begun) -> None:
        """Tell people once when two postings in a row had no success; of a pause, `tell_of_pauses` tells them.

        A process that dies here tells them when the job comes again: then its record is found ended, and no further one.
        """
        posting, subscription = begun.posting, begun.subscription
        if posting.state not in UNSUCCESSFUL or posting.error == HALTED:
            return
        last = await self._run(lambda t: self._ledger.last_postings(t, subscription.id, TELL_AFTER + 1))
        if not last or last[0].local_date != posting.local_date:
            return
        failed = [each.state in UNSUCCESSFUL and each.error != HALTED for each in last]
        paused = subscription.state is State.PAUSED  # of which they are told
        if not paused and failed in ([True] * TELL_AFTER, [*[True] * TELL_AFTER, False]):
            await _tell(poster, subscription, trouble_reply(subscription, last[:TELL_AFTER]), f"{posting.key}:told")

    async def tell_of_pause(self, number: int) -> None:
        """Tell people, once, that a subscription was paused by the bot."""
        held = await self._run(lambda t: self._ledger.subscription(t, number))
        poster = self._posters.get(held.room.platform) if held else None
        if held is None or poster is None or held.state is not State.PAUSED:
            return
        key = f"paused:{held.id}:{held.changed_at:%Y%m%dT%H%M%S}"
        if not await self._store.mark(held.room.platform, held.room.account, key):
            await _tell(poster, held, trouble_reply(held, ()), key)
            await self._store.set_mark(held.room.platform, held.room.account, key, "told")


async def _tell(poster: Poster, subscription: Subscription, reply: Reply, key: str) -> None:
    try:
        await poster.tell(subscription, reply, key)
    except (Later, NoReply, Failed, Closed, CannotLook) as error:
        log.warning("%s: people could not be told that a digest stands still (%s)", key, type(error).__name__)


def parts_of(key: str) -> tuple[int, date]:
    """The subscription and the local date of a key.

    Raises:
        ValueError: It is no key.
    """
    _, number, day = key.split(":")
    return int(number), date.fromisoformat(day)


def put_back(subscription: Subscription, posting: Posting) -> Subscription:
    """A subscription whose last posting was not made: its paragraphs come next.

    One whose order was changed since, or that has gone on since, stays as it is.
    """
    order, size = subscription.order, len(subscription.order.postings)
    if subscription.local_date != posting.local_date:
        return subscription
    numbers: tuple[int, ...] = ()
    for back in range(1, min(subscription.made, size) + 1):
        numbers = order.postings[(subscription.made - back) % size] + numbers
        if numbers == posting.paragraphs:
            state = State.ACTIVE if subscription.state is State.FINISHED else subscription.state
            return scheduled(replace(subscription, made=subscription.made - back, state=state))
        if len(numbers) >= len(posting.paragraphs):
            break
    return subscription


def _ends(subscription: Subscription, posting: Posting) -> bool:
    """Whether nothing comes after a posting."""
    return subscription.state is State.FINISHED and subscription.local_date == posting.local_date
