"""The files beside a text: what `document.yaml`, `topics.yaml`, `keys.yaml` and `silences.yaml` may hold, and what not."""

from datetime import date
from pathlib import Path

import pytest

from corpus.document import NO_EDITION, Document
from corpus.errors import DocumentUnreadable
from corpus.forms import read_yaml
from corpus.keys import Keys, Silence, load_keys, load_silences
from corpus.library import open_document
from corpus.topics import Topic, load_topics

SMALL = (Path(__file__).parent / "small.txt").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source.txt").write_text(SMALL, encoding="utf-8")
    return tmp_path


def opened(folder: Path, file: str, text: str | bytes) -> Document:
    (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_document(folder)


def stated(key: str, value: str) -> str:
    return f"{key}: {{value: {value}, provenance: said so}}\n"


def test_a_bare_text_is_a_document_with_nothing_beside_it(folder: Path) -> None:
    document = open_document(folder)
    assert (document.edition, document.folder, document.name) == (NO_EDITION, folder, folder.name)
    assert document.source_line == folder.name
    assert len(document.topics) == 0
    assert (load_keys(document), load_silences(document)) == ({}, ())


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}"])
def test_an_empty_edition_says_nothing(folder: Path, text: str) -> None:
    assert opened(folder, "document.yaml", text).edition == NO_EDITION


def test_an_edition_says_all_that_is_written(folder: Path) -> None:
    text = "".join(
        [
            stated("title", "A summary"),
            stated("short_title", "Summary"),
            stated("author", "Somebody"),
            stated("date", "2011-09-02"),
            stated("timezone", "Europe/Lisbon"),
            stated("symbol", "A/1/2"),
            "misprints: [{paragraph: 2, printed: with a mark}]\n",
            "reported_in: {Segment 1: I.A}\n",
        ]
    )
    document = opened(folder, "document.yaml", text)
    edition = document.edition
    assert (edition.title.value, edition.title.provenance) == ("A summary", "said so")
    assert (edition.author, edition.date, edition.zone.value) == ("Somebody", date(2011, 9, 2), "Europe/Lisbon")
    assert (edition.symbol.value, edition.reported_in) == ("A/1/2", (("Segment 1", "I.A"),))
    assert document.misprints(2) == ("with a mark",)
    assert document.source_line == "Summary, 2 September 2011"


def test_a_provenance_over_lines_is_one_line(folder: Path) -> None:
    document = opened(folder, "document.yaml", "title:\n  value: x\n  provenance: |\n    one\n    two\n")
    assert document.edition.title.provenance == "one two"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "found list"),
        ("words", "found str"),
        ("5", "found int"),
        (stated("titel", "x"), "unknown entry 'titel'; expected some of author, date"),
        ("1: 2", "unknown entry '1'"),
        ("title: x", "title: expected a “value” and its “provenance”"),
        ("symbol: {value: A/1}", "symbol: expected a “value” and its “provenance”"),
        ("title: {value: x, provenance: y, note: z}", "title: expected"),
        (stated("title", "[a, b]"), "title"),
        (stated("date", "12 July 2006"), "12 July 2006"),
        (stated("date", "2006-13-12"), "date|month"),
        (stated("date", "2006-07-12 10:00:00"), "2006-07-12 10:00:00"),
        (stated("timezone", "Mars/Phobos"), "Mars/Phobos"),
        ("misprints: 5", "not of its form"),
        ("misprints: words", "not of its form"),
        ("misprints: [{paragraph: 1}]", "printed"),
        ("misprints: [{paragraph: x, printed: the first}]", "not of its form"),
        ("misprints: [{paragraph: 99, printed: the first}]", "paragraph 99"),
        ("misprints: [{paragraph: 1, printed: not in it}]", "not in it"),
        ("reported_in: [Segment 1]", "not of its form"),
        ("reported_in: {Segment 9: I}", "Segment 9"),
        ("reported_in: {Segment 1: XX}", "XX"),
        ("title: {value: x", "line 1"),
        (b"title: \xe9", ""),
        (b"\x00", ""),
        ("title: !!python/object/apply:os.getcwd []", "constructor"),
    ],
)
def test_an_edition_that_is_not_of_its_form_is_refused_by_its_entry(folder: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(DocumentUnreadable, match=rf"document\.yaml: .*(?:{said})"):
        opened(folder, "document.yaml", text)


def test_topics_hold_names_words_and_paragraphs(folder: Path) -> None:
    document = opened(
        folder, "topics.yaml", "- {name: opening, words: [start], paragraphs: [2, 1]}\n- {name: b, paragraphs: [3]}"
    )
    assert load_topics(document).topics == (Topic("opening", ("start",), (2, 1)), Topic("b", (), (3,)))


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "true",
        "words",
        "name: x",
        "- words",
        "- [a]",
        "- null",
        "- {name: x}",
        "- {paragraphs: [1]}",
        "- {name: null, paragraphs: [1]}",
        "- {name: '', paragraphs: [1]}",
        "- {name: x, paragraphs: null}",
        "- {name: x, paragraphs: []}",
        "- {name: x, paragraphs: 3}",
        "- {name: x, paragraphs: '12'}",
        "- {name: x, paragraphs: [a]}",
        "- {name: x, paragraphs: [.inf]}",
        "- {name: x, paragraphs: [0]}",
        "- {name: x, paragraphs: [1, 99]}",
        "- {name: x, paragraphs: [1], words: money}",
        "- {name: x, paragraphs: [1], words: 5}",
        "- {name: x, paragraphs: [1], wrods: [money]}",
        "- {name: x, paragraphs: [1]}\n- {name: x, paragraphs: [2]}",
        "- {name: x",
    ],
)
def test_topics_that_are_not_of_their_form_are_refused(folder: Path, text: str) -> None:
    document = opened(folder, "topics.yaml", text)
    with pytest.raises(DocumentUnreadable, match=r"topics\.yaml"):
        load_topics(document)


