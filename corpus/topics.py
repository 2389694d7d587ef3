"""The topics that a document treats, as its editor lists them, and the sentences that say most about one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Document
from corpus.errors import DocumentUnreadable
from corpus.forms import Form, read_yaml
from corpus.patterns import lazy
from corpus.search import may_be_mistyped, nearest
from corpus.words import stems, words

TOPICS = "topics.yaml"

#: A sentence that begins so leans on the one before it.
LEANING = lazy(
    r"(?:These|This|That|Those|Such|They|Their|It was also|It also|He|She|To that end|In this regard|In that regard|In this respect|"
    r"In these|In such|In addition|In particular|Therefore|Thus|However|Similarly|Consequently|Also|Moreover|Furthermore|Without such|"
    r"Under those|Despite these|The other|The latter|The former|Access to such|Both|Additional|Further|More generally|For instance|"
    r"For example|A related|Some participants also|Participants also|Participants further|Mention was also|Examples)\b"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    Attributes:
        words: Its synonyms and plain-language names.
        paragraphs: Every paragraph that treats it, most central first.
    """

    name: str
    words: tuple[str, ...]
    paragraphs: tuple[int, ...]

    @property
    def stems(self) -> frozenset[str]:
        """The stems of its name and synonyms."""
        return frozenset(stems(self.name)).union(*map(stems, self.words))


class Topics:
    """A topic list that is looked up by any of a topic's names, in any order and form of the words."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.topics = tuple(topics)
        self._by_name: dict[str, Topic] = {}
        for topic in reversed(self.topics):
            self._by_name |= {" ".join(words(name)): topic for name in topic.words}
        self._by_name |= {" ".join(words(topic.name)): topic for topic in self.topics}
        self._by_name.pop("", None)
        self._by_key: dict[frozenset[str], Topic] = {}
        for topic in self.topics:
            self._by_key.setdefault(_key(topic.name), topic)
        for topic in self.topics:
            for name in topic.words:
                self._by_key.setdefault(_key(name), topic)
        self._by_key.pop(frozenset(), None)
        self._known = Counter(
            word for topic in self.topics for name in (topic.name, *topic.words) for word in words(name)
        )
        self._words = sorted(word for word in self._known if word.isalpha())

    def __len__(self) -> int:
        return len(self.topics)

    def named(self, phrase: str) -> Topic | None:
        """The topic that has just this name or synonym; None if none has."""
        return self._by_name.get(" ".join(words(phrase)))

    def find(self, phrase: str) -> Topic | None:
        """The topic of a name or synonym in any order and form of its words, mistyped ones forgiven; None if there is none."""
        if topic := self.named(phrase) or self._by_key.get(_key(phrase)):
            return topic
        mended = " ".join(
            (nearest(word, self._words, self._known) if word not in self._known and may_be_mistyped(word) else None)
            or word
            for word in words(phrase)
        )
        return self.named(mended) or self._by_key.get(_key(mended))


def _key(phrase: str) -> frozenset[str]:
    return frozenset(stems(phrase))


def load_topics(document: Document) -> Topics:
    """The topic list beside a document; empty if it has none.

    Raises:
        DocumentUnreadable: An entry is not of its form, or names a paragraph that does not exist.
    """
    path = document.folder / TOPICS if document.folder else None
    if path is None or not path.is_file():
        return Topics(())
    form = Form(path)
    topics: dict[str, Topic] = {}
    for entry in form.rows("topics", read_yaml(path)):
        held = form.mapping("topics", entry, ("name", "paragraphs"), ("words",))
        name = form.text("topics", held["name"])
        where = f"topic {name!r}"
        paragraphs = form.paragraphs(where, held["paragraphs"], document.first, document.last)
        if not paragraphs:
            raise form.refuse(where, "paragraph numbers", held["paragraphs"])
        if name in topics:
            raise DocumentUnreadable(f"{path}: {where} stands twice; expected every topic once")
        topics[name] = Topic(name, form.texts(where, held.get("words")), paragraphs)
    return Topics(tuple(topics.values()))


@dataclass(frozen=True, slots=True)
class Extract:
    """Sentences of a paragraph, from `start` up to but without `end`."""

    number: int
    start: int
    end: int


def telling_sentences(
    document: Document, paragraphs: Iterable[int], terms: frozenset[str], most: int = 5
) -> list[Extract]:
    """The sentence of each paragraph that says most about some stems, at most `most` in all, in the paragraphs' order.

    A sentence that leans on the one before it comes with it, and one that repeats an earlier extract is left out.
    """
    weigh = document.search.index.idf
    chosen: list[Extract] = []
    seen: list[frozenset[str]] = []
    left = most
    for number in paragraphs:
        sentences = document.sentences(number)
        kept_back = max(0, min(most, 3) - 1 - len(chosen))  # for the extracts that every summary has
        scored = []
        for index, sentence in enumerate(sentences):
            start = index
            while start and LEANING.match(sentences[start]) and index - start < 2:
                start -= 1
            if index + 1 - start > left - kept_back:
                continue
            held = frozenset(stems(sentence))
            score = sum(weigh.get(term, 0.0) for term in held & terms) / (8 + len(held)) ** 0.5
            if score > 0 and not any(len(held & other) > 0.7 * min(len(held), len(other)) for other in seen):
                scored.append((score * (0.75 if start < index else 1.0), -index, start, held))
        if not scored:
            continue
        _, minus, start, held = max(scored)
        chosen.append(Extract(number, start, 1 - minus))
        seen.append(held)
        left -= 1 - minus - start
        if not left:
            break
    return chosen
