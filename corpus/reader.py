"""Reads a United Nations text of this kind: numbered paragraphs under a tree of headings, notes, a programme.

The strategy: one pass over the lines, each of which must start something, go on with something, or be refused by its
number; nothing is dropped. The rules of the print, none of which names a heading or a paragraph of any document:

1. A paragraph is the next number and a full stop, at the margin after a blank line, or after one blank at the top of
   a page, where the sentence before has ended. Inside a paragraph a line may begin with any other number.
2. A heading is indented and runs to the next blank line. A numbered one carries the next label of an open level, or the
   first label of a new level. An unnumbered one hangs under the numbered one before it.
3. A page may end anywhere: the next page begins with a blank in the middle of a sentence, or with two before a heading.
4. A row of underscores opens the notes at the foot of a page; their marks are glued to a word above.
5. Lines are joined by a space, save after a hyphen at a line's end, which is real in these texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from corpus.document import Annex, Document, Footnote, Paragraph, Section
from corpus.errors import Unplaced
from corpus.labels import readings
from corpus.patterns import lazy
from corpus.programme import ANNEX, read_annex

_PARAGRAPH = lazy(r"(\d{1,9})\.\s+(\S.*)")
_HEADING = lazy(r"([IVXLC]+|[A-Za-z]|\d{1,2}|\([a-z]{1,4}\)|\(\d{1,2}\))(\.?)\s+(\S.*)")
_SUBITEM = lazy(r"(?:\([a-z0-9]{1,4}\)|[•–—-])\s")
_LINE_END = lazy(r"\r\n|\r|\n")
_RULE = lazy(r"_{5,}")
_NOTE = lazy(r"(\d{1,3}|\*{1,4})\s+(\S.*)")
_SENTENCE_END = lazy(r"[.?!:;][”’\"')\]]*(?:\d{1,2})?$")
_ABBREVIATED = lazy(r"(?:\b(?:Nos?|Art|paras?|pp?)\.|\b(?:article|convention|paragraph|rule))$", re.IGNORECASE)
_NO_TITLE_END = lazy(r"[.;:,]$")


def join_lines(lines: Sequence[str]) -> str:
    """Lines as one text: a space between two, none after a hyphen that ends a word."""
    text = ""
    for line in lines:
        part = line.strip()
        if not part:
            continue
        glue = "" if not text or (text[-1] == "-" and text[-2:-1].isalnum()) else " "
        text += glue + part
    return text


@dataclass(slots=True)
class _Line:
    number: int
    indent: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text


@dataclass(slots=True)
class _OpenParagraph:
    number: int
    section: int
    lines: list[_Line] = field(default_factory=list)


@dataclass(slots=True)
class _OpenNote:
    mark: str
    line: _Line
    texts: list[str]
    printed_in: int
    printed_after: int
    page_from: int


@dataclass(slots=True)
class _Heading:
    label: str
    reading: tuple[str, int] | None
    title: str
    level: int
    line: _Line
    parent: int | None


def read_document(source: str, name: str = "") -> Document:
    """The document that a text holds.

    Raises:
        Unplaced: A line fits nowhere; the error names it.
    """
    reading = _Reading([_line(i, raw) for i, raw in enumerate(_LINE_END.split(source), 1)])
    reading.run()
    document = reading.document(source, name)
    _refuse_losses(document, source)
    return document


def _line(number: int, raw: str) -> _Line:
    text = raw.strip()
    return _Line(number, len(raw) - len(raw.lstrip()), text)


class _Reading:
    """The state of one pass: what is open, and what has been found."""

    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.at = 0
        self.after_blank = True
        self.in_notes = False
        self.headings: list[_Heading] = []
        self.open_levels: list[int] = []
        self.paragraphs: list[_OpenParagraph] = []
        self.notes: list[_OpenNote] = []
        self.page_from = 0
        self.annex: Annex | None = None
        self.line = lines[0] if lines else _Line(1, 0, "")

    def run(self) -> None:
        while self.at < len(self.lines):
            self.line = self.lines[self.at]
            if self.line.blank:
                self.after_blank = True
                self.at += 1
            elif _RULE.fullmatch(self.line.text):
                self._open_notes()
            elif self.in_notes and self._take_note():
                pass
            elif self.line.indent and ANNEX.fullmatch(self.line.text):
                self.annex = read_annex([(line.number, line.indent, line.text) for line in self.lines[self.at :]])
                self.at = len(self.lines)
            elif self._starts_paragraph():
                self._open_paragraph()
            elif self._take_heading():
                pass
            elif self._continues_paragraph():
                self.paragraphs[-1].lines.append(self.line)
                self._step()
            else:
                raise Unplaced(self.line.number, self.line.text, self._expected())
        if not self.paragraphs:
            raise Unplaced(1, self.lines[0].text if self.lines else "", "a text with numbered paragraphs, “1. …”")

    def _step(self) -> None:
        self.at += 1
        self.after_blank = False

    def _expected(self) -> str:
        if not self.paragraphs:
            return "a heading or a numbered paragraph, “1. …”"
        return (
            f"paragraph {self.paragraphs[-1].number + 1}, a heading, or more of paragraph {self.paragraphs[-1].number}"
        )

    def _expected_heading(self) -> str:
        above = [f"after “{self.headings[i].label}”" for i in self.open_levels if self.headings[i].label]
        return (
            f"a heading whose label follows: the next one {', or the next '.join(above)}, or the first of a new level"
        )

    # -- paragraphs

    def _starts_paragraph(self) -> bool:
        match = _PARAGRAPH.match(self.line.text)
        if not match:
            return False
        number = int(match[1])
        if not self.paragraphs:
            return self.line.indent == 0
        if number != self.paragraphs[-1].number + 1:
            return False
        if self.after_blank:
            return self.line.indent == 0 or self._label_for_heading(match[1]) is None
        return self._sentence_ended() and not (self.line.indent and self._block_is_heading())

    def _open_paragraph(self) -> None:
        match = _PARAGRAPH.match(self.line.text)
        assert match
        self.paragraphs.append(_OpenParagraph(int(match[1]), len(self.headings) - 1))
        self.paragraphs[-1].lines.append(replace(self.line, text=match[2]))
        self._step()

    def _sentence_ended(self) -> bool:
        if not self.paragraphs:
            return True
        last = self.paragraphs[-1].lines[-1].text
        return bool(_SENTENCE_END.search(last)) and not _ABBREVIATED.search(last)

    def _continues_paragraph(self) -> bool:
        if not self.paragraphs or (
            self.headings and self.headings[-1].line.number > self.paragraphs[-1].lines[-1].number
        ):
            return False
        if not self.after_blank:
            return True
        return bool(_SUBITEM.match(self.line.text)) or (self.line.text[0].islower() and not self._sentence_ended())

    # -- headings

    def _block(self) -> list[_Line]:
        """The lines from this one to the next blank one."""
        end = self.at
        while end < len(self.lines) and not self.lines[end].blank:
            end += 1
        return self.lines[self.at : end]

    def _block_is_heading(self) -> bool:
        block = self._block()
        return (
            len(block) <= 8 and not _NO_TITLE_END.search(block[-1].text) and all(not line.indent for line in block[1:])
        )

    def _label_for_heading(self, label: str) -> tuple[int, tuple[str, int]] | None:
        """The depth (0 for the top) and reading that a heading's label would have here; None if it fits nowhere."""
        possible = readings(label)
        if not self.headings:
            return (0, possible[0]) if possible else None
        open_readings = [self.headings[index].reading for index in self.open_levels]
        for depth in range(len(open_readings) - 1, -1, -1):
            above = open_readings[depth]
            if above and (above[0], above[1] + 1) in possible and self._same_dress(depth, label):
                return depth, (above[0], above[1] + 1)
        styles = {(r[0], self._dress(index)) for index, r in zip(self.open_levels, open_readings, strict=True) if r}
        for style, value in possible:
            if value == 1 and (style, label.startswith("(")) not in styles:
                while open_readings and open_readings[-1] is None:
                    open_readings.pop()
                return len(open_readings), (style, value)
        return None

    def _dress(self, index: int) -> bool:
        return self.headings[index].label.startswith("(")

    def _same_dress(self, depth: int, label: str) -> bool:
        return self._dress(self.open_levels[depth]) == label.startswith("(")

    def _take_heading(self) -> bool:
        if not self.line.indent or not self._block_is_heading():
            return False
        block = self._block()
        match = _HEADING.match(self.line.text)
        if match and (match[2] or match[1].startswith("(")):
            place = self._label_for_heading(match[1])
            if place is None:
                if self.after_blank or self.line.indent > 1:
                    raise Unplaced(self.line.number, self.line.text, self._expected_heading())
                return False
            self._open_heading(match[1], place[1], place[0], [match[3], *(line.text for line in block[1:])])
        elif self.after_blank or (self.line.indent > 1 and self._sentence_ended()):
            if self.line.text[0].islower():
                return False
            numbered = [i for i in self.open_levels if self.headings[i].label]
            self._open_heading("", None, len(numbered), [line.text for line in block])
        else:
            return False
        self.at += len(block)
        self.after_blank = False
        return True

    def _open_heading(self, label: str, reading: tuple[str, int] | None, depth: int, lines: list[str]) -> None:
        del self.open_levels[depth:]
        parent = self.open_levels[-1] if self.open_levels else None
        self.headings.append(_Heading(label, reading, join_lines(lines), depth + 1, self.line, parent))
        self.open_levels.append(len(self.headings) - 1)

    # -- notes

    def _open_notes(self) -> None:
        if not self.paragraphs:
            raise Unplaced(self.line.number, self.line.text, "a paragraph before the notes")
        self.in_notes = True
        self.page_notes = len(self.notes)
        self.at += 1
        self.after_blank = True

    def _take_note(self) -> bool:
        match = _NOTE.fullmatch(self.line.text)
        first = len(self.notes) == self.page_notes
        if match and (first or self._follows(self.notes[-1].mark, match[1])):
            here = self.paragraphs[-1]
            self.notes.append(_OpenNote(match[1], self.line, [match[2]], here.number, len(here.lines), self.page_from))
        elif not first and not self.after_blank and self.line.indent == 0:
            self.notes[-1].texts.append(self.line.text)
        elif first:
            raise Unplaced(self.line.number, self.line.text, "a note after the rule, “1  …”")
        else:  # the next page begins; blanks before the notes say nothing about it
            self.in_notes = False
            self.page_from = len(self.paragraphs) - 1
            return False
        self._step()
        return True

    @staticmethod
    def _follows(mark: str, following: str) -> bool:
        return following == (str(int(mark) + 1) if mark.isdecimal() else mark + "*")

    # -- what was found

    def document(self, source: str, name: str) -> Document:
        sections = self._sections()
        texts = [join_lines([line.text for line in para.lines]) for para in self.paragraphs]
        texts, notes = self._hang_notes(texts)
        paragraphs = tuple(
            Paragraph(
                para.number,
                text,
                sections[para.section],
                (para.lines[0].number, para.lines[-1].number),
                tuple(note for note in notes if note.paragraph == para.number),
            )
            for para, text in zip(self.paragraphs, texts, strict=True)
        )
        return Document(paragraphs, sections, notes, self.annex, source, name)

    def _sections(self) -> tuple[Section, ...]:
        if not self.headings or self.paragraphs[0].section < 0:
            first = self.paragraphs[0].lines[0]
            raise Unplaced(first.number, first.text, "a heading before the first paragraph")
        found: list[Section] = []
        for index, heading in enumerate(self.headings):
            after = next(
                (i for i in range(index + 1, len(self.headings)) if self.headings[i].level <= heading.level), None
            )
            end = len(self.headings) if after is None else after
            inside = [para.number for para in self.paragraphs if index <= para.section < end]
            if not inside:
                raise Unplaced(heading.line.number, heading.line.text, "a heading with paragraphs under it")
            parent = found[heading.parent] if heading.parent is not None else None
            path = ".".join(part for part in (parent.path if parent else "", heading.label) if part)
            found.append(
                Section(
                    path,
                    heading.label,
                    heading.title,
                    heading.level,
                    inside[0],
                    inside[-1],
                    parent,
                    heading.line.number,
                )
            )
        return tuple(found)

    def _hang_notes(self, texts: list[str]) -> tuple[list[str], tuple[Footnote, ...]]:
        """Take the marks out of the texts, from the last to the first, and say where they hung."""
        first = self.paragraphs[0].number
        cuts = [
            len(
                join_lines([line.text for line in self.paragraphs[note.printed_in - first].lines[: note.printed_after]])
            )
            for note in self.notes
        ]
        found: list[Footnote] = []
        for note, cut in reversed(list(zip(self.notes, cuts, strict=True))):
            mark = re.compile(rf"(?<=[^\W\d_A-Z]|[.,;:!?”’\")\]])(?<!\d[.,:]){re.escape(note.mark)}(?=[\s.,;:)”’\]]|$)")
            places = [
                (index, match.start())
                for index in range(note.page_from, note.printed_in - first + 1)
                for match in mark.finditer(texts[index])
            ]
            if len(places) != 1:
                where = ", ".join(str(index + first) for index, _ in places) or "none"
                raise Unplaced(note.line.number, note.line.text, f"its mark once on the page above (found in: {where})")
            index, offset = places[0]
            length = len(note.mark)
            texts[index] = texts[index][:offset] + texts[index][offset + length :]
            found = [_shifted(other, index + first, offset, length) for other in found]
            printed_at = cut - length if note.printed_in == index + first and cut > offset else cut
            found.append(
                Footnote(note.mark, join_lines(note.texts), index + first, offset, note.printed_in, printed_at)
            )
        return texts, tuple(reversed(found))


