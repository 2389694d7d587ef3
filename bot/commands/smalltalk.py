"""Hello, thanks, another language, "translate", "rewrite": one friendly line each on what the bot can do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.hearing import Said
from bot.reply import Choice, Choices, Reply, Text, Visibility
from corpus.patterns import lazy

HELLO, THANKS, BYE, LANGUAGE, REWRITE, TRANSLATE, SELF = (
    "hello",
    "thanks",
    "bye",
    "language",
    "rewrite",
    "translate",
    "self",
)

_WHOLLY = (
    (
        HELLO,
        (
            r"(?:hi+|hello+|hey+|hiya|yo|good (?:morning|afternoon|evening|day)|greetings|howdy|test(?:ing)?|ping|how (?:are|r) (?:you|u)(?: doing| today)?|"
            r"what'?s up|sup|(?:are|r) (?:you|u) (?:there|awake|online|alive)|any(?:body|one) (?:there|here)|i hope (?:you are|you're) well|knock knock|"
            r"bonjour|salut|hola|buen[oa]s (?:d[ií]as|tardes|noches)|guten (?:tag|morgen|abend)|ciao|ol[áa]|bom dia|salaam|marhaba)"
        ),
    ),
    (
        THANKS,
        (
            r"(?:(?:many |ok |okay |great |perfect )?thanks?(?: you| u)?|thx|ty|cheers|merci(?: beaucoup)?|(?:muchas )?gracias|danke(?: sch[öo]n)?|obrigad[oa]|grazie|great|perfect|"
            r"nice(?: one)?|awesome|cool|good (?:bot|job|work|answer)|well done|ok(?:ay)?|got it|lovely|brilliant|excellent|that (?:helps|helped)|very helpful|wow|amazing|"
            r"you(?:'re| are|r)? (?:the best|great|amazing|awesome|a star|a (?:life ?saver|lifesaver)|so helpful|very helpful|fast|quick|good|brilliant)|wow you're \w+|much appreciated|"
            r"(?:just|exactly|that'?s(?: just| exactly)?) what i (?:was after|needed|wanted|was looking for)|love (?:it|this|you)|lol|haha+|hmm+|omg|sorry|no worries|never ?mind|nvm|"
            r"wrong (?:window|channel|chat|room)|have a (?:nice|good|great) (?:day|weekend|evening|one))"
        ),
    ),
    (
        BYE,
        r"(?:(?:good)?bye(?: bye)?|see (?:you|ya|u)(?:,? (?:later|tomorrow|soon))?|good night|cya|later|au revoir|adi[óo]s|tsch[üu]ss)",
    ),
    (
        SELF,
        (
            r"(?:(?:are|r) (?:you|u) (?:an? |even |really )?(?:ai|bot|robot|human|person|machine|chatgpt|gpt|llm|real|ok|happy|tired|stupid|listening|reading)\b.*|"
            r"(?:who|what company|which company) (?:made|built|created|wrote|programmed|runs|owns|designed|trained) (?:you|u|this bot|the bot)|what(?:'s| is| s)? (?:your|ur) name|"
            r"(?:you|u)(?:'re| are|r)? (?:so |really |completely |totally )?(?:useless|stupid|dumb|wrong|rubbish|slow|an idiot|bad|terrible|annoying|hopeless)|shut up|stop(?: it| that)?|(?:you|this) suck(?:s)?|"
            r"(?:what a |that(?:'s| is) (?:a )?|such a )?(?:stupid|useless|bad|terrible|rubbish|wrong|dumb) (?:answer|bot|thing|reply)|tell (?:me|us) a joke|sing (?:me )?a song|do (?:you|u) (?:like|love|sleep|dream|eat|think|feel|have feelings|know me|remember me)\b.*|"
            r"how old are (?:you|u)|where (?:are you|do you live)|what(?:'s| is) the meaning of life|can you (?:think|feel|hear me))"
        ),
    ),
)
_TAIL = (
    r"(?:[\s,.!;:-]+(?:there|bot|all|everyone|team|friend|a lot|so|much|very|for|the|your|my|paragraph|paragraphs|quote|quotation|info|information|help|that|that's|this|answer|again|you|u|was|is|mate|please|lot|folks|just|what|i|we|after|needed|"
    r"lovely|great|perfect|thanks?|really|helpful|useful|have|been|most|to|colleagues?|and|me|us|patience|time|hope|are|well|fast|quick|it|one|are you even reading what i write|even|reading|write|"
    r"tomorrow|later|guys|hello|hi|hey|bye|ok|kind|in advance|today|now|weekend|nice|day|good|buenas|tardes|wrong|window|channel|sorry|or|human|robot|bot|dear))*[\s.!?,:;)('-]*"
)
_SMALL = [(name, lazy(pattern + _TAIL, re.IGNORECASE)) for name, pattern in _WHOLLY]
_TRANSLATE = lazy(
    r"\b(?:translat(?:e|ion|ed)|traduire|traduis|traduci\w*|übersetz\w*|(?:in|into|to|en|auf) (?:french|spanish|arabic|russian|chinese|german|portuguese|italian|dutch|turkish|hindi|"
    r"swahili|français|francais|español|espanol|deutsch|arabe))\b",
    re.IGNORECASE,
)
_WORK = r"(?:tweet|rap|poem|song|haiku|limerick|slides?|e-?mail|letter|story|post|thread|memo|press release|headline|joke|speech|essay|blog(?: post)?|op-?ed|infographic|briefing(?: note)?|rhyme|sonnet|talking points)"
_REWRITE = lazy(
    r"^(?:please )?(?:re-?write|re-?word|re-?phrase|para-?phrase|shorten|simplify|compose|make (?:it|this|that|para\w* \d+) (?:shorter|simpler|nicer|"
    r"sound|more)|explain (?:it |this |that |para\w* \d+ )?(?:like|simply|in simple|in your own)|"
    r"put (?:it|this|that|para\w* \d+) in(?:to)? (?:your own|plain|simple)|eli5|tl;?dr|summari[sz]e (?:it|this|that|the whole|the document|everything|all|para))\b|"
    r"\b(?:in|with|using) (?:your|ur|other) (?:own )?words\b|\b(?:write|draft|make|create|compose|give me|turn|convert)\b.{0,60}\b"
    + _WORK
    + r"\b|\btl;?dr\b",
    re.IGNORECASE,
)
#: Words of other languages that English has not; two of them in a message, or one among words that nobody knows here.
_FOREIGN = frozenset(
    (
        "le les des du une est sont dans pour avec qui quoi combien comment où quand quel quelle quels quelles sur nous vous ils elles cette ces aux ont été dit peut faut "
        "c'est qu'est d'un l'immigration migrants el los las una son del por qué que cuál cuánto cuántos cuándo cómo dónde quién quiénes sobre este esta hora cual cuantos donde como "
        "der das ein eine ist sind und für mit wie viel viele wer wann wo welche welcher über nicht zu dem von auf wurde wurden haben hat was wird den im gibt zum zur "
        "os uma são não quanto quantos onde às sobre pela pelo foi quais qual das dos na no é à gli che cosa della dell' dei delle nel nella quanti quando dove chi sono si "
        "het een van hoeveel wat wie waar zijn niet hur många vad är och"
    ).split()
)
_ENGLISH_TOO = frozenset(
    "was die on as no so do la i he we it one den per don use des im o es se an in is are or to of a not van no na sur son como das dos que el si du os migrants hat wo".split()
)


@dataclass(frozen=True, slots=True)
class SmallTalkRequest:
    """What kind of talk it is."""

    kind: str


def recognise_smalltalk(said: Said) -> SmallTalkRequest | None:
    """Talk that asks nothing of the document."""
    text = said.text
    if len(text) < 120:
        for kind, pattern in _SMALL:
            if pattern.fullmatch(text):
                return SmallTalkRequest(kind)
    if len(text) < 400:
        if _TRANSLATE.search(text) and not re.search(
            r"\b(?:interpretation|interpreters?|livestream|simultaneous)\b", text, re.IGNORECASE
        ):
            return SmallTalkRequest(TRANSLATE)
        if _REWRITE.search(said.bare):
            return SmallTalkRequest(REWRITE)
    return SmallTalkRequest(LANGUAGE) if _is_foreign(said) else None


def _is_foreign(said: Said) -> bool:
    if said.references:
        return False  # a number is understood in any language
    letters = [ch for ch in said.text if ch.isalpha()]
    if sum(1 for ch in letters if ord(ch) > 0x24F) > 0.5 * len(letters):
        return True  # not Latin script
    found = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", said.text.casefold())
    foreign = [
        word
        for word in found
        if word in _FOREIGN
        or (word.partition("'")[0] in {"d", "l", "qu", "dell", "nell", "all", "c", "j", "n"} and "'" in word)
    ]
    sure = [word for word in foreign if word not in _ENGLISH_TOO]
    accented = [word for word in found if not word.isascii()]
    if len(found) < 2 or not (sure or (len(foreign) > 1) or accented):
        return False
    if len(sure) >= 2 and len(foreign) >= 0.3 * len(found):
        return True
    unknown = [word for word in found if word not in foreign and not said.document.answers.knows(word.replace("'", ""))]
    return len(unknown) + len(foreign) >= 0.7 * len(found) and len(unknown) > 0


def answer_smalltalk(request: SmallTalkRequest, facts: Facts) -> Reply:
    """One friendly line; never a claim about the document."""
    document = facts.document
    middle = document.middle
    schedule = ", schedule" if document.programme else ""
    name = document.edition.short_title.lower() or document.name
    said = {
        HELLO: f"Hello! Ask me about the {name}, or try para {middle}, topics{schedule} or a question; help lists all.",
        THANKS: "You’re welcome. next reads on from the last passage.",
        BYE: "Goodbye.",
        SELF: f"I’m a program that quotes the {name} word for word; I have no opinions. Ask me for a paragraph, a topic or a question: help lists all.",
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