def test_keys_hold_questions_and_terms_by_paragraph(folder: Path) -> None:
    document = opened(folder, "keys.yaml", "2: {questions: [what is marked], terms: [sign]}\n3: {questions: [when]}")
    assert load_keys(document) == {2: Keys(("what is marked",), ("sign",)), 3: Keys(("when",), ())}


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "words",
        "- a",
        "x: {questions: [a]}",
        "null: {questions: [a]}",
        "99: {questions: [a]}",
        "0: {questions: [a]}",
        "1: null",
        "1: {}",
        "1: [a]",
        "1: {questions: 5}",
        "1: {questions: who came}",
        "1: {questions: [null]}",
        "1: {questions: [a], terms: money}",
        "1: {questions: [a], term: [money]}",
        "1: {questions: [a",
    ],
)
def test_keys_that_are_not_of_their_form_are_refused(folder: Path, text: str) -> None:
    document = opened(folder, "keys.yaml", text)
    with pytest.raises(DocumentUnreadable, match=r"keys\.yaml"):
        load_keys(document)


def test_silences_hold_a_question_and_the_paragraphs_near_it(folder: Path) -> None:
    document = opened(folder, "silences.yaml", "- {ask: who paid, near: [1, 3], why: money}\n- {ask: who won}")
    assert load_silences(document) == (Silence("who paid", (1, 3)), Silence("who won", ()))


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "true",
        "words",
        "ask: who paid",
        "- who paid",
        "- null",
        "- {near: [1]}",
        "- {ask: null}",
        "- {ask: who paid, near: 5}",
        "- {ask: who paid, near: '12'}",
        "- {ask: who paid, near: [x]}",
        "- {ask: who paid, near: [99]}",
        "- {ask: who paid",
    ],
)
def test_silences_that_are_not_of_their_form_are_refused(folder: Path, text: str) -> None:
    document = opened(folder, "silences.yaml", text)
    with pytest.raises(DocumentUnreadable, match=r"silences\.yaml"):
        load_silences(document)


@pytest.mark.parametrize("file", ["topics.yaml", "keys.yaml", "silences.yaml"])
def test_a_fault_in_what_a_question_needs_does_not_hinder_opening_the_text(folder: Path, file: str) -> None:
    assert opened(folder, file, "- {broken").paragraph(1).text.startswith("The first")


def test_a_missing_yaml_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable, match=r"nothing\.yaml: No such file"):
        read_yaml(tmp_path / "nothing.yaml")
