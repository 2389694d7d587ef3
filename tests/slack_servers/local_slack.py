"""local-slack as a stage: made by others (MIT), it plays a workspace with one app, over a socket or signed HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance.runner import Shown
from tests.conformance.scenarios import ANA, BEN, Need, Where
from tests.conformance.slack_stage import BUTTONS, SIGNS
from tests.slack.fake import typed
from tests.slack.fake_world import untyped
from tests.slack_servers.servers import HERE, LOCAL_SLACK, Json, answers, ask, free_port, process, wait

BOT, TOKEN, APP_TOKEN, SECRET = "U0HEARINGS", "xoxb-test", "xapp-test", "test-secret"
#: Channels, and pairs of people, of whom each scenario takes a fresh one.
FRESH = 150
DEADLINE_SECONDS = 10.0
LOOK_SECONDS = 0.02


def everybody(name: str) -> list[str]:
    """The ids of all people of a name."""
    return [_person(name, number) for number in range(FRESH)]


@dataclass
class LocalSlack:
    """A workspace.

    Attributes:
        events: Where it delivers, in HTTP mode.
    """

    url: str
    log: Path
    bot_port: int
    fresh: Iterator[int] = field(default_factory=lambda: iter(range(FRESH)))

    def control(self, what: str, body: Json | None = None) -> Json:
        return ask(f"{self.url}/_control/{what}", body)

    def settings(self, *, http: bool) -> dict[str, object]:
        """What a bot must be told to run here."""
        common = {"SLACK__BASE_URL": f"{self.url}/api/", "SLACK__BOT_TOKEN": TOKEN, "SLACK__PORT": self.bot_port}
        if http:
            return common | {"SLACK__MODE": "http", "SLACK__SIGNING_SECRET": SECRET}
        return common | {"SLACK__APP_TOKEN": APP_TOKEN}


@contextmanager
def local_slack(folder: Path, *, http: bool) -> Iterator[LocalSlack]:
    port, bot_port = free_port(), free_port()
    people = [{"id": f"U{who}{number:05}", "name": name} for number in range(FRESH) for who, name in _PEOPLE]
    channels = [
        {
            "id": f"C0TALK{number:05}",
            "name": f"talk-{number}",
            "members": [BOT, *(_person(name, number) for _, name in _PEOPLE)],
        }
        for number in range(FRESH)
    ]
    app = {
        "appId": "A0HEARINGS",
        "botUserId": BOT,
        "botName": "hearings",
        "botToken": TOKEN,
        "appToken": APP_TOKEN,
        "signingSecret": SECRET,
        "mode": "events" if http else "socket",
        "requestUrl": f"http://127.0.0.1:{bot_port}/slack/events",
    }
    workspace = {"name": "Test", "domain": "test", "teamId": "T0TEST"}
    settings = folder / "workspace.yaml"
    settings.write_text(json.dumps({"workspace": workspace, "app": app, "users": people, "channels": channels}))
    log = folder / "local-slack.log"
    command = [str(LOCAL_SLACK), "--config", str(settings), "--port", str(port), "--base-host", "127.0.0.1"]
    with process([*command, "--files-dir", str(folder)], log, BUN_OPTIONS=f"--preload={HERE / 'loopback_bun.js'}"):
        made = LocalSlack(f"http://127.0.0.1:{port}", log, bot_port)
        wait(lambda: answers(f"{made.url}/_control/state"), log.read_text)
        yield made


_PEOPLE = (("0A", ANA), ("0B", BEN))


def _person(name: str, number: int) -> str:
    return next(f"U{who}{number:05}" for who, known in _PEOPLE if known == name)


class LocalSlackStage:
    """One channel or direct message, new for each scenario, with people who are new too.

    Nothing is left out by what it needs: the test lists what cannot be played, and why.
    """

    gaps: frozenset[Need] = frozenset()
    relates = False
    quiet = True

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        number = next(slack.fresh)
        self._people = {name: _person(name, number) for name in (ANA, BEN)}
        self._channel = f"C0TALK{number:05}"
        self._direct = False
        self._seen: dict[str, list[Json]] = {}  # each message of the bot's as it stood each time it had changed

    async def enter(self, where: Where) -> None:
        self._direct = where is Where.DIRECT
        if self._direct:
            opened = ask(
                f"{self._slack.url}/api/conversations.open", {"users": self._people[ANA]}, token=TOKEN, form=True
            )
            self._channel = opened["channel"]["id"]

    async def say(
        self, who: str, text: str, *, addressed: bool, thread: str | None = None, reply_to: str | None = None
    ) -> str:
        assert reply_to is None, "Slack has no replies outside threads"
        said = await self._act("message", who, text=self._text(text, addressed=addressed), thread_ts=thread)
        return str(said["message"]["ts"])

    async def edit(self, who: str, message: str, text: str, *, addressed: bool) -> None:
        await self._act("edit-message", who, ts=message, text=self._text(text, addressed=addressed))

    async def delete(self, who: str, message: str) -> None:
        await self._act("delete-message", who, ts=message)

    async def remove(self, shown: str) -> None:
        """There are no moderators here; what the bot is told is the same where its own user takes the message away."""
        self._look()
        body = {"channel": self._channel, "user": BOT, "ts": shown}
        assert (await asyncio.to_thread(self._slack.control, "delete-message", body))["ok"]

    async def redeliver(self, message: str) -> None:
        raise NotImplementedError

    async def react(self, who: str, shown: str, sign: str) -> None:
        label = BUTTONS.get(sign.rstrip("\ufe0e\ufe0f"))
        if label is None:
            await self._act("reaction", who, ts=shown, name=SIGNS[sign])
            return
        blocks = self._seen[shown][-1]["blocks"]
        buttons = [
            {**element, "block_id": block.get("block_id", "row")}
            for block in blocks
            if block["type"] == "actions"
            for element in block["elements"]
        ]
        [button] = [one for one in buttons if one["text"]["text"].startswith(label)]
        await self._act("interact", who, messageTs=shown, action=button)

    async def shown(self, until: Callable[[Sequence[Shown]], bool]) -> Sequence[Shown]:
        end = time.monotonic() + DEADLINE_SECONDS
        while not until(shown := await asyncio.to_thread(self._look)):
            if time.monotonic() > end:
                raise TimeoutError(f"not within {DEADLINE_SECONDS:g} s; shown is only {shown}")
            await asyncio.sleep(LOOK_SECONDS)
        return shown

    async def _act(self, what: str, who: str, **given: object) -> Json:
        """Let a person do something; it is through once the bot has acknowledged it."""
        body = {"channel": self._channel, "user": self._people[who]}
        body |= {key: str(value) if key != "action" else value for key, value in given.items() if value is not None}  # type: ignore[misc]
        said = await asyncio.to_thread(self._slack.control, what, body)
        assert said.get("ok"), said
        return said

    def _text(self, text: str, *, addressed: bool) -> str:
        return f"<@{BOT}> {typed(text)}" if addressed and not self._direct else typed(text)

    def _look(self) -> list[Shown]:
        """All of the bot's messages that were ever seen here."""
        there = [one for one in self._slack.control(f"messages/{self._channel}")["messages"] if one["user"] == BOT]
        for message in there:
            stood = self._seen.setdefault(message["ts"], [])
            if not stood or message != stood[-1]:
                stood.append(message)
        left = {message["ts"] for message in there}
        shown = [self._as_shown(stood, gone=ts not in left) for ts, stood in self._seen.items()]
        return sorted(shown, key=lambda one: one.id)

    def _as_shown(self, stood: list[Json], *, gone: bool) -> Shown:
        message = stood[-1]
        ts, thread = message["ts"], message.get("thread_ts")
        alone = message.get("subtype") == "ephemeral"
        return Shown(
            ts,
            untyped(message["text"]),
            thread if thread != ts else None,
            private=None if self._direct and not alone else alone,
            edited=int("edited" in message) * (len(stood) - 1 or 1),
            gone=gone,
        )
