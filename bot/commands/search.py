"""`search "trade unions"`: where words and phrases stand, ranked, with the words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.commands.more import KEPT
from bot.commands.section import IN_SECTION_ASKED, missing_sections
from bot.errors import NotThere, UsageError
from bot.hearing import Said
from bot.reply import (
    Block,
    Choice,
    Choices,
    Heading,
    Passage,
    Place,
    Reply,
    Show,
    Text,
    in_words,
    paragraphs_word,
    passage,
    shortened,
)
from corpus.document import Document, Section
from corpus.patterns import lazy
from corpus.search import Found
from corpus.words import stems, words

#: Hits that are quoted; the others are named by number.
QUOTED = 5

_LEAD = lazy(
    r"^(?:(?:for|the|me|up|all|where|it|says?|mentions? of|every|instances? of|occurrences? of)\s+)+", re.IGNORECASE
)
_IN_SECTION = lazy(
    r"\s+(?:in|within)\s+(?:(?:section|part)\s+)?(?P<label>[IVX]+(?:[. ]?[A-Za-z0-9]{1,2}){0,3}|\d[. ]?[A-Za-z](?:[. ]?\d)?)\s*$"
)
_SECTION_FIRST = lazy(
    r"(?:(?:in|within)\s+(?:(?:section|part)\s+)?|(?:section|part)\s+)(?P<label>[IVX]+(?:[. ]?[A-Z0-9]{1,2}\b){0,3}|\d[. ]?[A-Za-z](?:[. ]?\d)?)\s*[:,]?\s+(?:for\s+)?(?=[\"\w])"
)
_IN_TITLE = lazy(
    r"\s+(?:in|within)\s+(?:the\s+)?(?:(?:section|part)\s+(?:on|called|about)?\s*)?\"?(?P<title>[A-Za-z][^\"]{3,80}?)\"?(?:\s+section)?\s*$",
    re.IGNORECASE,
)
_WHENCE = lazy(
    r"\b(?:where|which (?:paragraph|para|section)|what (?:paragraph|para|section)|come[s]? from|source|verbatim|exact(?:ly)?|word for word|in the (?:text|document))\b",
    re.IGNORECASE,
)
_ASKED = lazy(
    r"(?:where (?:does|do) (?:it|the document|the summary|the text|they) (?:mention|say|use|talk about)|is the word|"
    r"does the (?:word|phrase)|how (?:often|many times) (?:does|is)(?: it| the (?:word|phrase|document))?)\s+(?P<what>\"[^\"]+\"|\S+(?: \S+){0,3}?)"
    r"(?:\s+(?:appear|occur|mentioned|used|come up|in (?:it|there|the (?:document|text))).*)?[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Words and "phrases", and the section to look in; None for the whole document."""

    query: str
    section: Section | None = None


def parse_search(said: Said) -> SearchRequest | None:
    """A message that begins with "search", "find" or the like.

    Raises:
        UsageError: Nothing to look for follows.
    """
    query = said.rest.lstrip(":").strip()
    if said.first == "look":
        match = re.match(r"(?:for|up)\s+", query, re.IGNORECASE)
        if not match:
            return None
        query = query[match.end() :]
    query = _LEAD.sub("", query).strip()
    query, section = _within(query, said.document)
    if not re.search(r"\w", query):
        raise UsageError(f"what shall I look for? Write, for example, search {said.document.telling_word}")
    if said.first in {"find", "look"} and said.references.paragraphs:
        return None
    return SearchRequest(query.rstrip("?!. "), section)


def _within(query: str, document: Document) -> tuple[str, Section | None]:
    """A query without the section that it names, before or behind what is looked for; and that section.

    Raises:
        NotThere: There is no such section; the message names those that there are.
    """
    first, last = _SECTION_FIRST.match(query), _IN_SECTION.search(query)
    if match := first or last:
        section = document.section(match["label"])
        if section is None:
            raise NotThere(missing_sections((match["label"],), document))
        return query[match.end() :] if first else query[: match.start()], section
    if (match := _IN_TITLE.search(query)) and (section := _titled(match["title"], document)):
        return query[: match.start()], section
    return query, None


def _titled(title: str, document: Document) -> Section | None:
    """The section whose title begins with some words; None if there is none."""
    sought = words(title)
    return next((s for s in document.sections if sought and words(s.title)[: len(sought)] == sought), None)


