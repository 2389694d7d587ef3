"""Plain requests to a homeserver, for what nio cannot ask or would hide: signing in, cross-signing, checking."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import aiohttp
from yarl import URL

from adapters.errors import AdapterError
from adapters.matrix.backoff import Backoff

REQUEST_SECONDS = 30
#: A longer wait than this, where a server limits requests, is the operator's to decide.
WAIT_AT_MOST_SECONDS = 30
#: The largest answer that is read: the first sync of an account in very many rooms is far below.
ANSWER_LIMIT = 512 * 1024 * 1024  # bytes


class Unreachable(AdapterError):
    """No answer came from a homeserver; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        status: The HTTP status.
        data: The JSON object; empty where it is none.
        is_json: Whether it was a JSON object.
    """

    status: int
    data: dict[str, Any]
    is_json: bool

    @property
    def fine(self) -> bool:
        return self.status == 200 and self.is_json

    @property
    def code(self) -> str:
        """The error's name, such as M_FORBIDDEN; "" where there is none."""
        code = self.data.get("errcode")
        return code if isinstance(code, str) else ""

    @property
    def wait_seconds(self) -> float:
        """How long a server that limits requests wants to be left alone."""
        wait = self.data.get("retry_after_ms")
        return max(0.0, wait / 1000) if isinstance(wait, int | float) else 5.0

    def said(self) -> str:
        """The error in one line, for the operator."""
        error = self.data.get("error")
        words = printable(error, 200) if isinstance(error, str) else "" if self.is_json else "no JSON"
        return " ".join(part for part in (str(self.status), self.code, words) if part)


def printable(text: str, at_most: int = 80) -> str:
    """Somebody else's words in one line, without signs that a terminal would obey."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= at_most else f"{line[: at_most - 1]}…"


def path(*parts: str) -> str:
    """A path of the client API, each part quoted."""
    return "/_matrix/client/" + "/".join(quote(part, safe="") for part in parts)


class Rest:
    """A homeserver, asked with or without a token. To be used in `async with`."""

    def __init__(self, homeserver: str, token: str = "") -> None:
        self.homeserver = homeserver
        self.token = token
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http:
            await self._http.close()

    async def get(self, where: str, *, seconds: float = REQUEST_SECONDS) -> Answer:
        """A GET request, as `call` has it."""
        return await self.call("GET", where, seconds=seconds)

    async def post(self, where: str, body: Mapping[str, Any]) -> Answer:
        """A POST request, as `call` has it."""
        return await self.call("POST", where, body)

    async def put(self, where: str, body: Mapping[str, Any], *, seconds: float = REQUEST_SECONDS) -> Answer:
        """A PUT request, made once: where the server wants to be left alone, that is what it answers.

        Raises:
            Unreachable: It does not answer.
        """
        return await self._once("PUT", where, body, seconds)

    async def call(
        self, method: str, where: str, body: Mapping[str, Any] | None = None, *, seconds: float = REQUEST_SECONDS
    ) -> Answer:
        """What the server answers; short waits that it asks for are waited.

        Args:
            seconds: How long the server may take.

        Raises:
            Unreachable: It does not answer.
        """
        answer = await self._once(method, where, body, seconds)
        if answer.status == 429 and answer.wait_seconds <= WAIT_AT_MOST_SECONDS:
            await asyncio.sleep(answer.wait_seconds)
            answer = await self._once(method, where, body, seconds)
        return answer

    async def _once(self, method: str, where: str, body: Mapping[str, Any] | None, seconds: float) -> Answer:
        assert self._http
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with self._http.request(
                method,
                URL(self.homeserver + where, encoded=True),
                json=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=method == "GET" and not self.token,  # no secret goes where a redirect points
            ) as response:
                raw = await _read(response)
                status = response.status
        except TimeoutError:
            raise Unreachable(f"{self.homeserver} did not answer within {seconds:g} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(f"{self.homeserver} cannot be reached: {_reason(error)}") from None
        try:
            data = json.loads(raw)
        except (ValueError, RecursionError):
            data = None
        return Answer(status, data if isinstance(data, dict) else {}, isinstance(data, dict))


async def _read(response: aiohttp.ClientResponse) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size > ANSWER_LIMIT:
            raise ValueError("the answer is too long")
    return b"".join(pieces)


def _reason(error: Exception) -> str:
    cause = getattr(error, "os_error", error)
    return printable(getattr(cause, "strerror", None) or str(cause) or type(cause).__name__, 200)


async def insist(call: Callable[[], Awaitable[Answer]], backoff: Backoff, *, seconds: float) -> Answer:
    """What a call gives, tried again while the server cannot be reached, is in trouble or wants to be left alone.

    Args:
        seconds: For how long it is tried; then it is what the last try gave.

    Raises:
        Unreachable: The last try found nobody there.
    """
    until = time.monotonic() + seconds
    while True:
        fault: Unreachable | None = None
        answer: Answer | None = None
        try:
            answer = await call()
        except Unreachable as error:
            fault = error
        if answer and answer.status != 429 and answer.status < 500:
            return answer
        pause = max(backoff.failed(), answer.wait_seconds if answer and answer.status == 429 else 0)
        if time.monotonic() + pause > until:
            if fault:
                raise fault
            assert answer
            return answer
        await asyncio.sleep(pause)
