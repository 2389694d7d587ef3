"""`topic sending money home`: what the document says on a topic, in its own sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.commands.more import KEPT
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import (
    Block,
    Bullets,
    Choice,
    Choices,
    Heading,
    Place,
    Reply,
    Show,
    Text,
    in_words,
    leaning_passage,
    numbers,
    paragraphs_word,
    passage,
    shortened,
)
from corpus.document import Document
from corpus.patterns import lazy
from corpus.topics import Topic, telling_sentences
from corpus.words import stems

#: How many sentences a summary holds at least, if the topic has as many paragraphs, and at most.
FEWEST, MOST = 3, 6
#: The share of the best score from which a paragraph belongs to a topic that is not on the list.
BESIDE = 0.45

_LEAD = lazy(
    r"^(?:(?:on|about|of|is|for|the|that|this|a|an|any|all|everything|anything|what|whole|idea|issue|topic|subject|question)\s+)+",
    re.IGNORECASE,
)
_TAIL = lazy(
    r"\s+(?:idea|issues?|topics?|subject|question|stuff|thing|things|please|in general)[\s?.!]*$", re.IGNORECASE
)
_AND = lazy(r"\s*(?:,\s*and\b|,|&|\+|\b(?:and|plus|as well as|together with|along with)\b)\s*", re.IGNORECASE)
_QUESTION = lazy(r"^(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|can|should)\b", re.IGNORECASE)
_ASKED = lazy(
    r"(?:(?:what|which)\s+(?:paragraphs?|paras?)\s+(?:are|is|talk|deal|treat|cover|discuss|mention|speak)s?(?:\s+(?:about|on|with|of))?|"
    r"(?:what|which|where) (?:does|do|is|are) (?:the (?:document|summary|hearings|text|paper)|it|they) (?:say|says) (?:about|on|of)|"
    r"(?:what(?:'s| is)|anything|everything|something|all|tell (?:me|us) (?:more )?|more|summari[sz]e|summary of|summary on|overview of|info|information|"
    r"the (?:bits?|parts?|paragraphs?|paras?))(?:\s+(?:there|it says|said|is there))? (?:about|on|regarding|concerning)|summari[sz]e)\s+(?P<what>.{2,60}?)[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TopicRequest:
    """A phrase; "" for the list of topics."""

    phrase: str


def parse_topic(said: Said) -> TopicRequest | None:
    """A message that begins with "topic"."""
    phrase = tidy(said.rest.lstrip(":").strip())
    if said.first == "topics" and phrase and not said.document.topics.find(phrase):
        return TopicRequest("") if len(phrase.split()) > 3 else TopicRequest(phrase)
    if not phrase and said.first == "topic":
        raise UsageError(
            "which topic? Write, for example, topic " + _an_example(said.document) + ", or topics to see them all"
        )
    return TopicRequest(phrase)


def tidy(phrase: str) -> str:
    """A phrase without what people put round it: "that … idea", quotes, marks."""
    bare = _TAIL.sub("", _LEAD.sub("", phrase.strip().strip('"?.! ')))
    return bare or phrase.strip().strip('"?.! ')


def recognise_topic(said: Said) -> TopicRequest | None:
    """A message that is wholly a topic's name, or asks what is said about one."""
    if len(said.bare) > 160 or said.bare.startswith('"'):
        return None
    match = _ASKED.fullmatch(said.bare)
    phrase = tidy(match["what"] if match else said.bare)
    if not _QUESTION.match(said.bare) and said.document.topics.named(said.bare):
        return TopicRequest(said.bare.strip(" .?!"))
    if not match and (_QUESTION.match(said.bare) or said.bare.endswith("?") or len(phrase.split()) > 7):
        return None
    if said.document.topics.named(phrase):
        return TopicRequest(phrase)
    if not match and len(stems(phrase)) * 3 < len(phrase.split()):
        return None  # a sentence with a topic's word in it
    if said.document.topics.find(phrase) or (match and _several(said.document, phrase)):
        return TopicRequest(phrase)
    return None


