"""A question in plain words: the paragraphs that answer it, or that none does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.commands.command import Command, Facts
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import Block, Choice, Choices, Passage, Place, Reply, Show, Text, in_words, paragraphs_word, passage
from corpus.answers import Verdict
from corpus.document import Document
from corpus.kinds import holds_figure
from corpus.topics import LEANING
from corpus.words import stems

#: Characters up to which the best paragraph is quoted whole round its answering sentence.
WHOLE_UP_TO = 700
#: How much likelier a sentence with a figure is the answer to a question for one.
FIGURE_GAIN = 1.6
#: Further paragraphs that are named by number.
ALSO = 5


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
        return _refusal(document, verdict)
    sure, close = verdict.ranked[: verdict.sure], verdict.ranked[verdict.sure : verdict.answers]
    best = verdict.ranked[0]
    also = tuple(
        r.number for r in verdict.ranked[verdict.answers : verdict.answers + ALSO] if r.score > 0.35 * best.score
    )
    blocks: list[Block] = []
    if verdict.mended:
        pairs = in_words([f"“{typed}” as “{read}”" for typed, read in verdict.mended])
        blocks.append(Text(f"Reading {pairs}."))
    blocks += [answering_passage(document, ranked.number, verdict, whole=ranked is best) for ranked in sure]
    if close:
        blocks.append(Text("Close to it:"))
        blocks += [replace(answering_passage(document, ranked.number, verdict), answer=None) for ranked in close]
    if also:
        blocks.append(Text(f"See also {paragraphs_word(also)}."))
    blocks.append(Choices(tuple(Choice(f"Paragraph {r.number} whole", f"para {r.number}") for r in (*sure, *close))))
    return Reply("question", tuple(blocks), also=also, changes=(Show(Place(best.number, best.number)),))


def answering_passage(document: Document, number: int, verdict: Verdict, *, whole: bool = False) -> Passage:
    """A paragraph, or the part round the sentence that answers, with that sentence marked."""
    sentences = document.sentences(number)
    at = best_sentence(document, number, verdict)
    if whole and len(document.paragraph(number).text) <= WHOLE_UP_TO:
        return passage(document, number, answer=(at, at + 1))
    start = at
    while start and LEANING.match(sentences[start]) and at - start < 2:
        start -= 1
    return passage(document, number, start, at + 1, answer=(at, at + 1))


def best_sentence(document: Document, number: int, verdict: Verdict) -> int:
    """The sentence of a paragraph that holds most of what is asked, by stems weighed by rarity."""
    weigh = document.search.index.idf
    asked, helped = verdict.terms, verdict.key_stems.get(number, frozenset())
    best, at = -1.0, 0
    for index, sentence in enumerate(document.sentences(number)):
        held = set(stems(sentence))
        score = sum(weigh.get(t, 1.0) for t in held & asked) + 0.6 * sum(
            weigh.get(t, 1.0) for t in (held & helped) - asked
        )
        score /= (12 + len(held)) ** 0.5
        if verdict.asks_figure and holds_figure(sentence):
            score = (score + 0.5) * FIGURE_GAIN
        if score > best:
            best, at = score, index
    return at


def _refusal(document: Document, verdict: Verdict) -> Reply:
    """That nothing answers; and the nearest sentence, offered by its number and never marked as an answer."""
    near = verdict.near[:2] or tuple(ranked.number for ranked in verdict.ranked[:2])
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
    return Reply("not_said" if verdict.shown_absent else "not_found", tuple(blocks), answered=False, also=near)


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
)
