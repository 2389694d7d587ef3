"""What a message refers to, through the whole hearing: references.yaml, message by message."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.hearing import READ_AT_MOST, hear, plain
from corpus.document import Document

MESSAGES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("references.yaml").read_text("utf-8"))
WORDS = {"one hundred": 100}


def number(written: str) -> int:
    return WORDS.get(written) or int(written)


@pytest.mark.parametrize("expected", MESSAGES, ids=lambda expected: repr(expected["text"]))
def test_a_message_refers_to_what_its_writer_meant(expected: dict[str, Any], document: Document) -> None:
    found = hear(expected["text"], document, addressed=expected.get("addressed", True)).references
    sections = expected.get("section", [])
    assert list(found.paragraphs) == expected.get("paragraphs", [])
    assert [section.path for section in found.sections] == ([sections] if isinstance(sections, str) else sections)
    assert found.other_text is expected.get("other_text", False)
    assert found.no_sections == ()
    if expected.get("outside_range"):
        assert len(found.outside) == 1
    elif not found.other_text:
        assert [number(written) for written in found.outside] == expected.get("outside", [])


@pytest.mark.parametrize(
    "message", ["32", "para 32 please", "could you show me 32?", "hi, section IV.B please", "quote 32"]
)
def test_references_and_courtesy_alone_are_wholly_references(message: str, document: Document) -> None:
    assert hear(message, document).references.whole


@pytest.mark.parametrize(
    "message", ["para 32 is wrong", "is para 32 about fees?", "see section IV.B for women", "women"]
)
def test_talk_round_a_reference_is_not_wholly_a_reference(message: str, document: Document) -> None:
    assert not hear(message, document).references.whole


@pytest.mark.parametrize(
    ("written", "made_plain"),
    [
        ("‘a’ “b” «c»", '\'a\' "b" "c"'),
        ("１２–１４", "12-14"),
        ("pa\u200bra\u202e\x00 \ud8003\x0b2", "para 3 2"),
        ("**bold** _and_ `code`\n> quoted", "bold and code quoted"),
        ("a_b stays a_b", "a_b stays a_b"),
    ],
)
def test_signs_and_marks_are_made_plain(written: str, made_plain: str) -> None:
    assert plain(written) == made_plain


def test_a_message_is_never_cut_inside_a_number(document: Document) -> None:
    talk = ("talk " * READ_AT_MOST)[-(READ_AT_MOST - len("para 3")) :]
    assert 3 not in hear(f"{talk}para 32", document).references.paragraphs
