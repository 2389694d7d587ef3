"""Where a wording stands in the document, and in which words two wordings differ.

Words are compared without their capitals, their apostrophes and what stands between them; the spans that are given back
are places in the texts as they stand, so that what is quoted from them is verbatim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Document
from corpus.patterns import lazy
from corpus.words import STOP

#: Words that a passage may have more than a quotation of it, at each end, besides a quarter of the quotation's.
SLACK = 6
#: Words at an end that match by chance, with this many others between them and the rest.
STRAY, APART = 2, 4
#: Words at an end of a quotation that are taken for others than the document's, rather than for more of them.
OTHERS = 2
#: Characters that are written differently and mean the same.
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-", "\u00a0": " "})

#: What stands inside a word and does not count.
_GLUED = str.maketrans("", "", "'’.")

_WORD = lazy(r"[^\W_]+(?:['’.][^\W_]+)*")
_CHUNK = lazy(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, and where it stands in its text, as (first, end) characters."""

    said: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two texts differ, as (first, end) characters of each; a span without length where one has nothing."""

    one: tuple[int, int]
    other: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of a paragraph, from `first` up to but without `end`."""

    number: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """The stretches of the document, one a paragraph, that are most like a wording, and how like, from 0 to 1."""

    stretches: tuple[Stretch, ...]
    likeness: float


def words_in(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [Word(m[0].casefold().translate(_GLUED), m.span()) for m in _WORD.finditer(text)]


def likeness(one: str, other: str) -> float:
    """How much of two texts is the same words in the same order, from 0 to 1."""
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(_said(words_in(one)), _said(words_in(other)))


def differences(one: str, other: str) -> list[Difference]:
    """Where the words of two texts differ, in order; a small word between two differences goes with them."""
    return _differences(words_in(one), words_in(other))


def sign_differences(one: str, other: str) -> list[Difference]:
    """Where two texts of the same words differ in capitals or punctuation; how quotes and dashes are drawn does not count."""
    first, second = ([Word(m[0].translate(_SAME), m.span()) for m in _CHUNK.finditer(text)] for text in (one, other))
    return _differences(first, second)


def _differences(one: Sequence[Word], other: Sequence[Word]) -> list[Difference]:
    from rapidfuzz.distance import Levenshtein

    found: list[tuple[int, int, int, int]] = []
    for step in Levenshtein.opcodes(_said(one), _said(other)):
        if step.tag == "equal":
            continue
        first, other_first = step.src_start, step.dest_start
        if found and first - found[-1][1] < 2 and all(word.said in STOP for word in one[found[-1][1] : first]):
            first, _, other_first, _ = found.pop()
        found.append((first, step.src_end, other_first, step.dest_end))
    return [Difference(_span(one, a, b), _span(other, c, d)) for a, b, c, d in found]


def _said(found: Sequence[Word]) -> list[str]:
    return [word.said for word in found]


def _span(found: Sequence[Word], first: int, end: int) -> tuple[int, int]:
    if first < end:
        return found[first].span[0], found[end - 1].span[1]
    at = found[first - 1].span[1] if first else 0
    return at, at


class Wordings:
    """The words of a document in order, to find wordings among them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._words = [(word, p.number) for p in document.paragraphs for word in words_in(p.text)]
        self._said = [word.said for word, _ in self._words]
        self._joined = f" {' '.join(self._said)} "

    def exactly(self, wording: str) -> list[tuple[Stretch, ...]]:
        """Everywhere that the words of a wording stand one after the other; each as its stretches, one a paragraph."""
        said = _said(words_in(wording))
        if not said:
            return []
        sought, found, at = f" {' '.join(said)} ", [], 0
        while (at := self._joined.find(sought, at)) >= 0:
            first = self._joined.count(" ", 0, at)
            found.append(self._stretches(first, first + len(said)))
            at += 1
        return found

    def nearest(self, wording: str) -> Nearest:
        """What is most like a wording of at least one word."""
        from rapidfuzz import fuzz
        from rapidfuzz.distance import Indel, Levenshtein

        said = _said(words_in(wording))
        near = fuzz.partial_ratio_alignment(said, self._said)
        assert near, "without a cutoff there always is one"
        slack = SLACK + len(said) // 4
        best, like = (near.dest_start, near.dest_end), 0.0
        for start in (near.dest_start, max(near.dest_start - slack, 0)):
            for end in (near.dest_end, near.dest_end + slack):
                window = self._said[start:end]
                steps = [(step.tag, step.dest_end - step.dest_start) for step in Levenshtein.opcodes(said, window)]
                inside = start + _beside(steps), start + len(window) - _beside(steps[::-1])
                alike = Indel.normalized_similarity(said, self._said[slice(*inside)])
                if alike > like:
                    best, like = inside, alike
        first, end = best
        joined = [*Levenshtein.opcodes(said, self._said[first:end])]
        if joined[0].tag == "delete" and self._is_one_sentence(first - joined[0].src_end, first + 1):
            first -= joined[0].src_end  # other words at an end are other words, and not more of them
        lacking = joined[-1].src_end - joined[-1].src_start
        if joined[-1].tag == "delete" and len(joined) > 1 and self._is_one_sentence(end - 1, end + lacking):
            end += lacking
        return Nearest(self._stretches(first, end), like)

    def _is_one_sentence(self, first: int, end: int) -> bool:
        """Whether a few words of the document, by their places, stand in one sentence; never if they are many."""
        if not 0 <= first < end <= len(self._words) or end - first > OTHERS + 1:
            return False
        (start, number), (last, last_number) = self._words[first], self._words[end - 1]
        at = self._document.sentence_at
        return number == last_number and at(number, start.span[1]) == at(number, last.span[1])

    def _stretches(self, first: int, end: int) -> tuple[Stretch, ...]:
        runs: list[Stretch] = []
        for word, number in self._words[first:end]:
            if runs and runs[-1].number == number:
                runs[-1] = Stretch(number, runs[-1].first, word.span[1])
            else:
                runs.append(Stretch(number, *word.span))
        return tuple(runs)


def _beside(steps: list[tuple[str, int]]) -> int:
    """How many words of a window stand before what was aligned: those inserted, and strays among them."""
    beside = 0
    while steps:
        tag, count = steps[0]
        if tag == "insert" or (
            tag == "equal" and count <= STRAY and len(steps) > 1 and steps[1][0] == "insert" and steps[1][1] >= APART
        ):
            beside += count
            steps = steps[1:]
        else:
            break
    return beside
