"""Where words stand in the document: ranked paragraphs, exact phrases, spelling forgiven and reported.

The ranking is BM25 over stems, the headings above a paragraph counting less than its text. Source of the formula:
Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from corpus.document import Document
from corpus.names import english, names
from corpus.words import STOP, WORD, bare, stem, stems, words

#: BM25's saturation of repeated words, and how much long paragraphs are held back.
K1, B = 1.2, 0.6
#: What a word in the headings above a paragraph counts, against one in its text.
HEADING_WEIGHT = 0.5

#: Characters of a query that are looked for.
LONGEST_QUERY = 300


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        hits: Paragraphs, best first.
        terms: The stems looked for.
        phrases: The exact phrases looked for.
        mended: Words that were read as others, as (typed, read).
        unknown: Words that the document does not hold.
    """

    hits: tuple[int, ...]
    terms: frozenset[str]
    phrases: tuple[str, ...]
    mended: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()

    def marks(self, text: str) -> list[tuple[int, int]]:
        """The places in a text that match, as (first, end) characters, in order, adjoining ones joined."""
        found = [span for phrase in self.phrases for span in phrase_spans(text, phrase)]
        return _merged(sorted([*found, *word_spans(text, self.terms)]))

    def fullest(self, sentences: Sequence[str]) -> int:
        """The index of the sentence that holds most of what was looked for, the first of several."""
        held = [sum(end - first for first, end in self.marks(sentence)) for sentence in sentences]
        return held.index(max(held))


class WordIndex:
    """BM25 over bags of weighted stems, one bag a key."""

    def __init__(self, bags: dict[int, Counter[str]]) -> None:
        self._bags = bags
        self.count = len(bags)
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        lengths = {key: sum(bag.values()) for key, bag in bags.items()}
        mean = sum(lengths.values()) / max(len(lengths), 1) or 1.0
        frequency = Counter(term for bag in bags.values() for term in bag)
        self.idf = {term: log(1 + (self.count - n + 0.5) / (n + 0.5)) for term, n in frequency.items()}
        for key, bag in bags.items():
            held_back = K1 * (1 - B + B * lengths[key] / mean)
            for term, weight in bag.items():
                self.postings[term].append((key, self.idf[term] * weight * (K1 + 1) / (weight + held_back)))

    def has(self, term: str, key: int) -> bool:
        """Whether a bag holds a term."""
        return term in self._bags.get(key, ())

    def scores(self, terms: Iterable[str]) -> dict[int, float]:
        """The score of every key that holds one of the terms."""
        total: dict[int, float] = defaultdict(float)
        for term in terms:
            for key, score in self.postings.get(term, ()):
                total[key] += score
        return total