def _shifted(note: Footnote, paragraph: int, offset: int, length: int) -> Footnote:
    """A note's places after an earlier mark was taken out of the same paragraph."""
    if note.paragraph == paragraph and note.offset > offset:
        note = replace(note, offset=note.offset - length)
    if note.printed_in == paragraph and note.printed_at > offset:
        note = replace(note, printed_at=note.printed_at - length)
    return note


def reassemble(document: Document) -> str:
    """Everything that was read, in the order of print, without blanks: what `source` holds without blanks."""
    notes: dict[int, list[tuple[int, str]]] = {}
    pages: dict[tuple[int, int], str] = {}
    for note in document.notes:
        page = (note.printed_in, note.printed_at)
        pages[page] = pages.get(page, "_" * _rule_length(document.source)) + note.mark + note.text
        notes.setdefault(note.paragraph, []).append((note.offset, note.mark))
    for (number, at), printed in pages.items():
        notes.setdefault(number, []).append((at, printed))
    headings = {
        line: f"{s.label}{'' if not s.label or s.label.startswith('(') else '.'}{s.title}"
        for s in document.sections
        for line in (s.line,)
    }
    pieces = sorted(
        [*headings.items(), *((p.lines[0], _printed(p, notes.get(p.number, []))) for p in document.paragraphs)]
    )
    text = "".join(piece for _, piece in pieces)
    if document.annex:
        annex = document.annex
        text += annex.heading + annex.title + "".join(annex.lines)
        for entry in annex.programme.entries if annex.programme else ():
            text += (
                entry.times
                + (f"{getattr(entry, 'label', '')}{entry.title}")
                + "".join(getattr(entry, "statements", ()))
            )
    return "".join(text.split())


