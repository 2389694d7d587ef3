"""A reply as plain text, in words and not signs: what a terminal pipes, a notification shows, a screen reader says.

Every platform sends this beside its richer drawing, and cuts what is too long with `split`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from bot.reply import Block, Bullets, Choices, Copyable, File, Heading, Passage, Picture, Reply, Row, Text, Timetable
from corpus.sentences import split_sentences


def render_plain(reply: Reply) -> str:
    """A reply whole, blocks parted by blank lines."""
    return "\n\n".join([render_block(block) for block in reply.blocks])


def render_block(block: Block) -> str:
    """One block as plain text."""
    match block:
        case Passage():
            return _passage(block)
        case Heading(text) | Text(text) | Copyable(text):
            return text
        case Choices(choices):
            return "; ".join([f"{choice.label.partition(':')[0]}: {choice.words}" for choice in choices])
        case Bullets(items):
            return "\n".join(f"{'  ' * block.level(i)}- {item}" for i, item in enumerate(items))
        case Timetable(rows, zone):
            return "\n".join([*map(_row, rows), *([f"({zone})"] if zone else [])])
        case Picture(_, _, alternative) | File(_, _, _, alternative):
            return alternative
        case _:
            assert_never(block)


def passage_title(passage: Passage) -> str:
    """ "Paragraph 32, section IV B 2: Impact of remittances, …"; labels are parted so that they are read as letters."""
    section = f", section {passage.section.replace('.', ' ')}" if passage.section else ""
    return f"Paragraph {passage.number}{section}: {passage.title}"


def passage_remarks(passage: Passage) -> list[str]:
    """What stands under a quotation and outside its marks: what was left out, notes, misprints."""
    remarks = []
    if not passage.whole:
        first, last = passage.start + 1, passage.start + len(passage.sentences)
        which = f"Sentence {first}" if first == last else f"Sentences {first} to {last}"
        remarks.append(f"{which} of {passage.of}; the whole: para {passage.number}")
    for mark, word, text in passage.notes:
        remarks.append(f"Note {mark}, after “{word}”: {text}")
    for words in passage.as_printed:
        remarks.append(f"[“{words}”: as printed]")
    return remarks


def copy_text(passage: Passage) -> str:
    """A quotation with its reference behind it, on one line, as people paste it."""
    misprint = "".join(f" [“{words}”: as printed]" for words in passage.as_printed)
    notes = "".join(f" [Note {mark}, after “{word}”: {text}]" for mark, word, text in passage.notes)
    return f"“{passage.text}”{misprint}{notes} ({passage.source})"


def _passage(passage: Passage) -> str:
    sentences = passage.sentences
    if passage.to_copy:
        return copy_text(passage)
    if passage.answer is None:
        quoted = [f"“{' '.join(sentences)}”"]
    else:
        first, end = passage.answer
        parts = (("", sentences[:first]), ("Answer: ", sentences[first:end]), ("", sentences[end:]))
        quoted = [f"{lead}“{' '.join(part)}”" for lead, part in parts if part]
    return "\n".join([passage_title(passage), *quoted, *passage_remarks(passage), passage.source])


def _row(row: Row) -> str:
    lines = [f"{row.times}: {row.name}" + (f". {row.title}" if row.title else "")]
    return "\n".join([*lines, *(f"  - {detail}" for detail in row.details)])


def split(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """A text in numbered parts that fit a platform's limit, cut at a line, else a sentence, else a word.

    Nothing is lost: the parts without their numbers, joined, hold every character but the blanks at the cuts.

    Args:
        limit: The most that `measure` may say of one part, its number included; at least 40.
        measure: How the platform counts; by default characters.
    """
    if measure(text) <= limit:
        return [text]
    most = "9" * len(str(1 + 4 * len(text) // max(limit - 20, 1)))
    room = limit - measure(f"({most} of {most})\n")
    parts: list[str] = []
    rest = text
    while rest:
        part = head(rest, room, measure)
        parts.append(part.rstrip())
        rest = rest[len(part) :].lstrip()
    return [f"({index} of {len(parts)})\n{part}" for index, part in enumerate(parts, 1)]


def head(text: str, room: int, measure: Callable[[str], int]) -> str:
    """The longest beginning that fits, cut at the best place."""
    if measure(text) <= room:
        return text
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= room else (low, middle - 1)
    window = text[:low]
    for cut in (window.rfind("\n\n"), window.rfind("\n"), _last_sentence(window), window.rfind(" ")):
        if cut > low // 3:
            return text[:cut]
    return window


def _last_sentence(window: str) -> int:
    sentences = split_sentences(window)
    return len(window) - len(sentences[-1]) if len(sentences) > 1 else -1
