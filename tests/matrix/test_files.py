"""Pictures and files as answers: what a person downloads, and what becomes of it."""

import pytest
from icalendar import Calendar

from tests.matrix.person import Person, Running, until
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
