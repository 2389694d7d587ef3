"""`check "…"`: whether a quotation from a draft is verbatim, where it stands, and which words differ.

How a draft draws its quotation marks, breaks its lines, hyphenates, leaves out with dots and adds in square brackets is
forgiven, and said. Nothing of the draft is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.commands.command import Command, Facts
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import (
    Block,
    Bullets,
    Choice,
    Choices,
    Passage,
    Place,
    Reply,
    Show,
    Text,
    in_words,
    numbers,
    paragraphs_word,
    passage,
    shortened,
)
from corpus.document import Document
from corpus.patterns import lazy
from corpus.sentences import split_sentences
from corpus.wording import Stretch, differences, sign_differences, words_in

#: How like a passage a part of a draft must be, from 0 to 1, to be taken for a quotation of it that went wrong; and how
#: like in one piece, for it not to be looked for sentence by sentence.
MEANT, IN_ONE_PIECE = 0.6, 0.85
#: Words that a part must have for that; fewer are found exactly or not at all.
FEWEST = 4
#: Parts of a draft that are looked at, places told in which a part differs, and other paragraphs named that hold it.
PARTS, TOLD, ALSO = 12, 12, 8
#: Words of a quoted message from which it is a quotation to check rather than a phrase to search.
LONG = 12
#: Words of a message that begins with "check", from which it is a quotation without quotation marks.
UNQUOTED = 7

_ASKED = lazy(
    r"\b(?:verbatim|word for word|accurate(?:ly)?|correct(?:ly)?|exact(?:ly)?|right|really say|actually say|quoted?|misquot\w+|quotation|in the (?:document|text|summary))\b",
    re.IGNORECASE,
)
_LEAD = lazy(
    r"\s*(?:[:,-]|\b(?:whether|if|that|this|these|it|the|my|our|following|quote[sd]?|quotation|quotes?|citation|text|wording|words?|passage|sentences?|draft|against|from|in|is|are|verbatim|of|me|for|please)\b)\s*",
    re.IGNORECASE,
)
_CLAIM = r"(?:para(?:graph)?s?\.?|pars?\.|¶+|§)\s*(?:no\.?\s*)?(?P<{}>\d{{1,3}})"
_CLAIM_FIRST = lazy(
    rf"\W*(?:(?:in|from|of|against|the|document|summary|text)\s+)*{_CLAIM.format('number')}(?:\s*(?:says|reads|states|of the \w+))?\s*[:,.)\]-]*\s*",
    re.IGNORECASE,
)
_CLAIM_LAST = lazy(
    rf"[\s(\[,—–-]*(?:in|from|see|cf\.?|hearings summary[^()\n]*?|ibid\.?|source:?)?[\s,]*{_CLAIM.format('number')}[\s.)\]?!]*$",
    re.IGNORECASE,
)
_NUMBERED = lazy(r"^\s*(?P<number>\d{1,3})\.\s+(?=[A-Z“\"])", re.MULTILINE)
_BRACKETED_LETTER = lazy(r"\[([A-Za-z])\](?=[a-z])")
_ELLIPSIS = lazy(r"\s*(?:\[\s*(?:\.\s?){3,4}\]|\[\s*…\s*\]|\(\s*(?:\.\s?){3,4}\)|\(…\)|…|(?:\.\s?){2,3}\.)\s*")
_BRACKETS = lazy(r"\s*\[[^\[\]]{2,300}\]")
_BROKEN_WORD = lazy(r"(?P<head>[^\W\d_]+)-[^\S\n]*\n\s*(?P<tail>[^\W\d_]+)|(?P<soft>\u00ad\s*)")
_QUOTES = '"“”„«»'
_BETWEEN = lazy(rf"[{_QUOTES}][\s,.;]*(?:and|or|&)?[\s,;]*[{_QUOTES}]")
_UNSEEN = lazy(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_MARKS = lazy(r"^[^\S\n]*>+[^\S\n]?|\*+|~{2,}|`+|(?<!\w)_+|_+(?!\w)", re.MULTILINE)
_BLANK_LINE = lazy(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words that a draft gives as one quotation, with the paragraph that it names; None if it names none."""

    text: str
    claimed: int | None = None
    after_ellipsis: bool = False


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """The parts of a quotation, what was forgiven to read them, and whether the draft was too long to read whole."""

    parts: tuple[Part, ...]
    forgiven: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a part stands, or what is nearest to it.

    Attributes:
        stretches: One a paragraph; none where a part has no word.
        found: Whether they are what the part quotes.
        words: Places in which the words differ, as the draft and the document have them.
        signs: Where the words are the same: places in which capitals or punctuation differ, likewise.
        also: Other paragraphs that hold the same words.
    """

    part: Part
    stretches: tuple[Stretch, ...]
    found: bool
    words: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    also: tuple[int, ...] = ()


def parse_check(said: Said) -> CheckRequest | None:
    """A message that begins with "check" or "verify" and holds a quotation.

    Raises:
        UsageError: Nothing follows.
    """
    match = re.search(rf"\b{re.escape(said.first)}\b", said.typed, re.IGNORECASE)
    draft = said.typed[match.end() :] if match else ""
    if not words_in(_LEAD.sub(" ", draft)):
        raise UsageError(
            "check what? Paste the quotation behind it: check “…”, or with its number: check para "
            f"{said.document.middle}: “…”"
        )
    return _request(draft, said.document, unquoted=":" in draft[:60] or "\n" in draft.strip())


def recognise_check(said: Said) -> CheckRequest | None:
    """A message that asks whether a quotation is right, or is wholly a long one."""
    if '"' not in said.text:
        return None
    if said.text[:1] == '"' and said.text.rfind('"') and len(said.text[: said.text.rfind('"')].split()) >= LONG:
        behind = said.text[said.text.rfind('"') + 1 :]
        if not any(map(str.isalnum, behind)) or _CLAIM_LAST.search(behind):
            return _request(said.typed, said.document)
    outside = re.sub(r'".*"', " ", said.text)
    asks = (
        len(outside.split()) <= 14
        and _ASKED.search(outside)
        and len(said.text.split()) - len(outside.split()) >= FEWEST
    )
    return _request(said.typed, said.document) if asks else None


def _request(draft: str, document: Document, *, unquoted: bool = False) -> CheckRequest | None:
    """A draft taken apart; None where it holds no quotation."""
    claimed = None
    text, forgiven = _forgiven(draft, document)
    while True:
        if match := _CLAIM_FIRST.match(text):
            claimed = int(match["number"])
        elif not (match := _LEAD.match(text)) or not match[0]:
            break
        text = text[match.end() :]
    opened = [i for i, ch in enumerate(text) if ch in _QUOTES]
    if len(opened) > 1 and (opened[0] == len(text) - len(text.lstrip()) or opened[-1] - opened[0] > 0.5 * len(text)):
        behind, text = text[opened[-1] + 1 :], text[opened[0] + 1 : opened[-1]]
        match = _CLAIM_LAST.search(behind) or _CLAIM_FIRST.match(behind)
        if match:
            claimed = int(match["number"])
        elif _CLAIM_LAST.search(text):
            text, claimed = _without_claim(text, claimed)
    else:
        if not unquoted and len(words_in(text)) < UNQUOTED:
            return None
        text, claimed = _without_claim(text, claimed)
    return _taken_apart(text, claimed, forgiven) if words_in(text) else None


def _without_claim(text: str, claimed: int | None) -> tuple[str, int | None]:
    match = _CLAIM_LAST.search(text)
    return (text[: match.start()], int(match["number"])) if match else (text, claimed)


def _forgiven(text: str, document: Document) -> tuple[str, list[str]]:
    """A draft with what is forgiven made good, an ellipsis as a zero character; and what that was."""
    text = _MARKS.sub("", _UNSEEN.sub("", unicodedata.normalize("NFKC", text.replace("\r\n", "\n"))))
    steps: list[tuple[str, Callable[[str], str]]] = [
        ("a word broken at the end of a line", lambda t: _BROKEN_WORD.sub(lambda m: _rejoined(m, document), t)),
        ("a letter changed in square brackets", lambda t: _BRACKETED_LETTER.sub(r"\1", t)),
        ("an ellipsis", lambda t: _ELLIPSIS.sub(" \x00 ", t)),
        ("words in square brackets", lambda t: _BRACKETS.sub("", t)),
    ]
    for note in document.notes:
        mark = re.compile(rf"(?<=[a-z]){re.escape(note.mark)}(?=[\s.,;]|$)")
        steps.append(("the mark of a note", lambda t, mark=mark: mark.sub("", t)))  # type: ignore[misc]
    names = []
    for name, step in steps:
        made = step(text)
        if made != text:
            names.append(name)
        text = made
    return text, names


def _taken_apart(text: str, claimed: int | None, forgiven: list[str]) -> CheckRequest:
    parts: list[Part] = []
    for quotation in _BETWEEN.split(text):
        for block in _BLANK_LINE.split(_NUMBERED.sub(lambda m: f"\n\n\x01{m['number']}\x01", quotation)):
            number = re.match(r"\s*\x01(\d+)\x01", block)
            own = int(number[1]) if number else claimed
            bare = (block[number.end() :] if number else block).strip()
            if "\n" in bare:
                forgiven.append("a line break")
            for index, piece in enumerate(bare.split("\x00")):
                if words_in(piece):
                    parts.append(Part(" ".join(piece.split()), own, index > 0))
    return CheckRequest(tuple(parts[:PARTS]), tuple(dict.fromkeys(forgiven)), len(parts) > PARTS)


def _rejoined(match: re.Match[str], document: Document) -> str:
    """A word broken at a line's end, without its hyphen where the document has it so."""
    if match["soft"]:
        return ""
    whole = match["head"] + match["tail"]
    return whole if whole.casefold() in document.search.vocabulary else f"{match['head']}-{match['tail']}"