class Search:
    """The index of a document's own words."""

    def __init__(self, document: Document) -> None:
        self.document = document
        bags = {}
        self.vocabulary: Counter[str] = Counter()
        for paragraph in document.paragraphs:
            bag: Counter[str] = Counter()
            for title in (s.title for s in (*paragraph.section.above(), paragraph.section)):
                for term in set(stems(title)):
                    bag[term] += HEADING_WEIGHT  # type: ignore[assignment]
                self.vocabulary.update(set(words(title)))
            text = " ".join([paragraph.text, *(note.text for note in paragraph.notes)])
            bag.update(stems(text))
            self.vocabulary.update(words(text))
            bags[paragraph.number] = bag
        self.index = WordIndex(bags)
        self._words = [word for word in self.vocabulary if word not in STOP and not word.isdecimal()]

    def mend(self, word: str) -> str | None:
        """The word of the document that a mistyped one stands for; None if it needs no mending or nothing is near.

        A word that only shares its stem with one of the document, and is a slip away from another, is a slip: "remitances"
        has the stem of "remitting".
        """
        if word in STOP or word in self.vocabulary or not may_be_mistyped(word):
            return None
        if stem(word) not in self.index.idf:
            return nearest(word, self._words, self.vocabulary)
        near = nearest(word, self._words, self.vocabulary, slips=1)
        same = [w for w in self._words if stem(w) == stem(word) and w[:-2] == word[: len(w[:-2])]]
        return near if near and not same and stem(near) != stem(word) else None

    def find(self, query: str, within: range | None = None) -> Found:
        """Ranked paragraphs for words and "exact phrases"; every quoted phrase must stand in the paragraph.

        Args:
            within: Only paragraphs of these numbers.
        """
        query = query[:LONGEST_QUERY]
        if not words(query):
            return Found((), frozenset(), ())
        phrases = tuple(" ".join(phrase.split()) for phrase in re.findall(r'"([^"]+)"', query) if phrase.strip())
        typed = list(dict.fromkeys(words(re.sub(r'"[^"]*"?', " ", query) if phrases else query)))
        if not phrases and all(word in STOP for word in typed):
            phrases = (" ".join(query.replace('"', " ").split()),)  # nothing but small words: these words exactly
        typed = [word for word in typed if word not in STOP]
        mended: list[tuple[str, str]] = []
        unknown: list[str] = []
        terms: list[str] = []
        for word in typed:
            better = self.mend(word)
            if better:
                mended.append((word, better))
            elif stem(word) not in self.index.idf:
                unknown.append(word)
                continue
            terms.append(stem(better or word))
        scores = self.index.scores(terms)
        covered = Counter(number for term in set(terms) for number, _ in self.index.postings.get(term, ()))
        ranked = []
        for paragraph in self.document.paragraphs:
            number = paragraph.number
            if (terms and number not in scores) or (within is not None and number not in within):
                continue
            text = " ".join([paragraph.text, *(note.text for note in paragraph.notes)])
            spans = [phrase_spans(text, phrase) for phrase in phrases]
            if all(spans) and (terms or phrases):
                score = scores.get(number, 0.0) * (1 + covered[number] / max(len(set(terms)), 1))
                ranked.append((-score - sum(map(len, spans)), number))
        return Found(tuple(n for _, n in sorted(ranked)), frozenset(terms), phrases, tuple(mended), tuple(unknown))


def may_be_mistyped(word: str) -> bool:
    """Whether a word could be a slip: letters only, at least four, and no name of a place or common English word."""
    return len(word) > 3 and word.isalpha() and word not in names() and word not in english()


def nearest(
    word: str, candidates: list[str], weights: Counter[str] | None = None, slips: int | None = None
) -> str | None:
    """The candidate that a mistyped word stands for: at most one slip in up to six letters, two in longer ones."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    slips = slips or (1 if len(word) < 7 else 2)
    found = extract(word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=8)
    if not found:
        return None
    near = [(w, d) for w, d, _ in found if d == 1 or abs(len(w) - len(word)) < d]
    same_start = [(w, d) for w, d in near if w[0] == word[0]] or [(w, d) for w, d in near if d < slips or len(word) > 8]
    if not same_start:
        return None
    return str(min(same_start, key=lambda pair: (pair[1], -(weights or Counter())[pair[0]], pair[0]))[0])


def word_spans(text: str, terms: Iterable[str]) -> list[tuple[int, int]]:
    """Where words of some stems stand in a text."""
    return [m.span() for m in WORD.finditer(text) if stem(bare(m[0].casefold())) in terms]


def phrase_spans(text: str, phrase: str) -> list[tuple[int, int]]:
    """Where an exact phrase stands in a text, whatever its case, its quotes and its hyphens' spelling."""
    pattern = r"\s+".join(_loose(part) for part in phrase.split())
    return [m.span() for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)]


def _loose(part: str) -> str:
    """A pattern for a word of a phrase, whatever its apostrophes and hyphens."""
    return re.sub(r"\\?[-‐‑–—]", "[-‐‑–—]", re.escape(part)).replace("'", "['’]")


def _merged(marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in marks:
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