def answer_topic(request: TopicRequest, facts: Facts) -> Reply:
    """Three to six verbatim sentences from different paragraphs, most central first, and where else the topic is treated.

    Of two paragraphs that report the same the general one comes first. For several topics joined by "and": the paragraphs
    on all of them.
    """
    document = facts.document
    if not request.phrase:
        return _all_topics(document)
    if several := _several(document, request.phrase):
        return _together(document, several)
    taken = _taken(document, request.phrase)
    if taken is None:
        ranked = document.answers.answer(request.phrase).ranked
        near = [r.number for r in ranked if r.score >= BESIDE * ranked[0].score][:3]
        return _not_treated(shortened(request.phrase), near)
    topic = taken.topic
    most = MOST if len(topic.paragraphs) > 8 else MOST - 1
    extracts = telling_sentences(document, topic.paragraphs, taken.terms, most)
    general_first = _general_first(document, [extract.number for extract in extracts])
    extracts = telling_sentences(document, general_first, taken.terms, most)
    quoted = {extract.number: (extract.start, extract.end) for extract in extracts}
    missing = [n for n in topic.paragraphs if n not in quoted][: max(0, FEWEST - len(quoted))]
    quoted |= dict.fromkeys(missing, (0, 1))
    ordered = _general_first(document, [n for n in topic.paragraphs if n in quoted])
    also = tuple(n for n in topic.paragraphs if n not in quoted)
    blocks: list[Block] = [Heading(f"Topic: {taken.said}, treated in {_count(len(topic.paragraphs))}")]
    blocks += [passage(document, n, *quoted[n]) for n in ordered]
    if also:
        blocks.append(Text(f"Also in {paragraphs_word(sorted(also))}."))
    shown = ", ".join(map(str, ordered))
    full = Choice("These paragraphs in full", f"paras {shown} in full")
    if len(ordered) == 1:
        full = Choice(f"Paragraph {shown} in full", f"para {shown}")
    blocks.append(Choices((full, Choice("All topics", "topics"))))
    further = tuple((n, _telling(document, n, taken.terms)) for n in also[:KEPT])
    return Reply("topic", tuple(blocks), also=also, changes=(Show(Place(ordered[0], ordered[0], further=further)),))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a phrase was taken for: a topic of the list, or what was found by its words; and how to call it."""

    topic: Topic
    said: str
    terms: frozenset[str]


def _taken(document: Document, phrase: str) -> Taken | None:
    """The topic of a phrase: from the list, else the paragraphs that its words find; None if they find none."""
    if topic := document.topics.find(phrase):
        same = phrase.casefold() == topic.name.casefold()
        return Taken(topic, topic.name if same else f"{topic.name} (for “{shortened(phrase)}”)", topic.stems)
    verdict = document.answers.answer(phrase)
    if not verdict.ranked or not verdict.terms or not all(map(document.answers.holds, verdict.terms)):
        return None
    which = [r.number for r in verdict.ranked if r.score >= BESIDE * verdict.ranked[0].score][:8]
    topic = Topic(phrase, (), tuple(which))
    return Taken(topic, shortened(phrase), topic.stems | verdict.terms)


def _several(document: Document, phrase: str) -> list[Taken]:
    """The topics that a phrase joins by "and", two to four; none where it is one topic or a part of it is no topic."""
    parts = [tidy(part) for part in _AND.split(phrase) if part.strip()]
    if not 2 <= len(parts) <= 4 or document.topics.find(phrase):
        return []
    taken = [one for part in parts if (one := _taken(document, part))]
    return taken if len({one.topic.name for one in taken}) == len(parts) else []


def _together(document: Document, several: list[Taken]) -> Reply:
    """The paragraphs on all of some topics; else that none treats them all, and each with the sentence that says most."""
    names = in_words(taken.said for taken in several)
    every = "both" if len(several) == 2 else "all of them"
    union = dict.fromkeys(n for taken in several for n in taken.topic.paragraphs)
    rank = {n: sum(_rank(taken.topic, n) for taken in several) for n in union}
    shared = sorted(
        (n for n in union if all(_treats(document, taken.topic, n) for taken in several)), key=rank.__getitem__
    )
    each = [f"{taken.said}: {paragraphs_word(sorted(taken.topic.paragraphs))}" for taken in several]
    choices = Choices(tuple(Choice(f"Topic: {taken.topic.name}", f"topic {taken.topic.name}") for taken in several))
    terms = frozenset[str]().union(*(taken.terms for taken in several))
    if shared:
        ordered, rest = _general_first(document, shared[:MOST]), tuple(shared[MOST:])
        blocks: list[Block] = [Heading(f"Topics: {names}; {every} treated in {_count(len(shared))}")]
        blocks += [leaning_passage(document, n, _telling_all(document, n, several)) for n in ordered]
        if rest:
            blocks.append(Text(f"Also in {paragraphs_word(sorted(rest))}."))
        blocks += [Text("Each by itself:"), Bullets(tuple(each)), choices]
    else:
        ordered, rest = [], ()
        quoted: dict[int, tuple[int, int]] = {}
        for taken in several:
            for extract in telling_sentences(document, taken.topic.paragraphs, taken.terms, most=1):
                if extract.number not in ordered:
                    ordered.append(extract.number)
                    quoted[extract.number] = (extract.start, extract.end)
        blocks = [Text(f"I found no paragraph on {every}: {names}. Each by itself:"), Bullets(tuple(each))]
        blocks += [*(passage(document, n, *quoted[n]) for n in ordered), choices]
    further = tuple((n, _telling(document, n, terms)) for n in rest[:KEPT])
    changes = (Show(Place(ordered[0], ordered[0], further=further)),) if ordered else ()
    return Reply("topic", tuple(blocks), also=rest, changes=changes)


def _rank(topic: Topic, number: int) -> int:
    """How central a paragraph is to a topic, 0 for the most central; one that is not listed comes after all."""
    return topic.paragraphs.index(number) if number in topic.paragraphs else len(topic.paragraphs)


def _treats(document: Document, topic: Topic, number: int) -> bool:
    """Whether a paragraph is listed for a topic, or names it in one of its sentences."""
    if number in topic.paragraphs:
        return True
    names = [frozenset(stems(name)) for name in (topic.name, *topic.words)]
    return any(name and name <= held for held in document.sentence_stems(number) for name in names)


def _telling(document: Document, number: int, terms: frozenset[str]) -> int:
    """The sentence of a paragraph, by its index, that says most about some stems; the first if none does."""
    found = telling_sentences(document, (number,), terms, most=3)
    return found[0].end - 1 if found else 0


def _telling_all(document: Document, number: int, several: list[Taken]) -> int:
    """The sentence of a paragraph, by its index, that speaks of most of some topics, and of these the most telling."""
    weigh = document.search.index.idf
    held = document.sentence_stems(number)

    def telling(index: int) -> tuple[int, float, int]:
        common = [held[index] & taken.terms for taken in several]
        weight = sum(weigh.get(term, 0.0) for term in frozenset[str]().union(*common))
        return sum(map(bool, common)), weight / (8 + len(held[index])) ** 0.5, -index

    return max(range(len(held)), key=telling)


def _general_first(document: Document, ordered: list[int]) -> list[int]:
    """Paragraphs in their order, but of two that report the same the short one before the full one."""
    for short, full in document.pairs:
        if short in ordered and full in ordered and ordered.index(full) < ordered.index(short):
            ordered.remove(short)
            ordered.insert(ordered.index(full), short)
    return ordered


def _count(paragraphs: int) -> str:
    return f"{paragraphs} paragraph{'' if paragraphs == 1 else 's'}"


def _not_treated(phrase: str, near: list[int]) -> Reply:
    blocks: list[Block] = [Text(f"I found no paragraph on “{phrase}”.")]
    if near:
        blocks.append(Text(f"Closest, though not on it: {paragraphs_word(near)}."))
    blocks.append(Choices((*(Choice(f"Paragraph {n}", f"para {n}") for n in near), Choice("All topics", "topics"))))
    return Reply("topic", tuple(blocks), answered=False, also=tuple(near))


def _all_topics(document: Document) -> Reply:
    topics = document.topics.topics
    if not topics:
        titles = tuple(section.title for section in document.sections)
        return Reply("topic", (Text("This document has no topic list; these are its sections."), Bullets(titles)))
    blocks: list[Block] = [
        Heading(f"{len(topics)} topics, with their paragraphs, by the section that treats them most")
    ]
    for top in document.top_sections():
        inside = [topic for topic in topics if topic.paragraphs[0] in top]
        if inside:
            blocks.append(Heading(f"{top.printed}{top.title}"))
            blocks.append(Bullets(tuple(f"{topic.name} ({numbers(sorted(topic.paragraphs))})" for topic in inside)))
    blocks.append(
        Text(
            f"Write topic and any of these or of your own words, for example: topic {in_words([_an_example(document)])}."
        )
    )
    return Reply("topic", tuple(blocks))


def _an_example(document: Document) -> str:
    topics = document.topics.topics
    return (
        min(topics, key=lambda topic: (len(topic.name.split()), -len(topic.paragraphs))).name
        if topics
        else document.telling_word
    )


TOPIC = Command(
    name="topic",
    usage="topic sending money home · topic women and trade unions · topics",
    summary="What the document says on a topic, in its own sentences.",
    examples=(
        "topic sending money home",
        "topics",
        "topic remittances",
        "topic women and trade unions",
        "brain drain",
        "what does it say about trade unions",
    ),
    answer=answer_topic,
    words=("topic", "topics"),
    parse=parse_topic,
    recognise=recognise_topic,
)
