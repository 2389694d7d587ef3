"""`outline`: the tree of sections."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.hearing import Said
from bot.reply import Bullets, Choice, Choices, Heading, Reply, paragraphs_word
from corpus.document import Section
from corpus.patterns import lazy

_OUTLINE = lazy(
    r"(?:(?:the|an?|show(?: me)?|list|give me|what are|of|all|document'?s?|full|whole)\s+)*"
    r"(?:outline|contents?|table of contents|toc|structure|headings|sections|chapters)(?: of (?:the|this) (?:document|text|summary))?"
    r"(?: are there| does it have)?[\s?.!]*",
    re.IGNORECASE,
)


_OF_SECTION = lazy(
    r"(?:the )?(?:outline|structure|contents)(?: (?:of|in|for))?(?: (?:section|part))? (?P<label>[A-Za-z0-9.() ]{1,12}?)[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OutlineRequest:
    """The tree under a section; None for the whole."""

    section: Section | None = None


def recognise_outline(said: Said) -> OutlineRequest | None:
    """A message that asks for the table of contents, of the document or of one section."""
    if match := _OF_SECTION.fullmatch(said.bare):
        section = said.document.section(match["label"])
        return OutlineRequest(section) if section else None
    return OutlineRequest() if len(said.bare) < 80 and _OUTLINE.fullmatch(said.bare) else None


def answer_outline(request: OutlineRequest, facts: Facts) -> Reply:
    """Every section with its paragraphs' numbers, indented by its level."""
    document, within = facts.document, request.section
    sections = [s for s in document.sections if within is None or within in (s, *s.above())]
    items = tuple(
        f"{section.printed}{section.title} ({paragraphs_word(range(section.first, section.last + 1))})"
        for section in sections
    )
    levels = tuple(section.level - sections[0].level for section in sections)
    choices = tuple(
        Choice(f"Section {top.label}", f"section {top.label}") for top in document.top_sections() if top.label
    )
    title = document.edition.short_title or document.name
    paragraphs = len(document.paragraphs) if within is None else within.last - within.first + 1
    blocks = (
        Heading(f"{title}: {len(sections)} sections, {paragraphs} paragraphs"),
        Bullets(items, levels),
    )
    return Reply("outline", (*blocks, Choices(choices)) if choices else blocks)


OUTLINE = Command(
    name="outline",
    usage="outline",
    summary="The tree of sections.",
    examples=("outline", "table of contents", "show me the structure"),
    answer=answer_outline,
    recognise=recognise_outline,
)
