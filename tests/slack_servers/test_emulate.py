"""Installing the app on emulate, which nobody here wrote, from `hearings slack run`: to a token, an answer, and away again."""

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier
from yarl import URL

from adapters.slack.manifest import scopes
from tests.slack_servers.emulate import CLIENT_ID, CLIENT_SECRET, SECRET, emulate, with_forms
from tests.slack_servers.servers import Json, bot, free_port, missing

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "installed")]

SECONDS = 20.0


async def test_the_app_is_installed_answers_with_the_token_that_it_got_and_forgets_it(tmp_path: Path) -> None:
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    settings = {"SLACK__MODE": "http", "SLACK__PORT": port, "SLACK__SIGNING_SECRET": SECRET}
    app = {"SLACK__CLIENT_ID": CLIENT_ID, "SLACK__CLIENT_SECRET": CLIENT_SECRET}
    with emulate(tmp_path, f"{home}/slack/oauth_redirect", scopes(minimal=False)) as url:
        async with with_forms(url) as slack, aiohttp.ClientSession() as http:
            base = {"SLACK__BASE_URL": f"{slack}/api/"}
            with bot(tmp_path, **settings, **app, **base) as log:
                await install(http, home, slack)
                [(team, token)] = installed(tmp_path)
                assert token.startswith("xoxb-")
                talk = Talk(http, slack, token, home, team)
                me = (await talk.call("auth.test"))["user_id"]
                channel = (await talk.call("conversations.list"))["channels"][-1]["id"]
                await talk.call("conversations.join", channel=channel)
                asked = await talk.call("chat.postMessage", channel=channel, text="a person's question")
                event = {"type": "app_mention", "user": "U0ANA00000", "text": f"<@{me}> para 32", "channel": channel}
                await talk.tell({**event, "ts": asked["ts"], "event_ts": asked["ts"]})
                answer = await talk.answer(channel, asked["ts"], log)
                assert answer["user"] == me
                assert "Paragraph 32" in answer["text"]
                await talk.tell({"type": "app_uninstalled"})  # emulate has no way to take an app away
                await until(lambda: "its token is forgotten" in log(), log)
                assert installed(tmp_path) == []


async def install(http: aiohttp.ClientSession, home: str, slack: str) -> None:
    """Go the way of a person who installs the app, page by page."""
    async with http.get(f"{home}/slack/install") as page:
        link = re.search(r'href="([^"]*/oauth/v2/authorize[^"]*)"', await page.text())
        state = page.headers["Set-Cookie"].partition(";")[0]
    assert link
    asks = URL(link[1].replace("&amp;", "&")).update_query(redirect_uri=f"{home}/slack/oauth_redirect")
    async with http.get(asks) as consent:
        fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', await consent.text()))
    async with http.post(f"{slack}/oauth/v2/authorize/callback", data=fields, allow_redirects=False) as agreed:
        back = agreed.headers["Location"]
    async with http.get(URL(back, encoded=True), headers={"Cookie": state}) as done:
        assert done.status == 200, await done.text()


def installed(folder: Path) -> list[tuple[str, str]]:
    """The workspaces that the bot's database has, with its token in each."""
    with closing(sqlite3.connect(folder / "data" / "hearings.db")) as database:
        return database.execute("SELECT team, bot_token FROM slack_installations").fetchall()


class Talk:
    """Acts for Slack and for a person in it."""

    def __init__(self, http: aiohttp.ClientSession, slack: str, token: str, home: str, team: str) -> None:
        self._http = http
        self._slack = slack
        self._token = token
        self._home = home
        self._team = team

    async def call(self, method: str, **given: str) -> Json:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._http.post(f"{self._slack}/api/{method}", data=given, headers=headers) as answer:
            said: Json = await answer.json()
        assert said["ok"], (method, said)
        return said

    async def tell(self, event: Json) -> None:
        """Send the bot an event, signed as Slack signs it."""
        body = json.dumps({"type": "event_callback", "team_id": self._team, "event_id": "Ev1", "event": event})
        at = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body)
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": str(signature),
        }
        async with self._http.post(f"{self._home}/slack/events", data=body, headers=headers) as answer:
            assert answer.status == 200

    async def answer(self, channel: str, ts: str, log: Callable[[], str]) -> Json:
        """What stands under a message."""
        end = time.monotonic() + SECONDS
        while len(found := (await self.call("conversations.replies", channel=channel, ts=ts))["messages"]) < 2:
            assert time.monotonic() < end, log()
            await asyncio.sleep(0.05)
        said: Json = found[1]
        return said


async def until(condition: Callable[[], bool], log: Callable[[], str]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, log()
        await asyncio.sleep(0.05)