def _printed(paragraph: Paragraph, inserts: list[tuple[int, str]]) -> str:
    text = paragraph.text
    for offset, printed in sorted(inserts, key=lambda pair: pair[0], reverse=True):
        text = text[:offset] + printed + text[offset:]
    return f"{paragraph.number}.{text}"


def _rule_length(source: str) -> int:
    match = _RULE.search(source)
    return len(match[0]) if match else 0


def _refuse_losses(document: Document, source: str) -> None:
    """The reader's own proof that it dropped and moved nothing."""
    given, found = "".join(source.split()), reassemble(document)
    if given == found:
        return
    at = next((i for i, (a, b) in enumerate(zip(given, found, strict=False)) if a != b), min(len(given), len(found)))
    seen = 0
    for number, line in enumerate(_LINE_END.split(source), 1):
        seen += len("".join(line.split()))
        if seen > at:
            raise Unplaced(number, line.strip(), f"a line that is read without loss (read: “{found[at : at + 30]}”)")
    raise Unplaced(len(_LINE_END.split(source)), "", "the end of the text")


def gaps(document: Document) -> list[str]:
    """What an editor should look at, though it could be read: very short paragraphs, notes out of order."""
    remarks = [
        f"paragraph {p.number} (line {p.lines[0]}) is only {len(p.text)} characters long"
        for p in document.paragraphs
        if len(p.text) < 40
    ]
    for earlier, later in pairwise(document.notes):
        if later.paragraph < earlier.paragraph:
            remarks.append(f"note {later.mark} hangs before note {earlier.mark}")
    return remarks
