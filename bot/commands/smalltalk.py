"""Hello, thanks, another language, "translate", "rewrite": one friendly line each on what the bot can do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.hearing import Said
from bot.reply import Choice, Choices, Reply, Text, Visibility
from corpus.patterns import lazy

HELLO, THANKS, BYE, LANGUAGE, REWRITE, TRANSLATE, WELL = (
    "hello",
    "thanks",
    "bye",
    "language",
    "rewrite",
    "translate",
    "well",
)

_FULL = (
    (
        HELLO,
        r"(?:hi|hello|hey|hiya|yo|good (?:morning|afternoon|evening|day)|greetings|howdy|test(?:ing)?|ping|how are you(?: doing| today)?|what'?s up|sup|are you (?:there|a (?:bot|robot|human|person)|real|alive)|anybody there)",
    ),
    (
        THANKS,
        r"(?:(?:many )?thanks?(?: you| u)?|thx|ty|cheers|merci|gracias|great|perfect|nice(?: one)?|awesome|cool|good (?:bot|job|work)|well done|ok(?:ay)?|got it|lovely|brilliant|excellent|that (?:helps|helped)|very helpful)",
    ),
    (BYE, r"(?:(?:good)?bye(?: bye)?|see (?:you|ya)(?: later)?|good night|cya|later)"),
)
_TAIL = r"(?:[\s,.!]+(?:there|bot|all|everyone|team|friend|a lot|so much|very much|for (?:the |your )?(?:help|that|this|answer)|again|you|this|that|was|is|a lot|mate|please|much|lot|folks|lovely|great|perfect|thanks?|thank you|so|really|helpful|useful))*[\s.!?,:)]*"
_SMALL = [(name, re.compile(pattern + _TAIL, re.IGNORECASE)) for name, pattern in _FULL]
_TRANSLATE = lazy(
    r"\b(?:translat(?:e|ion|ed)|traduire|traduis|traduci\w*|übersetz\w*|(?:in|into|en) (?:french|spanish|arabic|russian|chinese|german|portuguese|italian|dutch|turkish|hindi|"
    r"swahili|français|español|deutsch))\b",
    re.IGNORECASE,
)
_REWRITE = lazy(
    r"^(?:please )?(?:re-?write|re-?word|re-?phrase|para-?phrase|shorten|simplify|write (?:me )?(?:an?|the|my)|draft (?:me )?(?:an?|the|my)|compose|make (?:it|this|that|para\w* \d+) (?:shorter|simpler|nicer|"
    r"sound|more)|turn (?:it|this|that|para\w* \d+) into|explain (?:it |this |that |para\w* \d+ )?(?:like|simply|in simple|in your own)|"
    r"put (?:it|this|that|para\w* \d+) in(?:to)? (?:your own|plain|simple)|eli5|summari[sz]e (?:it|this|that|the whole|the document|everything|all|para))\b|\bin your own words\b|\bpoem\b|\bwrite (?:me )?a (?:speech|tweet|letter|press release|story|song|poem|haiku)\b",
    re.IGNORECASE,
)
#: Function words of languages that people write in; three of them in a message make it one of those.
_FOREIGN = frozenset(
    [
        "le",
        "la",
        "les",
        "des",
        "du",
        "une",
        "est",
        "sont",
        "dans",
        "pour",
        "avec",
        "que",
        "qui",
        "quoi",
        "combien",
        "comment",
        "où",
        "quand",
        "quel",
        "quelle",
        "quels",
        "sur",
        "pas",
        "nous",
        "vous",
        "ils",
        "elles",
        "cette",
        "ces",
        "aux",
        "et",
        "el",
        "los",
        "las",
        "una",
        "es",
        "son",
        "del",
        "por",
        "para",
        "con",
        "qué",
        "cuál",
        "cuánto",
        "cómo",
        "dónde",
        "cuándo",
        "quién",
        "sobre",
        "este",
        "esta",
        "y",
        "de",
        "en",
        "se",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "ist",
        "sind",
        "und",
        "für",
        "mit",
        "wie",
        "viel",
        "wer",
        "wann",
        "wo",
        "welche",
        "über",
        "nicht",
        "zu",
        "den",
        "dem",
        "von",
        "auf",
        "im",
        "o",
        "os",
        "as",
        "um",
        "uma",
        "é",
        "são",
        "não",
        "quanto",
        "quem",
        "onde",
        "il",
        "lo",
        "gli",
        "che",
        "di",
        "per",
        "quanto",
        "quando",
        "dove",
        "chi",
        "sono",
        "het",
        "een",
        "van",
        "hoeveel",
        "wat",
        "wie",
        "waar",
        "zijn",
        "niet",
    ]
)
_ENGLISH_TOO = frozenset(
    [
        "de",
        "en",
        "la",
        "do",
        "in",
        "as",
        "is",
        "are",
        "an",
        "on",
        "or",
        "no",
        "so",
        "me",
        "to",
        "of",
        "a",
        "i",
        "he",
        "we",
        "it",
        "one",
        "die",
        "den",
        "per",
        "son",
        "don",
        "use",
        "sur",
        "pas",
        "des",
        "im",
        "o",
        "es",
        "se",
        "lo",
        "le",
        "un",
        "y",
        "para",
        "com",
        "was",
        "wie",
        "wat",
    ]
)


@dataclass(frozen=True, slots=True)
class SmallTalkRequest:
    """What kind of talk it is."""

    kind: str


def recognise_smalltalk(said: Said) -> SmallTalkRequest | None:
    """Talk that asks nothing of the document."""
    text = said.text
    if len(text) < 80:
        for kind, pattern in _SMALL:
            if pattern.fullmatch(text):
                return SmallTalkRequest(kind)
    if len(text) < 400:
        if _TRANSLATE.search(text) and not re.search(
            r"\b(?:interpretation|interpreters?|cost|livestream)\b", text, re.IGNORECASE
        ):
            return SmallTalkRequest(TRANSLATE)
        if _REWRITE.search(said.bare):
            return SmallTalkRequest(REWRITE)
    return SmallTalkRequest(LANGUAGE) if _is_foreign(text) else None


def _is_foreign(text: str) -> bool:
    letters = [ch for ch in text if ch.isalpha()]
    if letters and sum(1 for ch in letters if ord(ch) > 0x24F) > 0.5 * len(letters):
        return True  # not Latin script
    found = list(re.findall(r"[^\W\d_]+", text.casefold()))
    sure = sum(1 for word in found if word in _FOREIGN and word not in _ENGLISH_TOO)
    loose = sum(1 for word in found if word in _FOREIGN)
    return len(found) >= 3 and (sure >= 2 and loose >= 0.3 * len(found))


def answer_smalltalk(request: SmallTalkRequest, facts: Facts) -> Reply:
    """One friendly line; never a claim about the document."""
    document = facts.document
    middle = document.paragraphs[len(document.paragraphs) // 2].number
    name = document.edition.short_title.lower() or document.name
    said = {
        HELLO: f"Hello! Ask me about the {name}, or try para {middle}, topics or schedule; help lists all.",
        THANKS: "You’re welcome. next reads on from the last passage.",
        BYE: "Goodbye.",
        TRANSLATE: f"I can’t translate: I quote the {name} in its own English words. Give me a paragraph number or a question and I quote it for you to translate.",
        REWRITE: f"I don’t rewrite or sum up in my own words: I quote the {name} exactly. topic and a few words gives its own sentences on a subject; quote {middle} gives a block to copy.",
        LANGUAGE: f"I understand English only, the language of the {name}. A paragraph number works in any language: para {middle}.",
    }[request.kind]
    choices = Choices((Choice("What I can do", "help"),))
    return Reply(
        "smalltalk",
        (Text(said), choices) if request.kind not in {THANKS, BYE} else (Text(said),),
        answered=False,
        visibility=Visibility.ASKER,
    )


SMALLTALK = Command(
    name="smalltalk",
    usage="hello",
    summary="A friendly line.",
    examples=("hello", "thanks!", "translate paragraph 32 into French", "rewrite this for me"),
    answer=answer_smalltalk,
    recognise=recognise_smalltalk,
    hidden=True,
)
