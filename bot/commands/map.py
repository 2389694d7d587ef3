"""`topic map remittances`: where in the document a topic is treated."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.commands.topic import tidy
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import Choice, Choices, Picture, Reply, Text, numbers, paragraphs_word, shortened
from corpus.document import Document
from corpus.patterns import lazy

_MAP = lazy(
    r"(?:(?:show|give|draw|send|make)\s+(?:me\s+|us\s+)?)?(?:(?:the|an?)\s+)?"
    r"(?P<lead>topics?[\s-]*map|map)(?P<of>\s+(?:of|for|on|about))?(?:\s+(?P<topic>.{1,80}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MapRequest:
    """The topic to be shown, in the person's words."""

    topic: str


def recognise_map(said: Said) -> MapRequest | None:
    """A message that asks for the map of a topic.

    Raises:
        UsageError: It names no topic.
    """
    found = _MAP.fullmatch(said.bare.strip(" .?!"))
    if not found:
        return None
    sure = found["lead"].casefold() != "map"
    if not found["topic"]:
        if sure:
            raise UsageError(f"which topic? Write, for example, topic map {_example(said.document)}; topics lists them")
        return None
    topic = tidy(found["topic"])
    known = said.document.topics.find(topic) is not None
    return MapRequest(topic) if sure or found["of"] or known else None


def answer_map(request: MapRequest, facts: Facts) -> Reply:
    """The map to be drawn, with the topic's paragraphs by section in words; or that there is no such topic."""
    document = facts.document
    topic = document.topics.find(request.topic)
    if topic is None:
        text = f"I have no topic “{shortened(request.topic)}” to draw a map of."
        choices = Choices((Choice("All topics", "topics"),))
        return Reply("map", (Text(text), choices), answered=False)
    picture = Picture(
        "topic-map", (topic.name, *map(str, sorted(topic.paragraphs))), map_in_words(document, topic.name)
    )
    lead = Text(f"Where “{topic.name}” is treated.")
    return Reply("map", (lead, picture, Choices((Choice("The topic", f"topic {topic.name}"),))), also=topic.paragraphs)


def map_in_words(document: Document, name: str) -> str:
    """A topic's paragraphs, section by section; sections that do not treat it are named too."""
    topic = document.topics.find(name)
    assert topic
    total = len(document.paragraphs)
    lines = [f"Topic map: {topic.name}, treated in {len(topic.paragraphs)} of {total} paragraphs"]
    for section in document.top_sections():
        inside = sorted(n for n in topic.paragraphs if n in section)
        said = paragraphs_word(inside) if inside else "none"
        span = numbers(range(section.first, section.last + 1))
        lines.append(f"- {section.printed}{section.title} (paragraphs {span}): {said}")
    return "\n".join(lines)


def _example(document: Document) -> str:
    topics = document.topics.topics
    return min((topic.name for topic in topics), key=len, default="and one of its topics")


MAP = Command(
    name="map",
    usage="topic map remittances · map of remittances",
    summary="Where in the document a topic is treated, drawn.",
    examples=("topic map remittances", "map of remittances", "topic map sending money home"),
    answer=answer_map,
    words=("topic", "topics", "map"),
    recognise=recognise_map,
    parse=recognise_map,
)
