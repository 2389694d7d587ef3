"""How much is answered at once: so many messages from one person, and so many in one room, in a span of time.

Counted by the moment that a message was sent, so that what waited while the bot was away is answered all the same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.message import Message, Room
from bot.reply import Reply, Text, Visibility

#: People and rooms that are counted at a time; the longest silent are forgotten first.
COUNTED_AT_MOST = 10_000


class Verdict(Enum):
    """What becomes of a message: answered, told once that it is too much, or passed over."""

    ANSWER = auto()
    TELL = auto()
    PASS_OVER = auto()


@dataclass(frozen=True, slots=True)
class Limits:
    """The most answers to one person and in one room within so many seconds."""

    person: int = 100
    room: int = 300
    seconds: int = 300


class Pace:
    """Counts answers; holds ids and moments only, in memory."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._given: dict[tuple[Room, str], deque[datetime]] = {}
        self._told: dict[tuple[Room, str], datetime] = {}

    def take(self, message: Message) -> Verdict:
        """Count a message that is to be answered, if there is room for it."""
        span = timedelta(seconds=self.limits.seconds)
        self._forget_the_silent()
        counts = (((message.room, message.sender), self.limits.person), ((message.room, ""), self.limits.room))
        given = []
        for key, limit in counts:
            moments = self._given.setdefault(key, deque())
            self._given[key] = self._given.pop(key)
            # A homeserver whose clock is ahead must not silence a room until then.
            while moments and not message.sent - span < moments[0] <= message.sent + span:
                moments.popleft()
            if len(moments) >= limit:
                told = self._told.get(key)
                self._told[key] = message.sent if told is None or told <= message.sent - span else told
                return Verdict.TELL if self._told[key] is not told else Verdict.PASS_OVER
            given.append(moments)
        for moments in given:
            moments.append(message.sent)
        return Verdict.ANSWER

    def _forget_the_silent(self) -> None:
        while len(self._given) > COUNTED_AT_MOST:
            key = next(iter(self._given))
            del self._given[key]
            self._told.pop(key, None)

    def notice(self) -> Reply:
        """What is said once, when it is too much."""
        limits = self.limits
        minutes = max(1, round(limits.seconds / 60))
        span = "a minute" if minutes == 1 else f"{minutes} minutes"
        text = (
            f"That is a lot at once: I answer at most {limits.person} messages from one person and {limits.room} in one room "
            f"in {span}. Please ask again a little later."
        )
        return Reply("error", (Text(text),), answered=False, visibility=Visibility.ASKER)
