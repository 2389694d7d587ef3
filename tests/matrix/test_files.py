"""Pictures and files as answers: what a person downloads, and what becomes of it."""

from pathlib import Path

import pytest
from icalendar import Calendar

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, Running, behind, until
from tests.matrix.proxy import proxy
from tests.matrix.test_answers import ENCRYPTED, direct
from tests.matrix.test_media import saved


@ENCRYPTED
@pytest.mark.parametrize(("text", "kind"), [("schedule ics", "m.file"), ("topic map remittances", "m.image")])
async def test_a_file_follows_the_words_and_goes_with_its_question(
    text: str, kind: str, encrypted: bool, ana: Person, bot: Running
) -> None:
    room = await direct(ana, bot, encrypted=encrypted)
    asked = await ana.say(room, text)
    await until(lambda: len(ana.answers(room, bot.user, asked)) == 2, "words and a file")
    words, file = ana.answers(room, bot.user, asked)
    assert words["content"]["msgtype"] == "m.text"
    assert file["content"]["msgtype"] == kind
    assert file["encrypted"] is encrypted
    data = await saved(ana.client, file["content"])
    if kind == "m.file":
        assert len(Calendar.from_ical(data).walk("VEVENT")) == 6
        assert "10.35 a.m.-11.45 a.m.: Segment 1" in file["content"]["body"]
    else:
        assert data.startswith(b"\x89PNG")
        assert "paragraphs 32, 49, 57 and 63" in file["content"]["body"]
    await ana.redact(room, asked)
    await until(lambda: not ana.answers(room, bot.user, asked), "both are taken away")


async def test_where_the_server_takes_no_files_the_words_come_with_a_reason(
    homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    async with proxy(homeserver.url) as between:
        bot = await behind(between.url, homeserver, tmp_path / "bot")
        try:
            room = await direct(ana, bot, encrypted=True)
            between.fault = lambda method, path: (403, "M_FORBIDDEN") if path.endswith("/media/v3/upload") else None
            asked = await ana.say(room, "topic map remittances")
            await until(lambda: len(ana.answers(room, bot.user, asked)) == 2, "words, and words instead of a file")
        finally:
            bot.stop()
    words, instead = ana.answers(room, bot.user, asked)
    assert "Where “remittances” is treated." in words["content"]["body"]
    assert (instead["content"]["msgtype"], instead["encrypted"]) == ("m.text", True)
    said = instead["content"]["body"]
    assert "The file could not be sent: " in said
    assert "403 M_FORBIDDEN" in said
    assert "paragraphs 32, 49, 57 and 63" in said
    assert "remittances" not in bot.log
