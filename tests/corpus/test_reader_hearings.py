"""What the reader finds in the hearings summary, and every trap that its print sets."""

import hashlib
import re
from datetime import date, time

import pytest

from corpus.document import Document, Section
from corpus.errors import ParagraphNotFound
from corpus.library import SHIPPED, checksum, open_document, shipped_documents

#: Of the file as received.
RECEIVED_SHA256 = "8d52ab4a0944e0445e9373884017fd7ae80f63f8bc78d880f31ef8aa7f324e18"

#: (level, label, paragraphs) of every heading, in the order of print.
TREE = [
    (1, "I", 1, 7),
    (1, "II", 8, 22),
    (1, "III", 23, 29),
    (2, "A", 23, 25),
    (2, "B", 26, 26),
    (2, "C", 27, 27),
    (2, "D", 28, 28),
    (2, "E", 29, 29),
    (1, "IV", 30, 64),
    (2, "A", 30, 30),
    (2, "B", 31, 41),
    (3, "1", 31, 31),
    (3, "2", 32, 32),
    (3, "3", 33, 35),
    (3, "4", 36, 36),
    (3, "5", 37, 38),
    (3, "6", 39, 41),
    (2, "C", 42, 55),
    (3, "1", 42, 44),
    (3, "2", 45, 50),
    (4, "", 45, 46),
    (4, "", 47, 49),
    (4, "", 50, 50),
    (3, "3", 51, 52),
    (3, "4", 53, 53),
    (3, "5", 54, 55),
    (2, "D", 56, 60),
    (2, "E", 61, 64),
    (1, "V", 65, 76),
    (2, "A", 65, 71),
    (3, "1", 65, 67),
    (3, "2", 68, 68),
    (3, "3", 69, 69),
    (3, "4", 70, 71),
    (2, "B", 72, 76),
    (3, "1", 72, 74),
    (3, "2", 75, 76),
]


def section(document: Document, path: str) -> Section:
    found = document.section(path)
    assert found is not None
    return found


def printed_paragraph(source: str, number: int) -> str:
    """A paragraph's text, cut out of the source and joined without the reader."""
    start = re.search(rf"^ ?{number}\. ", source, re.MULTILINE)
    assert start is not None
    rest = source[start.end() :]
    end = re.search(rf"^\s*$|^  \S|^ Annex|^ ?{number + 1}\. ", rest, re.MULTILINE)
    assert end is not None
    lines = "\n".join(line.strip() for line in rest[: end.start()].splitlines())
    return re.sub(r"(?<!-)\n", " ", lines).replace("\n", "")


def test_the_source_is_byte_for_byte_the_one_received(document: Document) -> None:
    received = (SHIPPED / "hearings-2006" / "source.txt").read_bytes()
    assert hashlib.sha256(received).hexdigest() == RECEIVED_SHA256
    assert document.source.encode() == received
    assert checksum(document) == RECEIVED_SHA256
    assert shipped_documents() == ["hearings-2006"]


def test_paragraphs_1_to_76_are_found_once_each_and_in_order(document: Document) -> None:
    assert [p.number for p in document.paragraphs] == list(range(1, 77))
    assert (document.first, document.last) == (1, 76)


@pytest.mark.parametrize("number", [0, 77, -3, 10**20])
def test_a_number_out_of_range_is_told_the_valid_range(document: Document, number: int) -> None:
    with pytest.raises(ParagraphNotFound, match=rf"no paragraph {number}; the document has paragraphs 1 to 76"):
        document.paragraph(number)
    assert number not in document


@pytest.mark.parametrize("number", range(1, 77))
def test_a_paragraph_is_its_source_lines_joined_and_nothing_else(document: Document, number: int) -> None:
    expected = printed_paragraph(document.source, number)
    if number == 22:
        assert expected.count("report1 ") == 1
        expected = expected.replace("report1 ", "report ")
    assert document.paragraph(number).text == expected


def test_a_paragraph_names_the_lines_that_hold_it(document: Document) -> None:
    lines = document.source.split("\n")
    for paragraph in document.paragraphs:
        first, last = (lines[number - 1].strip() for number in paragraph.lines)
        assert first.startswith(f"{paragraph.number}. ")
        assert paragraph.text.endswith(last)


def test_the_37_headings_form_a_tree_of_four_levels(document: Document) -> None:
    assert [(s.level, s.label, s.first, s.last) for s in document.sections] == TREE
    for found in document.sections:
        assert [above.level for above in found.above()] == list(range(1, found.level))
        assert all(above.first <= found.first <= found.last <= above.last for above in found.above())
        labels = [s.label for s in (*found.above(), found) if s.label]
        assert found.path == ".".join(labels)
    assert [s.label for s in document.top_sections()] == ["I", "II", "III", "IV", "V"]
    assert [s.path for s in document.sections if s.parent == section(document, "V")] == ["V.A", "V.B"]


