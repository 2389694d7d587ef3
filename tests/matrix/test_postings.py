"""Digests on a real homeserver, in plain and in encrypted rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest

from adapters.matrix.backoff import Backoff
from adapters.matrix.deliver import Sender
from adapters.matrix.directory import MatrixDirectory
from adapters.matrix.postings import MatrixPoster
from adapters.matrix.rest import Rest
from bot.digests.post import posting_reply
from bot.digests.send import Closed
from bot.digests.subscriptions import Posting, Reason
from bot.message import Room
from bot.reply import Reply, Text
from bot.store.sql import now
from corpus.document import Document
from tests.digests.ordered import an_order, due, order_now, records, url_of
from tests.matrix.person import Person, Running, until

ENCRYPTED = pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])


@ENCRYPTED
async def test_a_digest_is_posted_once_and_its_thread_reads_on(
    encrypted: bool, ana: Person, ben: Person, bot: Running
) -> None:
    room = await ana.create_room(ben.id, bot.user, encrypted=encrypted)
    await ana.joined(room, bot.user)
    await ana.joined(room, ben.id)
    here = Room("matrix", bot.user, room)
    held = await asyncio.to_thread(order_now, url_of(bot.folder), here, made=21, ordered_by=ana.id)

    def postings() -> list[dict[str, Any]]:
        return [each for each in ana.messages(room, bot.user) if "paragraphs posted" in each["content"]["body"]]

    await until(postings, "the posting")
    [posting] = postings()
    assert "Paragraph 22, section II" in posting["content"]["body"]
    assert "A/60/871" in posting["content"]["body"]
    assert posting["encrypted"] is encrypted
    await until(lambda: ("sent", "", posting["event_id"]) in records(url_of(bot.folder)), "its record")
    asked = await ben.say(room, "next", m_relates_to={"rel_type": "m.thread", "event_id": posting["event_id"]})
    answer = await ben.answer(room, bot.user, asked)
    assert answer["content"]["body"].startswith("Paragraph 23")
    assert len(postings()) == 1
    assert held.id


@asynccontextmanager
async def poster(somebody: Person) -> AsyncIterator[MatrixPoster]:
    """What posts, signed in as a person."""
    client = somebody.client
    async with Rest(client.homeserver, client.access_token) as rest:
        sender = Sender(client, partial(Backoff, 0.1, 1.0), 1.0, 30.0)
        try:
            yield MatrixPoster(client, rest, sender, MatrixDirectory(client, rest), cast("Any", Marks()))
        finally:
            await sender.close()


class Marks:
    """What an adapter keeps."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def mark(self, platform: str, account: str, name: str) -> str:
        return self.kept.get(name, "")

    async def set_mark(self, platform: str, account: str, name: str, value: str) -> None:
        self.kept[name] = value


@ENCRYPTED
async def test_long_after_a_try_the_room_is_looked_through(
    encrypted: bool, ana: Person, ben: Person, document: Document
) -> None:
    room = await ana.create_room(ben.id, encrypted=encrypted)
    await ana.joined(room, ben.id)
    await until(lambda: room in ana.client.rooms, "ana is there")
    here, long_ago = Room("matrix", ana.id, room), now() - timedelta(hours=2)
    reply = posting_reply(document, Posting(1, now().date(), (33,), now(), read=33, of=76), an_order(), False)
    async with poster(ana) as posts:
        assert await posts.look(here, reply, "sub:1:2026-11-24", long_ago) == ()
        first = await posts.post(here, reply, "sub:1:2026-11-24", None)
        repeated = await posts.post(here, reply, "sub:1:2026-11-24", now())  # its transaction is remembered
        assert repeated.sent == first.sent
        found = await posts.post(here, reply, "sub:1:2026-11-24", long_ago)
        assert (found.sent, found.found) == (first.sent, True)
        assert await posts.look(here, reply, "sub:1:2026-11-24", long_ago) == first.sent
        assert await posts.look(here, reply, "sub:2:2026-11-24", long_ago) == ()
    await until(lambda: len(ben.messages(room, ana.id)) == 1, "ben has it once")
    assert ben.messages(room, ana.id)[0]["encrypted"] is encrypted


async def test_a_room_that_it_is_not_in_is_closed(ana: Person, document: Document) -> None:
    reply = posting_reply(document, Posting(1, now().date(), (33,), now(), read=33, of=76), an_order(), False)
    async with poster(ana) as posts:
        with pytest.raises(Closed) as closed:
            await posts.post(Room("matrix", ana.id, "!nowhere:x"), reply, "sub:1:2026-11-24", None)
        assert closed.value.reason is Reason.LEFT


async def test_who_ordered_it_is_told_alone(ana: Person, ben: Person) -> None:
    held = due(Room("matrix", ana.id, "!gone:x"), an_order(), now(), ordered_by=ben.id)
    async with poster(ana) as posts:
        await posts.tell(held, Reply("trouble", (Text("The digest has stopped."),)), "k:told")
    await until(lambda: [e for e in ben.seen if e["content"].get("body") == "The digest has stopped."], "ben is told")
