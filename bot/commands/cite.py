"""`cite 32`, `cite 30-33 bibtex`: the citation, ready to paste."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Fact, Facts
from bot.commands.paragraph import ParagraphRequest, answer_paragraphs, does_not_exist
from bot.commands.section import SectionRequest, answer_section
from bot.errors import UsageError
from bot.hearing import Said, hear
from bot.references import References
from bot.reply import Block, Choice, Choices, Copyable, Reply, Text, shortened
from corpus.document import Document
from corpus.patterns import lazy

BIBTEX, PLAIN = "bibtex", "plain"

_FORMAT = lazy(r"\b(?:(?:as|in)\s+)?(bib\s?tex|latex)\b(?: format)?", re.IGNORECASE)
_ASKED = lazy(
    r"\b(?:how (?:do|should|can|would) (?:i|we|you|one) (?:cite|reference)|citation (?:for|of)|reference for|bibtex (?:for|of|entry)|how to cite)\b",
    re.IGNORECASE,
)
_THIS = lazy(r"(?:all of )?(?:it|this|that|these|those|them)(?: (?:paragraphs?|ones?|all))?[\s?.!]*", re.IGNORECASE)
_NUMBER_FIRST = lazy(r"\d{1,9}(?:\s*(?:-|,|and|to)\s*\d{1,9})*(?![.:/]?\d)")
_OTHER_STYLE = lazy(
    r"\b(?:(?:as|in)\s+)?(?:apa|mla|chicago|harvard|oscola|un)(?: style| format)?\s*$|\bsentences?\s+\d+.*$",
    re.IGNORECASE,
)
_WHOLE = lazy(r"(?:(?:the|this|whole|entire|full) )*(?:document|text|summary|hearings)?[\s?.!]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CiteRequest:
    """Which paragraphs, or the whole document; `this` means the last passage."""

    references: References
    style: str = PLAIN
    this: bool = False


def parse_cite(said: Said) -> CiteRequest | None:
    """A message that begins with "cite".

    Raises:
        UsageError: A number follows that names no paragraph or section.
    """
    style = BIBTEX if _FORMAT.search(said.rest) or said.first == BIBTEX else PLAIN
    rest = _OTHER_STYLE.sub("", _FORMAT.sub("", said.rest)).strip()
    if _WHOLE.fullmatch(rest):
        return CiteRequest(References(), style)
    if _THIS.fullmatch(rest):
        return CiteRequest(References(), style, this=True)
    found = hear(rest, said.document).references
    if not found and (section := said.document.section(rest)):
        found = References(sections=(section,))
    if not found and (number := _NUMBER_FIRST.match(rest)):
        found = hear(number[0], said.document).references
    if not found and any(ch.isdecimal() for ch in rest) and "note" not in rest.casefold():
        document = said.document
        raise UsageError(
            f"“{shortened(said.bare)}” names no paragraph to cite; the document has paragraphs {document.first} to "
            f"{document.last}: write, for example, cite {document.middle}"
        )
    return CiteRequest(found, style) if found else None


def recognise_cite(said: Said) -> CiteRequest | None:
    """ "How do I cite paragraph 32?"."""
    if not _ASKED.search(said.bare):
        return None
    style = BIBTEX if _FORMAT.search(said.bare) else PLAIN
    return CiteRequest(
        said.references,
        style,
        this=bool(re.search(r"\b(?:this|that|it) ?(?:one|paragraph)?\b", said.lower)) and not said.references,
    )


def answer_cite(request: CiteRequest, facts: Facts) -> Reply:
    """The citation in United Nations style, or as BibTeX; a symbol only where an editor supplied one."""
    document, found = facts.document, request.references
    which: tuple[int, ...] = found.paragraphs
    if found.sections:
        which = tuple(n for section in found.sections for n in range(section.first, section.last + 1))
    elif request.this and facts.place:
        which = facts.place.numbers
    elif found.no_sections and not which:
        return answer_section(SectionRequest((), found.no_sections), facts)
    elif (found.outside or found.other_text) and not which:
        return answer_paragraphs(ParagraphRequest(found), facts)
    made = bibtex(document, which) if request.style == BIBTEX else citation(document, which)
    blocks: list[Block] = [Copyable(made)]
    if found.outside:
        blocks.append(Text(does_not_exist(found.outside, document)))
    if not document.edition.symbol.value:
        blocks.append(
            Text(
                "The text states no document symbol, so none is given. Whoever runs this bot can add it, with its source, as "
                "“symbol” in document.yaml."
            )
        )
    if request.style == PLAIN:
        numbers = " " + _pinpoint(which).partition(" ")[2] if which else ""
        blocks.append(Choices((Choice("As BibTeX", f"cite{numbers.replace(' and ', ', ')} bibtex"),)))
    return Reply("cite", tuple(blocks), also=which)


def citation(document: Document, which: tuple[int, ...]) -> str:
    """ "United Nations, General Assembly, “Summary of …”, 12 July 2006, para. 32."."""
    edition = document.edition
    day = f"{edition.date.day} {edition.date:%B %Y}" if edition.date else ""
    title = edition.title.value or document.name
    parts = [edition.author, f"“{title}”", day, edition.symbol.value, _pinpoint(which)]
    return f"{', '.join(part for part in parts if part)}."


def bibtex(document: Document, which: tuple[int, ...]) -> str:
    """A BibTeX entry; the paragraphs stand in `note`."""
    edition = document.edition
    fields = {
        "author": f"{{{edition.author}}}" if edition.author else "",
        "title": f"{{{edition.title.value or document.name}}}",
        "year": str(edition.date.year) if edition.date else "",
        "month": f"{edition.date:%b}".lower() if edition.date else "",
        "day": str(edition.date.day) if edition.date else "",
        "number": edition.symbol.value,
        "note": _pinpoint(which).replace("-", "--"),
    }
    lines = [f"  {key} = {value if key == 'month' else '{' + value + '}'}," for key, value in fields.items() if value]
    return "\n".join([f"@misc{{{document.name},", *lines, "}"])


def _pinpoint(which: tuple[int, ...]) -> str:
    if not which:
        return ""
    runs: list[list[int]] = []
    for number in which:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{'para.' if len(which) == 1 else 'paras.'} {listed}"


CITE = Command(
    name="cite",
    usage="cite 32 · cite 30-33 bibtex",
    summary="The citation, ready to paste.",
    examples=("cite 32", "cite 30-33 bibtex", "cite", "how do I cite paragraph 32?", "cite section IV.B"),
    answer=answer_cite,
    words=("cite", "citation", "bibtex"),
    parse=parse_cite,
    recognise=recognise_cite,
    needs=frozenset({Fact.PLACE}),
)
