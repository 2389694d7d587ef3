"""Which paragraphs answer a question, and whether any does.

A question is compared with the words of the paragraphs, and with what the document's editor wrote beside them: questions
that a paragraph answers (`keys.yaml`) and questions that the document does not answer (`silences.yaml`). Both are optional;
without them the words decide.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from corpus.document import Document
from corpus.errors import DocumentUnreadable
from corpus.library import read_yaml
from corpus.patterns import lazy
from corpus.search import WordIndex, nearest
from corpus.words import STOP, expand, stem, terms_of, words

#: The share of the best score from which another paragraph is quoted, and from which it is called an answer too.
CLOSE, SURE = 0.5, 0.85

_ASKS_FIGURE = lazy(
    r"\bhow (?:many|much|old|long|often|high|big|large|few)\b|\b(?:number|share|percent(?:age)?|per cent|proportion|figures?|total|rate|amount|ages?|"
    r"fraction|ballpark)\b|%|\bcount\b",
    re.IGNORECASE,
)
_FIGURE = lazy(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|third|quarter|hundred|thousand|million|double|most|largest|few|majority)\b",
    re.IGNORECASE,
)

KEYS, SILENCES = "keys.yaml", "silences.yaml"


@dataclass(frozen=True, slots=True)
class Keys:
    """What one paragraph answers: questions in people's words, and everyday terms for its terms."""

    questions: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """A question that the document does not answer, and the paragraphs that come nearest."""

    ask: str
    near: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paragraph as an answer: its score, and the likeness (0 to 1) of its best key to the question."""

    number: int
    score: float
    likeness: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the document has for a question.

    Attributes:
        ranked: Paragraphs, best first.
        answers: How many of them to quote; 0 where none answers.
        sure: How many of these surely answer; the others are close.
        shown_absent: Whether it can be shown that the document does not say: a written silence, or a word it has nowhere.
        terms: The question's stems, and those of the key that fits best.
        mended: Words that were read as others, as (typed, read).
        asks_figure: Whether the question is for a number.
    """

    ranked: tuple[Ranked, ...]
    answers: int
    sure: int
    shown_absent: bool
    terms: frozenset[str]
    mended: tuple[tuple[str, str], ...] = ()
    key_stems: tuple[tuple[int, frozenset[str]], ...] = ()
    asks_figure: bool = False

    def key_terms(self, number: int) -> frozenset[str]:
        """The stems of a paragraph's key that is most like the question."""
        return dict(self.key_stems).get(number, frozenset())


def holds_figure(sentence: str) -> bool:
    """Whether a sentence states a number, in figures or words."""
    return bool(_FIGURE.search(sentence))


def load_keys(document: Document) -> dict[int, Keys]:
    """The keys beside a document, by paragraph; empty if it has none.

    Raises:
        DocumentUnreadable: An entry is not of its form, or names a paragraph that does not exist.
    """
    path = document.folder / KEYS if document.folder else None
    if path is None or not path.is_file():
        return {}
    keys = {}
    for number, entry in (read_yaml(path) or {}).items():
        if number not in document:
            raise DocumentUnreadable(f"{path}: names paragraph {number}, which the document has not")
        try:
            keys[int(number)] = Keys(tuple(map(str, entry["questions"])), tuple(map(str, entry.get("terms") or ())))
        except (KeyError, TypeError, AttributeError) as error:
            raise DocumentUnreadable(f"{path}: paragraph {number}: expected questions and terms") from error
    return keys


def load_silences(document: Document) -> tuple[Silence, ...]:
    """The questions that an editor knows the document not to answer; empty if none are written.

    Raises:
        DocumentUnreadable: An entry is not of its form.
    """
    path = document.folder / SILENCES if document.folder else None
    if path is None or not path.is_file():
        return ()
    try:
        return tuple(Silence(str(entry["ask"]), tuple(entry.get("near") or ())) for entry in read_yaml(path) or ())
    except (KeyError, TypeError, AttributeError) as error:
        raise DocumentUnreadable(f"{path}: expected entries with ask and near") from error


