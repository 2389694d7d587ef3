"""The topics that a document treats, as its editor lists them, and the sentences that say most about one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Document
from corpus.errors import DocumentUnreadable
from corpus.forms import Form, read_yaml
from corpus.patterns import lazy
from corpus.search import nearest
from corpus.words import stem, stems, words

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
        self._by_key: dict[frozenset[str], Topic] = {}
        for topic in self.topics:
            self._by_key.setdefault(_key(topic.name), topic)
        for topic in self.topics:
            for name in topic.words:
                self._by_key.setdefault(_key(name), topic)
        self._by_key.pop(frozenset(), None)

    def __len__(self) -> int:
        return len(self.topics)

    def find(self, phrase: str) -> Topic | None:
        """The topic of a name or synonym, mistyped words forgiven; None if the list has none."""
        key = _key(phrase)
        if not key:
            return None
        if topic := self._by_key.get(key):
            return topic
        vocabulary = sorted({word for k in self._by_key for word in k})
        mended = frozenset(
            word if word in vocabulary else ((nearest(word, vocabulary) if len(word) > 4 else None) or word)
            for word in key
        )
        return self._by_key.get(mended)


def _key(phrase: str) -> frozenset[str]:
    found = frozenset(stems(phrase))
    return found or frozenset(map(stem, words(phrase)))


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
    """The sentence of each paragraph that says most about some stems, at most `most`, in the paragraphs' order.

    A sentence that leans on the one before it comes with it, and one that repeats an earlier extract is left out.
    """
    weigh = document.search.index.idf
    chosen: list[Extract] = []
    seen: list[frozenset[str]] = []
    for number in paragraphs:
        sentences = document.sentences(number)
        scored = []
        for index, sentence in enumerate(sentences):
            held = frozenset(stems(sentence))
            score = sum(weigh.get(term, 0.0) for term in held & terms) / (8 + len(held)) ** 0.5
            scored.append((score * (0.75 if index and LEANING.match(sentence) else 1.0), -index, held))
        score, minus, held = max(scored)
        if score <= 0 or any(len(held & other) > 0.7 * min(len(held), len(other)) for other in seen):
            continue
        index = -minus
        start = index
        while start and LEANING.match(sentences[start]) and index - start < 2:
            start -= 1
        chosen.append(Extract(number, start, index + 1))
        seen.append(held)
        if len(chosen) == most:
            break
    return chosen
