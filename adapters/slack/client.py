"""The Web API client, and what an error of it means.

The SDK by itself posts again where a connection ends before the reply, which makes two messages of one, opens a session
for every call, writes out every call for a log that nobody reads, and takes tokens from the environment. Here it does none
of that.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

#: Times that a call waits for `Retry-After` before it fails.
RATE_LIMITED_AT_MOST = 20
#: Seconds after which a call has failed.
TRY_SECONDS = 30
#: Errors of Slack's own, after which it may have done what it was asked to.
#: Source: https://docs.slack.dev/reference/methods/chat.postMessage, "Errors"
OWN_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


class Client(AsyncWebClient):
    """The SDK's client, with one session, which waits when it is told to and does nothing twice by itself."""

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        """What Slack says to a call; an answer that is no JSON counts as an error without a name.

        Source: https://docs.slack.dev/apis/web-api/rate-limits
        """
        assert self.session is not None
        waited = 0
        while True:
            async with self.session.request(http_verb, api_url, **req_args) as response:
                body = await response.read()
                status, headers = response.status, response.headers
            if status != 429 or waited == RATE_LIMITED_AT_MOST:
                try:
                    data = json.loads(body)
                except ValueError:
                    data = {}
                return {"data": data, "headers": headers, "status_code": status}
            waited += 1
            await asyncio.sleep(float(headers.get("Retry-After", "1")))


def make_client(session: aiohttp.ClientSession, base_url: str, token: str | None) -> AsyncWebClient:
    """A client that waits when it is told to, and does nothing twice by itself."""
    return Client(token, base_url, TRY_SECONDS, session=session, retry_handlers=[])


def make_session() -> aiohttp.ClientSession:
    """The session of all calls."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TRY_SECONDS))


def forget_environment() -> None:
    """Take away the variables in which the SDK looks for tokens by itself; some switch on what nobody asked for."""
    for name in [name for name in os.environ if name.startswith("SLACK_")]:
        del os.environ[name]


def code_of(error: SlackApiError) -> str:
    """What Slack calls an error, such as `not_in_channel`; its HTTP status where it says nothing."""
    response = error.response
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    status = getattr(response, "status_code", None) or getattr(response, "status", "")
    return code if isinstance(code, str) else f"HTTP {status}"


def is_ambiguous(error: BaseException) -> bool:
    """Whether after an error nobody knows if Slack did what it was asked to."""
    if isinstance(error, SlackApiError):
        status = getattr(error.response, "status_code", None) or getattr(error.response, "status", 200)
        return code_of(error) in OWN_ERRORS or (isinstance(status, int) and status >= 500)
    return not isinstance(error, aiohttp.ClientConnectorError)
