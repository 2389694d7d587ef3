"""Where words stand in the document: ranked paragraphs, exact phrases, spelling forgiven and reported.

The ranking is BM25 over stems, the headings above a paragraph counting less than its text. Source of the formula:
Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from corpus.document import Document
from corpus.words import STOP, stem, stems, words

#: BM25's saturation of repeated words, and how much long paragraphs are held back.
K1, B = 1.2, 0.6
#: What a word in the headings above a paragraph counts, against one in its text.
HEADING_WEIGHT = 0.5

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph found. `marks` are the places in its text that matched, as (first, end) characters."""

    number: int
    score: float
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        hits: Best first.
        mended: Words that were read as others, as (typed, read).
        unknown: Words that the document does not hold.
    """

    hits: tuple[Hit, ...]
    mended: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


class WordIndex:
    """BM25 over bags of weighted stems, one bag a key."""

    def __init__(self, bags: dict[int, Counter[str]]) -> None:
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

    def mend(self, word: str, known: Iterable[str] = ()) -> str | None:
        """The word of the document that a mistyped one stands for; None if it needs no mending or nothing is near."""
        if (
            word in STOP
            or word in self.vocabulary
            or stem(word) in self.index.idf
            or len(word) < 4
            or not word.isalpha()
        ):
            return None
        if word in known:
            return None
        return nearest(word, self._words, self.vocabulary)

    def find(self, query: str, within: range | None = None) -> Found:
        """Ranked paragraphs for words and "exact phrases"; every quoted phrase must stand in the paragraph.

        Args:
            within: Only paragraphs of these numbers.
        """
        phrases = [" ".join(phrase.split()) for phrase in re.findall(r'"([^"]+)"', query) if phrase.strip()]
        rest = re.sub(r'"[^"]*"?', " ", query)
        typed = [word for word in dict.fromkeys(words(rest)) if word not in STOP] or (
            [] if phrases else list(dict.fromkeys(words(rest)))
        )
        mended: list[tuple[str, str]] = []
        unknown: list[str] = []
        read: list[str] = []
        for word in typed:
            if stem(word) in self.index.idf:
                read.append(word)
            elif better := self.mend(word):
                mended.append((word, better))
                read.append(better)
            else:
                unknown.append(word)
        terms = [stem(word) for word in read]
        scores = self.index.scores(terms)
        candidates = scores.keys() if terms else {p.number for p in self.document.paragraphs}
        hits = []
        for number in candidates:
            if within is not None and number not in within:
                continue
            text = self.document.paragraph(number).text
            spans = [phrase_spans(text, phrase) for phrase in phrases]
            if not all(spans):
                continue
            if not terms and not phrases:
                continue
            marks = sorted([*word_spans(text, set(terms)), *(span for found in spans for span in found)])
            score = scores.get(number, 0.0) + sum(len(found) for found in spans)
            covered = sum(1 for term in set(terms) if any(number == key for key, _ in self.index.postings[term]))
            hits.append(Hit(number, score * (1 + covered / max(len(set(terms)), 1)), tuple(_merged(marks))))
        hits.sort(key=lambda hit: (-hit.score, hit.number))
        return Found(tuple(hits), tuple(mended), tuple(unknown))


def nearest(word: str, candidates: list[str], weights: Counter[str] | None = None) -> str | None:
    """The candidate that a mistyped word stands for: at most one slip in up to six letters, two in longer ones."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    slips = 1 if len(word) < 7 else 2
    found = extract(word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=8)
    if not found:
        return None
    same_start = [(w, d) for w, d, _ in found if w[0] == word[0]] or [
        (w, d) for w, d, _ in found if d < slips or len(word) > 8
    ]
    if not same_start:
        return None
    return str(min(same_start, key=lambda pair: (pair[1], -(weights or Counter())[pair[0]], pair[0]))[0])


def word_spans(text: str, terms: set[str]) -> list[tuple[int, int]]:
    """Where words of some stems stand in a text."""
    if not terms:
        return []
    return [m.span() for m in _WORD.finditer(text) if stem(re.sub(r"['’.]", "", m[0].casefold())) in terms]


def phrase_spans(text: str, phrase: str) -> list[tuple[int, int]]:
    """Where an exact phrase stands in a text, whatever its case, its quotes and its hyphens' spelling."""
    pattern = r"\s+".join(re.escape(part).replace("'", "['’]") for part in phrase.split())
    return [m.span() for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)]


def _merged(marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in marks:
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