class Answers:
    """The index of what a document answers."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.keys = load_keys(document)
        self.silences = load_silences(document)
        self.text = document.search.index
        self._ask_words: Counter[str] = Counter(document.search.vocabulary)
        bags: dict[int, Counter[str]] = {}
        self._cards: list[tuple[int, Counter[str]]] = []
        for number, keys in self.keys.items():
            bag: Counter[str] = Counter()
            for question in keys.questions:
                self._ask_words.update(words(question))
                card = Counter(terms_of(question))
                self._cards.append((number, card))
                bag.update(card)
            for term in keys.terms:
                self._ask_words.update(words(term))
                bag.update(terms_of(term))
                bag.update(terms_of(term))
            bags[number] = bag
        self.key_index = WordIndex(bags)
        self._silent_from = len(self._cards)
        for silence in self.silences:
            self._cards.append((0, Counter(terms_of(silence.ask))))
        self._known = {word for silence in self.silences for word in words(silence.ask)}
        self._candidates = [word for word in self._ask_words if word not in STOP and word.isalpha() and len(word) > 3]
        self._weigh_cards()

    def _weigh_cards(self) -> None:
        """Give every stem a weight by how rare it is among the questions, and every card its unit vector."""
        from math import log

        frequency = Counter(term for _, card in self._cards for term in card)
        count = len(self._cards) or 1
        self._rarity = {term: log(1 + count / n) for term, n in frequency.items()}
        self._unseen = log(1 + count)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, (_, card) in enumerate(self._cards):
            length = sqrt(sum(self._rarity[term] ** 2 for term in card)) or 1.0
            for term in card:
                self._postings[term].append((index, self._rarity[term] / length))

    def read(self, question: str) -> tuple[list[str], tuple[tuple[str, str], ...]]:
        """A question's stems, with mistyped words mended; names and numbers never are."""
        terms: list[str] = []
        mended: list[tuple[str, str]] = []
        for word in expand(words(question)):
            if word in STOP:
                continue
            if (
                word in self._ask_words
                or word in self._known
                or not word.isalpha()
                or len(word) < 4
                or stem(word) in self._rarity
            ):
                terms.append(stem(word))
                continue
            better = nearest(word, self._candidates, self._ask_words)
            if better:
                mended.append((word, better))
            terms.append(stem(better or word))
        return list(dict.fromkeys(terms)), tuple(mended)

    def likeness(self, terms: Iterable[str]) -> tuple[dict[int, tuple[float, int]], float, int]:
        """How like the nearest key of each paragraph is, and the nearest silence: cosines, with the cards' places."""
        weights = {term: self._rarity.get(term, self._unseen) for term in terms}
        length = sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        dots: dict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            for index, value in self._postings.get(term, ()):
                dots[index] += weight * value / length
        best: dict[int, tuple[float, int]] = {}
        silent, silence = 0.0, -1
        for index, cosine in dots.items():
            if index >= self._silent_from:
                if cosine > silent:
                    silent, silence = cosine, index - self._silent_from
            else:
                number = self._cards[index][0]
                if cosine > best.get(number, (0.0, 0))[0]:
                    best[number] = (cosine, index)
        return best, silent, silence

    def answer(self, question: str) -> Verdict:
        """What the document has for a question."""
        terms, mended = self.read(question)
        by_text = self.text.scores(terms)
        by_key = self.key_index.scores(terms)
        like, silent, silence = self.likeness(terms)
        top_text = max(by_text.values(), default=0.0) or 1.0
        top_key = max(by_key.values(), default=0.0) or 1.0
        ranked = sorted(
            (
                Ranked(
                    number,
                    0.6 * by_text.get(number, 0.0) / top_text
                    + 1.0 * by_key.get(number, 0.0) / top_key
                    + 1.6 * like.get(number, (0.0, 0))[0],
                    like.get(number, (0.0, 0))[0],
                )
                for number in by_text.keys() | by_key.keys()
            ),
            key=lambda r: (-r.score, r.number),
        )
        key_stems = tuple(
            (r.number, frozenset(self._cards[like[r.number][1]][1])) for r in ranked[:3] if r.number in like
        )
        answers = self._count(ranked) if self._is_answered(terms, ranked, silent) else 0
        absent = not answers and bool(self.keys) and ((silence >= 0 and silent > 0.6) or not ranked)
        sure = sum(1 for r in ranked[:answers] if r.score >= SURE * ranked[0].score)
        asks_figure = bool(_ASKS_FIGURE.search(question))
        return Verdict(tuple(ranked), answers, sure, absent, frozenset(terms), mended, key_stems, asks_figure)

    def _is_answered(self, terms: list[str], ranked: list[Ranked], silent: float) -> bool:
        if not ranked or not terms:
            return False
        return not self.keys or max(r.likeness for r in ranked[:3]) > silent

    @staticmethod
    def _count(ranked: list[Ranked]) -> int:
        """How many of the best paragraphs to quote: up to three, as long as they score near the first."""
        return sum(1 for r in ranked[:3] if r.score >= CLOSE * ranked[0].score)

    def knows(self, word: str) -> bool:
        """Whether a word stands in the document or in what its editor wrote beside it."""
        return word in STOP or word in self._ask_words or word in self._known or stem(word) in self._rarity