def answer_check(request: CheckRequest, facts: Facts) -> Reply:
    """For each part: verbatim and where; or the words that differ; or that it is not in the document, and what is nearest."""
    document = facts.document
    findings: list[Finding] = []
    for part in request.parts:
        findings += _find(part, document)
    blocks: list[Block] = []
    if len(findings) > 1:
        right = sum(1 for finding in findings if finding.found and not finding.words and not finding.signs)
        blocks.append(Text(f"{right} of {len(findings)} parts verbatim."))
    for index, finding in enumerate(findings, 1):
        lead = f"Part {index}, “{shortened(finding.part.text, 40)}”: " if len(findings) > 1 else ""
        blocks += [
            block
            for block in _told(finding, lead, document)
            if not isinstance(block, Passage) or not _shown(block, blocks)
        ]
    forgiven = [*request.forgiven, *_signs_forgiven(request, findings, document)]
    if forgiven:
        blocks.append(Text(f"Not counted as a difference: {in_words(forgiven)}."))
    if request.cut:
        blocks.append(Text(f"I read the first {PARTS} parts; paste the rest separately."))
    shown = list(dict.fromkeys(stretch.number for finding in findings for stretch in finding.stretches))
    if shown:
        blocks.append(Choices(tuple(Choice(f"Paragraph {n} whole", f"para {n}") for n in shown[:5])))
    answered = any(finding.found for finding in findings)
    changes = (Show(Place(shown[0], shown[0])),) if answered else ()
    return Reply("check", tuple(blocks), answered=answered, changes=changes, also=() if answered else tuple(shown))


