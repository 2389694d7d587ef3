"""A question in plain words: the paragraphs that answer it, or that none does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.commands.command import Command, Fact, Facts
from bot.commands.more import KEPT
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import (
    Block,
    Choice,
    Choices,
    Passage,
    Place,
    Reply,
    Show,
    Text,
    in_words,
    leaning_passage,
    paragraphs_word,
    passage,
)
from corpus.answers import Verdict
from corpus.document import Document
from corpus.kinds import holds_figure
from corpus.pairs import twin

#: Characters up to which the best paragraph is quoted whole round its answering sentence.
WHOLE_UP_TO = 700
#: How much likelier a sentence with a figure is the answer to a question for one.
FIGURE_GAIN = 1.6
#: Further paragraphs that are named by number.
ALSO = 5
#: The share of the best score from which a paragraph is shown when more is asked for.
NEAR = 0.2
#: How like, by meaning, a paragraph must be to be called the closest where none answers: two on other matters are below it.
OF_THE_MATTER = 0.45
#: The share of the better one's score from which the fuller of two that report the same is shown instead.
AS_WELL = 0.95
#: And the share from which it is named beside an answer.
SEE_ALSO = 0.35


@dataclass(frozen=True, slots=True)
class QuestionRequest:
    """What was asked."""

    question: str


def recognise_question(said: Said) -> QuestionRequest | None:
    """Whatever has a word in it."""
    return QuestionRequest(said.text) if any(ch.isalpha() for ch in said.text) else None


def answer_question(request: QuestionRequest, facts: Facts) -> Reply:
    """One to three passages, best first, the answering sentence of each marked; or a plain refusal and the nearest."""
    document = facts.document
    verdict = document.answers.answer(request.question)
    if not verdict.terms:
        raise UsageError(
            "what shall I look for? That holds no word to go by: ask in a few more words, or name a paragraph"
        )
    if not verdict.answers:
        return _refusal(document, verdict, facts.place)
    sure, close = _without_twins(document, verdict)
    best, shown = sure[0], (*sure, *close)
    others = [
        r.number
        for r in verdict.ranked[verdict.answers : verdict.answers + ALSO]
        if r.score > SEE_ALSO * verdict.ranked[0].score
    ]
    twins = {number: same for number in shown if (same := twin(document, number)) and same not in shown}
    also = (*twins.values(), *(number for number in others if number not in twins.values()))
    blocks: list[Block] = []
    if verdict.mended:
        pairs = in_words([f"“{typed}” as “{read}”" for typed, read in verdict.mended])
        blocks.append(Text(f"Reading {pairs}."))
    blocks += [answering_passage(document, number, verdict, whole=number == best) for number in sure]
    if close:
        blocks.append(Text("Close to it:"))
        blocks += [replace(answering_passage(document, number, verdict), answer=None) for number in close]
    if twins:
        blocks.append(Text(" ".join(_same_as(document, number, same) for number, same in twins.items())))
    if seen := also[len(twins) :]:
        blocks.append(Text(f"See also {paragraphs_word(seen)}."))
    blocks.append(Choices(tuple(Choice(f"Paragraph {number} whole", f"para {number}") for number in shown)))
    place = Place(best, best, further=further(document, verdict, shown))
    return Reply("question", tuple(blocks), also=also, changes=(Show(place),))


def _without_twins(document: Document, verdict: Verdict) -> tuple[list[int], list[int]]:
    """The paragraphs that surely answer, and those close to it; of two that report the same, one.

    That is the fuller one where both answer about as well, else the better one.
    """
    scores = {ranked.number: ranked.score for ranked in verdict.ranked[: verdict.answers]}
    numbers = list(scores)
    sure = numbers[: verdict.sure]
    kept: list[int] = []
    for number in numbers:
        same = twin(document, number)
        if same not in kept:
            kept.append(number)
        elif scores[number] >= AS_WELL * scores[same] and _length(document, number) > _length(document, same):
            kept[kept.index(same)] = number
    return [number for number in kept if number in sure], [number for number in kept if number not in sure]


def _length(document: Document, number: int) -> int:
    return len(document.paragraph(number).text)


def _same_as(document: Document, number: int, same: int) -> str:
    """That another paragraph reports the same as one, as a sentence."""
    section = document.paragraph(same).section
    where = f"section {section.spoken}" if section.path else section.title
    return f"Paragraph {same} ({where}) reports the same as paragraph {number}: compare {number} {same}."


def answering_passage(document: Document, number: int, verdict: Verdict, *, whole: bool = False) -> Passage:
    """A paragraph, or the part round the sentence that answers, with that sentence marked."""
    at = best_sentence(document, number, verdict)
    if whole and len(document.paragraph(number).text) <= WHOLE_UP_TO:
        return passage(document, number, answer=(at, at + 1))
    return leaning_passage(document, number, at, answer=True)


def further(document: Document, verdict: Verdict, shown: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """The paragraphs that come next, each with its sentence that holds most of what is asked, best first."""
    had = set(shown)
    near = [r.number for r in verdict.ranked if r.number not in had and r.score > NEAR * verdict.ranked[0].score]
    return tuple((number, best_sentence(document, number, verdict)) for number in near[:KEPT])


def best_sentence(document: Document, number: int, verdict: Verdict) -> int:
    """The sentence of a paragraph that holds most of what is asked, by stems weighed by rarity."""
    weigh = document.search.index.idf
    asked, helped = verdict.terms, verdict.key_stems.get(number, frozenset())
    best, at = -1.0, 0
    for index, (sentence, held) in enumerate(
        zip(document.sentences(number), document.sentence_stems(number), strict=True)
    ):
        score = sum(weigh.get(t, 1.0) for t in held & asked) + 0.6 * sum(
            weigh.get(t, 1.0) for t in (held & helped) - asked
        )
        score /= (12 + len(held)) ** 0.5
        if verdict.asks_figure and holds_figure(sentence):
            score = (score + 0.5) * FIGURE_GAIN
        if score > best:
            best, at = score, index
    return at


def _refusal(document: Document, verdict: Verdict, place: Place | None) -> Reply:
    """That nothing answers; and the nearest sentence, offered by its number and never marked as an answer."""
    near = verdict.near[:2] or tuple(
        r.number for r in verdict.ranked[:2] if r.meaning is None or r.meaning >= OF_THE_MATTER
    )
    blocks: list[Block] = [
        Text("The document does not say." if verdict.shown_absent else "I found no paragraph that answers this.")
    ]
    if near:
        others = f", then {paragraphs_word(near[1:])}" if near[1:] else ""
        blocks.append(Text(f"Not an answer, but closest is paragraph {near[0]}{others}:"))
        blocks.append(replace(answering_passage(document, near[0], verdict), answer=None))
        blocks.append(Choices(tuple(Choice(f"Paragraph {n}", f"para {n}") for n in near)))
    else:
        blocks.append(Choices((Choice("What I can do", "help"), Choice("All sections", "outline"))))
    # What was shown before stays where one goes on from.
    stands = place or (Place(near[0], near[0]) if near else None)
    changes = (Show(replace(stands, further=further(document, verdict, near[:1]))),) if stands else ()
    return Reply(
        "not_said" if verdict.shown_absent else "not_found", tuple(blocks), answered=False, changes=changes, also=near
    )


QUESTION = Command(
    name="question",
    usage="how much does it cost to send money home?",
    summary="The paragraphs that answer, the answering sentence marked; or that the document does not say.",
    examples=(
        "how much does it cost to send money home?",
        "what share of migrants are women?",
        "who organized the hearings?",
    ),
    answer=answer_question,
    recognise=recognise_question,
    needs=frozenset({Fact.PLACE}),
)
