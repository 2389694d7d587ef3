"""`topic sending money home`: what the document says on a topic, in its own sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
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

_LEAD = lazy(
    r"^(?:(?:on|about|of|is|for|the|that|this|a|an|any|all|everything|anything|what|whole|idea|issue|topic|subject|question)\s+)+",
    re.IGNORECASE,
)
_TAIL = lazy(
    r"\s+(?:idea|issues?|topics?|subject|question|stuff|thing|things|please|in general)[\s?.!]*$", re.IGNORECASE
)
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
    return TopicRequest(phrase) if said.document.topics.find(phrase) else None


def answer_topic(request: TopicRequest, facts: Facts) -> Reply:
    """Three to six verbatim sentences from different paragraphs, most central first, and where else the topic is treated."""
    document = facts.document
    if not request.phrase:
        return _all_topics(document)
    topic = document.topics.find(request.phrase)
    verdict = None
    if topic is None:
        verdict = document.answers.answer(request.phrase)
        best = verdict.ranked[0].score if verdict.ranked else 0.0
        which = [r.number for r in verdict.ranked if r.score >= 0.45 * best][:8]
        if not which or not verdict.terms or not all(map(document.answers.holds, verdict.terms)):
            return _not_treated(shortened(request.phrase), which[:3])
        topic = Topic(request.phrase, (), tuple(which))
    terms = topic.stems | (verdict.terms if verdict else frozenset())
    extracts = telling_sentences(
        document, topic.paragraphs, terms, most=MOST if len(topic.paragraphs) > 8 else MOST - 1
    )
    if len(extracts) < min(FEWEST, len(topic.paragraphs)):
        had = {extract.number for extract in extracts}
        missing = [n for n in topic.paragraphs if n not in had][: FEWEST - len(extracts)]
        quoted = {extract.number: (extract.start, extract.end) for extract in extracts} | dict.fromkeys(missing, (0, 1))
    else:
        quoted = {extract.number: (extract.start, extract.end) for extract in extracts}
    ordered = [n for n in topic.paragraphs if n in quoted]
    also = tuple(n for n in topic.paragraphs if n not in quoted)
    blocks: list[Block] = [Heading(_title(topic, request.phrase, verdict is None))]
    blocks += [passage(document, n, *quoted[n]) for n in ordered]
    if also:
        blocks.append(Text(f"Also in {paragraphs_word(sorted(also))}."))
    shown = " ".join(f"{n}," for n in ordered).rstrip(",")
    blocks.append(
        Choices((Choice("These paragraphs in full", f"paras {shown} in full"), Choice("All topics", "topics")))
    )
    return Reply("topic", tuple(blocks), also=also, changes=(Show(Place(ordered[0], ordered[0])),))


def _title(topic: Topic, phrase: str, known: bool) -> str:
    count = len(topic.paragraphs)
    said = f"Topic: {topic.name}"
    if known and phrase.casefold() != topic.name.casefold():
        said = f"Topic: {topic.name} (for “{phrase}”)"
    return f"{said}, treated in {count} paragraph{'' if count == 1 else 's'}"


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
    usage="topic sending money home · topics",
    summary="What the document says on a topic, in its own sentences.",
    examples=(
        "topic sending money home",
        "topics",
        "topic remittances",
        "brain drain",
        "what does it say about trade unions",
    ),
    answer=answer_topic,
    words=("topic", "topics"),
    parse=parse_topic,
    recognise=recognise_topic,
)