def test_every_paragraph_hangs_under_its_innermost_heading(document: Document) -> None:
    for paragraph in document.paragraphs:
        holders = [s for s in document.sections if paragraph.number in s]
        assert paragraph.section == max(holders, key=lambda s: s.level)


def test_the_three_unnumbered_headings_hang_under_IV_C_2(document: Document) -> None:  # noqa: N802
    below = [s for s in document.sections if s.parent == section(document, "IV.C.2")]
    assert [(s.title, s.level, s.path, s.name) for s in below] == [
        ("Female migrants", 4, "IV.C.2", "IV.C.2, Female migrants"),
        ("Migrant children", 4, "IV.C.2", "IV.C.2, Migrant children"),
        ("Indigenous peoples", 4, "IV.C.2", "IV.C.2, Indigenous peoples"),
    ]
    assert document.paragraph(48).section == below[1]
    assert document.paragraph(51).section.path == "IV.C.3"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("I", "Introduction"),
        (
            "III",
            (
                "Interactive segment on promoting a comprehensive rights-based approach to international migration, and "
                "ensuring respect for and protection of the human rights of all migrants and their families"
            ),
        ),
        (
            "IV",
            (
                "Interactive segment on international migration and development: challenges for social and economic "
                "policies in sending and receiving countries"
            ),
        ),
        ("IV.B.2", "Impact of remittances, reducing remittance transfer costs and leveraging remittances"),
        ("IV.C", "The importance of a rights-based approach to international migration for development"),
        ("IV.D", "Intergovernmental cooperation on international migration and the role of civil society"),
        (
            "V",
            (
                "Interactive segment on policy responses: promoting the building of partnerships and capacity-building and "
                "the sharing of best practices at all levels, including the bilateral and regional levels, for the benefit "
                "of countries and migrants alike"
            ),
        ),
        ("V.A.1", "Non-governmental organizations, civil society organizations and the private sector"),
    ],
)
def test_a_heading_wrapped_over_lines_is_one_title(document: Document, path: str, title: str) -> None:
    assert section(document, path).title == title


@pytest.mark.parametrize(
    ("number", "start", "end_before"),
    [
        (17, "The hearings highlighted the contributions of", "development of countries of origin."),
        (57, "One participant inquired whether", "civil society organizations and the private sector."),
    ],
)
def test_a_paragraph_may_start_at_the_top_of_a_page_without_a_blank_line(
    document: Document, number: int, start: str, end_before: str
) -> None:
    assert document.paragraph(number).text.startswith(start)
    assert document.paragraph(number - 1).text.endswith(end_before)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (8, "human rights were intrinsically interconnected"),
        (12, "The migrants themselves, by creating"),
        (29, "States to ratify the Convention and other core"),
        (36, "participation of transnational communities"),
        (41, "consular services and to raise awareness"),
        (46, "in case of the latter and support"),
        (52, "their access to education, health care"),
        (63, "the United Nations could take the lead"),
        (67, "towards lowering them. Migrant communities could"),
        (72, "that bilateral agreements on migration"),
    ],
)
def test_a_sentence_broken_by_a_page_is_joined(document: Document, number: int, words: str) -> None:
    assert words in document.paragraph(number).text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (6, "the Deputy Secretary-General and Peter Sutherland"),
        (16, "in low-income countries"),
        (21, "Capacity-building initiatives"),
        (28, "non-governmental organizations, civil society"),
        (29, "the Secretary-General had urged"),
        (65, "participation of non-governmental"),
        (72, "capacity-building and the sharing"),
    ],
)
def test_a_hyphen_at_a_lines_end_is_real(document: Document, number: int, words: str) -> None:
    assert words in document.paragraph(number).text


def test_note_1_hangs_on_the_word_report_in_paragraph_22(document: Document) -> None:
    (note,) = document.notes
    paragraph = document.paragraph(22)
    assert paragraph.notes == (note,)
    assert (note.mark, note.text, note.paragraph) == ("1", "A/60/871.", 22)
    assert paragraph.text[: note.offset].endswith("that it was stated in his report")
    assert paragraph.text[note.offset :].startswith(" that civil society would participate")
    assert (note.printed_in, note.printed_at) == (22, len(paragraph.text))
    assert "report" in document.sentences(22)[document.sentence_at(22, note.offset)]
    assert not any(p.notes for p in document.paragraphs if p.number != 22)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2, "14-15 September 2006 in New York"),
        (4, "About 240 representatives"),
        (4, "94 Member States also attended"),
        (10, "particularly No. 97 on migration for employment and No. 143 on migrant workers"),
        (32, "exceeded 20 per cent of the total"),
        (51, "(aged 18 to 34 years)"),
    ],
)
def test_a_number_inside_a_sentence_starts_no_paragraph(document: Document, number: int, words: str) -> None:
    assert words in document.paragraph(number).text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (22, "deemed it “desirable and appropriate”."),
        (29, "“crossing borders”"),
        (66, "migrants’ savings"),
        (72, "a “true path for development”"),
        (75, "the Secretary-General’s proposal"),
    ],
)
def test_curly_quotes_and_apostrophes_stay_curly(document: Document, number: int, words: str) -> None:
    assert words in document.paragraph(number).text