def _find(part: Part, document: Document) -> list[Finding]:
    """Where a part stands; sentence by sentence where they stand apart."""
    exact = document.wordings.exactly(part.text)
    if exact:
        exact.sort(key=lambda stretches: part.claimed not in {stretch.number for stretch in stretches})
        best = exact[0]
        also = {stretch.number for other in exact[1:] for stretch in other} - {stretch.number for stretch in best}
        signs = _pairs(part.text, _text(best, document), signs=True)
        return [Finding(part, best, True, signs=signs, also=tuple(sorted(also)))]
    near = document.wordings.nearest(part.text)
    sentences = split_sentences(part.text)
    if near.likeness < IN_ONE_PIECE and len(sentences) > 1:
        return [finding for sentence in sentences for finding in _find(replace(part, text=sentence), document)]
    if near.likeness < MEANT or len(words_in(part.text)) < FEWEST:
        return [Finding(part, _nearest(part.text, document), False)]
    return [Finding(part, near.stretches, True, words=_pairs(part.text, _text(near.stretches, document)))]


def _nearest(text: str, document: Document) -> tuple[Stretch, ...]:
    """The paragraph nearest in words, by its telling sentence, for a wording that no passage is like."""
    found = document.search.find(text.replace('"', " "))
    if not found.hits:
        return ()
    number = found.hits[0]
    sentences = document.sentences(number)
    at = found.fullest(sentences)
    first = sum(len(sentence) + 1 for sentence in sentences[:at])
    return (Stretch(number, first, first + len(sentences[at])),)


def _text(stretches: Sequence[Stretch], document: Document) -> str:
    """What is printed there; where it goes on in the next paragraph, to the end of the first."""
    last = len(stretches) - 1
    texts = [document.paragraph(stretch.number).text for stretch in stretches]
    return " ".join(
        text[0 if index else stretch.first : stretch.end if index == last else None]
        for index, (text, stretch) in enumerate(zip(texts, stretches, strict=True))
    )


def _pairs(draft: str, printed: str, *, signs: bool = False) -> tuple[str, ...]:
    """The differences of a draft from what is printed, each in words."""
    if signs:  # what stands before the first and behind the last word is the draft's own
        words = words_in(draft)
        draft = draft[words[0].span[0] : words[-1].span[1]]
    lines = []
    for difference in (sign_differences if signs else differences)(draft, printed):
        yours, theirs = draft[slice(*difference.one)], printed[slice(*difference.other)]
        before = " ".join(printed[: difference.other[0]].split()[-3:])
        after = f" after “{before}”" if before else " at the beginning"
        if not theirs:
            lines.append(f"the draft adds “{shortened(yours, 200)}”{after}")
        elif not yours:
            lines.append(f"the draft leaves out “{theirs}”{after}")
        else:
            lines.append(f"the draft has “{shortened(yours, 200)}”, the document “{theirs}”")
    return tuple(lines)


