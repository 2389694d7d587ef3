"""What the reader refuses, and that it names the line."""

import hashlib
from dataclasses import dataclass
from datetime import time
from pathlib import Path

import pytest

from corpus.document import Document, Section
from corpus.errors import DocumentUnreadable, Unplaced
from corpus.library import SHIPPED, checksum, open_document
from corpus.programme import parse_clock
from corpus.reader import gaps, read_document

HERE = Path(__file__).parent
SMALL = (HERE / "small.txt").read_text(encoding="utf-8")
SOURCES = [
    SHIPPED / "hearings-2006" / "source.txt",
    HERE / "documents" / "harbours" / "source.txt",
    HERE / "documents" / "valleys" / "source.txt",
]


@dataclass(frozen=True)
class Fault:
    """A change of the small text, the line that must be named, and words of the message."""

    old: str
    new: str
    line: str
    expected: str


def small(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


def refusal(source: str) -> Unplaced:
    with pytest.raises(Unplaced) as caught:
        read_document(source)
    return caught.value


FAULTS = {
    "a number skipped": Fault("4. The fourth", "6. The fourth", "6. The fourth paragraph.", "paragraph 4"),
    "a number repeated": Fault("4. The fourth", "3. The fourth", "3. The fourth paragraph.", "paragraph 4"),
    "a number from before": Fault("5. The fifth", "1. The fifth", "1. The fifth paragraph.", "paragraph 5"),
    "a number beyond reason": Fault("5. The", f"{10**30}. The", f"{10**30}. The fifth paragraph.", "paragraph 5"),
    "a note without a mark": Fault("mark1", "mark", "1  A/60/871.", "its mark once"),
    "a note with another mark": Fault("mark1", "mark2", "1  A/60/871.", "its mark once"),
    "a note with two marks": Fault("page.", "page1.", "1  A/60/871.", "found in: 2, 3"),
    "a rule without a note": Fault(" 1  A/60/871.\n", "", "A. Next heading", "a note after the rule"),
    "a rule and another text": Fault(" 1  A/60", " See A/60", "See A/60/871.", "a note after the rule"),
    "an impossible hour": Fault("10.35 a.m.-\n", "25.35 a.m.-\n", "25.35 a.m.-", "two times of day"),
    "an impossible minute": Fault("10.35 a.m.-\n", "10.75 a.m.-\n", "10.75 a.m.-", "two times of day"),
    "an end before the start": Fault("\n11.45 a.m.", "\n9.45 a.m.", "10.35 a.m.-", "an end after the start"),
    "a time without its end": Fault("11.45 a.m.\n\nSeg", "\nSeg", "Segment 1 Topic one", "the end of “10.35 a.m.-”"),
    "an annex cut short": Fault("11.45 a.m.\n\nSegment 1 Topic one\n", "", "10.35 a.m.-", "the end of this time"),
    "one time alone": Fault("10.35 a.m.-\n11", "11", "11.45 a.m.", "a time, a statement"),
    "a stray line in the annex": Fault("Topic one\n", "Topic one\n\nStray\n", "Stray", "a time, a statement"),
    "a stray line": Fault("5. The", "A stray line.\n\n5. The", "A stray line.", "paragraph 5, a heading, or more of"),
    "a stray line in small letters": Fault("5. The", "a stray line.\n\n5. The", "a stray line.", "paragraph 5"),
    "a stray indented line": Fault("5. The", " A stray line.\n\n5. The", "A stray line.", "paragraph 5"),
    "a heading with nothing under it": Fault(
        "4. The fourth", "  B. Another\n\n4. The fourth", "A. Next heading", "with paragraphs under it"
    ),
    "text before the first heading": Fault(
        "  I. Opening", "Some words first.\n\n  I. Opening", "Some words first.", "a heading or a numbered paragraph"
    ),
    "a paragraph before the first heading": Fault(
        "  I. Opening\n", "", "1. The first paragraph of a", "a heading before the first paragraph"
    ),
}


def test_the_small_text_is_read(document: Document) -> None:
    found = read_document(SMALL)
    assert [p.text for p in found.paragraphs][:2] == [
        "The first paragraph of a short text with low-income and two lines.",
        "The second paragraph, with a mark here.",
    ]
    assert [(s.path, s.title) for s in found.sections] == [("I", "Opening"), ("I.A", "Next heading")]
    assert found.programme is not None
    assert [item.name for item in found.programme.items] == ["Opening", "Segment 1"]
    assert gaps(document) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_fits_nowhere_is_refused_by_its_line(fault: Fault) -> None:
    source = small(fault.old, fault.new)
    lines = [line.strip() for line in source.splitlines()]
    error = refusal(source)
    assert error.line == lines.index(fault.line) + 1
    assert fault.expected in str(error)


@pytest.mark.parametrize(
    "name", ["a note without a mark", "an end before the start", "a heading with nothing under it", "a number skipped"]
)
def test_a_refusal_shows_the_line_as_it_stands(name: str) -> None:
    source = small(FAULTS[name].old, FAULTS[name].new)
    error = refusal(source)
    assert error.text == source.splitlines()[error.line - 1].strip()


def mislabelled(section: Section) -> str:
    """A label of a section's own kind, two further on."""
    if section.label.startswith("("):
        return f"({chr(ord(section.label[1]) + 2)})"
    if section.label.isdecimal():
        return str(int(section.label) + 2)
    numerals = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
    return numerals[numerals.index(section.label) + 2] if section.label in numerals else chr(ord(section.label) + 2)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("place", ["after a blank line", "at the top of a page"])
def test_a_heading_whose_label_does_not_follow_is_refused_by_its_line(source: Path, place: str) -> None:
    lines = source.read_text(encoding="utf-8").split("\n")
    misread = []
    for section in read_document("\n".join(lines)).sections[1:]:
        at = section.line - 1
        if not section.label or (place == "after a blank line") != (not lines[at - 1].strip()):
            continue
        changed = lines[at].replace(section.label, mislabelled(section), 1)
        try:
            read_document("\n".join([*lines[:at], changed, *lines[at + 1 :]]))
            misread.append(f"{changed!r} was read")
        except Unplaced as error:
            if error.line != section.line:
                misread.append(f"{changed!r} in line {section.line} gave {error}")
    assert misread == []


@pytest.mark.parametrize("label", ["B", "III", "2", "I"])
def test_a_heading_at_the_top_of_a_page_never_becomes_words_of_the_paragraph_above(label: str) -> None:
    error = refusal(small("  A. Next", f"  {label}. Next"))
    assert error.line == SMALL.splitlines().index("  A. Next heading") + 1


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parent.name)
def test_a_paragraph_number_that_skips_or_repeats_is_refused_with_the_number_expected(source: Path) -> None:
    lines = source.read_text(encoding="utf-8").split("\n")
    for paragraph in read_document("\n".join(lines)).paragraphs[1:]:
        at = paragraph.lines[0] - 1
        for number in (paragraph.number - 1, paragraph.number + 1, paragraph.number + 10):
            changed = lines[at].replace(f"{paragraph.number}.", f"{number}.", 1)
            error = refusal("\n".join([*lines[:at], changed, *lines[at + 1 :]]))
            assert f"expected paragraph {paragraph.number}, a heading" in str(error)
            if not lines[at - 1].strip():
                assert error.line == paragraph.lines[0]


