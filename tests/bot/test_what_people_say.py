"""What comes out, row by row of what people can say."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
import yaml

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.commands.table import COMMANDS
from bot.errors import BotError
from bot.render import render_plain
from bot.reply import (
    Bullets,
    Choice,
    Choices,
    Copyable,
    Heading,
    Passage,
    Place,
    Reply,
    Show,
    Text,
    Timetable,
    Visibility,
)
from bot.understanding import understand
from corpus.document import Document
from corpus.library import open_document

#: When the questions are asked; a plan of a digest counts from it.
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)

SHORT = 1_500


def ask(message: str, document: Document, place: Place | None = None) -> Reply:
    try:
        request = understand(message, document)
    except BotError as error:
        return apology(error)
    assert request is not None
    return decide(request, Facts(document, place=place, now=NOW))


def passages(reply: Reply) -> list[Passage]:
    return [block for block in reply.blocks if isinstance(block, Passage)]


def said(reply: Reply) -> str:
    return "\n".join(block.text for block in reply.blocks if isinstance(block, Text | Copyable | Heading))


def choices(reply: Reply) -> list[Choice]:
    return [choice for block in reply.blocks if isinstance(block, Choices) for choice in block.choices]


def assert_refused(reply: Reply, *words: str) -> None:
    assert not reply.answered
    assert reply.paragraphs == ()
    nearest = passages(reply)
    assert all(passage.answer is None and not passage.to_copy for passage in nearest)
    assert reply.kind in {"not_said", "not_found"} or nearest == []
    assert len(nearest) <= 1
    for expected in words:
        assert expected in said(reply)


# -- paragraphs


def test_a_paragraph_comes_whole_with_its_section_and_source(document: Document) -> None:
    reply = ask("para 32", document)
    [passage] = passages(reply)
    assert (reply.kind, reply.answered, reply.paragraphs, reply.visibility) == ("paragraph", True, (32,), "everyone")
    assert passage.text == document.paragraph(32).text
    assert passage.whole
    assert (passage.section, passage.source) == ("IV.B.2", "Hearings summary, 12 July 2006, paragraph 32")
    assert passage.title.startswith("Impact of remittances")
    assert reply.changes == (Show(Place(32, 32)),)
    assert [c.words for c in choices(reply)] == ["para 33", "para 31", "section IV.B", "cite 32", "compare 32 13"]


@pytest.mark.parametrize(
    ("message", "paragraphs"),
    [
        ("paras 30–33", (30, 31, 32, 33)),
        ("3-5, 9 and 12", (3, 4, 5, 9, 12)),
        ("paras 33-30", (30, 31, 32, 33)),
        ("9, 3, 9", (9, 3)),
        ("paras 5-5", (5,)),
        ("paras 5-", (5,)),
        ("32-", (32,)),
        ("paras 32 33", (32, 33)),
        ("the last two paragraphs", (75, 76)),
        ("second paragraph of section IV.B", (32,)),
        ("the last paragraph of section II", (22,)),
        ("from 30 to 33", (30, 31, 32, 33)),
        ("paragraphs between 30 and 33", (30, 31, 32, 33)),
    ],
)
def test_several_paragraphs_come_in_the_order_asked_for(
    message: str, paragraphs: tuple[int, ...], document: Document
) -> None:
    assert ask(message, document).paragraphs == paragraphs


@pytest.mark.parametrize("message", ["paras 30-33", "paras 1-76", "paras 33, 9 and 3-5"])
def test_long_ranges_come_by_first_sentences_with_a_way_to_read_all(message: str, document: Document) -> None:
    reply = ask(message, document)
    assert all(p.sentences == document.sentences(p.number)[:1] for p in passages(reply))
    [read_all] = [choice for choice in choices(reply) if choice.words.endswith("in full")]
    whole = ask(read_all.words, document)
    assert whole.paragraphs == reply.paragraphs
    assert all(passage.whole for passage in passages(whole))


def test_short_ranges_come_whole(document: Document) -> None:
    which = next((a, b) for a, b in pairwise(range(1, 77)) if _length(document, a) + _length(document, b) <= SHORT)
    reply = ask(f"paras {which[0]} and {which[1]}", document)
    assert reply.paragraphs == which
    assert all(passage.whole for passage in passages(reply))


def _length(document: Document, number: int) -> int:
    return len(document.paragraph(number).text)


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ("para 99", "99"),
        ("para 0", "0"),
        ("para -3", "-3"),
        ("-3", "-3"),
        ("paras 80-90", "80 to 90"),
        ("quote 99", "99"),
        ("cite 0", "0"),
    ],
)
def test_out_of_range_says_the_range_to_the_asker_alone(message: str, missing: str, document: Document) -> None:
    reply = ask(message, document)
    assert_refused(reply, missing, "the document has paragraphs 1 to 76")
    assert (reply.kind, reply.visibility, reply.changes) == ("error", Visibility.ASKER, ())


@pytest.mark.parametrize(
    ("message", "paragraphs", "missing"),
    [
        ("paras 76 and 77", (76,), "77"),
        ("para 32 and para 99", (32,), "99"),
        ("paras 70-74, 80-90", (70, 71, 72, 73, 74), "80 to 90"),
        ("paras 74 to 80", (74, 75, 76), "77 to 80"),
        ("paras 0-2", (1, 2), "0"),
        ("quote 76 and 77", (76,), "77"),
    ],
)
def test_what_exists_is_quoted_and_only_the_rest_is_said_not_to(
    message: str, paragraphs: tuple[int, ...], missing: str, document: Document
) -> None:
    reply = ask(message, document)
    assert reply.answered
    assert reply.paragraphs == paragraphs
    [sentence] = re.findall(r"[^.;\n]*\bno\b[^;]*", said(reply))
    assert missing in sentence
    assert not any(re.search(rf"\b{number}\b", sentence) for number in paragraphs)
    assert "paragraphs 1 to 76" in said(reply)


def test_citing_beyond_the_end_says_what_does_not_exist(document: Document) -> None:
    assert "77" in said(ask("cite 76 and 77", document))


@pytest.mark.parametrize("message", ["para", "paras", "paragraph please?", "paras -"])
def test_an_empty_reference_is_told_how_to_write_one(message: str, document: Document) -> None:
    reply = ask(message, document)
    assert_refused(reply, "1 to 76", "para 39")
    assert reply.usage


@pytest.mark.parametrize("message", ["para 12 of the Global Compact", "A/60/871, para. 30", "section IV of A/60/871"])
def test_another_text_is_declined_and_not_quoted(message: str, document: Document) -> None:
    assert_refused(ask(message, document), "I only have the hearings summary")


def test_beside_another_text_the_document_is_quoted(document: Document) -> None:
    reply = ask("compare para 32 with paragraph 7 of resolution 60/227", document)
    assert reply.paragraphs == (32,)
    assert "I only have the hearings summary" in said(reply)


@pytest.mark.parametrize("message", ["the first paragraph of section IX", "the 5th paragraph of section IV.A"])
def test_a_paragraph_that_a_section_has_not_is_not_taken_from_elsewhere(message: str, document: Document) -> None:
    assert_refused(ask(message, document))


# -- quoting and citing


def test_a_quotation_to_copy_holds_its_reference(document: Document) -> None:
    reply = ask("quote 32", document)
    assert reply.kind == "quote"
    assert render_plain(reply) == f"“{document.paragraph(32).text}” (Hearings summary, 12 July 2006, paragraph 32)"


@pytest.mark.parametrize(
    ("message", "start", "end"),
    [
        ("quote 32 sentence 2", 1, 2),
        ("quote 32 sentences 2-4", 1, 4),
        ("second sentence of para 32", 1, 2),
        ("quote the last sentence of para 32", 7, 8),
        ("quote sentence 8 of para 32", 7, 8),
    ],
)
def test_sentences_are_quoted_by_their_place(message: str, start: int, end: int, document: Document) -> None:
    [passage] = passages(ask(message, document))
    assert passage.sentences == document.sentences(32)[start:end]
    assert (passage.start, passage.of, passage.to_copy) == (start, 8, True)


@pytest.mark.parametrize("which", ["9", "0", "5-2", "7 to 9", "99999999999999999999"])
def test_a_sentence_that_a_paragraph_has_not_is_told_its_sentences(which: str, document: Document) -> None:
    assert_refused(ask(f"quote 32 sentence {which}", document), "Paragraph 32", "sentences 1 to 8")


def test_a_misprint_is_marked_outside_the_quotation(document: Document) -> None:
    for message in ("para 2", "quote 2", "quote 2 sentence 2"):
        plain = render_plain(ask(message, document))
        [(quotation, rest)] = re.findall(r"“(The hearings were [^”]*2006 in New York\.)”(.*)", plain, re.DOTALL)
        assert "to he held during" in quotation
        assert "[" not in quotation
        assert "as printed]" in rest
    assert "as printed" not in render_plain(ask("quote 2 sentence 1", document))


@pytest.mark.parametrize("message", ["para 22", "quote 22", "quote 22 sentence 2", "note 1"])
def test_a_quotation_brings_the_footnote_that_hangs_on_it(message: str, document: Document) -> None:
    [passage] = passages(ask(message, document))
    assert passage.notes == (("1", "report", "A/60/871."),)
    assert "A/60/871." not in passage.text
    assert "A/60/871." in render_plain(ask(message, document))


def test_a_sentence_without_the_mark_brings_no_footnote(document: Document) -> None:
    assert "A/60/871" not in render_plain(ask("quote 22 sentence 3", document))


CITED = (
    "United Nations, General Assembly, “Summary of the informal interactive hearings of the General Assembly with "
    "representatives of non-governmental organizations, civil society organizations and the private sector”, 12 July 2006"
)


@pytest.mark.parametrize(
    ("message", "pinpoint", "also"),
    [
        ("cite 32", ", para. 32", (32,)),
        ("how do I cite paragraph 32?", ", para. 32", (32,)),
        ("cite 30-33", ", paras. 30-33", (30, 31, 32, 33)),
        ("cite 3-5, 9 and 12", ", paras. 3-5, 9 and 12", (3, 4, 5, 9, 12)),
        ("cite section IV.A", ", para. 30", (30,)),
        ("cite", "", ()),
    ],
)
def test_a_citation_is_ready_to_paste_without_a_symbol(
    message: str, pinpoint: str, also: tuple[int, ...], document: Document
) -> None:
    reply = ask(message, document)
    assert (reply.kind, reply.blocks[0], reply.also) == ("cite", Copyable(f"{CITED}{pinpoint}."), also)
    assert "no document symbol" in said(reply)
    assert ask(choices(reply)[0].words, document).also == also


def test_a_citation_in_bibtex_names_the_paragraphs_and_no_number(document: Document) -> None:
    [entry] = [b.text for b in ask("cite 30-33, 40 bibtex", document).blocks if isinstance(b, Copyable)]
    assert entry.startswith("@misc{hearings-2006,\n")
    assert entry.endswith("\n}")
    assert entry.count("{") == entry.count("}")
    for field in (
        "author = {{United Nations, General Assembly}}",
        "year = {2006}",
        "month = jul",
        "paras. 30--33 and 40",
    ):
        assert field in entry
    assert "number =" not in entry
    assert "no document symbol" in said(ask("cite 32 bibtex", document))


@pytest.mark.parametrize("message", ["cite section VII", "cite -3", "cite 3-"])
def test_a_citation_is_never_of_something_else(message: str, document: Document) -> None:
    reply = ask(message, document)
    assert set(reply.also) <= {3}
    assert "other texts" not in said(reply)


@pytest.mark.parametrize(
    ("message", "place", "paragraphs"),
    [("quote it", Place(32, 32), (32,)), ("quote", Place(30, 31), (30, 31)), ("quote that", Place(9, 9), (9,))],
)
def test_quote_it_means_the_last_passage(
    message: str, place: Place, paragraphs: tuple[int, ...], document: Document
) -> None:
    assert ask(message, document, place).paragraphs == paragraphs


@pytest.mark.parametrize("message", ["quote it", "next", "previous", "the whole section", "again"])
def test_before_anything_was_quoted_there_is_nothing_to_go_on_from(message: str, document: Document) -> None:
    assert_refused(ask(message, document), "othing was quoted here yet")


@pytest.mark.parametrize("follow_up", ["quote it", "again", "cite it"])
@pytest.mark.parametrize(
    "first", ["para 33, then para 32", "paras 3 and 40", "9, 3", "topic remittances", "paras 31-33"]
)
def test_it_means_what_was_shown_and_nothing_else(first: str, follow_up: str, document: Document) -> None:
    shown = ask(first, document)
    [change] = shown.changes
    assert isinstance(change, Show)
    reply = ask(follow_up, document, change.place)
    assert set(reply.paragraphs or reply.also) <= set(shown.paragraphs)
    assert reply.paragraphs or reply.also


@pytest.mark.parametrize(
    ("message", "number"), [("quote 5 (b)", 5), ("quote 32 first two sentences", 32), ("cite 32 in french", 32)]
)
def test_a_message_with_a_paragraphs_number_is_never_said_to_name_none(
    message: str, number: int, document: Document
) -> None:
    reply = ask(message, document)
    assert set(reply.paragraphs + reply.also) <= {number}
    assert "names no paragraph" not in said(reply)


# -- moves


@pytest.mark.parametrize(
    ("message", "place", "paragraphs"),
    [
        ("next", Place(32, 32), (33,)),
        ("next", Place(30, 33), (34,)),
        ("go on", Place(9, 9), (10,)),
        ("previous", Place(30, 33), (29,)),
        ("go back", Place(2, 2), (1,)),
        ("the whole section", Place(34, 34), (33, 34, 35)),
        ("again", Place(30, 31), (30, 31)),
        ("and 33?", Place(1, 1), (33,)),
    ],
)
def test_a_move_goes_on_from_the_last_passage(
    message: str, place: Place, paragraphs: tuple[int, ...], document: Document
) -> None:
    reply = ask(message, document, place)
    assert reply.paragraphs == paragraphs
    assert reply.changes == (Show(Place(paragraphs[0], paragraphs[-1])),)


@pytest.mark.parametrize("shown", ["section IV.B", "section II", "section female migrants"])
def test_the_whole_section_after_a_section_is_that_section(shown: str, document: Document) -> None:
    first = ask(shown, document)
    [change] = first.changes
    assert isinstance(change, Show)
    assert ask("the whole section", document, change.place).paragraphs == first.paragraphs


@pytest.mark.parametrize(("message", "place"), [("next", Place(76, 76)), ("previous", Place(1, 3))])
def test_a_move_past_the_edge_says_so(message: str, place: Place, document: Document) -> None:
    reply = ask(message, document, place)
    assert_refused(reply, "Paragraph")
    assert reply.changes == ()


# -- sections


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("section IV.B.2", 32, 32),
        ("section iv b 2", 32, 32),
        ("IV.C.1", 42, 44),
        ("section remittances", 32, 32),
        ("section highly skilled migration", 33, 35),
        ("section female migrants", 45, 46),
        ("section IV.C.2", 45, 50),
        ("section key findings", 8, 22),
        ("section V", 65, 76),
    ],
)
def test_a_section_comes_by_label_or_title_with_its_paragraphs(
    message: str, first: int, last: int, document: Document
) -> None:
    reply = ask(message, document)
    assert (reply.kind, reply.answered) == ("section", True)
    assert reply.paragraphs == tuple(range(first, last + 1))
    assert isinstance(reply.blocks[0], Heading)
    assert reply.changes == (Show(Place(first, last)),)


def test_the_headings_of_subsections_stand_over_their_paragraphs(document: Document) -> None:
    heading, titles = "", {}
    for block in ask("section IV.C.2", document).blocks:
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Passage):
            titles[block.number] = heading.partition(" (")[0]
    assert titles == {
        **dict.fromkeys((45, 46), "Female migrants"),
        **dict.fromkeys((47, 48, 49), "Migrant children"),
        50: "Indigenous peoples",
    }


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ("section VII", "VII"),
        ("section 99", "99"),
        ("section IV.B.9", "IV.B.9"),
        ("section V.C", "V.C"),
        ("section zebra", "zebra"),
        ("section IV.C.2.a", "IV.C.2.A"),
    ],
)
def test_an_unknown_section_is_named_and_nothing_else_is_quoted(message: str, missing: str, document: Document) -> None:
    reply = ask(message, document)
    assert_refused(reply, "There is no section", "sections I to V")
    assert missing.casefold() in said(reply).casefold()
    assert "outline" in [choice.words for choice in choices(reply)]


def test_beside_an_unknown_section_the_known_one_comes(document: Document) -> None:
    reply = ask("sections III and IX", document)
    assert reply.paragraphs == tuple(range(23, 30))
    assert "no section IX" in said(reply)


def test_a_title_that_several_sections_share_is_asked_back(document: Document) -> None:
    reply = ask("section migration", document)
    assert_refused(reply, "title")
    assert any(isinstance(block, Bullets) for block in reply.blocks)


def test_many_sections_asked_for_by_label_are_not_said_to_share_a_title(document: Document) -> None:
    assert "title" not in said(ask("sections I to V", document))


def test_the_outline_holds_every_heading_at_its_level(document: Document) -> None:
    reply = ask("outline", document)
    [tree] = [block for block in reply.blocks if isinstance(block, Bullets)]
    assert (reply.kind, len(tree.items), set(tree.levels)) == ("outline", 37, {0, 1, 2, 3})
    for section, item, level in zip(document.sections, tree.items, tree.levels, strict=True):
        assert section.title in item
        assert item.startswith(f"{section.label}. " if section.label else section.title)
        assert level == section.level - 1


# -- notes


@pytest.mark.parametrize("message", ["note 1", "footnotes", "footnote 1", "fn 1", "what does footnote 1 say?"])
def test_a_note_comes_with_the_sentence_it_hangs_on(message: str, document: Document) -> None:
    reply = ask(message, document)
    assert (reply.kind, reply.paragraphs) == ("note", (22,))
    assert "A/60/871." in said(reply)
    assert "report" in said(reply)
    assert passages(reply)[0].sentences == document.sentences(22)[1:2]


@pytest.mark.parametrize("message", ["note 2", "footnote 0", "note 99", "second footnote"])
def test_an_unknown_note_is_told_the_notes_there_are(message: str, document: Document) -> None:
    assert_refused(ask(message, document), "There is no note", "note 1")


# -- the programme


def table(reply: Reply) -> list[str]:
    return [row.name for block in reply.blocks if isinstance(block, Timetable) for row in block.rows]


OPENING, CLOSING = "Opening of the hearings", "Closing of the hearings"


@pytest.mark.parametrize(
    ("message", "words", "items"),
    [
        ("when is segment 3?", ["3 p.m.", "4.15 p.m.", "1 hour 15 minutes", "section IV"], ["Segment 3"]),
        ("when was segment two", ["11.50 a.m.", "1 p.m."], ["Segment 2"]),
        ("segments 1 and 4", ["section III", "section V"], ["Segment 1", "Segment 4"]),
        ("what was on at 11:20", ["11.20 a.m.", "section III"], ["Segment 1"]),
        ("what was on at 4.30 pm", [], ["Segment 4"]),
        ("what was on at noon", ["noon"], ["Segment 2"]),
        ("what was on at 10:32", ["Nothing is on", "10.30 a.m.", "10.35 a.m."], [OPENING, "Segment 1"]),
        ("what was on at 2 pm", ["Nothing is on", "1 p.m.", "3 p.m."], ["Segment 2", "Segment 3"]),
        ("what was on at 9 am", ["Nothing is on", "first item begins at 10 a.m."], [OPENING]),
        ("what was on at 8 pm", ["Nothing is on", "last item ends at 6 p.m."], [CLOSING]),
        ("what was on between 3 and 5 pm", [], ["Segment 3", "Segment 4"]),
        ("3 to 6 p.m.", [], ["Segment 3", "Segment 4", CLOSING]),
        ("what's on in the afternoon", [], ["Segment 3", "Segment 4", CLOSING]),
        ("what was on in the morning", [], [OPENING, "Segment 1", "Segment 2"]),
        ("how long was lunch", ["names no lunch", "1 p.m.", "3 p.m.", "2 hours"], ["Segment 2", "Segment 3"]),
        ("who opened", ["Acting President", "Deputy Secretary-General", "Special Representative"], [OPENING]),
        ("who closed the hearings?", ["Acting President of the General Assembly"], [CLOSING]),
        ("what came after segment 2", ["Segment 3", "2 hours"], ["Segment 3"]),
        ("what came before segment 1", [OPENING], [OPENING]),
        ("what came after the closing", ["last item"], [CLOSING]),
        ("how long was segment 1", ["1 hour 10 minutes"], ["Segment 1"]),
        ("how long did the hearings last", ["10 a.m.", "6 p.m."], []),
        ("when did it start", ["10 a.m."], [OPENING]),
        ("what did segment 2 say", ["Section IV", "reported together"], []),
        ("which segment discussed remittances", ["Segment 2 and Segment 3", "section IV"], ["Segment 2", "Segment 3"]),
    ],
)
def test_the_programme_answers_as_printed(message: str, words: list[str], items: list[str], document: Document) -> None:
    reply = ask(message, document)
    assert (reply.kind, reply.answered) == ("schedule", True)
    for word in words:
        assert word in said(reply)
    assert table(reply) == items


@pytest.mark.parametrize(
    "message",
    [
        "what was on at 2 pm",
        "what was on at 9 am",
        "what was on at 8 pm",
        "what came after segment 2",
        "how long was segment 1",
    ],
)
def test_a_sentence_that_ends_in_a_time_ends_in_one_stop(message: str, document: Document) -> None:
    assert ".." not in said(ask(message, document))


def test_the_whole_programme_holds_both_meetings_and_six_items_as_printed(document: Document) -> None:
    reply = ask("schedule", document)
    assert table(reply) == [OPENING, "Segment 1", "Segment 2", "Segment 3", "Segment 4", CLOSING]
    printed = re.sub(r"\s+|(?<=-)\s", "", document.source)
    for block in reply.blocks:
        if isinstance(block, Timetable):
            assert "New York" in block.zone
            for row in block.rows:
                for words in (row.times, row.name, row.title, *row.details):
                    assert re.sub(r"\s", "", words) in printed
    for meeting in ("Morning meeting, 10 a.m.-1 p.m.", "Afternoon meeting, 3 p.m.-6 p.m."):
        assert meeting in said(reply)


@pytest.mark.parametrize(
    "message",
    [
        *("who spoke in segment 2", "who moderated segment 3", "which room was segment 3 in", "was segment 1 webcast"),
        *("who chaired the afternoon meeting", "how many minutes did each speaker have"),
    ],
)
def test_what_the_programme_does_not_say_is_not_answered(message: str, document: Document) -> None:
    reply = ask(message, document)
    assert_refused(reply)
    assert "does not say" in said(reply)


@pytest.mark.parametrize("message", ["when is segment 9", "segment 0", "what did segment 5 say"])
def test_an_unknown_segment_is_told_the_segments_there_are_alone(message: str, document: Document) -> None:
    reply = ask(message, document)
    assert_refused(reply, "Segment 1, Segment 2, Segment 3 and Segment 4")
    assert (reply.kind, reply.visibility) == ("error", Visibility.ASKER)


def test_a_section_leads_back_to_the_segments_it_reports(document: Document) -> None:
    plain = render_plain(ask("which segments are reported in section IV?", document))
    assert "Segment 2" in plain
    assert "Segment 3" in plain


# -- topics, search, questions


def test_every_topic_gives_sentences_of_three_to_six_paragraphs_then_all_others(document: Document) -> None:
    for topic in document.topics.topics:
        reply = ask(f"topic {topic.name}", document)
        shown = passages(reply)
        assert (reply.kind, reply.answered) == ("topic", True)
        assert len(shown) == len(set(reply.paragraphs))
        assert min(3, len(topic.paragraphs)) <= len(shown) <= 6
        assert reply.paragraphs + reply.also == tuple(
            sorted(topic.paragraphs, key=[*reply.paragraphs, *reply.also].index)
        )
        assert ("Also in paragraph" in said(reply)) == bool(reply.also)
        twins = [pair for pair in document.pairs if set(pair) <= set(reply.paragraphs)]
        assert all(reply.paragraphs.index(short) < reply.paragraphs.index(full) for short, full in twins)
        alone = set(reply.paragraphs) - {number for pair in twins for number in pair}
        assert [n for n in topic.paragraphs if n in alone] == [n for n in reply.paragraphs if n in alone]


def test_no_topic_summary_is_longer_than_six_sentences(document: Document) -> None:
    counted = {
        topic.name: sum(len(passage.sentences) for passage in passages(ask(f"topic {topic.name}", document)))
        for topic in document.topics.topics
    }
    assert {name: count for name, count in counted.items() if count > 6} == {}


def test_a_topic_is_found_by_its_plain_name_which_is_shown(document: Document) -> None:
    reply = ask("topic sending money home", document)
    assert "remittances" in said(reply)
    assert "sending money home" in said(reply)
    assert {13, 32} <= set(reply.paragraphs)


@pytest.mark.parametrize("form", ["{}", "{}?"])
def test_a_topic_typed_alone_is_never_refused(form: str, document: Document) -> None:
    refused = [t.name for t in document.topics.topics if not ask(form.format(t.name), document).answered]
    assert refused == []


def test_no_plain_name_of_a_topic_is_taken_for_a_mistyped_command(document: Document) -> None:
    names = [name for topic in document.topics.topics for name in topic.words]
    assert [name for name in names if ask(name, document).kind == "error"] == []


def test_the_list_of_topics_holds_them_all(document: Document) -> None:
    reply = ask("topics", document)
    listed = [item for block in reply.blocks if isinstance(block, Bullets) for item in block.items]
    assert sorted(item.rpartition(" (")[0] for item in listed) == sorted(t.name for t in document.topics.topics)


@pytest.mark.parametrize(
    "message", ["topic zebra farming", "topic unicorn", "unicorn", "topic xylophones", "topic the"]
)
def test_what_the_document_does_not_treat_is_no_topic(message: str, document: Document) -> None:
    assert_refused(ask(message, document))


def test_a_phrase_in_quotes_is_found_exactly_and_marked(document: Document) -> None:
    reply = ask('search "trade unions"', document)
    holding = [p.number for p in document.paragraphs if "trade unions" in p.text.casefold()]
    assert sorted(reply.paragraphs + reply.also) == holding
    for passage in passages(reply):
        assert [passage.text[a:b].casefold() for a, b in passage.marks] == ["trade unions"]
    assert "Also in paragraphs" in said(reply)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("remitances", "remittances"), ("migrnts", "migrants"), ("educaton", "education"), ("traficking", "trafficking")],
)
def test_a_misspelt_word_is_forgiven_and_said_so(typed: str, read: str, document: Document) -> None:
    reply, spelt = ask(f"search {typed}", document), ask(f"search {read}", document)
    assert (reply.paragraphs, reply.also) == (spelt.paragraphs, spelt.also)
    assert f"“{typed}”" in said(reply)
    assert read in said(reply)
    assert f"“{typed}”" not in said(spelt)


def test_each_misspelt_word_is_named_by_itself(document: Document) -> None:
    shown = said(ask("search remmitances and wemen", document))
    assert "“remmitances”" in shown
    assert "“wemen”" in shown


@pytest.mark.parametrize("message", ['"trade unions"', "“trade unions”"])
def test_a_phrase_in_quotes_alone_is_searched_for(message: str, document: Document) -> None:
    assert ask(message, document).kind == "search"


def test_a_query_with_a_phrase_is_shown_with_its_quotes_in_pairs(document: Document) -> None:
    shown = said(ask('search "trade unions" children', document))
    assert shown.count('"') % 2 == 0
    assert shown.count("“") == shown.count("”")


def test_a_search_in_an_unknown_section_says_that_there_is_none(document: Document) -> None:
    assert "no section IX" in said(ask("search remittances in IX", document))


def test_a_phrase_that_stands_nowhere_is_searched_for_by_its_words_and_said_so(document: Document) -> None:
    reply = ask('search "trade union"', document)
    assert "No exact “trade union”" in said(reply)
    assert set(reply.paragraphs) <= {p.number for p in document.paragraphs if "union" in p.text}


def test_a_search_keeps_to_its_section(document: Document) -> None:
    reply = ask("search children in IV", document)
    assert reply.answered
    assert set(reply.paragraphs + reply.also) <= set(range(30, 65))


@pytest.mark.parametrize("message", ["search zebra", 'search "zebra crossing"', "search 1984", "search zebra in IV"])
def test_a_search_without_hits_says_so(message: str, document: Document) -> None:
    assert_refused(ask(message, document), "is not in")


@pytest.mark.parametrize("word", ["the", "of", "and the", '"the"'])
def test_a_word_of_the_document_is_never_said_to_be_absent(word: str, document: Document) -> None:
    assert "not in the document" not in said(ask(f"search {word}", document))


@pytest.mark.parametrize(
    ("question", "number", "words"),
    [
        ("how much does it cost to send money home?", 32, "20 per cent"),
        ("what share of migrants are women?", 14, "about half"),
        ("who organized the hearings?", 2, "organized by the President"),
        ("how many member states came?", 4, "94 Member States"),
    ],
)
def test_a_question_is_answered_by_its_paragraph_with_the_sentence_marked(
    question: str, number: int, words: str, document: Document
) -> None:
    reply = ask(question, document)
    assert (reply.kind, reply.answered) == ("question", True)
    assert 1 <= len(reply.paragraphs) <= 3
    best = passages(reply)[0]
    assert best.number == number
    assert best.answer is not None
    assert words in " ".join(best.sentences[slice(*best.answer)])
    assert "Answer: “" in render_plain(reply)


def silences(document: Document) -> list[dict[str, Any]]:
    assert document.folder is not None
    entries: list[dict[str, Any]] = yaml.safe_load((document.folder / "silences.yaml").read_text("utf-8"))
    return entries


def test_every_written_silence_is_refused_and_offers_the_nearest_without_asserting_it(by_words: Document) -> None:
    answered, bare = [], []
    for entry in silences(by_words):
        reply = ask(entry["ask"], by_words)
        answered += [entry["ask"]] if reply.answered else []
        of_the_programme = said(reply).startswith("The programme")
        if reply.kind in {"not_said", "not_found"} and entry.get("near") and not of_the_programme:
            assert_refused(reply)
            if not reply.also or [c.words for c in choices(reply)] != [f"para {n}" for n in reply.also]:
                bare.append(entry["ask"])
    assert answered == []
    assert bare == []


@pytest.mark.parametrize("question", ["what is the gdp of mexico?", "who tabled resolution 60/227"])
def test_what_is_not_said_is_refused_in_one_of_two_sentences(question: str, document: Document) -> None:
    reply = ask(question, document)
    assert_refused(reply)
    first = reply.blocks[0]
    assert isinstance(first, Text)
    absent = reply.kind == "not_said"
    assert first.text == ("The document does not say." if absent else "I found no paragraph that answers this.")


@pytest.mark.parametrize(
    "message", ["what about it?", "who?", "why", "and?", "hmm", "morning", "3 to 6 p.m.", "remitances", "p. 32"]
)
def test_that_the_document_does_not_say_is_claimed_only_of_what_was_asked(message: str, document: Document) -> None:
    assert "The document does not say" not in said(ask(message, document))


# -- the rest


def test_help_lists_every_command_to_the_asker_alone(document: Document) -> None:
    reply = ask("help", document)
    [listed] = [block for block in reply.blocks if isinstance(block, Bullets)]
    assert reply.visibility is Visibility.ASKER
    assert len(listed.items) == sum(not command.hidden for command in COMMANDS)
    for command in COMMANDS:
        assert any(command.usage in item for item in listed.items) is not command.hidden
        if not command.hidden:
            [examples] = [b for b in ask(f"help {command.name}", document).blocks if isinstance(b, Bullets)]
            assert examples.items == command.examples


def test_help_on_an_unknown_command_offers_the_nearest(document: Document) -> None:
    reply = ask("help ctie", document)
    assert_refused(reply, "ctie")
    assert choices(reply)[0].words == "help cite"


def test_about_gives_source_checksum_and_version(document: Document) -> None:
    plain = render_plain(ask("about", document))
    assert re.search(r"\b[0-9a-f]{64}\b", plain)
    for words in (
        "76 paragraphs (1 to 76)",
        "37 sections",
        "1 footnote,",
        "6 timed items",
        "Hearings Bot ",
        "12 July 2006",
    ):
        assert words in plain


def test_privacy_says_that_no_text_is_kept(document: Document) -> None:
    reply = ask("privacy", document)
    assert "No text" in render_plain(reply)
    assert reply.visibility is Visibility.ASKER


@pytest.mark.parametrize("message", ["hello", "thanks", "translate para 32", "rewrite para 32", "送钱回家"])
def test_small_talk_is_short_and_claims_nothing(message: str, document: Document) -> None:
    reply = ask(message, document)
    assert_refused(reply)
    assert reply.visibility is Visibility.ASKER
    assert len([block for block in reply.blocks if isinstance(block, Text)]) == 1
    assert "does not say" not in said(reply)


# -- every way on


def test_every_choice_that_is_offered_works_and_means_the_same_anywhere(document: Document) -> None:
    messages = [example for command in COMMANDS for example in command.examples]
    messages += [f"para {n}" for n in range(1, 77)]
    messages += [f"section {section.title}" for section in document.sections] + [
        "section trafficking",
        "section migration",
    ]
    messages += [f"topic {topic.name}" for topic in document.topics.topics]
    messages += [
        "hlep",
        "help ctie",
        "search zebra in IV",
        "search trade zebra",
        "who tabled resolution 60/227",
        "topics",
    ]
    offered = {c.words: c for m in messages for c in choices(ask(m, document, Place(32, 32)))}
    assert len(offered) > 300
    replies = {words: ask(words, document) for words in offered}
    assert [words for words, reply in replies.items() if not reply.answered] == []
    assert [words for words, reply in replies.items() if reply != ask(words, document, Place(10, 12))] == []
    for words, choice in offered.items():
        if choice.turns:
            assert re.fullmatch(rf"(?:Next|Previous): paragraph {replies[words].paragraphs[0]}", choice.label)


def test_no_reply_offers_an_empty_row_of_choices(document: Document) -> None:
    for command in COMMANDS:
        for example in command.examples:
            assert Choices(()) not in ask(example, document, Place(32, 32)).blocks


def test_what_was_asked_before_changes_no_reply() -> None:
    messages = [example for command in COMMANDS for example in command.examples]
    messages += ["topic traffickng", "what is the gdp of mexico?", "section migration", "search zebra"]
    there, back = open_document("hearings-2006"), open_document("hearings-2006")
    forwards = {message: ask(message, there, Place(5, 6)) for message in messages}
    assert forwards == {message: ask(message, back, Place(5, 6)) for message in reversed(messages)}
