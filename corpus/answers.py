"""Which paragraphs answer a question, and whether any does.

A question is compared with the words of the paragraphs and with what the document's editor wrote beside them: the questions
that a paragraph answers, its keys, and the questions that the document does not answer, its silences. Each of these is a
card. Likeness is the cosine of weighted words, small ones too, and of neighbours among them, since "who is" and "what did … say"
ask different things of one name; the kind of thing asked for counts as a word of its own. Where a model is installed
(`corpus.meaning`), cards are compared by meaning too. Without keys the words of the text decide, and the meaning of its
sentences.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from itertools import groupby
from math import exp, log, sqrt
from typing import Any

from corpus.document import Document
from corpus.keys import load_keys, load_silences
from corpus.kinds import FIGURE, holds_figure, kinds_asked
from corpus.meaning import Model, installed, matched, vectors_beside
from corpus.names import names
from corpus.patterns import lazy
from corpus.search import WordIndex, may_be_mistyped, nearest
from corpus.words import SHORTHAND, STOP, expand, form, stem, terms_of, words

#: What counts how much in the ranking: the paragraph's words, its keys' words, its likest key, the mean of its three likest.
#: Likest ones count so much once by words and once by meaning.
BY_TEXT, BY_KEYS, BY_LIKEST, BY_LIKEST_THREE = 0.3, 1.0, 1.0, 4.0
#: The likeness by meaning that any two sentences about one matter have; only what is above it counts.
OF_ONE_MATTER = 0.3
#: Without keys: what a paragraph's words count where its likest sentence, by meaning, counts one.
BY_TEXT_BESIDE_MEANING = 0.05
#: What the kind of thing asked for, and two words that stand together, count on a card against a word.
KIND_WEIGHT, PAIR_WEIGHT = 0.8, 0.7
#: How many of the likest cards vote on whether a question is answered.
VOTERS = 8
#: The share of the best score from which another paragraph is quoted, and from which it is called an answer too.
CLOSE, SURE = 0.5, 0.85
#: Without keys: how much of a question must stand in one paragraph for that to count as an answer.
HELD_BY_WORDS = 0.6
#: Without keys: how like, by meaning, a sentence must be to a question for that to count as an answer.
MEANT_BY_A_SENTENCE = 0.35
#: A silence so like the question shows that the document does not say, unless a paragraph holds nearly all of its words.
SHOWN_ABSENT, WORD_FOR_WORD = 0.7, 0.9
#: A silence from so like on knows which paragraphs come nearest.
LIKE_A_SILENCE = 0.45


#: A capitalised word inside a sentence: a name.
_CAPITALISED = lazy(r"(?<=[a-z,;] )[A-Z][a-z]+\b")


#: States and unions by their initials.
_STATES = lazy(r"\b(?:US|USA|UK|EU|UAE|U\.S\.|U\.K\.|E\.U\.)(?=\W|$)")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paragraph as an answer: its score, and the likeness (0 to 1) of its keys to the question, likest first.

    Attributes:
        meaning: The likeness by meaning of the likest key, or sentence where there are no keys; None without a model.
    """

    number: int
    score: float
    likest: tuple[float, ...] = ()
    meaning: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against a question being answered, each from 0 to 1.

    Attributes:
        keys: The mean likeness of the three likest keys of one of the best three paragraphs.
        silences: The mean likeness of the three likest silences.
        vote: The share of keys, by the square of their likeness, among the likest cards.
        covered: How much of the question, by rarity, stands in one of them or its keys.
        in_text: How much stands in the text of one of them.
        unheard: How much stands nowhere in the document or its keys.
        other_kind: How many kinds of thing are asked for that no like key asks for.
        not_silent: How many kinds of thing are asked for that no like silence asks for.
        elsewhere: Whether it names a country or city, or a figure, that the document does not hold.
        no_figure: Whether a figure is asked for and the best paragraph states none.
        keys_meant: Like `keys`, by meaning; 0 without a model, as are the next two.
        silences_meant: Like `silences`, by meaning.
        vote_meant: Like `vote`, by meaning, and by the fourth power.
    """

    keys: float
    silences: float
    vote: float
    covered: float
    in_text: float
    unheard: float
    other_kind: float
    not_silent: float
    elsewhere: float
    no_figure: float
    keys_meant: float = 0.0
    silences_meant: float = 0.0
    vote_meant: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """A logistic regression on `Evidence`, and the likelihood from which a question counts as answered."""

    constant: float
    weights: Evidence
    likely: float

    def likelihood(self, evidence: Evidence) -> float:
        """How likely it is that a question with such evidence is answered, from 0 to 1."""
        names = Evidence.__dataclass_fields__
        score = self.constant + sum(getattr(self.weights, name) * getattr(evidence, name) for name in names)
        return 1 / (1 + exp(-score))


#: Fitted by `make calibrate` on tests/eval, which prints these tables anew: without a model, and with one. Nearly half of what
#: they are fitted on is unanswerable, more than people ask; so the cuts lie under a half.
BY_WORDS = Decision(
    constant=-2.40,
    weights=Evidence(
        keys=2.74,
        silences=-8.53,
        vote=4.23,
        covered=2.80,
        in_text=-1.91,
        unheard=-1.43,
        other_kind=-1.17,
        not_silent=1.07,
        elsewhere=-1.13,
        no_figure=-1.41,
    ),
    likely=0.45,
)
BY_MEANING = Decision(
    constant=-3.28,
    weights=Evidence(
        keys=1.83,
        silences=-6.06,
        vote=3.22,
        covered=2.57,
        in_text=-1.64,
        unheard=-1.39,
        other_kind=-1.36,
        not_silent=1.05,
        elsewhere=-1.01,
        no_figure=-0.79,
        keys_meant=2.90,
        silences_meant=-4.28,
        vote_meant=2.79,
    ),
    likely=0.45,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the document has for a question.

    Attributes:
        ranked: Paragraphs, best first.
        answers: How many of them to quote; 0 where none answers.
        sure: How many of these surely answer; the others are close.
        shown_absent: Whether it can be shown that the document does not say: by a silence, or by words it has nowhere.
        near: The paragraphs that an editor put nearest to such a silence.
        terms: The question's stems.
        kinds: The kinds of thing that it asks for.
        mended: Words that were read as others, as (typed, read).
        key_stems: By paragraph, the stems of the key that is most like the question.
    """

    ranked: tuple[Ranked, ...]
    answers: int
    sure: int
    shown_absent: bool
    near: tuple[int, ...]
    terms: frozenset[str]
    kinds: frozenset[str]
    mended: tuple[tuple[str, str], ...]
    key_stems: Mapping[int, frozenset[str]]

    @property
    def asks_figure(self) -> bool:
        """Whether the question is for a number."""
        return FIGURE in self.kinds


