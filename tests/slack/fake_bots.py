"""The plainest bots there can be, without any library of Slack's, to try the fake with."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.slack.fake import FakeSlack, Json


@dataclass(frozen=True)
class Answer:
    """What a call was answered with."""

    status: int
    headers: Json
    body: Json

    @property
    def error(self) -> str | None:
        return self.body.get("error")


def post(url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    """One HTTP request: POST, or GET without a body. A body of the answer that is no JSON is under `text`."""
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            status, fields, text = answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            status, fields, text = refused.code, dict(refused.headers), refused.read()
    try:
        found = json.loads(text)
    except ValueError:
        found = {"text": text.decode()}
    return Answer(status, fields, found)


def ask(slack: FakeSlack, method: str, *, token: str | None = None, **args: Any) -> Answer:
    """Call a method with JSON, by the bot's token unless another is given ("" for none)."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if (used := slack.bot_token if token is None else token) != "":
        headers["Authorization"] = f"Bearer {used}"
    return post(slack.url + method, json.dumps(args).encode(), headers)


def call(slack: FakeSlack, method: str, *, token: str | None = None, **args: Any) -> Json:
    """As `ask`, for calls that must succeed: the body."""
    answer = ask(slack, method, token=token, **args)
    assert answer.body.get("ok") is True, answer
    return answer.body


@dataclass
class Ear:
    """A bot on one Socket Mode connection; keeps what comes, and acknowledges what `answer` says.

    Attributes:
        answer: What an envelope's acknowledgement carries; None for nothing, False for no acknowledgement.
    """

    ws: aiohttp.ClientWebSocketResponse
    frames: list[Json] = field(default_factory=list)
    answer: Callable[[Json], Any] = lambda envelope: None

    @property
    def envelopes(self) -> list[Json]:
        return [frame for frame in self.frames if "envelope_id" in frame]

    @property
    def events(self) -> list[Json]:
        return [frame["payload"]["event"] for frame in self.envelopes if frame["type"] == "events_api"]

    async def listen(self) -> None:
        async for frame in self.ws:
            said = json.loads(frame.data)
            self.frames.append(said)
            if "envelope_id" not in said:
                continue
            answer = self.answer(said)
            if answer is False:
                continue
            ack = {"envelope_id": said["envelope_id"]} | ({} if answer is None else {"payload": answer})
            await self.ws.send_json(ack)


@asynccontextmanager
async def ear(slack: FakeSlack) -> AsyncIterator[Ear]:
    """A bot on one more connection, from its hello on."""
    opened = call(slack, "apps.connections.open", token=slack.app_token)
    async with aiohttp.ClientSession() as http, http.ws_connect(opened["url"]) as ws:
        made = Ear(ws)
        listening = asyncio.create_task(made.listen())
        await slack.until(lambda: made.frames)
        try:
            yield made
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


@dataclass
class Door:
    """A bot behind an HTTP address; checks signatures, answers challenges, and keeps what else comes.

    Attributes:
        requests: What came, in order: headers and what the body says.
        answer: What a request is answered with.
    """

    url: str
    secret: str
    requests: list[tuple[Any, Json]] = field(default_factory=list)
    answer: Callable[[Json], web.Response] = lambda said: web.Response()
    challenges: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        at = request.headers["X-Slack-Request-Timestamp"]
        assert abs(time.time() - int(at)) < 60
        signature = hmac.new(self.secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        assert request.headers["X-Slack-Signature"] == f"v0={signature}"
        if request.content_type == "application/json":
            said = json.loads(body)
        else:
            form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
            said = json.loads(form["payload"]) if "payload" in form else form
        if said.get("type") == "url_verification":
            self.challenges += 1
            return web.json_response({"challenge": said["challenge"]})
        self.requests.append((request.headers, said))
        return self.answer(said)


@asynccontextmanager
async def door(slack: FakeSlack) -> AsyncIterator[Door]:
    """A bot behind a free port of 127.0.0.1; Slack delivers to it once the caller says so."""
    made = Door("", slack.signing_secret)
    app = web.Application()
    app.router.add_post("/slack/events", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}/slack/events"
    try:
        yield made
    finally:
        await runner.cleanup()
