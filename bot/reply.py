"""What the core answers: rows of blocks of literal text, free of any platform.

A platform draws the blocks as richly as it can, never with other content. Blocks hold no markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.document import Document

if TYPE_CHECKING:
    from bot.digests.subscriptions import Subscription


class Visibility(StrEnum):
    """Who is to see a reply, where the platform can tell people apart."""

    EVERYONE = "everyone"
    ASKER = "asker"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotation: a paragraph, or some of its sentences that follow one another.

    Attributes:
        section: The path of its innermost section, "IV.B.2"; "" where the section has none.
        title: That section's title.
        sentences: Verbatim; joined by single spaces they are the quotation.
        start: How many sentences of the paragraph stand before them.
        of: How many sentences the paragraph has.
        answer: Which of `sentences` answer the question, as (first, end); None if none is singled out.
        marks: Places in the quotation that matched, as (first, end) characters.
        notes: The footnotes that hang on the quotation, as (mark, the words before it, text).
        as_printed: Words of the quotation that are misprinted in the source.
        source: "Hearings summary, 12 July 2006, paragraph 32".
        to_copy: Whether it is to be pasted elsewhere: quotation and reference as one.
    """

    number: int
    section: str
    title: str
    sentences: tuple[str, ...]
    start: int
    of: int
    source: str
    answer: tuple[int, int] | None = None
    marks: tuple[tuple[int, int], ...] = ()
    notes: tuple[tuple[str, str, str], ...] = ()
    as_printed: tuple[str, ...] = ()
    to_copy: bool = False

    @property
    def text(self) -> str:
        """The quotation, verbatim."""
        return " ".join(self.sentences)

    @property
    def whole(self) -> bool:
        """Whether it is the whole paragraph."""
        return len(self.sentences) == self.of


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of the bot's own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short lines; `levels` indents each, 0 where there are none."""

    items: tuple[str, ...]
    levels: tuple[int, ...] = ()

    def level(self, index: int) -> int:
        """How far an item is indented."""
        return self.levels[index] if self.levels else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a timetable: times as printed, a name, what it is about, and who speaks."""

    times: str
    name: str
    title: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timetable:
    """Timed rows. `zone` says whose clock it is."""

    rows: tuple[Row, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Copyable:
    """Text to be copied as it stands, such as a citation."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be made when delivered: what it shows, by name and arguments, and the same in words."""

    drawing: str
    arguments: tuple[str, ...]
    alternative: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to be made when delivered: its name, what it holds, and the same in words."""

    name: str
    content: str
    arguments: tuple[str, ...]
    alternative: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: where it leads, and the words that a person could type instead, which mean the same anywhere.

    Attributes:
        turns: Whether it turns the page, to the paragraph before or after.
    """

    label: str
    words: str
    turns: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Buttons in a row."""

    choices: tuple[Choice, ...]


Block = Heading | Passage | Text | Bullets | Timetable | Copyable | Picture | File | Choices


@dataclass(frozen=True, slots=True)
class Place:
    """Where a room or thread stands in the document: the paragraphs of its last passage.

    Attributes:
        shown: Everything shown last, in order, where that is more than the last passage.
        further: The candidates of the last question that were not shown yet, best first: each a paragraph and, from 0, its
            sentence. None where nothing was asked; what is shown meanwhile leaves the others as they are.
    """

    first: int
    last: int
    shown: tuple[int, ...] = ()
    further: tuple[tuple[int, int], ...] | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """Everything shown last, in order."""
        return self.shown or tuple(range(self.first, self.last + 1))

    def after(self, before: Place | None) -> Place:
        """This place with the candidates that are left of an earlier one, if it brings none of its own."""
        if self.further is not None or before is None or before.further is None:
            return self
        left = tuple(candidate for candidate in before.further if candidate[0] not in self.numbers)
        return replace(self, further=left)


def place_of(which: Sequence[int]) -> Place:
    """The place after paragraphs were shown in an order: the last run of them that follow one another."""
    first = last = which[-1]
    for number in reversed(which[:-1]):
        if number != first - 1:
            break
        first = number
    return Place(first, last, () if first == which[0] else tuple(which))


@dataclass(frozen=True, slots=True)
class Show:
    """A change to store: this place was shown."""

    place: Place


@dataclass(frozen=True, slots=True)
class Choose:
    """A change to store: what the room has chosen, as `Store.change` takes it."""

    setting: str
    value: str


@dataclass(frozen=True, slots=True)
class Hush:
    """A change to store: nothing more without a mention in the thread where this was asked."""


@dataclass(frozen=True, slots=True)
class OwnZone:
    """A change to store: the asker's own time zone, as an IANA name; "" forgets it."""

    zone: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A change to store: a new digest of the room."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Amend:
    """A change to store: a digest as it is from now on, unless something else has changed it meanwhile."""

    subscription: Subscription