def test_the_misprint_in_paragraph_2_stands_as_printed_and_is_known(document: Document) -> None:
    assert "International Migration and Development to he held during" in document.paragraph(2).text
    assert document.misprints(2) == ("to he held",)
    assert document.misprints(3) == ()


def test_the_programme_has_two_meetings(document: Document) -> None:
    assert document.annex is not None
    assert document.programme is not None
    assert (document.annex.heading, document.annex.lines) == ("Annex", ())
    assert document.programme.title == (
        "Programme of the informal interactive hearings of the General Assembly with representatives of "
        "non-governmental organizations, civil society organizations and the private sector"
    )
    assert [(m.start, m.end, m.times, m.title) for m in document.programme.meetings] == [
        (time(10), time(13), "10 a.m.-1 p.m.", "Morning meeting"),
        (time(15), time(18), "3 p.m.-6 p.m.", "Afternoon meeting"),
    ]


def test_the_programme_has_six_items_with_their_times_and_statements(document: Document) -> None:
    assert document.programme is not None
    assert [(i.start, i.end, i.label, i.name[:9], i.meeting and i.meeting.title) for i in document.programme.items] == [
        (time(10), time(10, 30), "", "Opening o", "Morning meeting"),
        (time(10, 35), time(11, 45), "Segment 1", "Segment 1", "Morning meeting"),
        (time(11, 50), time(13), "Segment 2", "Segment 2", "Morning meeting"),
        (time(15), time(16, 15), "Segment 3", "Segment 3", "Afternoon meeting"),
        (time(16, 20), time(17, 30), "Segment 4", "Segment 4", "Afternoon meeting"),
        (time(17, 30), time(18), "", "Closing o", "Afternoon meeting"),
    ]
    titles = [item.title for item in document.programme.items]
    assert titles[0] == "Opening of the hearings"
    assert titles[1].startswith("Promoting a comprehensive rights-based approach")
    assert titles[3] == f"{titles[2]} (continued)"
    assert titles[4].endswith("for the benefit of countries and migrants alike")
    assert [i.statements for i in document.programme.items] == [
        (
            "Statement by the Acting President of the General Assembly",
            "Statement by the Deputy Secretary-General",
            (
                "Statement by the Special Representative of the Secretary-General on International Migration and "
                "Development"
            ),
        ),
        (),
        (),
        (),
        (),
        ("Statement by the Acting President of the General Assembly",),
    ]


def test_meetings_and_items_stand_in_the_order_printed(document: Document) -> None:
    assert document.programme is not None
    assert [entry.times for entry in document.programme.entries] == [
        "10 a.m.-1 p.m.",
        "10 a.m.-10.30 a.m.",
        "10.35 a.m.-11.45 a.m.",
        "11.50 a.m.-1 p.m.",
        "3 p.m.-6 p.m.",
        "3 p.m.-4.15 p.m.",
        "4.20 p.m.-5.30 p.m.",
        "5.30 p.m.-6 p.m.",
    ]


def test_times_split_over_two_lines_are_one_range(document: Document) -> None:
    assert "10.35 a.m.-\n11.45 a.m. \n" in document.source
    assert document.programme is not None
    (item,) = (i for i in document.programme.items if i.label == "Segment 1")
    assert (item.times, item.start, item.end) == ("10.35 a.m.-11.45 a.m.", time(10, 35), time(11, 45))


def test_the_edition_says_what_the_text_does_not_and_how_we_know(document: Document) -> None:
    edition = document.edition
    assert edition.title.value.startswith("Summary of the informal interactive hearings of the General Assembly with ")
    assert "paragraph 1" in edition.title.provenance
    assert edition.date == date(2006, 7, 12)
    assert edition.zone.value == "America/New_York"
    assert "FORUM-ASIA" in edition.zone.provenance
    assert (edition.symbol.value, bool(edition.symbol.provenance)) == ("", True)
    assert dict(edition.reported_in) == {"Segment 1": "III", "Segment 2": "IV", "Segment 3": "IV", "Segment 4": "V"}
    assert document.source_line == "Hearings summary, 12 July 2006"


def test_a_document_opens_by_its_name_and_by_its_folder(document: Document) -> None:
    by_folder = open_document(SHIPPED / "hearings-2006")
    assert by_folder == document
    assert by_folder.name == "hearings-2006"
