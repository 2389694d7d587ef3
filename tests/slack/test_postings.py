"""Digests in the fake Slack: through the whole program, and what becomes of each of Slack's answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack.client import make_client, make_session
from adapters.slack.manifest import scopes, subscriptions
from adapters.slack.postings import SlackPoster
from adapters.slack.workspaces import Workspaces
from bot.digests.post import posting_reply
from bot.digests.send import CannotLook, Closed, Failed, Later, NoReply
from bot.digests.subscriptions import Posting, Reason
from bot.message import Room
from bot.reply import Reply, Text
from bot.store.sql import now
from corpus.document import Document
from tests.digests.ordered import an_order, due, order_now, records, url_of
from tests.slack.fake import FakeSlack
from tests.slack.running import running

SECONDS = 30.0


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as started:
        started.subscriptions = set(subscriptions(minimal=False, several=False))
        started.grant(scopes(minimal=False))
        yield started


@pytest.fixture
def room(slack: FakeSlack) -> Room:
    ana = slack.person("ana")
    channel = slack.channel(f"talk-{ana.lower()}", [ana])
    return Room("slack", slack.team, channel)


@pytest.fixture
def reply(document: Document) -> Reply:
    return posting_reply(
        document, Posting(1, now().date(), (22,), now(), read=22, of=76, previous=21), an_order(), False
    )


@asynccontextmanager
async def poster(slack: FakeSlack) -> AsyncIterator[SlackPoster]:
    async def token(team: str) -> str | None:
        return slack.bot_token

    async with make_session() as session:
        workspaces = Workspaces(token, lambda secret: make_client(session, slack.url, secret))
        yield SlackPoster(session, slack.url, workspaces)


def test_a_digest_is_posted_once_and_its_thread_reads_on(slack: FakeSlack, tmp_path: Path) -> None:
    ana = slack.person("ana")
    channel = slack.channel(f"digest-{ana.lower()}", [ana])
    room = Room("slack", slack.team, channel)
    with running(slack, tmp_path) as bot:
        slack.fail("chat.postMessage", status=429, retry_after=1)
        order_now(url_of(tmp_path), room, made=1, ordered_by=ana)
        slack.wait(lambda: slack.bot_posts(channel), SECONDS)
        [ts] = slack.bot_posts(channel)
        message = slack.message(channel, ts)
        assert message
        assert "Paragraph 2, section I" in message["text"]
        assert "“to he held”: as printed" in message["text"]
        assert "2 of 76 paragraphs posted" in message["text"]
        slack.wait(lambda: records(url_of(tmp_path)) == [("sent", "", ts)], SECONDS)
        slack.say(channel, ana, "next", thread_ts=ts)
        slack.wait(lambda: len(slack.bot_posts(channel)) == 2, SECONDS)
        [answer] = [each for each in slack.bot_posts(channel) if each != ts]
        read_on = slack.message(channel, answer)
        assert read_on
        assert read_on["text"].startswith("Paragraph 3")
        assert bot.stop() == 0
        assert "Traceback" not in bot.log


async def test_a_lost_reply_is_looked_for_by_the_key_and_nothing_is_posted_twice(
    slack: FakeSlack, room: Room, reply: Reply
) -> None:
    begun = now()
    async with poster(slack) as here:
        slack.lose_reply("chat.postMessage")
        with pytest.raises(NoReply):
            await here.post(room, reply, "sub:1:2026-11-24", None)
        posted = await here.post(room, reply, "sub:1:2026-11-24", begun)
        assert posted.found
        assert list(posted.sent) == slack.bot_posts(room.id)
        assert await here.look(room, reply, "sub:2:2026-11-24", begun) == ()
        again = await here.post(room, reply, "sub:2:2026-11-24", begun)
        assert not again.found
        assert len(slack.bot_posts(room.id)) == 2


async def test_what_slack_says_is_told_apart(slack: FakeSlack, room: Room, reply: Reply) -> None:
    async with poster(slack) as here:
        slack.fail("chat.postMessage", status=429, retry_after=17)
        with pytest.raises(Later) as held:
            await here.post(room, reply, "k", None)
        assert held.value.seconds == 17
        for code, reason in (
            ("is_archived", Reason.ARCHIVED),
            ("not_in_channel", Reason.LEFT),
            ("restricted_action", Reason.REFUSED),
        ):
            slack.fail("chat.postMessage", error=code)
            with pytest.raises(Closed) as closed:
                await here.post(room, reply, "k", None)
            assert closed.value.reason is reason
        slack.fail("chat.postMessage", error="internal_error")
        with pytest.raises(NoReply):
            await here.post(room, reply, "k", None)
        slack.fail("chat.postMessage", error="invalid_blocks")
        with pytest.raises(Failed, match="invalid_blocks"):
            await here.post(room, reply, "k", None)
        slack.fail("conversations.history", error="missing_scope")
        with pytest.raises(CannotLook):
            await here.post(room, reply, "k", now())
        assert slack.bot_posts(room.id) == []


async def test_who_ordered_it_and_the_admins_are_told_each_alone(slack: FakeSlack, room: Room) -> None:
    admin, ana = slack.person("olga", admin=True), slack.person("ana")
    held = due(room, an_order(), now(), ordered_by=ana)
    async with poster(slack) as here:
        await here.tell(held, Reply("trouble", (Text("The digest has stopped."),)), "k:told")
    for person in (admin, ana):
        [ts] = slack.bot_posts(slack.dm(person))
        message = slack.message(slack.dm(person), ts)
        assert message
        assert message["text"] == "The digest has stopped."
    assert slack.bot_posts(room.id) == []


async def test_a_request_is_given_longer_to_arrive_than_the_client_waits(slack: FakeSlack) -> None:
    async with poster(slack) as here:
        assert here.patience > timedelta(seconds=30)
