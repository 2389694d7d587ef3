"""The numbered document: paragraphs, a tree of sections, footnotes, and the programme of its annex.

These are values. `corpus.reader` makes them from a text, `corpus.library` adds what the text does not say about itself.
Every text here is verbatim: lines joined, footnote marks taken out and kept with their place, nothing else.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import ParagraphNotFound
from corpus.sentences import split_sentences

if TYPE_CHECKING:
    from corpus.answers import Answers
    from corpus.search import Search
    from corpus.topics import Topics
    from corpus.wording import Wordings


@dataclass(frozen=True, slots=True)
class Stated:
    """Something the text does not say about itself, and how we know it."""

    value: str
    provenance: str


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note and the places where its mark hangs and where it is printed.

    Attributes:
        mark: As printed, "1" or "*".
        paragraph: The paragraph whose text carries the mark.
        offset: How many characters of that paragraph's text stand before the mark.
        printed_in: The paragraph that was being printed when the foot of the page came.
        printed_at: How many characters of that paragraph's text stand before the foot of the page.
    """

    mark: str
    text: str
    paragraph: int
    offset: int
    printed_in: int
    printed_at: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One numbered paragraph.

    Attributes:
        text: Verbatim, on one line, without footnote marks.
        section: Its innermost section.
        lines: The first and last line of the source that hold it, from 1.
    """

    number: int
    text: str
    section: Section
    lines: tuple[int, int]
    notes: tuple[Footnote, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A titled run of paragraphs.

    Attributes:
        path: The labels from the top joined by full stops, "IV.B.2"; an unnumbered section has its parent's.
        label: The last of them as printed, without its full stop; "" if unnumbered.
        level: 1 for the top.
        first: The first paragraph in it or in its subsections.
        last: The last one.
        parent: The section that holds it; None at the top.
    """

    path: str
    label: str
    title: str
    level: int
    first: int
    last: int
    parent: Section | None
    line: int

    @property
    def name(self) -> str:
        """What to call it: "IV.B.2", or for an unnumbered one its path and title."""
        if self.label:
            return self.path
        return f"{self.path}, {self.title}" if self.path else self.title

    @property
    def printed(self) -> str:
        """Its label as it stands before the title: "IV. ", "(a) "; "" if unnumbered."""
        return f"{self.label}{'' if self.label.startswith('(') else '.'} " if self.label else ""

    @property
    def spoken(self) -> str:
        """Its path parted so that it is read out as letters and numbers: "IV B 2"."""
        return self.path.replace(".", " ")

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last

    def above(self) -> tuple[Section, ...]:
        """The sections that hold it, from the top."""
        return () if self.parent is None else (*self.parent.above(), self.parent)


@dataclass(frozen=True, slots=True)
class Item:
    """One timed item of the programme.

    Attributes:
        times: As printed, "10.35 a.m.-11.45 a.m.".
        label: As printed, "Segment 1"; "" if it has none.
        statements: Who speaks, as printed, in order.
        meeting: The meeting that it belongs to; None outside any.
    """

    start: time
    end: time
    times: str
    label: str
    title: str
    statements: tuple[str, ...]
    meeting: Meeting | None

    @property
    def name(self) -> str:
        return self.label or self.title


@dataclass(frozen=True, slots=True)
class Meeting:
    """A part of the day that holds items, such as the morning meeting."""

    start: time
    end: time
    times: str
    title: str


@dataclass(frozen=True, slots=True)
class Programme:
    """A day's meetings and timed items, in the order printed.

    Attributes:
        date: Its day, where it names one of its own; `Document.day` is the one that counts.
        zone: The zone of its times, likewise; `Document.zone` is the one that counts.
    """

    title: str
    meetings: tuple[Meeting, ...]
    items: tuple[Item, ...]
    entries: tuple[Meeting | Item, ...]
    date: date | None = None
    zone: Stated | None = None


@dataclass(frozen=True, slots=True)
class Annex:
    """What stands after the numbered text. `lines` holds an annex that is no programme, a line a line."""

    heading: str
    title: str
    programme: Programme | None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """What an editor says of a document, from `document.yaml`.

    Attributes:
        short_title: For the source line under a quotation.
        date: The day that the document reports on.
        zone: IANA name of the time zone of the programme.
        symbol: The document symbol; its value is "" where nobody has supplied one.
        misprints: Words that stand misprinted in the source, by paragraph.
        reported_in: The path of the section that reports an item of the programme, by the item's name.
    """

    title: Stated
    short_title: str
    author: str
    date: date | None
    zone: Stated
    symbol: Stated
    misprints: tuple[tuple[int, str], ...] = ()
    reported_in: tuple[tuple[str, str], ...] = ()


NO_EDITION = Edition(Stated("", ""), "", "", None, Stated("", ""), Stated("", ""))


