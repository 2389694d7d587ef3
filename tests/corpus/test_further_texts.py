"""One reader for texts of this kind: two further ones are read whole, and the code names nothing of any of them."""

import ast
import re
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

import corpus.labels
import corpus.programme
import corpus.reader
from corpus.document import Document, Section

HERE = Path(__file__).parent
FURTHER = ["harbours", "valleys"]
EXPECTED: dict[str, dict[str, Any]] = {
    name: yaml.safe_load((HERE / "documents" / name / "expected.yaml").read_text(encoding="utf-8")) for name in FURTHER
}


@pytest.fixture(scope="module")
def texts(harbours: Document, valleys: Document) -> dict[str, Document]:
    return {"harbours": harbours, "valleys": valleys}


@pytest.mark.parametrize("name", FURTHER)
def test_all_paragraphs_are_found_with_their_numbers(texts: dict[str, Document], name: str) -> None:
    expected = EXPECTED[name]["paragraphs"]
    assert [p.number for p in texts[name].paragraphs] == list(range(expected["first"], expected["last"] + 1))
    assert list(EXPECTED[name]["texts"]) == [p.number for p in texts[name].paragraphs]


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [(name, number, text) for name in FURTHER for number, text in EXPECTED[name]["texts"].items()],
    ids=[f"{name} {number}" for name in FURTHER for number in EXPECTED[name]["texts"]],
)
def test_a_paragraph_reads_as_expected(texts: dict[str, Document], name: str, number: int, text: str) -> None:
    assert texts[name].paragraph(number).text == text


@pytest.mark.parametrize("name", FURTHER)
def test_all_headings_are_found_in_their_tree(texts: dict[str, Document], name: str) -> None:
    found = [
        {"level": s.level, "label": s.label, "title": s.title, "first": s.first, "last": s.last}
        for s in texts[name].sections
    ]
    assert found == EXPECTED[name]["headings"]
    above: dict[int, Section] = {}
    for section in texts[name].sections:
        assert section.parent == above.get(section.level - 1)
        above[section.level] = section


@pytest.mark.parametrize("name", FURTHER)
def test_all_notes_are_found_where_their_marks_hang(texts: dict[str, Document], name: str) -> None:
    notes = texts[name].notes
    expected_notes = EXPECTED[name]["notes"]
    assert [(int(n.mark), n.paragraph, n.text) for n in notes] == [
        (note["number"], note["paragraph"], note["text"]) for note in expected_notes
    ]
    for note, expected in zip(notes, expected_notes, strict=True):
        paragraph = texts[name].paragraph(note.paragraph)
        assert re.split(r"\s", paragraph.text[: note.offset])[-1] == expected["after"]
        assert note in paragraph.notes
    assert sum(len(p.notes) for p in texts[name].paragraphs) == len(notes)


def test_a_note_is_printed_where_the_page_ended(harbours: Document) -> None:
    first, second = harbours.notes
    assert (
        harbours.paragraph(first.printed_in)
        .text[: first.printed_at]
        .endswith("free to stay at home with their families")
    )
    assert (second.paragraph, second.printed_in) == (18, 19)
    assert second.printed_at == len(harbours.paragraph(19).text)


def test_a_number_glued_to_a_word_is_no_mark_where_no_note_says_so(valleys: Document) -> None:
    assert "the CO2 stored in the forests" in valleys.paragraph(47).text


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("harbours", 15, "was governed by Convention No. 8. It was observed"),
        ("valleys", 48, "the fields in zone C. The keeper"),
        ("valleys", 49, "described in paragraph 44. It was objected"),
        ("valleys", 57, "manned from 1 December to 31 March"),
        ("valleys", 50, "(b) the animals kept there; (c) fields; and (d) everything else."),
        ("harbours", 3, "and (c) who should pay"),
        ("valleys", 45, "on the self-employed, who lost"),
        ("valleys", 46, "in any ten-year period"),
    ],
)
def test_what_looks_like_a_label_or_a_number_inside_a_sentence_stays_there(
    texts: dict[str, Document], name: str, number: int, words: str
) -> None:
    assert words in texts[name].paragraph(number).text


def test_a_text_without_an_annex_has_no_programme(harbours: Document) -> None:
    assert "programme" not in EXPECTED["harbours"]
    assert (harbours.annex, harbours.programme) == (None, None)


def test_the_programme_of_the_valleys_is_found_whole(valleys: Document) -> None:
    expected = EXPECTED["valleys"]["programme"]
    programme = valleys.programme
    assert programme is not None
    assert programme.title == expected["title"]
    assert [
        {"start": f"{m.start:%H:%M}", "end": f"{m.end:%H:%M}", "title": m.title} for m in programme.meetings
    ] == expected["meetings"]
    assert [
        {
            "start": f"{i.start:%H:%M}",
            "end": f"{i.end:%H:%M}",
            "label": i.label,
            "title": i.title,
            "statements": list(i.statements),
        }
        for i in programme.items
    ] == expected["items"]
    assert [item.meeting for item in programme.items] == [
        *[programme.meetings[0]] * 3,
        *[programme.meetings[1]] * 2,
        *[programme.meetings[2]] * 2,
    ]
    assert programme.items[2].start == time(12)


@pytest.mark.parametrize(
    ("name", "line"), [("harbours", "Harbours summary, 22 September 2011"), ("valleys", "Valleys summary, 5 June 2013")]
)
def test_a_further_text_names_itself_in_the_source_line(texts: dict[str, Document], name: str, line: str) -> None:
    assert texts[name].source_line == line
    assert texts[name].name == name


# -- the code names nothing


MODULES = [corpus.reader, corpus.programme, corpus.labels]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_code_holds_no_heading_title_or_statement_of_a_document(
    module: Any, document: Document, texts: dict[str, Document]
) -> None:
    code = " ".join(Path(module.__file__).read_text(encoding="utf-8").split()).casefold()
    known = [document, *texts.values()]
    named = {s.title for d in known for s in d.sections} | {d.name for d in known}
    for programme in (d.programme for d in known):
        if programme is not None:
            named |= {entry.title for entry in programme.entries} | {i.label for i in programme.items if i.label}
    assert {name for name in named if re.search(rf"\b{re.escape(name.casefold())}\b", code)} == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_code_holds_no_run_of_words_of_a_document(
    module: Any, document: Document, texts: dict[str, Document]
) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z]+", text.casefold())
        return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}

    printed = runs(" ".join(d.source for d in (document, *texts.values())))
    assert runs(Path(module.__file__).read_text(encoding="utf-8")) & printed == set()


@pytest.mark.parametrize("module", [corpus.reader, corpus.programme], ids=lambda module: module.__name__)
def test_the_code_holds_no_number_that_could_name_a_paragraph(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    numbers = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is int}
    assert numbers <= {*range(13), 30, 40}  # up to a clock's twelve; the others are lengths of text
