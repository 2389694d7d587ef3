"""The Web API client, and what an error of it means.

The SDK by itself posts again where a connection ends before the reply, which makes two messages of one, opens a session
for every call, and takes tokens from the environment. Here it does none of that.
"""

from __future__ import annotations

import os

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

#: Times that a call waits for `Retry-After` before it fails.
RATE_LIMITED_AT_MOST = 20
#: Seconds after which a call has failed.
TRY_SECONDS = 30
#: Errors of Slack's own, after which it may have done what it was asked to.
#: Source: https://docs.slack.dev/reference/methods/chat.postMessage, "Errors"
OWN_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


def make_client(session: aiohttp.ClientSession, base_url: str, token: str | None) -> AsyncWebClient:
    """A client that waits when it is told to, and does nothing twice by itself."""
    retries = [AsyncRateLimitErrorRetryHandler(max_retry_count=RATE_LIMITED_AT_MOST)]
    return AsyncWebClient(token, base_url, TRY_SECONDS, session=session, retry_handlers=list(retries))


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
