"""`section IV.B.2`, `section remittances`: a section with its paragraphs, by label or by title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.commands.paragraph import asks_the_day, quoted, read_all
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import (
    Block,
    Bullets,
    Choice,
    Choices,
    Heading,
    Passage,
    Place,
    Reply,
    Show,
    Text,
    Visibility,
    in_words,
    paragraphs_word,
    shortened,
)
from corpus.document import Document, Section
from corpus.patterns import lazy
from corpus.words import stems, words

_FULL = lazy(r"\b(?:in full|full text|whole|complete|entire)\b", re.IGNORECASE)
_LABEL = r"[IVX]+(?:[. ]?[A-Z](?:[. ]?\d)?)?"
#: "Is there anything in section V about remittances?": a search, not the section.
IN_SECTION_ASKED = lazy(
    rf"(?:is there |are there |what is there |does it say |do they say |what does it say |what do they say |any(?:thing)? |something |what's )*(?:(?:anything|something|any mention|any) )?(?:"
    rf"(?:in|of) (?:section|part) (?P<label>{_LABEL}) (?:about|on|of) (?P<what>.{{3,60}}?)|(?:about|on|of) (?P<what2>.{{3,60}}?) in (?:section|part) (?P<label2>{_LABEL}))[\s?.!]*",
    re.IGNORECASE,
)
_WHAT_IS = lazy(r"^(?:(?:what (?:are|is|were)|show me|give me|read|list)\s+)?(?:the\s+)?", re.IGNORECASE)
_ABOUT_SECTION = lazy(
    r"(?:(?:show|give|read|open|me|see)\s+)*the (?:section|part|chapter) (?:about|on|called) (?P<what>.{3,80}?)[\s?.!]*",
    re.IGNORECASE,
)
_LEAD = lazy(
    r"^(?:(?:the|a|about|on|called|titled|named|for|with|that is about|which is about|dealing with|that deals with)\s+)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SectionRequest:
    """Which sections; or the labels asked for that the document has not; and the words of a title that were looked for."""

    sections: tuple[Section, ...]
    missing: tuple[str, ...] = ()
    in_full: bool = False
    title: str = ""


def recognise_section(said: Said) -> SectionRequest | None:
    """Sections referred to by label anywhere in a message."""
    found = said.references
    if titled := _by_whole_title(said):
        return SectionRequest((titled,), in_full=bool(_FULL.search(said.text)))
    if not found.whole and found.sections and asks_the_day(said):
        return None
    if (found.sections or found.no_sections) and not IN_SECTION_ASKED.fullmatch(said.bare):
        return SectionRequest(found.sections, found.no_sections, bool(_FULL.search(said.text)))
    return None


def _by_whole_title(said: Said) -> Section | None:
    """The section whose title, with or without its label, is the whole message, as when it is pasted."""
    if not 5 <= len(said.text) <= 400:
        return None
    spelt = " ".join(words(_WHAT_IS.sub("", said.bare)))
    for section in said.document.sections:
        title = " ".join(words(section.title))
        labelled = f"{section.label.strip('()').casefold()} {title}"
        if (section.label and spelt == labelled) or (
            " " in title and spelt in {title, f"section {title}"} and not said.document.topics.named(title)
        ):
            return section
    match = _ABOUT_SECTION.fullmatch(said.bare)
    titled = by_title(said.document, match["what"]) if match else ()
    return titled[0] if titled else None


def parse_section(said: Said) -> SectionRequest | None:
    """A message that begins with "section"; what is no label is looked for in the titles.

    Raises:
        UsageError: No label or title follows.
    """
    if request := recognise_section(said):
        return request
    if said.references.other_text:
        return None
    titled_words = _LEAD.sub("", _FULL.sub("", said.rest)).strip(" ?.!")
    if not titled_words:
        raise UsageError(
            "which section? Write, for example, section " + _an_example(said.document) + ", or outline to see them all"
        )
    titled = by_title(said.document, titled_words)
    return SectionRequest(titled, () if titled else (titled_words,), bool(_FULL.search(said.rest)), titled_words)


def by_title(document: Document, title: str) -> tuple[Section, ...]:
    """The sections whose titles hold all the words of another, by stems; the shortest titles first."""
    wanted = set(stems(title))
    if not wanted:
        return ()
    found = [section for section in document.sections if wanted <= set(stems(section.title))]
    found.sort(key=lambda section: len(section.title))
    exact = [section for section in found if set(stems(section.title)) == wanted]
    return tuple(exact[:1] or found)


def answer_section(request: SectionRequest, facts: Facts) -> Reply:
    """A section's heading, its subsections' headings, and its paragraphs: whole, or by their first sentences."""
    document = facts.document
    if not request.sections:
        return _no_section(request, document)
    if len(request.sections) > 3:
        return _which_one(request)
    blocks: list[Block] = []
    for section in request.sections:
        blocks += section_blocks(document, section, request.in_full)
    first, last = request.sections[0], request.sections[-1]
    if reported := reported_here(document, request.sections):
        blocks.append(Text(reported))
    if request.missing:
        blocks.append(Text(missing_sections(request.missing, document)))
    choices = []
    if any(isinstance(block, Passage) and not block.whole for block in blocks):
        choices.append(read_all(tuple(range(first.first, first.last + 1))))
    if first.parent and first.parent.label:
        choices.append(Choice("The section above", f"section {first.parent.path}"))
    following = next((s for s in document.sections if s.line > last.line and s.parent == last.parent and s.label), None)
    if following:
        choices.append(Choice("Next section", f"section {following.path}"))
    blocks.append(Choices((*choices, Choice("All sections", "outline"))))
    return Reply("section", tuple(blocks), changes=(Show(Place(last.first, last.last)),))


def section_blocks(document: Document, section: Section, in_full: bool) -> list[Block]:
    """A section's heading and, under the headings of its subsections, its paragraphs."""
    which = tuple(range(section.first, section.last + 1))
    passages = {block.number: block for block in quoted(document, which, in_full)}
    blocks: list[Block] = [Heading(heading(section))]
    shown = section
    for number in which:
        inner = document.paragraph(number).section
        if inner != shown:
            new = [above for above in (*inner.above(), inner) if above.line > shown.line]
            blocks += [Heading(heading(above)) for above in new]
            shown = inner
        blocks.append(passages[number])
    return blocks


