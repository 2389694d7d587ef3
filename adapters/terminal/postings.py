"""Digests in the terminal: posted while it is open, from memory, without an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.message import Room
from bot.ports import Answered, Store
from bot.reply import Reply, Visibility, place_of
from corpus.document import Document

#: Seconds between looks for what is due.
LOOK_SECONDS = 1.0


async def post_while_open(
    document: Document, store: Store, room: Room, show: Callable[[Reply], Awaitable[None]]
) -> None:
    """Show what is due in a room, without end.

    Args:
        show: Shows a posting beside what the person is typing.
    """
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if any(each.next_due for each in await store.digests.of_room(room)):
            await _post(document, store, room, show)


async def _post(document: Document, store: Store, room: Room, show: Callable[[Reply], Awaitable[None]]) -> None:
    from bot.digests.post import posting_reply
    from bot.digests.subscriptions import Lateness, Sending, State

    now = datetime.now(UTC)
    for taken in await store.digests.take(room.platform, now, Lateness()):
        posting, held = taken.to_send, taken.subscription
        if posting is None:
            continue
        ends = held.state is State.FINISHED
        await show(posting_reply(document, posting, held.order, ends, threads=False))
        place = place_of(posting.paragraphs)
        shown = Answered(
            room,
            posting.key,
            None,
            "",
            0,
            Visibility.EVERYONE,
            at=now,
            sent=(posting.key,),
            delivered=True,
            numbers=posting.paragraphs,
            after=place,
        )
        await store.remember(shown, {None: place})
        await store.digests.record(replace(posting, state=Sending.SENT, tries=1, at=now, sent=posting.key))
