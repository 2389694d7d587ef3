"""`hearings chat` posts a digest while it is open."""

from contextlib import suppress
from pathlib import Path

from adapters.terminal.postings import post_while_open
from bot.digests.subscriptions import Sending
from bot.message import Room
from bot.render import render_plain
from bot.reply import Reply
from bot.store.memory import MemoryStore
from bot.store.sql import now
from corpus.document import Document
from tests.adapters.test_chat import Terminal
from tests.digests.ordered import an_order, due

ROOM = Room("terminal", "local", "chat")


class Shown(Exception):
    """Enough was seen."""


async def test_what_is_due_is_shown_once_and_next_reads_on(document: Document) -> None:
    store, said = MemoryStore(), list[str]()
    held = await store.digests.subscribe(due(ROOM, an_order(), now()))

    async def show(reply: Reply) -> None:
        said.append(render_plain(reply))

    looks = 0

    class Looked(MemoryStore):
        @property
        def digests(self):  # type: ignore[no-untyped-def]
            nonlocal looks
            looks += 1
            if looks > 3:
                raise Shown
            return store.digests

    with suppress(Shown):
        await post_while_open(document, Looked(), ROOM, show)
    [text] = said
    assert "Paragraph 1, section I" in text
    assert "To read on now, write next." in text
    record = await store.digests.posting(held.id, now().date())
    assert record
    assert record.state is Sending.SENT


def test_digest_now_is_posted_beside_what_is_typed(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.wait("^›")
        terminal.answer("digest daily at 9:00 Geneva, 2 paragraphs")
        terminal.answer("digest now")
        terminal.wait("2 of 76 paragraphs posted")
        assert terminal.leave() == 0
