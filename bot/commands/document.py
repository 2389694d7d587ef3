"""Questions about the document as a whole: how long it is, how it is built, its symbol, its misprints.

What is said is counted in the text as received, or stands in the document's own data with how it is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.commands.command import Command, Facts
from bot.commands.outline import OutlineRequest, answer_outline
from bot.commands.section import SectionRequest, answer_section, by_title
from bot.hearing import Said
from bot.reply import Block, Bullets, Choice, Choices, Heading, Place, Reply, Show, Text, in_words, passage
from corpus.document import Document
from corpus.patterns import lazy


class Asked(StrEnum):
    """What is asked of the document; the names of the groups that hear it."""

    COUNT = "count"
    LENGTH = "length"
    MISPRINTS = "misprints"
    SYMBOL = "symbol"
    AUTHOR = "author"
    PUBLISHED = "published"
    TITLE = "title"
    SUBJECT = "subject"
    BUILT = "built"
    FINDINGS = "findings"


_IT = r"(?:it|this|(?:the|this) (?:whole |entire |hearings )?(?:document|summary|text|paper|doc))"
_OF_IT = rf"(?: (?:of|in|for|on) {_IT})?"
_HOW_MANY = (
    rf"(?: (?:are there|does {_IT} (?:have|contain)|has {_IT}|are|is)(?: (?:in|there in) {_IT})?| in {_IT}| in total)?"
)
_ASKED = lazy(
    r"(?:(?:and|so|but|ok|tell me|give me|show me|do you know)[\s,]+)*(?:"
    rf"(?P<count>how many (?:numbered )?(?:paragraphs|paras|sections|chapters|headings|footnotes|notes|parts|annexes){_HOW_MANY})|"
    rf"(?P<length>how (?:long|big) is (?:(?:the|this) (?:whole |entire )?(?:document|summary|text|paper|doc)|this thing)|how many (?:words|pages|characters){_HOW_MANY}|"
    rf"(?:what(?:'s| is) the )?(?:length|size|word count|page count){_OF_IT})|"
    rf"(?P<misprints>(?:(?:what(?:'s| is| are)|which(?: is| are)?|is there|are there|does {_IT} have|where(?:'s| is| are)|has {_IT}|list)\s+)?(?:the|any|an?|all|known)?\s*"
    rf"(?:misprints?|typos?|typing errors?|spelling (?:mistakes?|errors?)|errat(?:a|um)|printing errors?|mistakes? in {_IT}|errors? in {_IT}){_OF_IT})|"
    rf"(?P<symbol>(?:what(?:'s| is)|is there|does {_IT} have|has {_IT}|which is)?\s*(?:the|an?|any|its)?\s*(?:un )?(?:official )?(?:document )?(?:symbol|document number|doc(?:ument)? (?:no\.?|symbol|reference|code)){_OF_IT})|"
    rf"(?P<author>who (?:wrote|authored|drafted|published|issued|produced|prepared|made) {_IT}|(?:who(?:'s| is) )?(?:the )?(?:author|publisher){_OF_IT})|"
    rf"(?P<published>when (?:was|is) {_IT} (?:published|issued|released|written|adopted|dated|printed)|(?:what(?:'s| is) )?(?:the )?(?:publication date|date of publication|date of issue){_OF_IT})|"
    rf"(?P<title>(?:what(?:'s| is) )?(?:the |its )?(?:full |official |exact )?(?:title|name){_OF_IT}|what is {_IT} called)|"
    rf"(?P<subject>what(?:'s| is) {_IT}(?: all)? about|what(?:'s| is) in {_IT}|what does {_IT} (?:cover|deal with|contain)|"
    rf"what (?:topics|subjects|themes) does {_IT} (?:cover|deal with|treat)|(?:the )?(?:subject|gist){_OF_IT})|"
    rf"(?P<built>how is {_IT} (?:structured|organi[sz]ed|built|divided|laid out|arranged)|what is the structure{_OF_IT})|"
    rf"(?P<findings>(?:(?:what (?:are|were)|summari[sz]e|summary of|list|give|quote|show|read|me|us|briefly)\s+)*(?:the\s+)?(?:(?:key|main|principal|major|most important|central|overall)\s+)+(?:findings?|conclusions?|takeaways?|results?|outcomes?|points?|messages?){_OF_IT})"
    r")[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """What is asked of the document."""

    asked: Asked


def recognise_document(said: Said) -> DocumentRequest | None:
    """A message that asks about the document itself."""
    match = _ASKED.fullmatch(said.bare) if len(said.bare) < 100 else None
    if match is None:
        return None
    asked = next(each for each in Asked if match[each])
    if asked is Asked.FINDINGS and not by_title(said.document, "findings"):
        return None
    return DocumentRequest(asked)


def answer_document(request: DocumentRequest, facts: Facts) -> Reply:
    """What is counted in the text, or stands beside it with how it is known."""
    document = facts.document
    match request.asked:
        case Asked.BUILT:
            return answer_outline(OutlineRequest(), facts)
        case Asked.FINDINGS:
            return answer_section(SectionRequest(by_title(document, "findings")[:1]), facts)
        case Asked.MISPRINTS:
            return _misprints(document)
        case Asked.SUBJECT:
            return _subject(document)
        case _:
            lines = _lines(document, request.asked)
    choices = Choices((Choice("All about the document", "about"), Choice("All sections", "outline")))
    return Reply("document", (*(Text(line) for line in lines), choices))


def _lines(document: Document, asked: Asked) -> list[str]:
    edition = document.edition
    if asked is Asked.COUNT:
        return [f"{_size(document)}.", "Counted in the text as received."]
    if asked is Asked.LENGTH:
        words = sum(len(paragraph.text.split()) for paragraph in document.paragraphs)
        return [
            f"{words:,} words in {_size(document)}.",
            "Counted in the text as received, without headings and annex; it numbers no pages.",
        ]
    if asked is Asked.SYMBOL:
        if edition.symbol.value:
            return [f"Document symbol: {edition.symbol.value}.", edition.symbol.provenance]
        return [
            "The text states no document symbol, so I give none.",
            "Whoever runs this bot can add it, with its source.",
        ]
    if asked is Asked.AUTHOR:
        cited = f" Citations name “{edition.author}”, as the editor of this copy has it." if edition.author else ""
        return [f"The text names no author.{cited}"]
    if asked is Asked.PUBLISHED:
        day = f" The day that it reports on is {edition.date.day} {edition.date:%B %Y}." if edition.date else ""
        return [f"The text states no date of publication.{day}"]
    known = edition.title.provenance
    return [edition.title.value or document.name, *([f"How the title is known: {known}"] if known else [])]


def _size(document: Document) -> str:
    """ "76 paragraphs (1 to 76), 37 sections, 1 footnote and an annex"."""
    notes = len(document.notes)
    parts = [
        f"{len(document.paragraphs)} paragraphs ({document.first} to {document.last})",
        f"{len(document.sections)} sections ({len(document.top_sections())} at the top)",
        f"{notes or 'no'} footnote{'' if notes == 1 else 's'}",
    ]
    return in_words([*parts, *(["an annex"] if document.annex else [])])


def _misprints(document: Document) -> Reply:
    known = document.edition.misprints
    if not known:
        return Reply("document", (Text("No misprint of this text is known to me."),))
    count = f"{len(known)} misprint{'' if len(known) == 1 else 's'}"
    told = in_words(f"“{printed}” in paragraph {number}" for number, printed in known)
    blocks: list[Block] = [Text(f"{count} known, quoted as printed: {told}.")]
    for number, printed in known:
        at = document.paragraph(number).text.index(printed)
        sentence = document.sentence_at(number, at + len(printed))
        blocks.append(passage(document, number, sentence, sentence + 1))
    first = known[0][0]
    blocks.append(Choices((Choice(f"Paragraph {first} whole", f"para {first}"),)))
    return Reply("document", tuple(blocks), changes=(Show(Place(first, first)),))


def _subject(document: Document) -> Reply:
    """Its title, its first paragraph and the titles of its sections, in its own words."""
    edition, first = document.edition, document.first
    titles = tuple(f"{section.printed}{section.title}" for section in document.top_sections())
    blocks = (
        Heading(edition.title.value or document.name),
        passage(document, first),
        Text("Its sections:"),
        Bullets(titles),
        Choices(
            (Choice("All sections", "outline"), Choice("All topics", "topics"), Choice("About this copy", "about"))
        ),
    )
    return Reply("document", blocks, changes=(Show(Place(first, first)),))


DOCUMENT = Command(
    name="document",
    usage="how many paragraphs are there? · what is it about? · what is the misprint?",
    summary="The document as a whole: length, structure, subject, symbol, misprints.",
    examples=(
        "how many paragraphs are there?",
        "how many sections does it have?",
        "how long is the document?",
        "what is this document about?",
        "what are the main findings?",
        "what is the misprint?",
        "what is the document symbol?",
        "who wrote it?",
        "when was it published?",
    ),
    answer=answer_document,
    recognise=recognise_document,
)