def heading(section: Section) -> str:
    """ "Section IV B 2: Impact of remittances, … (paragraph 32)"."""
    label = f"Section {section.spoken}: " if section.label else ""
    return f"{label}{section.title} ({paragraphs_word(range(section.first, section.last + 1))})"


def _which_one(request: SectionRequest) -> Reply:
    sections = request.sections
    asked = (
        f"{len(sections)} sections have “{request.title}” in their title"
        if request.title
        else f"That is {len(sections)} sections"
    )
    choices = tuple(Choice(f"Section {s.spoken}", f"section {s.path}") for s in sections[:5] if s.label)
    return Reply(
        "section",
        (
            Text(f"{asked}; which one shall I quote?"),
            Bullets(tuple(heading(section) for section in sections)),
            *((Choices(choices),) if choices else ()),
        ),
        answered=False,
        visibility=Visibility.ASKER,
        also=tuple(dict.fromkeys(section.first for section in sections)),
    )


def reported_here(document: Document, sections: tuple[Section, ...]) -> str:
    """Which items of the programme some sections report, in a sentence; "" where they report none."""
    names = [item for item, path in document.edition.reported_in if document.section(path) in sections]
    if not names:
        return ""
    return f"{in_words(names)} of the programme {'is' if len(names) == 1 else 'are'} reported here."


def _an_example(document: Document) -> str:
    return max(document.sections, key=lambda section: (section.level if section.label else 0, -section.line)).path


def missing_sections(missing: tuple[str, ...], document: Document) -> str:
    """What to say of sections that the document has not: which, and those that it has."""
    tops = [section.label for section in document.top_sections() if section.label]
    span = f"sections {tops[0]} to {tops[-1]}" if tops else "no numbered sections"
    named = ", ".join(shortened(label) for label in missing)
    return f"There is no section {named}; the document has {span}, and outline shows all of them."


def _no_section(request: SectionRequest, document: Document) -> Reply:
    blocks: list[Block] = [Text(missing_sections(request.missing, document))]
    missing = request.missing[0] if request.missing else ""
    if any(map(document.answers.holds, stems(missing))):
        blocks.append(Choices((Choice("Look for it instead", f"search {missing}"), Choice("All sections", "outline"))))
    else:
        blocks.append(Choices((Choice("All sections", "outline"),)))
    return Reply("error", tuple(blocks), answered=False, visibility=Visibility.ASKER)


SECTION = Command(
    name="section",
    usage="section IV.B.2 · section remittances",
    summary="A section with its paragraphs, by label or words of its title.",
    examples=(
        "section IV.B.2",
        "section iv b 2",
        "section 4.B",
        "section remittances",
        "IV.C.1",
        "section female migrants",
    ),
    answer=answer_section,
    words=("section", "sections", "sec"),
    parse=parse_section,
    recognise=recognise_section,
)
