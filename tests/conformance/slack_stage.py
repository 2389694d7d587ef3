"""Slack as a stage: the project's own fake, people who act in it, and the bot as operators run it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

from tests.conformance.runner import Shown, file_kind
from tests.conformance.scenarios import ANA, BEN, Need, Where
from tests.slack.fake import FakeSlack, Json, typed
from tests.slack.fake_world import untyped

DEADLINE_SECONDS = 20.0
#: Between two looks at what is shown.
LOOK_SECONDS = 0.01
#: The button that a turning sign stands for: pages are turned by buttons here, and the bot does not read reactions.
BUTTONS = {"▶": "Next", "◀": "Previous"}
#: Other signs, as Slack calls them.
SIGNS = {"👍": "+1"}

_names = count(1)


class SlackStage:
    """One channel or direct message, new for each scenario, with people who are new too.

    Slack has everything but replies outside threads: a reply is a thread there.
    """

    gaps = frozenset({Need.REPLY})
    relates = False
    quiet = False

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._people = {name: slack.person(name, tz=None) for name in (ANA, BEN)}
        self._channel = ""
        self._direct = False

    async def enter(self, where: Where) -> None:
        slack, ana = self._slack, self._people[ANA]
        self._direct = where is Where.DIRECT
        if self._direct:
            self._channel = slack.dm(ana)
            slack.open_home(ana, "messages")
        else:
            self._channel = slack.channel(f"talk-{next(_names)}", self._people.values(), bot=False)
            slack.invite_bot(self._channel, by=ana)
        await slack.until(self._shown, DEADLINE_SECONDS)  # it says what it is

    async def say(
        self, who: str, text: str, *, addressed: bool, thread: str | None = None, reply_to: str | None = None
    ) -> str:
        assert reply_to is None, "Slack has no replies outside threads"
        said = self._slack.say(self._channel, self._people[who], self._text(text, addressed=addressed), thread)
        await self._arrived()
        return said

    async def edit(self, who: str, message: str, text: str, *, addressed: bool) -> None:
        self._slack.edit(self._channel, self._people[who], message, self._text(text, addressed=addressed))
        await self._arrived()

    async def delete(self, who: str, message: str) -> None:
        self._slack.delete(self._channel, message)
        await self._arrived()

    async def remove(self, shown: str) -> None:
        self._slack.delete(self._channel, shown)
        await self._arrived()

    async def redeliver(self, message: str) -> None:
        found = [
            delivery.event_id
            for delivery in self._slack.deliveries
            if delivery.event_id and delivery.payload["event"].get("ts") == message
        ]
        assert found, f"no event came with {message}"
        for event in dict.fromkeys(found):
            self._slack.redeliver(event)
        await self._arrived()

    async def react(self, who: str, shown: str, sign: str) -> None:
        message = self._slack.message(self._channel, shown)
        assert message
        if button := BUTTONS.get(sign.rstrip("\ufe0e\ufe0f")):
            self._slack.click(self._people[who], message, button)
        else:
            self._slack.react(self._channel, self._people[who], shown, SIGNS[sign])
        await self._arrived()

    async def shown(self, until: Callable[[Sequence[Shown]], bool]) -> Sequence[Shown]:
        end = time.monotonic() + DEADLINE_SECONDS
        while not until(shown := self._shown()):
            if time.monotonic() > end:
                raise TimeoutError(f"not within {DEADLINE_SECONDS:g} s; shown is only {shown}")
            await asyncio.sleep(LOOK_SECONDS)
        return shown

    async def _arrived(self) -> None:
        """Wait until the bot has taken it: over HTTP, what Slack sends at once may come in any order."""
        await self._slack.until(lambda: self._slack.settled, DEADLINE_SECONDS)

    def _text(self, text: str, *, addressed: bool) -> str:
        return f"{self._slack.mention} {typed(text)}" if addressed and not self._direct else typed(text)

    def _shown(self) -> list[Shown]:
        slack, channel = self._slack, self._channel
        # What people are told alone is read first: whoever sees the answer to a sentinel sees all that came before it.
        shown = [
            _seen(message, private=True)
            for person in self._people.values()
            for message in slack.ephemerals(person, channel)
        ]
        for ts in slack.bot_posts(channel):
            versions = slack.versions(channel, ts)
            stood = [version for version in versions if version is not None]
            if stood[0].get("subtype") == "channel_join":
                continue  # Slack's own line
            gone = versions[-1] is None
            seen = _seen(stood[-1], private=None if self._direct else False, edited=len(stood) - 1, gone=gone)
            shown.append(replace(seen, file=self._file(stood[-1])))
        return sorted(shown, key=lambda one: one.id)

    def _file(self, message: Json) -> str:
        """What the file is that a message shows; "" where it shows none, or one that was deleted."""
        shown = {file["id"] for file in message.get("files", ()) if file.get("mode") == "hosted"}
        kinds = [file_kind(file["content"]) for file in (self._slack.files() if shown else ()) if file["id"] in shown]
        return kinds[0] if kinds else ""


def _seen(message: Json, *, private: bool | None, edited: int = 0, gone: bool = False) -> Shown:
    ts, thread = message["ts"], message.get("thread_ts")
    return Shown(
        ts, untyped(message["text"]), thread if thread != ts else None, private=private, edited=edited, gone=gone
    )