def test_the_last_paragraph_is_never_swallowed_by_the_one_before() -> None:
    try:
        found = read_document(small("\n\n5. The", "\n5. The"))
    except Unplaced:
        return
    assert found.paragraphs[-1].text == "The fifth paragraph."


def test_a_number_of_thousands_of_digits_is_refused_like_any_other() -> None:
    error = refusal(small("5. The", f"{'9' * 5_000}. The"))
    assert error.line == SMALL.splitlines().index("5. The fifth paragraph.") + 1
    assert len(str(error)) < 250


def test_a_second_annex_is_no_statement_of_the_first_ones_last_item() -> None:
    try:
        found = read_document(f"{SMALL} Annex II\n\n  List of participants\n")
    except Unplaced:
        return
    assert found.programme is not None
    assert found.programme.items[-1].statements == ()


def test_a_line_number_counts_lines_as_editors_do_where_pages_begin_with_a_form_feed() -> None:
    source = small("  A. Next", "\f  A. Next").replace("5. The", "7. The")
    assert refusal(source).line == source.split("\n").index("7. The fifth paragraph.") + 1


def test_an_annex_without_times_keeps_its_lines() -> None:
    found = read_document(SMALL[: SMALL.index("10 a.m.-1 p.m.")] + "Item one\n\nItem two\n")
    assert found.annex is not None
    assert (found.annex.title, found.annex.programme) == ("Programme of the day", None)
    assert found.annex.lines == ("Item one", "Item two")


