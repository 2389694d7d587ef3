"""Pictures and files made in a child process, and what asks for them."""

import pytest

from bot.answering import decide
from bot.commands.command import Facts
from bot.drawing.make import Maker, NotMade
from bot.reply import File, Picture, Reply
from bot.understanding import understand
from corpus.document import Document


def said(text: str, document: Document, **facts: object) -> Reply:
    request = understand(text, document)
    assert request
    return decide(request, Facts(document, **facts))  # type: ignore[arg-type]


def picture(reply: Reply) -> Picture:
    [block] = [block for block in reply.blocks if isinstance(block, Picture)]
    return block


@pytest.mark.parametrize("text", ["schedule picture", "picture of the schedule", "draw the schedule", "timeline"])
def test_a_picture_of_the_day_has_the_whole_programme_in_words(text: str, document: Document) -> None:
    asked = picture(said(text, document))
    assert (asked.drawing, asked.arguments) == ("schedule", ("",))
    assert document.programme
    for item in document.programme.items:
        assert item.times in asked.alternative
        assert item.title in asked.alternative
        assert all(statement in asked.alternative for statement in item.statements)


def test_the_askers_clock_is_drawn_in_a_direct_chat_alone(document: Document) -> None:
    assert picture(said("schedule picture", document, zone="Asia/Kathmandu")).arguments == ("Asia/Kathmandu",)
    assert picture(said("schedule picture", document, zone="Asia/Kathmandu", direct=False)).arguments == ("",)
    assert picture(said("schedule picture", document, zone="America/New_York")).arguments == ("",)
    assert picture(said("schedule picture in Geneva", document, direct=False)).arguments == ("Europe/Zurich",)


def test_a_map_names_every_paragraph_by_section(document: Document) -> None:
    for text in ("topic map remittances", "map of remittances", "topic map sending money home"):
        asked = picture(said(text, document))
        assert asked.arguments == ("remittances", "13", "32", "49", "57", "63", "66", "67")
        assert "(paragraphs 30 to 64): paragraphs 32, 49, 57 and 63" in asked.alternative
        assert "I. Introduction (paragraphs 1 to 7): none" in asked.alternative


@pytest.mark.parametrize("text", ["schedule ics", "calendar", "add the schedule to my calendar"])
def test_a_calendar_is_a_file(text: str, document: Document) -> None:
    [file] = [block for block in said(text, document).blocks if isinstance(block, File)]
    assert (file.name, file.content) == ("hearings-2006.ics", "calendar")


def test_the_schedule_and_topics_are_still_theirs(document: Document) -> None:
    assert [said(text, document).kind for text in ("schedule", "agenda", "topic remittances", "topics")] == [
        "schedule",
        "schedule",
        "topic",
        "topic",
    ]


def test_pictures_are_made_once_in_a_child(document: Document) -> None:
    maker = Maker(document)
    for text in ("schedule picture in Kathmandu", "topic map remittances"):
        block = picture(said(text, document))
        made = maker.make(block)
        assert made.data.startswith(b"\x89PNG")
        assert int.from_bytes(made.data[16:20]) == 1080
        assert maker.make(block) is made


def test_what_takes_too_long_or_is_unknown_says_so(document: Document) -> None:
    with pytest.raises(NotMade, match=r"was not made within 0\.001 seconds"):
        Maker(document, 0.001).make(Picture("schedule", ("",), ""))
    with pytest.raises(NotMade, match="could not be made: ValueError"):
        Maker(document).make(Picture("nothing", (), ""))