def _told(finding: Finding, lead: str, document: Document) -> list[Block]:
    stretches, claimed = finding.stretches, finding.part.claimed
    if not finding.found:
        absent: list[Block] = [Text(f"{lead}These words are not in the document.")]
        if stretches:
            near = stretches[0]
            absent.append(Text(f"Not what it says, but closest by its words is paragraph {near.number}:"))
            absent += [replace(quoted, marks=()) for quoted in _passages(stretches, document)]
        return absent
    where = _where(stretches, document)
    wrong = ""
    if claimed is not None and claimed not in {stretch.number for stretch in stretches}:
        wrong = f" Not paragraph {claimed}, as the draft says."
        if claimed not in document:
            wrong = f" Not paragraph {claimed}, as the draft says: the document has paragraphs {document.first} to {document.last}."
    blocks: list[Block] = []
    if finding.words:
        count = f"{len(finding.words)} place{'' if len(finding.words) == 1 else 's'}"
        blocks.append(Text(f"{lead}Not verbatim: differs in {count} from {where}.{wrong}"))
    elif finding.signs:
        blocks.append(Text(f"{lead}The words are those of {where}; capitals or punctuation differ.{wrong}"))
    else:
        blocks.append(Text(f"{lead}Verbatim: {where}.{wrong}"))
    told = finding.words or finding.signs
    if told:
        more = (f"and {len(told) - TOLD} more",) if len(told) > TOLD else ()
        blocks.append(Bullets(tuple(line[0].upper() + line[1:] for line in (*told[:TOLD], *more))))
    blocks += _passages(stretches, document)
    if finding.also:
        rest = len(finding.also) - ALSO
        more_words = f" and {rest} more" if rest > 0 else ""
        blocks.append(Text(f"The same words stand in {paragraphs_word(finding.also[:ALSO])}{more_words} too."))
    return blocks


def _shown(quoted: Passage, blocks: Sequence[Block]) -> bool:
    """Whether a quotation stands among blocks already."""
    return any(
        isinstance(block, Passage)
        and (block.number, block.start, block.sentences) == (quoted.number, quoted.start, quoted.sentences)
        for block in blocks
    )


def _where(stretches: Sequence[Stretch], document: Document) -> str:
    """ "paragraph 32, sentence 2", "paragraph 32", "paragraphs 13 and 14"."""
    if len(stretches) > 1:
        return paragraphs_word([stretch.number for stretch in stretches])
    first, end = _sentences(stretches[0], document)
    count = len(document.sentences(stretches[0].number))
    if (first, end) == (0, count) and count > 1:
        return f"paragraph {stretches[0].number}"
    which = f"sentence {first + 1}" if end - first == 1 else f"sentences {numbers(range(first + 1, end + 1))}"
    return f"paragraph {stretches[0].number}, {which}"


def _sentences(stretch: Stretch, document: Document) -> tuple[int, int]:
    first = document.sentence_at(stretch.number, stretch.first + 1)
    return first, document.sentence_at(stretch.number, stretch.end) + 1


def _passages(stretches: Sequence[Stretch], document: Document) -> list[Passage]:
    """The sentences that hold the stretches, which are marked."""
    made = []
    for stretch in stretches:
        first, end = _sentences(stretch, document)
        before = sum(len(sentence) + 1 for sentence in document.sentences(stretch.number)[:first])
        marks = ((stretch.first - before, stretch.end - before),)
        made.append(passage(document, stretch.number, first, end, marks=marks))
    return made


def _signs_forgiven(request: CheckRequest, findings: Sequence[Finding], document: Document) -> list[str]:
    """Quotation marks and apostrophes that the draft draws straight and the document does not."""
    for finding in findings:
        printed = _text(finding.stretches, document) if finding.found else ""
        if ("'" in finding.part.text and "’" in printed) or ('"' in finding.part.text and "“" in printed):
            return ["straight quotation marks or apostrophes"]
    return []


CHECK = Command(
    name="check",
    usage="check “remittances were private money”",
    summary="Whether a quotation from a draft is verbatim, where it stands, and which words differ.",
    examples=(
        'check "remittances were private money"',
        "check para 32: “the cost of remitting money exceeded 20 per cent of the total amount transferred”",
        'is "remittances were public money and should be taxed" verbatim?',
        "verify “Participants underscored that remittances were public money”",
    ),
    answer=answer_check,
    words=("check", "verify", "double-check", "doublecheck", "proofread"),
    parse=parse_check,
    recognise=recognise_check,
)