@pytest.mark.parametrize(
    ("printed", "meridiem", "clock"),
    [
        ("10.35 a.m.", "", time(10, 35)),
        ("12.05 a.m.", "", time(0, 5)),
        ("12.30 p.m.", "", time(12, 30)),
        ("noon", "", time(12)),
        ("12 noon", "", time(12)),
        ("16:30", "", time(16, 30)),
        ("4 PM", "", time(16)),
        ("10", "p", time(22)),
    ],
)
def test_a_time_of_day_is_read_as_printed(printed: str, meridiem: str, clock: time) -> None:
    assert parse_clock(printed, meridiem) == clock


@pytest.mark.parametrize("printed", ["13 p.m.", "0 a.m.", "24:00", "10.60 a.m.", "soon", "", "10.35 a.m. sharp"])
def test_what_is_no_time_of_day_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match=r"no time of day|must be in"):
        parse_clock(printed)


def test_a_range_may_leave_the_half_of_the_day_to_its_end() -> None:
    found = read_document(small("10.35 a.m.-\n11.45 a.m.\n\n", "10.35-11.45 a.m. "))
    assert found.programme is not None
    assert [(i.start, i.end, i.label, i.title) for i in found.programme.items[1:]] == [
        (time(10, 35), time(11, 45), "Segment 1", "Topic one")
    ]


# -- files


def folder(tmp_path: Path, source: bytes) -> Path:
    (tmp_path / "source.txt").write_bytes(source)
    return tmp_path


@pytest.mark.parametrize("source", [b"", b" \n\n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, source: bytes) -> None:
    with pytest.raises(DocumentUnreadable, match=r"source\.txt: the file is empty; expected a text with numbered"):
        open_document(folder(tmp_path, source))


@pytest.mark.parametrize("source", ["", "  I. A heading and no paragraph\n", "Only words\nand words\n"])
def test_a_text_without_paragraphs_is_refused_from_its_first_line(source: str) -> None:
    assert refusal(source).line == 1


@pytest.mark.parametrize("bad", [b"\xe9", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3"])
def test_what_is_no_utf_8_is_told_its_place(tmp_path: Path, bad: bytes) -> None:
    at = SMALL.encode().index(b"fourth")
    source = SMALL.encode()
    with pytest.raises(DocumentUnreadable, match=rf"source\.txt: byte {at} is no UTF-8; save the text as UTF-8"):
        open_document(folder(tmp_path, source[:at] + bad + source[at:]))


@pytest.mark.parametrize("name", ["nothing-2007", "", ".", "/", "no/such/folder", "a\0b", "HEARINGS-2006", "n" * 300])
def test_an_unknown_name_is_told_the_known_ones(name: str) -> None:
    with pytest.raises(DocumentUnreadable, match=r"expected one of hearings-2006, or a folder that holds source\.txt"):
        open_document(name)


def test_a_folder_without_a_source_is_told_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "document.yaml").write_text("{}")
    with pytest.raises(DocumentUnreadable, match=r"a folder that holds source\.txt"):
        open_document(tmp_path)
    (tmp_path / "source.txt").mkdir()
    with pytest.raises(DocumentUnreadable, match=r"a folder that holds source\.txt"):
        open_document(tmp_path)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_and_any_line_ends_read_fine(tmp_path: Path, ends: str, mark: bytes) -> None:
    found = open_document(folder(tmp_path, mark + SMALL.replace("\n", ends).encode()))
    expected = read_document(SMALL)
    assert found.paragraphs == expected.paragraphs
    assert found.sections == expected.sections
    assert (found.notes, found.annex) == (expected.notes, expected.annex)


@pytest.mark.parametrize(
    "source", [SMALL.encode(), SMALL.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + SMALL.encode()]
)
def test_the_checksum_is_the_files_own(tmp_path: Path, source: bytes) -> None:
    assert checksum(open_document(folder(tmp_path, source))) == hashlib.sha256(source).hexdigest()


def test_a_text_that_lost_its_last_line_end_reads_the_same() -> None:
    assert read_document(SMALL.rstrip("\n")).paragraphs == read_document(SMALL).paragraphs


def test_a_list_inside_a_paragraph_stays_in_it() -> None:
    found = read_document(small("fifth paragraph.", "fifth paragraph:\n\n(a) first;\n\n(b) second."))
    assert found.paragraphs[-1].text == "The fifth paragraph: (a) first; (b) second."
    assert len(found.sections) == 2