@dataclass(frozen=True, slots=True)
class _Card:
    """A question written beside the document; `number` is the paragraph that answers it, 0 for a silence."""

    number: int
    terms: frozenset[str]
    form: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How like the cards are to a question, as (cosine, card): by paragraph, and the silences; likest first."""

    keys: dict[int, list[tuple[float, int]]]
    silences: list[tuple[float, int]]

    @property
    def silence(self) -> float:
        """The likeness of the likest silence."""
        return self.silences[0][0] if self.silences else 0.0


@dataclass(frozen=True, slots=True)
class _Meant:
    """How like, by meaning, what stands beside a document is to a question.

    Attributes:
        likest: By paragraph, the likeness of its three likest keys (without keys, of its likest sentence), likest first.
        silences: The likeness of the three likest silences.
        vote: The share of keys among the likest cards, by the fourth power of their likeness.
    """

    likest: Mapping[int, list[float]]
    silences: list[float]
    vote: float


class Answers:
    """The index of what a document answers.

    Args:
        model: Gives what compares by meaning, None if there is nothing; called at the first question.
    """

    def __init__(self, document: Document, model: Callable[[], Model | None] = installed) -> None:
        self._open_model = model
        self._folder = document.folder
        self.keys = load_keys(document)
        self.silences = load_silences(document)
        self._text = document.search.index
        self._spelt_texts = {paragraph.number: f" {_spelt(paragraph.text)} " for paragraph in document.paragraphs}
        self._texts = {paragraph.number: paragraph.text for paragraph in document.paragraphs}
        self._vocabulary = document.search.vocabulary
        self._asked: Counter[str] = Counter(self._vocabulary)
        bags: dict[int, Counter[str]] = {}
        self._cards: list[_Card] = []
        for number, keys in self.keys.items():
            bag = bags[number] = Counter()
            for question in keys.questions:
                self._asked.update(words(question))
                self._cards.append(_card(number, question))
                bag.update(terms_of(question))
            for term in keys.terms:
                self._asked.update(words(term))
                bag.update(terms_of(term) * 2)
        self._keys = WordIndex(bags)
        self._written = {_spelt(silence.ask): 0 for silence in self.silences}
        self._written |= {_spelt(question): number for number, keys in self.keys.items() for question in keys.questions}
        self._cards += [_card(0, silence.ask) for silence in self.silences]
        asked = [(number, question) for number, keys in self.keys.items() for question in keys.questions]
        asked += [(0, silence.ask) for silence in self.silences]
        if not self.keys:
            asked = [(p.number, sentence) for p in document.paragraphs for sentence in document.sentences(p.number)]
        places = groupby(range(len(asked)), key=lambda at: asked[at][0])
        self._compared_groups = [(number, (run := list(at))[0], run[-1] + 1) for number, at in places]
        self.compared = tuple(text for _, text in asked)
        self._known = Counter(word for silence in self.silences for word in words(silence.ask))
        self._mendable = [word for word in self._asked if word not in STOP and word.isalpha() and len(word) > 3]
        frequency = Counter(term for card in self._cards for term in card.form | card.kinds)
        self._unseen = log(1 + max(len(self._cards), 1))
        self._rarity = {term: log(1 + len(self._cards) / count) for term, count in frequency.items()}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._sharing: dict[str, list[int]] = defaultdict(list)
        for index, card in enumerate(self._cards):
            for term in card.terms:
                self._sharing[term].append(index)
            for term, weight in self._unit(card.form, card.kinds).items():
                self._postings[term].append((index, weight))

    def _unit(self, asked: Iterable[str], kinds: Iterable[str]) -> dict[str, float]:
        """The unit vector of words, pairs of words and kinds, weighed by rarity."""
        weights = {part: self._rarity.get(part, self._unseen) * (PAIR_WEIGHT if " " in part else 1.0) for part in asked}
        weights |= {kind: KIND_WEIGHT * self._rarity.get(kind, self._unseen) for kind in kinds}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}

    def knows(self, word: str) -> bool:
        """Whether a word stands in the document or in what its editor wrote beside it."""
        return word in STOP or word in self._asked or word in self._known or self.holds(stem(word))

    def holds(self, term: str) -> bool:
        """Whether a stem stands in the document or in the keys of a paragraph."""
        return term in self._text.idf or term in self._keys.idf

    def read(self, question: str) -> tuple[frozenset[str], frozenset[str], tuple[tuple[str, str], ...]]:
        """A question's stems, its form, and the mistyped words that were mended for them; numbers never are."""
        read: list[str] = []
        mended: list[tuple[str, str]] = []
        capitalised = {word.casefold() for word in _CAPITALISED.findall(question)}
        for word in expand(words(question)):
            better = None
            if (
                word not in STOP
                and word not in capitalised
                and word not in self._asked
                and not self._is_known(word)
                and may_be_mistyped(word)
            ):
                better = self._mended(word)
                mended += [(word, better)] if better else []
            read.append(better or word)
        return frozenset(stem(word) for word in read if word not in STOP), form(read), tuple(mended)

    def _is_known(self, word: str) -> bool:
        """Whether a word of the silences is no slip itself: people's questions are written there as they type them."""
        return word in self._known and (self._known[word] > 1 or len(word) < 7)

    def is_slip(self, word: str) -> bool:
        """Whether a word that is not known as it stands only shares its stem with one that is."""
        return word not in STOP and word not in self._asked and not self._is_known(word)

    def _mended(self, word: str) -> str | None:
        """The known word that a mistyped one stands for; a word with a known stem is one only if it begins unlike its kin."""
        slips = None
        if stem(word) in self._rarity or self.holds(stem(word)):
            if any(
                known[: len(word) - 3] == word[: len(word) - 3] for known in self._mendable if stem(known) == stem(word)
            ):
                return None
            slips = 1
        return nearest(word, self._mendable, self._asked, slips)

    def answer(self, question: str) -> Verdict:
        """What the document has for a question."""
        terms, asked, mended = self.read(question)
        kinds = kinds_asked(question)
        like, meant = self._likeness(terms, asked, kinds), self._compare(question, mended)
        ranked = self._rank(terms, like, meant)
        evidence = self._evidence(question, terms, kinds, ranked, like, meant)
        written = self._written.get(_spelt(question))
        if written is None:
            written = self._holding(_spelt(question), terms)
        answered = bool(ranked) and (written > 0 if written is not None else self._is_answered(evidence, meant))
        if written and answered:
            ranked.sort(key=lambda r: r.number != written)
        near: tuple[int, ...] = ()
        if not answered and like.silence >= LIKE_A_SILENCE:
            near = self.silences[like.silences[0][1] - len(self._cards)].near
        answers = sum(1 for r in ranked[:3] if r.score >= CLOSE * ranked[0].score) if answered else 0
        return Verdict(
            tuple(ranked),
            answers,
            sum(1 for r in ranked[:answers] if r.score >= SURE * ranked[0].score),
            not answered and self._is_shown_absent(terms, like.silence, evidence.in_text),
            near,
            terms,
            kinds,
            mended,
            {r.number: self._cards[like.keys[r.number][0][1]].terms for r in ranked[:3] if r.number in like.keys},
        )

    def _holding(self, spelt: str, terms: frozenset[str]) -> int | None:
        """The paragraph that holds a message word for word, two words of meaning at least; None if there is none."""
        if len(terms) < 2:
            return None
        return next((number for number, text in self._spelt_texts.items() if f" {spelt} " in text), None)

    def _is_answered(self, evidence: Evidence, meant: _Meant | None) -> bool:
        if not self.keys:
            likest = max((sentences[0] for sentences in meant.likest.values()), default=0.0) if meant else 0.0
            return evidence.in_text >= HELD_BY_WORDS or likest >= MEANT_BY_A_SENTENCE
        decision = BY_MEANING if meant else BY_WORDS
        return decision.likelihood(evidence) >= decision.likely

    def _is_shown_absent(self, terms: frozenset[str], silence: float, in_text: float) -> bool:
        """Whether a silence says so, or words that mean something stand nowhere in the document or its keys."""
        if not self.keys:
            return False
        meant = [term for term in terms if len(term) > 2 and term.isalpha()]
        if meant and not any(map(self.holds, meant)):
            return True
        return silence >= SHOWN_ABSENT and in_text < WORD_FOR_WORD

    def _is_elsewhere(self, question: str) -> bool:
        """Whether a question names a country, a city or a figure that the document does not hold."""
        said = set(words(question)) & names() | {word.casefold() for word in _STATES.findall(question)}
        said |= {word for word in words(question) if word.isdecimal()}
        return any(word not in self._vocabulary for word in said)

    def weigh(self, question: str) -> tuple[Evidence, tuple[int, ...]]:
        """The evidence for a question and the paragraphs by rank, for calibration."""
        terms, asked, mended = self.read(question)
        kinds = kinds_asked(question)
        like, meant = self._likeness(terms, asked, kinds), self._compare(question, mended)
        ranked = self._rank(terms, like, meant)
        return self._evidence(question, terms, kinds, ranked, like, meant), tuple(r.number for r in ranked)

    @cached_property
    def _model(self) -> Model | None:
        return self._open_model()

    @cached_property
    def _vectors(self) -> Any:
        """A row for each text that questions are compared with."""
        assert self._model is not None
        return vectors_beside(self._folder, self.compared, self._model)

    def _compare(self, question: str, mended: tuple[tuple[str, str], ...]) -> _Meant | None:
        """How like things are to a question by meaning, its slips mended and shorthand written out; None without a model."""
        if self._model is None:
            return None
        for typed, meant in (*mended, *((word, SHORTHAND[word]) for word in words(question) if word in SHORTHAND)):
            question = re.sub(rf"\b{re.escape(typed)}\b", meant, question, flags=re.IGNORECASE)
        cosines = matched(self._vectors, self._model.vectors([question])[0])
        likest = {
            number: sorted(cosines[first:end], reverse=True)[:VOTERS] for number, first, end in self._compared_groups
        }
        votes = nlargest(VOTERS, [(cosine, number > 0) for number, found in likest.items() for cosine in found])
        fourth = [(max(cosine, 0.0) ** 4, is_key) for cosine, is_key in votes]
        vote = sum(weight for weight, is_key in fourth if is_key) / (sum(weight for weight, _ in fourth) or 1.0)
        three = {number: found[:3] for number, found in likest.items()}
        return _Meant(three, three.pop(0, []), vote)

    def _likeness(self, terms: frozenset[str], asked: frozenset[str], kinds: frozenset[str]) -> _Likeness:
        cosines = [0.0] * len(self._cards)
        for part, weight in self._unit(asked, kinds).items():
            for index, value in self._postings.get(part, ()):
                cosines[index] += weight * value
        keys: dict[int, list[tuple[float, int]]] = defaultdict(list)
        sharing = (self._sharing.get(term, ()) for term in terms)  # small words and a kind alone are no likeness
        for index in set().union(*sharing):
            keys[self._cards[index].number].append((cosines[index], index))
        for cards in keys.values():
            cards.sort(reverse=True)
        return _Likeness(keys, keys.pop(0, []))

    def _rank(self, terms: frozenset[str], like: _Likeness, meant: _Meant | None) -> list[Ranked]:
        by_text, by_key = self._text.scores(terms), self._keys.scores(terms)
        top_text, top_key = max(by_text.values(), default=0.0) or 1.0, max(by_key.values(), default=0.0) or 1.0
        ranked = []
        for number in by_text.keys() | by_key.keys() | (meant.likest.keys() if meant else set()):
            likest = tuple(cosine for cosine, _ in like.keys.get(number, ())[:3])
            meanings = meant.likest.get(number, ()) if meant else ()
            if meant and not self.keys:
                if number not in by_text and max(meanings, default=0.0) < MEANT_BY_A_SENTENCE:
                    continue
                score = BY_TEXT_BESIDE_MEANING * by_text.get(number, 0.0) / top_text + max(meanings, default=0.0)
            else:
                score = BY_TEXT * by_text.get(number, 0.0) / top_text + BY_KEYS * by_key.get(number, 0.0) / top_key
                for three in (likest, [max(cosine - OF_ONE_MATTER, 0.0) / (1 - OF_ONE_MATTER) for cosine in meanings]):
                    score += BY_LIKEST * max(three, default=0.0) + BY_LIKEST_THREE * sum(three) / 3
            ranked.append(Ranked(number, score, likest, max(meanings, default=0.0) if meant else None))
        ranked.sort(key=lambda r: (-r.score, r.number))
        return ranked

    def _evidence(
        self,
        question: str,
        terms: frozenset[str],
        kinds: frozenset[str],
        ranked: list[Ranked],
        like: _Likeness,
        meant: _Meant | None,
    ) -> Evidence:
        best = ranked[:3]
        rarity = {term: self._rarity.get(term, self._unseen) for term in terms}
        total = sum(rarity.values()) or 1.0

        def share(held: Iterable[str]) -> float:
            return sum(rarity[term] for term in held) / total

        asked_alike = {
            kind for r in best[:2] for _, card in like.keys.get(r.number, ())[:2] for kind in self._cards[card].kinds
        }
        silent_alike = {kind for _, card in like.silences[:2] for kind in self._cards[card].kinds}
        votes = [(cosine**2, 1) for cards in like.keys.values() for cosine, _ in cards[:VOTERS]]
        votes = nlargest(VOTERS, votes + [(cosine**2, 0) for cosine, _ in like.silences[:VOTERS]])
        return Evidence(
            keys=max((sum(r.likest) / 3 for r in best), default=0.0),
            silences=sum(cosine for cosine, _ in like.silences[:3]) / 3,
            vote=sum(weight for weight, is_key in votes if is_key) / (sum(weight for weight, _ in votes) or 1.0),
            covered=max(
                (share(t for t in terms if self._text.has(t, r.number) or self._keys.has(t, r.number)) for r in best),
                default=0.0,
            ),
            in_text=max((share(t for t in terms if self._text.has(t, r.number)) for r in best), default=0.0),
            unheard=share(t for t in terms if not self.holds(t)),
            other_kind=float(len(kinds - asked_alike - {"whether", "why", "how"})),
            not_silent=float(len(kinds - silent_alike)),
            elsewhere=float(self._is_elsewhere(question)),
            no_figure=float(FIGURE in kinds and bool(best) and not holds_figure(self._texts[best[0].number])),
            keys_meant=max((sum(meant.likest.get(r.number, ())) / 3 for r in best), default=0.0) if meant else 0.0,
            silences_meant=sum(meant.silences) / 3 if meant else 0.0,
            vote_meant=meant.vote if meant else 0.0,
        )


def _spelt(question: str) -> str:
    """A question's words, without signs and capitals; a question that is written beside the document is decided by that."""
    return " ".join(words(question))


def _card(number: int, question: str) -> _Card:
    return _Card(number, frozenset(terms_of(question)), form(expand(words(question))), kinds_asked(question))