def recognise_search(said: Said) -> SearchRequest | None:
    """A message that is a quoted phrase, or asks where a word stands."""
    if re.fullmatch(r'"[^"]{2,200}"', said.bare):
        return SearchRequest(said.bare)
    for phrase in re.findall(r'"([^"]+ [^"]+)"', said.bare[:400]) if _WHENCE.search(said.bare) else ():
        if said.document.search.find(f'"{phrase}"').hits:
            return SearchRequest(f'"{phrase}"')
    if match := IN_SECTION_ASKED.fullmatch(said.bare):
        section = said.document.section(match["label"] or match["label2"])
        if section:
            return SearchRequest(match["what"] or match["what2"], section)
    match = _ASKED.fullmatch(said.bare) if len(said.bare) < 120 else None
    return SearchRequest(match["what"].rstrip("?")) if match else None


def answer_search(request: SearchRequest, facts: Facts) -> Reply:
    """The best five hits by the sentence that holds most of the words, the others by number."""
    document, section = facts.document, request.section
    within = range(section.first, section.last + 1) if section else None
    found = document.search.find(request.query, within)
    where = f" in section {section.spoken}" if section else ""
    query = shortened(request.query)
    if query.count('"') == 2 and query[0] == query[-1] == '"':
        query = query[1:-1]
    inexact: Text | None = None
    if not found.hits and found.phrases:
        elsewhere = document.search.find(request.query).hits if within else ()
        loose = document.search.find(query, within)
        if elsewhere:
            return _elsewhere(query, where, elsewhere, request.query)
        if loose.hits and not loose.unknown:
            found = loose
            inexact = Text(f"No exact “{query}” in the document; showing results for the words.")
    if not found.hits:
        if within and (whole := document.search.find(request.query)).hits and not whole.unknown:
            return _elsewhere(query, where, whole.hits, request.query)
        return _no_hits(query, where, document)
    blocks: list[Block] = [inexact] if inexact else []
    count = len(found.hits)
    read = query
    for typed, better in found.mended:
        read = re.sub(rf"\b{re.escape(typed)}\b", better, read, flags=re.IGNORECASE)
    if found.mended:
        blocks.append(
            Text(
                f"No {in_words([f'“{typed}”' for typed, _ in found.mended], 'or')} in the document; showing results for “{read}”."
            )
        )
    if found.unknown:
        blocks.append(Text(f"Not in the document: {in_words([f'“{word}”' for word in found.unknown])}."))
    named = read if '"' in read else f"“{read}”"
    blocks.append(Heading(f"{named}{where}: {count} paragraph{'' if count == 1 else 's'}"))
    blocks += [_excerpt(document, number, found) for number in found.hits[:QUOTED]]
    rest = found.hits[QUOTED:]
    if rest:
        blocks.append(Text(f"Also in {paragraphs_word(rest)}."))
    best = found.hits[0]
    blocks.append(Choices((Choice(f"Paragraph {best} whole", f"para {best}"),)))
    further = tuple((number, found.fullest(document.sentences(number))) for number in rest[:KEPT])
    return Reply("search", tuple(blocks), also=rest, changes=(Show(Place(best, best, further=further)),))


def _excerpt(document: Document, number: int, found: Found) -> Passage:
    """The sentence of a paragraph that holds most of what was looked for, marked."""
    at = found.fullest(document.sentences(number))
    return passage(document, number, at, at + 1, marks=found.marks(document.sentences(number)[at]))


def _elsewhere(query: str, where: str, hits: tuple[int, ...], asked: str) -> Reply:
    """That a section does not hold what was looked for, and which paragraphs of other sections do."""
    told = f"“{query}” is not{where}; it is in {paragraphs_word(sorted(hits))}."
    choices = Choices((Choice("Search the whole document", f"search {asked}"),))
    return Reply("search", (Text(told), choices), answered=False, also=tuple(sorted(hits)))


def _no_hits(query: str, where: str, document: Document) -> Reply:
    blocks: list[Block] = [Text(f"“{query}” is not in the document." if not where else f"“{query}” is not{where}.")]
    if " " in query:
        blocks.append(
            Choices(
                tuple(
                    Choice(f"Search {w}", f"search {w}")
                    for w in query.split()[:4]
                    if any(map(document.answers.holds, stems(w)))
                )
            )
        )
    blocks = [block for block in blocks if not isinstance(block, Choices) or block.choices]
    return Reply("search", tuple(blocks), answered=False)


SEARCH = Command(
    name="search",
    usage='search "trade unions" · search remitances · search children in IV',
    summary="Where words and exact “phrases” stand; typos forgiven.",
    examples=(
        'search "trade unions"',
        "search remitances",
        "find microcredit",
        "search children in IV",
        'search "trade unions" in section IV',
        "search remittances in the key findings",
        "look for dual citizenship",
    ),
    answer=answer_search,
    words=("search", "find", "look", "grep", "lookup"),
    parse=parse_search,
    recognise=recognise_search,
)