Change = Show | Choose | Hush | OwnZone | Subscribe | Amend


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. Without blocks it is silence.

    Attributes:
        kind: The command that answered, "error" for what cannot be followed, "silence".
        answered: Whether the document was quoted for what was asked, or the command was carried out.
        also: Paragraphs pointed to but not quoted, in order.
        usage: Whether the fault is in how the message is written, not in what the document holds.
        thread: The root of the thread that it goes into; None for the room itself, as a reply to its question. The shell
            fills it in.
    """

    kind: str
    blocks: tuple[Block, ...] = ()
    answered: bool = True
    visibility: Visibility = Visibility.EVERYONE
    changes: tuple[Change, ...] = ()
    also: tuple[int, ...] = ()
    usage: bool = False
    thread: str | None = None

    @property
    def paragraphs(self) -> tuple[int, ...]:
        """The paragraphs quoted, best first, each once; none where nothing was answered."""
        if not self.answered:
            return ()
        return tuple(dict.fromkeys(block.number for block in self.blocks if isinstance(block, Passage)))


SILENCE = Reply("silence", answered=False)


def passage(
    document: Document,
    number: int,
    start: int = 0,
    end: int | None = None,
    answer: tuple[int, int] | None = None,
    marks: Iterable[tuple[int, int]] = (),
) -> Passage:
    """A quotation of a paragraph, or of its sentences from `start` up to but without `end`.

    Args:
        answer: Which sentences of the paragraph answer, as (first, end).

    Raises:
        ParagraphNotFound: No such number; the message gives the valid range.
    """
    paragraph = document.paragraph(number)
    sentences = document.sentences(number)
    count = len(sentences)
    end = count if end is None else end
    shown = sentences[start:end]
    notes: list[tuple[str, str, str]] = []
    for note in paragraph.notes:
        if start <= document.sentence_at(number, note.offset) < end:
            notes.append((note.mark, paragraph.text[: note.offset].rsplit(" ", 1)[-1], note.text))
    misprints = document.edition.misprints and document.misprints(number)
    return Passage(
        number,
        paragraph.section.path,
        paragraph.section.title,
        shown,
        start,
        count,
        f"{document.source_line}, paragraph {number}",
        (answer[0] - start, answer[1] - start) if answer else None,
        tuple(marks),
        tuple(notes),
        tuple(words for words in misprints if words in " ".join(shown)) if misprints else (),
    )


def leaning_passage(document: Document, number: int, sentence: int, *, answer: bool = False) -> Passage:
    """A sentence of a paragraph, by its index, with the one or two before it that it leans on.

    Args:
        answer: Whether the sentence is marked as the answer.
    """
    from corpus.topics import LEANING

    sentences = document.sentences(number)
    start = sentence
    while start and LEANING.match(sentences[start]) and sentence - start < 2:
        start -= 1
    return passage(document, number, start, sentence + 1, answer=(sentence, sentence + 1) if answer else None)


def shortened(text: str, limit: int = 60) -> str:
    """What a person wrote, short enough to be named in a sentence."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def numbers(values: Iterable[int]) -> str:
    """Paragraph numbers as people write them: "30 to 33, 40 and 41"; two in a row stay two."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(value) for value in run]
    return in_words(parts)


def in_words(parts: Iterable[str], joint: str = "and") -> str:
    """Parts as people list them: "a, b and c"."""
    listed = list(parts)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {joint} {listed[-1]}"


def paragraphs_word(values: Iterable[int]) -> str:
    """ "paragraph 32", "paragraphs 13 and 32"."""
    listed = list(values)
    return f"paragraph{'' if len(listed) == 1 else 's'} {numbers(listed)}"
