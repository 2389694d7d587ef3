"""What takes Slack's requests: only what Slack has signed, and the first delivery of an event as the first."""

import json
import time
from pathlib import Path

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import make_app
from adapters.slack.manifest import scopes, subscriptions
from adapters.slack.workspaces import Workspaces
from tests.slack.fake import FakeSlack
from tests.slack.running import running

EVENT = {"type": "event_callback", "team_id": "T1", "event": {"type": "message", "channel": "C1"}}
HOUR = 3_600


@pytest.mark.parametrize(
    ("secret", "ago", "status", "taken"),
    [("right", 0, 200, 1), ("wrong", 0, 401, 0), ("", 0, 401, 0), ("right", HOUR, 401, 0)],
)
async def test_only_what_slack_has_signed_is_taken(secret: str, ago: int, status: int, taken: int) -> None:
    async def token(team: str) -> str | None:
        return None

    app = make_app(AsyncWebClient(), Workspaces(token, AsyncWebClient), "right")
    came: list[AsyncBoltRequest] = []
    app.event("message")(came.append)
    body, at = json.dumps(EVENT), str(int(time.time()) - ago)
    headers = {"content-type": "application/json", "x-slack-request-timestamp": at}
    if secret:
        signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
        headers["x-slack-signature"] = str(signature)
    answer = await app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers)))
    assert (answer.status, len(came)) == (status, taken)


def test_it_introduces_itself_also_where_it_may_read_no_channel(tmp_path: Path) -> None:
    """A first delivery over a socket says that it is the 0th repetition: nothing is to be looked for."""
    with FakeSlack() as slack:
        slack.subscriptions = set(subscriptions(minimal=True, several=False))
        slack.grant(scopes(minimal=True))
        with running(slack, tmp_path, SLACK__MINIMAL="true"):
            ana = slack.person("ana")
            channel = slack.channel("talk", [ana], bot=False)
            slack.invite_bot(channel, by=ana)
            slack.wait(lambda: len(slack.bot_posts(channel)) == 2, 15)  # Slack's own line, and the bot's
        assert slack.calls_of("conversations.history") == []
