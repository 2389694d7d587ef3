"""`note 1`, `footnotes`: the footnotes, and where they hang."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.hearing import Said
from bot.reply import Block, Choice, Choices, Place, Reply, Show, Text, Visibility, in_words, passage
from corpus.document import Document, Footnote
from corpus.patterns import lazy

_NOTE = lazy(
    r"(?:(?:show|give|quote|cite|read|open|what(?:'s| is| does)|see|the|me|is|in|document'?s?|all|list|any|are there|first|only|a)\s+)*"
    r"(?:foot\s?-?notes?|notes?|fn\.?)(?:\s*(?:no\.?|number|\#)?\s*(?P<mark>\d{1,9}|\*+|one|two|three))?(?:\s+(?:say|says|in the (?:document|text)))?[\s?.!)]*",
    re.IGNORECASE,
)
_INSIDE = lazy(
    r"(?<!for a )(?<!for my )(?<!in a )(?<!in my )\bfoot\s?-?notes?\s*(?:no\.?|number|\#)?\s*(?P<mark>\d{1,9}|one|two|three)?\b",
    re.IGNORECASE,
)
_WORDS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "first": "1",
    "second": "2",
    "third": "3",
    "1st": "1",
    "2nd": "2",
    "3rd": "3",
}
_ORDINAL = lazy(r"\b(?P<mark>first|second|third|1st|2nd|3rd)\s+(?:foot\s?-?)?note\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NoteRequest:
    """Which note, by its mark; None for all."""

    mark: str | None


def recognise_note(said: Said) -> NoteRequest | None:
    """A message that asks for a footnote."""
    if "note" not in said.lower and "fn" not in said.lower:
        return None
    match = _ORDINAL.search(said.bare) or _NOTE.fullmatch(said.bare) or _INSIDE.search(said.bare)
    if not match:
        return None
    mark = match["mark"]
    return NoteRequest(_WORDS.get(mark.casefold(), mark) if mark else None)


def answer_note(request: NoteRequest, facts: Facts) -> Reply:
    """The note's text, and the sentence that its mark hangs on."""
    document = facts.document
    if not document.notes:
        return Reply("note", (Text("The document has no footnotes."),), answered=False)
    wanted = [note for note in document.notes if request.mark in (None, note.mark)]
    if not wanted:
        marks = in_words([note.mark for note in document.notes])
        text = f"There is no note {request.mark}; the document has {'note' if len(document.notes) == 1 else 'notes'} {marks}."
        return Reply("error", (Text(text),), answered=False, visibility=Visibility.ASKER)
    blocks: list[Block] = []
    for note in wanted:
        at = document.sentence_at(note.paragraph, note.offset)
        blocks.append(Text(_where(document, note)))
        blocks.append(passage(document, note.paragraph, at, at + 1))
    blocks.append(
        Choices(tuple(Choice(f"Paragraph {n}", f"para {n}") for n in dict.fromkeys(w.paragraph for w in wanted)))
    )
    return Reply("note", tuple(blocks), changes=(Show(Place(wanted[0].paragraph, wanted[-1].paragraph)),))


def _where(document: Document, note: Footnote) -> str:
    word = document.paragraph(note.paragraph).text[: note.offset].rsplit(" ", 1)[-1]
    return f"Note {note.mark}: “{note.text}” It hangs on “{word}” in paragraph {note.paragraph}."


NOTE = Command(
    name="note",
    usage="note 1 · footnotes",
    summary="A footnote, and where it hangs.",
    examples=("note 1", "footnotes", "footnote 1", "what does footnote 1 say?"),
    answer=answer_note,
    recognise=recognise_note,
)
