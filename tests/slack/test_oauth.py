"""Several workspaces: installing, answering in each, and taking the app away."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import create_engine, text
from yarl import URL

from adapters.slack.manifest import subscriptions
from adapters.slack.oauth import Installations, States, make_tables
from tests.slack.fake import FakeSlack
from tests.slack.running import Running, environment, running

SECONDS = 10.0


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as started:
        started.subscriptions = set(subscriptions(minimal=False, several=True))
        yield started


def several(slack: FakeSlack) -> dict[str, Any]:
    return {"SLACK__BOT_TOKEN": "", "SLACK__CLIENT_ID": slack.client_id, "SLACK__CLIENT_SECRET": slack.client_secret}


@pytest.fixture(params=["socket", "http"])
def bot(request: pytest.FixtureRequest, slack: FakeSlack, tmp_path: Path) -> Iterator[Running]:
    with running(slack, tmp_path, http=request.param == "http", **several(slack)) as started:
        yield started


def address(bot: Running) -> str:
    return str(re.findall(r"at (http://\S+)", bot.log)[-1])


async def install(bot: Running, *, cookie: bool = True, team: str = "") -> tuple[int, str]:
    """Go the way of a person who installs the app; how it ended."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        page = f"{address(bot)}/slack/install" + (f"?team={team}" if team else "")
        async with browser.get(page) as shown:
            found = re.search(r'<a href="([^"]+)"', await shown.text())
            assert found
            state = shown.headers["Set-Cookie"].partition(";")[0]
        # Slack takes the app's own redirect URL, which is in its manifest; the fake must be told.
        ask_slack = URL(found[1].replace("&amp;", "&")).update_query(
            redirect_uri=f"{address(bot)}/slack/oauth_redirect"
        )
        async with browser.get(ask_slack, allow_redirects=False) as asked:
            back = asked.headers["Location"]
        async with browser.get(back, headers={"Cookie": state} if cookie else {}) as done:
            return done.status, await done.text()


async def ask(slack: FakeSlack, team: str, words: str) -> str:
    person = slack.person("ana", team=team)
    channel = slack.channel(f"talk-{person.lower()}", [person], team=team)
    slack.say(channel, person, f"<@{slack.bot_user_of(team)}> {words}")
    await slack.until(lambda: slack.bot_posts(channel), SECONDS)
    message = slack.message(channel, slack.bot_posts(channel)[0])
    assert message
    return str(message["text"])


async def test_an_installed_workspace_is_answered_also_after_a_restart(bot: Running, slack: FakeSlack) -> None:
    status, page = await install(bot)
    assert status == 200, page
    assert "Paragraph 32" in await ask(slack, slack.team, "para 32")
    assert bot.stop() == 0
    await asyncio.to_thread(bot.start)
    assert "Paragraph 33" in await ask(slack, slack.team, "para 33")


async def test_a_way_back_that_is_not_ones_own_installs_nothing(bot: Running, slack: FakeSlack) -> None:
    status, _ = await install(bot, cookie=False)
    assert status == 400
    assert slack.calls_of("oauth.v2.access") == []


async def test_an_app_that_was_taken_away_is_forgotten(bot: Running, slack: FakeSlack) -> None:
    await install(bot)
    await ask(slack, slack.team, "para 32")
    slack.uninstall()
    await slack.until(lambda: "its token is forgotten" in bot.log, SECONDS)
    engine = create_engine(f"sqlite:///{bot.folder / 'data' / 'hearings.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM slack_installations")).scalar() == 0
    engine.dispose()


async def test_a_state_serves_once_and_not_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'states.db'}")
    make_tables(engine)
    states = States(engine)
    state = await states.async_issue()
    assert [await states.async_consume(state), await states.async_consume(state)] == [True, False]
    assert await states.async_consume("forged") is False
    late = await states.async_issue()
    with engine.begin() as connection:
        connection.execute(text("UPDATE slack_oauth_states SET until = 0"))
    assert await states.async_consume(late) is False
    engine.dispose()


async def test_a_new_token_takes_the_place_of_the_old(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'installations.db'}")
    make_tables(engine)
    installations, others = Installations(engine, "app"), Installations(engine, "another app")
    for token in ("first", "second"):
        await installations.async_save(Installation(user_id="U1", team_id="T1", bot_token=token))
    await others.async_save(Installation(user_id="U1", team_id="T1", bot_token="theirs"))
    assert (await installations.token("T1"), await installations.token("T2")) == ("second", None)
    await installations.ended("T1")
    assert (await installations.token("T1"), await others.token("T1")) == (None, "theirs")
    engine.dispose()


def test_the_environment_of_a_bot_has_no_token(slack: FakeSlack, tmp_path: Path) -> None:
    assert environment(tmp_path, **several(slack))["HEARINGS__SLACK__BOT_TOKEN"] == ""
