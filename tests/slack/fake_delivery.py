"""How the fake Slack hands the bot events and interactions: Socket Mode, or signed HTTP requests; and hands them again."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.slack.fake_world import EVENTS, Interaction, Json, Team, World

#: Slack waits so long for an acknowledgement. Source: docs.slack.dev/apis/events-api
ACK_SECONDS = 3.0
#: An event that failed is sent again so long after the failure: at once, in a minute, in five. Source: the same.
RETRY_SECONDS = (0.0, 60.0, 300.0)
#: Redirects that an event follows. Source: the same ("too_many_redirects").
REDIRECTS = 2
#: Source: docs.slack.dev/apis/events-api/using-socket-mode
SOCKETS = 10
#: A connection is closed so long after its warning. Source: the same.
WARNING_SECONDS = 10.0

State = Literal["waiting", "acked", "failed"]


@dataclass
class Delivery:
    """Something that was sent to the bot.

    Attributes:
        name: An event's type, with its subtype after a dot (`message.message_changed`); an interaction's kind.
        event_id: The same in each attempt; "" for interactions.
        attempts: How often it was sent, or tried to be.
        reasons: Why attempts failed, as the retries say it.
    """

    name: str
    payload: Json
    kind: str  # the envelope's type in Socket Mode
    event_id: str = ""
    state: State = "waiting"
    attempts: int = 0
    reasons: list[str] = field(default_factory=list)
    acked_after_seconds: float | None = None
    no_retry: bool = False
    ack: Any = None


@dataclass(eq=False)
class Socket:
    ws: web.WebSocketResponse
    transport: asyncio.WriteTransport
    retiring: bool = False


class Courier:
    """Sends to the bot."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sockets: list[Socket] = []
        self.hellos = 0
        self.url: str | None = None
        self.verified: bool | None = None
        self._ready: asyncio.Event | None = None
        self._sent: list[Delivery] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self._lost_acks = 0
        self._count = count(1)
        self._tickets: set[str] = set()
        self._http: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/link/", self._connect)

    async def start(self) -> None:
        self._ready = asyncio.Event()
        self._ready.set()
        # no session is kept open between requests: a bot that stops in between must be seen to be gone
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.cut()
        if self._http is not None:
            await self._http.close()

    def deliveries(self) -> list[Delivery]:
        return list(self._sent)

    def lose_ack(self, times: int) -> None:
        self._lost_acks += times

    # ---------------------------------------------------------------- sending

    def event(self, team: Team, event: Json, subscription: str, *, always: bool = False) -> str | None:
        """Send an event if the app subscribed to it and may see it; its id, None if it is not sent.

        Args:
            always: Whether to send it also to an app that is no longer installed.
        """
        world = self.world
        if subscription not in world.subscriptions or not (team.installed or always):
            return None
        needed = EVENTS[subscription]
        if needed and not team.scopes & set(needed):
            return None
        event_id = f"Ev0FAKE{next(self._count):05d}"
        payload = {
            "token": "verification-token",
            "team_id": team.id,
            "api_app_id": world.app_id,
            "event": deepcopy(event),
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(world.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": team.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
        name = event["type"] + (f".{event['subtype']}" if "subtype" in event else "")
        self._spawn(self._event(self._record(Delivery(name, payload, "events_api", event_id))))
        return event_id

    def redeliver(self, event_id: str | None) -> str:
        events = [sent for sent in self._sent if sent.event_id and event_id in {None, sent.event_id}]
        if not events:
            raise ValueError(f"no event {event_id or ''} was sent; {len(self._sent)} things were")
        last = events[-1]
        again = Delivery(last.name, last.payload, last.kind, last.event_id, reasons=["timeout"], attempts=1)
        self._spawn(self._event(self._record(again)))
        return last.event_id

    def interact(self, interaction: Interaction, acked: Callable[[Any], None] = lambda ack: None) -> Interaction:
        """Send an interaction, once; `acked` gets what the acknowledgement carried."""
        kind = "slash_commands" if interaction.kind == "command" else "interactive"
        delivery = self._record(Delivery(interaction.kind, deepcopy(interaction.payload), kind))
        self._spawn(self._interaction(delivery, interaction, acked))
        return interaction

    def _record(self, delivery: Delivery) -> Delivery:
        self._sent.append(delivery)
        return delivery

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _event(self, delivery: Delivery) -> None:
        while True:
            failed = await self._attempt(delivery)
            if failed is None:
                delivery.state = "acked"
                return
            delivery.reasons.append(failed)
            if delivery.no_retry or delivery.attempts > len(RETRY_SECONDS):
                delivery.state = "failed"
                return
            await self.world.clock.sleep(RETRY_SECONDS[delivery.attempts - 1])

    async def _interaction(self, delivery: Delivery, interaction: Interaction, acked: Callable[[Any], None]) -> None:
        failed = await self._attempt(delivery)
        if failed is not None:
            delivery.state = "failed"
            delivery.reasons.append(failed)
            late = failed in {"timeout", "http_timeout"}
            interaction.error = "operation_timeout" if late else "dispatch_failed"
            return
        interaction.ack = delivery.ack
        acked(delivery.ack)
        delivery.state = "acked"
        interaction.acked = True

    async def _attempt(self, delivery: Delivery) -> str | None:
        """Send once; None if it was acknowledged in time, else why not."""
        assert self._ready is not None
        await self._ready.wait()
        delivery.attempts += 1
        begun = time.monotonic()
        failed = await (self._by_socket(delivery) if self.url is None else self._by_http(delivery))
        if failed is None:
            delivery.acked_after_seconds = time.monotonic() - begun
        return failed

    # ---------------------------------------------------------------- Socket Mode

    def ticket(self) -> str:
        """The URL of one new connection. Source: docs.slack.dev/reference/methods/apps.connections.open"""
        ticket = f"ticket-{next(self._count)}"
        self._tickets.add(ticket)
        return f"{self.world.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.world.app_id}"

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        if len(self.sockets) >= SOCKETS:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {"host": "fake"}})
            await ws.close()
            return ws
        assert isinstance(request.transport, asyncio.WriteTransport)
        socket = Socket(ws, request.transport)
        hello = {
            "type": "hello",
            "num_connections": len(self.sockets) + 1,
            "debug_info": {"host": "fake", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.world.app_id},
        }
        await ws.send_json(hello)
        self.sockets.append(socket)
        self.hellos += 1
        try:
            async for frame in ws:
                if frame.type is WSMsgType.TEXT:
                    self._answered(frame.data)
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)
        return ws

    def _answered(self, frame: str) -> None:
        try:
            answer = json.loads(frame)
        except ValueError:
            return  # clients say other things, too
        waiting = self._waiting.get(answer.get("envelope_id", "")) if isinstance(answer, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload"))

    async def _by_socket(self, delivery: Delivery) -> str | None:
        open_ = [socket for socket in self.sockets if not socket.retiring and not socket.ws.closed]
        if not open_:
            return "connection_failed"
        self._turn += 1
        envelope_id = f"envelope-{next(self._count)}"
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": delivery.payload,
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope["retry_attempt"] = delivery.attempts - 1
            envelope["retry_reason"] = "timeout" if delivery.attempts > 1 else ""
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        try:
            with suppress(ConnectionError, RuntimeError):
                await open_[self._turn % len(open_)].ws.send_json(envelope)
            if not await self._in_time(waiting, delivery):
                return "timeout"
            delivery.ack = waiting.result()
            return None
        finally:
            del self._waiting[envelope_id]

    async def _in_time(self, work: asyncio.Future[Any], delivery: Delivery) -> bool:
        begun = self.world.clock.now()
        done = await self.world.clock.within(work, ACK_SECONDS)
        if done and delivery.kind == "events_api" and self._lost_acks:
            self._lost_acks -= 1
            await self.world.clock.sleep(begun + ACK_SECONDS - self.world.clock.now())
            return False
        return done

    async def refresh(self, reason: str) -> None:
        for socket in list(self.sockets):
            socket.retiring = reason != "warning"
            with suppress(ConnectionError, RuntimeError):
                await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})
            self._spawn(self._close_later(socket))

    async def _close_later(self, socket: Socket) -> None:
        await self.world.clock.sleep(WARNING_SECONDS)
        await socket.ws.close()

    async def cut(self) -> None:
        for socket in list(self.sockets):
            socket.transport.abort()
            self.sockets.remove(socket)

    # ---------------------------------------------------------------- HTTP

    async def deliver_to(self, url: str | None, *, verify: bool) -> None:
        assert self._ready is not None
        self.url, self.verified = url, None
        if url is None or not verify:
            self._ready.set()
            return
        self._ready.clear()
        self._spawn(self._verify(url))

    async def _verify(self, url: str) -> None:
        """Ask for the challenge. Source: docs.slack.dev/reference/events/url_verification"""
        assert self._ready is not None
        challenge = f"challenge-{next(self._count)}"
        body = json.dumps({"token": "verification-token", "challenge": challenge, "type": "url_verification"})
        asking = asyncio.ensure_future(self._post(url, body.encode(), {"Content-Type": "application/json"}))
        await self.world.clock.within(asking, ACK_SECONDS)
        self.verified = asking.done() and _answers(asking.result(), challenge)
        asking.cancel()
        if self.verified:
            self._ready.set()

    async def _by_http(self, delivery: Delivery) -> str | None:
        assert self.url is not None
        headers = {"Content-Type": "application/json"}
        if delivery.kind == "events_api":
            body = json.dumps(delivery.payload)
            if delivery.attempts > 1:
                headers["X-Slack-Retry-Num"] = str(delivery.attempts - 1)
                reason = delivery.reasons[-1] if delivery.reasons else "unknown_error"
                headers["X-Slack-Retry-Reason"] = "http_timeout" if reason == "timeout" else reason
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            if delivery.kind == "slash_commands":
                plain = {
                    key: str(item).lower() if isinstance(item, bool) else item for key, item in delivery.payload.items()
                }
                body = urlencode(plain)
            else:
                body = urlencode({"payload": json.dumps(delivery.payload)})
        posting = asyncio.ensure_future(self._post(self.url, body.encode(), headers))
        if not await self._in_time(posting, delivery):
            posting.cancel()
            return "http_timeout"
        answer = posting.result()
        if isinstance(answer, str):
            return answer
        status, fields, text = answer
        delivery.no_retry = fields.get("x-slack-no-retry") == "1"
        if not 200 <= status < 300:
            return "http_error"
        if text:
            delivery.ack = text
            if fields.get("Content-Type", "").startswith("application/json"):
                with suppress(ValueError):
                    delivery.ack = json.loads(text)
        return None

    async def _post(self, url: str, body: bytes, headers: Json) -> tuple[int, Any, str] | str:
        """Sign and post; the answer's status, headers and text, or the name of what went wrong.

        Source: docs.slack.dev/authentication/verifying-requests-from-slack
        """
        assert self._http is not None
        at = str(int(time.time()))
        secret = self.world.signing_secret.encode()
        signature = hmac.new(secret, b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        signed = {
            **headers,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={signature}",
        }
        try:
            async with self._http.post(url, data=body, headers=signed, max_redirects=REDIRECTS) as answer:
                return answer.status, answer.headers, await answer.text()
        except aiohttp.TooManyRedirects:
            return "too_many_redirects"
        except aiohttp.ClientSSLError:
            return "ssl_error"
        except (aiohttp.ClientConnectionError, ConnectionError):
            return "connection_failed"
        except aiohttp.ClientError:
            return "unknown_error"


def _answers(answer: tuple[int, Any, str] | str, challenge: str) -> bool:
    """Whether an endpoint gave the challenge back, as plain text or in JSON."""
    if isinstance(answer, str) or answer[0] != 200:
        return False
    with suppress(ValueError):
        said = json.loads(answer[2])
        return isinstance(said, dict) and said.get("challenge") == challenge
    return answer[2] == challenge