@dataclass(frozen=True)
class Document:
    """One document, whole.

    Attributes:
        paragraphs: In order, numbered without a gap.
        sections: In order of print.
        source: The text as received.
        folder: Where its data lies (topics, keys); None for a text that has none.
        brought: A programme that an editor brought instead of the annex's.
    """

    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    notes: tuple[Footnote, ...]
    annex: Annex | None
    source: str = field(repr=False)
    name: str = ""
    edition: Edition = NO_EDITION
    folder: Path | None = None
    brought: Programme | None = None

    @property
    def first(self) -> int:
        """The lowest paragraph number."""
        return self.paragraphs[0].number

    @property
    def last(self) -> int:
        """The highest paragraph number."""
        return self.paragraphs[-1].number

    @property
    def programme(self) -> Programme | None:
        """The day's programme; None where the document has none."""
        return self.brought or (self.annex.programme if self.annex else None)

    @property
    def day(self) -> date | None:
        """The day of the programme: its own, else the one that the document reports on."""
        return (self.programme and self.programme.date) or self.edition.date

    @property
    def zone(self) -> Stated:
        """The time zone of the programme's times: its own, else the document's."""
        return (self.programme and self.programme.zone) or self.edition.zone

    @property
    def source_line(self) -> str:
        """What stands before a paragraph number when it is named elsewhere: "Hearings summary, 12 July 2006"."""
        edition = self.edition
        when = f"{edition.date.day} {edition.date:%B %Y}" if edition.date else ""
        return ", ".join(part for part in (edition.short_title or self.name, when) if part)

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last

    def paragraph(self, number: int) -> Paragraph:
        """One paragraph.

        Raises:
            ParagraphNotFound: No such number; the message gives the valid range.
        """
        if number not in self:
            raise ParagraphNotFound(number, self.first, self.last)
        return self.paragraphs[number - self.first]

    def sentences(self, number: int) -> tuple[str, ...]:
        """A paragraph's sentences in order; joined by single spaces they are its text."""
        known = self._sentences.get(number)
        if known is None:
            known = self._sentences[number] = split_sentences(self.paragraph(number).text)
        return known

    def sentence_stems(self, number: int) -> tuple[frozenset[str], ...]:
        """The stems that carry meaning in each of a paragraph's sentences, in order."""
        known = self._stems.get(number)
        if known is None:
            from corpus.words import stems

            known = self._stems[number] = tuple(frozenset(stems(sentence)) for sentence in self.sentences(number))
        return known

    def sentence_at(self, number: int, offset: int) -> int:
        """The index of the sentence that holds the character before an offset of a paragraph's text."""
        ends, end = [], -1
        for sentence in self.sentences(number):
            end += len(sentence) + 1
            ends.append(end)
        return min(bisect_right(ends, offset - 1), len(ends) - 1)

    def misprints(self, number: int) -> tuple[str, ...]:
        """Words of a paragraph that stand misprinted in the source, as printed."""
        return tuple(words for where, words in self.edition.misprints if where == number)

    @cached_property
    def _sentences(self) -> dict[int, tuple[str, ...]]:
        return {}

    @cached_property
    def _stems(self) -> dict[int, tuple[frozenset[str], ...]]:
        return {}

    @cached_property
    def _section_keys(self) -> dict[str, Section]:
        from corpus.labels import spellings

        keys: dict[str, Section] = {}
        for section in self.sections:
            if section.label:
                for key in spellings(section.path):
                    keys.setdefault(key, section)
        return keys

    def section(self, label: str) -> Section | None:
        """The section of a label in any spelling: "IV.B.2", "iv b 2", "4.B.2"; None if there is none."""
        return self._section_keys.get("".join(filter(str.isalnum, label.casefold())))

    def top_sections(self) -> tuple[Section, ...]:
        """The sections at the top of the tree, in order."""
        return tuple(section for section in self.sections if section.level == 1)

    @cached_property
    def telling_word(self) -> str:
        """The word of some length that it uses most, for examples of what to write."""
        from corpus.words import STOP

        counts: dict[str, int] = {}
        for paragraph in self.paragraphs:
            for word in paragraph.text.casefold().split():
                if len(word) > 6 and word.isalpha() and word not in STOP:
                    counts[word] = counts.get(word, 0) + 1
        return max(counts, key=lambda word: (counts[word], word), default="the")

    @property
    def middle(self) -> int:
        """The number of a paragraph in the middle, for examples of what to write."""
        return self.paragraphs[len(self.paragraphs) // 2].number

    @cached_property
    def topics(self) -> Topics:
        """The topic list that its editor supplied; empty if there is none."""
        from corpus.topics import load_topics

        return load_topics(self)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The paragraphs that its editor put together, a short one and the one that says it at length."""
        from corpus.pairs import load_pairs

        return load_pairs(self)

    @cached_property
    def search(self) -> Search:
        """The index of its words, built on first use."""
        from corpus.search import Search

        return Search(self)

    @cached_property
    def wordings(self) -> Wordings:
        """Its words in order, to find quotations among them; built on first use."""
        from corpus.wording import Wordings

        return Wordings(self)

    @cached_property
    def answers(self) -> Answers:
        """The index of what it answers, built on first use."""
        from corpus.answers import Answers

        return Answers(self)
