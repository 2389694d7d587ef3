"""The words by which a question about the day is known, as patterns, each named for what it is a sign of."""

from __future__ import annotations

import re
from functools import cache

from corpus.patterns import lazy
from corpus.words import stem

MISSED = lazy(r"(?:(?P<left>\bleav\w*|\bleft)|\barriv\w*|\bcame|\bjoin\w*|\bgot)\b.*\bmiss", re.IGNORECASE)
RANGE = lazy(r"\b(?:between|from)\b.*\b(?:and|to|until|till|-)\b", re.IGNORECASE)
ON = lazy(
    r"\b(?:what|who|anything|something|which|on|happen\w*|going|show\w*|is there|see|seen|miss\w*|walk\w*|up|hap\w+)\b",
    re.IGNORECASE,
)

NAMED = lazy(
    r"\b(?:schedule|time ?table|agenda|itinerary|running order|order of (?:business|the day)|run of (?:show|the day)|annex)\b|"
    r"\b(?:programme|program)\b(?!s| of action| on\b| for\b| to\b| that\b)",
    re.IGNORECASE,
)
OTHER_PROGRAMME = lazy(
    r"\b(?:worker|labou?r|migration|reintegration|return|training|development|temporary|guest|regulari[sz]ation|\w+(?:-\w+)+)\s+programmes?\b",
    re.IGNORECASE,
)
WHEN = lazy(
    r"\b(?:when(?:'s|s)?|what (?:exact )?time|which time|times?|what hour|how (?:late|early)|hours|o'?clock|till when|until when|clock|start\w*|begin\w*|began|finish\w*|end(?:s|ed|ing)?|over)\b",
    re.IGNORECASE,
)
LONG = lazy(
    r"\b(?:how long|how much time|how many (?:minutes|hours|hrs|mins)|duration|length|how big)\b", re.IGNORECASE
)
LONGEST = lazy(r"\b(?:longest|shortest|longer|shorter|most time|least time)\b", re.IGNORECASE)
WHO = lazy(
    r"\bwho\b.*|\bspeakers?\b|\bwhose (?:statement|speech)|\bhow many (?:people |persons |speakers )(?:spoke|speak|made|gave|took)|\b(?:how many|which|what|the) (?:statements?|speech(?:es)?)\b|\b(?:statements?|speech(?:es)?|remarks)\b",
    re.IGNORECASE,
)
#: Who somebody is, why, and what was said: not in any programme.
IDENTITY = lazy(
    r"\bwho (?:was|is|were)\b|\bappointed\b|\bnames?\b|\bwhy\b|\btext of\b|\bread\b|\bwhat did\b.*\bsay\b|\bsaid\b",
    re.IGNORECASE,
)
SPEAKS = lazy(
    r"\b(?:sp(?:eaks?|oke|eaking)|statements?|speech(?:es)?|speakers?|remarks|address(?:es|ed)?|talk(?:s|ed)?|take the floor|took the floor|on (?:stage|the floor)|"
    r"open\w*|clos\w+|word|kick\w*|start\w*|gave|gives?|made|makes?|wrap\w*|first|last|on\b)",
    re.IGNORECASE,
)
OPENING = lazy(
    r"\b(?:open(?:s|ed|ing|er)?|kick(?:s|ed|ing)?(?: it| things| the day)?[ -]?off|first (?:thing|half[ -]?hour|speaker|item|on the)|sp(?:eaks?|oke) first|(?:very )?beginning|start of the day|starts? the day|inaugurat\w+)\b",
    re.IGNORECASE,
)
CLOSING = lazy(
    r"\b(?:clos(?:e|es|ed|ing|er)|wrap(?:s|ped|ping)?[ -]?up|last (?:thing|speaker|item|on the)|sp(?:eaks?|oke) last|(?:last|final) word|final (?:statement|remarks|item)|end of the day)\b",
    re.IGNORECASE,
)
STARTS = lazy(
    r"\b(?:start(?:s|ed|ing)?|begin(?:s|ning)?|began|kick(?:s|ed|ing)?[ -]?off|get going|got going|get started|doors|open(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
ENDS = lazy(
    r"\b(?:end(?:s|ed|ing)?|finish(?:es|ed|ing)?|over|clos(?:e|es|ed|ing)|wrap(?:s|ped)?(?: up)?|go home|done|conclude[sd]?|out of there|leave|last until)\b",
    re.IGNORECASE,
)
BREAK = lazy(
    r"\b(?:lunch(?:time|es|break)?|breaks?|coffee|recess|pauses?|intermissions?|intervals?|gaps?|tea|ate|eat|meals?)\b",
    re.IGNORECASE,
)
PART = lazy(
    r"\b(?:(?P<morning>mornin?g?s?|forenoon|a\.?m\.?(?=\s+(?:session|meeting|part|programme|schedule))|(?<=in the )a\.?m\b\.?|before (?:the )?lunch|pre[ -]?lunch)|(?P<afternoon>af?te?r?n+oo?n?s?|aftrnoon|afternon|p\.?m\.?(?=\s+(?:session|meeting|part|programme|schedule))|(?<=in the )p\.?m\b\.?|after (?:the )?lunch(?:break)?|post[ -]?lunch)|(?P<evening>evening))\b",
    re.IGNORECASE,
)
DATE = lazy(
    r"\b(?:what|which) (?:date|day|year|month|weekday)\b|\b(?:on )?an? (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\bdate of (?:the )?(?:hearings?|event|meeting|day)\b|"
    r"\bwhen (?:was|were|is|are|did|r) (?:this|it|that|the (?:hearings?|event|day|whole thing))(?: (?:held|happen\w*|take place|on|organi[sz]ed|all))*[\s?.!]*$",
    re.IGNORECASE,
)
HELD = lazy(r"\b(?:hearings?|this|it|that|event|meeting|day|happen\w*|place|held|was|is)\b", re.IGNORECASE)
WHEN_BACK = lazy(r"\b(?:back|resum\w*|restart\w*|start\w*|begin\w*|again|when|what time)\b", re.IGNORECASE)
ORDER = lazy(
    r"\b(?:in (?:what|which) order|order of|which (?:one )?(?:came|comes|was) first|sequence|order)\b", re.IGNORECASE
)
AFTER = lazy(r"\b(?:after|follow(?:s|ed|ing)?|next to)\b\s*(?P<what>.*)", re.IGNORECASE)
BEFORE = lazy(r"\b(?:before|preced(?:es|ed|ing)|ahead of|prior to)\b\s*(?P<what>.*)", re.IGNORECASE)
RIGHT_THERE = lazy(r"\bright (?=after|before|at|when|then)", re.IGNORECASE)
LAST_BUT_ONE = lazy(r"\b(?:one before (?:the )?last|last but one|second[ -]to[ -]last|penultimate)\b", re.IGNORECASE)
CONTENT = lazy(
    r"\b(?:what (?:did|does|do|was|were|is|came)|outcome|result|conclusions?|main points?|gist|recap|key points|takeaways?)\b.*\b(?:sa(?:y|id|ys)|discuss(?:ed)?|conclude[sd]?|agreed?|"
    r"come out|out of|came up|raised?|report(?:ed)?|points?|gist|recap|deal with|in)\b|\b(?:summary|recap|gist|outcome|main points|conclusions?|takeaways?) (?:of|from|for)\b",
    re.IGNORECASE,
)
NOT_SAID = lazy(
    r"\b(?:rooms?|where(?!.*\b(?:report|discuss|cover|written|summar|find|found|read)\w*)|venue|location|building|floor number|livestream\w*|stream(?:ed|ing)?|webcast|video|record(?:ed|ing)s?|interpret\w*|translat\w*|languages?|moderat\w+|chair(?:ed|s|person|man|woman|ing)?|"
    r"rapporteur|panel?lists?|facilitat\w+|link|zoom|dial|dress code|parking|regist\w+|badge|served|menu|catering|seat(?:s|ing)?|how many (?:people|participants|delegates)(?! (?:spoke|speak|talked|open|clos|made|gave|took))|wi-?fi|passwords?|how many (?=(?:attended|came)\b)|attend(?:ed|ance)|"
    r"each (?:speaker|of the|topic)|per speaker|full names?|names? of|powerpoint|slides|press conference|run over|overrun|from the floor|actually sa(?:y|id)|transcript|full text|words of|delegations? spoke|tickets?)\b",
    re.IGNORECASE,
)
#: What people who come to a meeting ask for, and no text about migration.
PRACTICAL = lazy(
    r"\b(?:wi-?fi(?: (?:code|key|network))?|passwords?|(?:conference |meeting )?rooms?|panel?lists?|moderators?|parking|dress code|webcast|livestream\w*|slides|badges?|zoom|dial[ -]?in|"
    r"register|registration desk|seating plan|interpreters?|interpretation)\b",
    re.IGNORECASE,
)
#: Questions that the moment decides.
NOW = lazy(
    r"\b(?:(?:right |just )?now|currently|at (?:the|this) moment|at present|"
    r"(?:has|have|did|is|are)\b.*\b(?:started|begun|ended|finished|over|still on)(?: yet| already)?[\s?.!]*$)",
    re.IGNORECASE,
)
ASKS_WHEN = lazy(r"\b(?:when|what time|which|what did|how long|till|until)\b", re.IGNORECASE)
NEXT = lazy(r"\b(?:next(?! to\b)|upcoming|coming up|still to come)\b", re.IGNORECASE)
REMIND = lazy(
    r"\b(?:remind (?:me|us)(?! (?:again|what|who|which|where|how|why|when))|reminders?|"
    r"(?:set|put) (?:me |us )?(?:an? )?(?:alarm|alert)|"
    r"(?:alert|ping|notify|wake|tell|message|warn) (?:me|us)\b(?=.*\b(?:before|as soon as|when)\b))",
    re.IGNORECASE,
)
#: Times on the asker's own clock.
MINE = lazy(
    r"(?:\b(?:in|on|by|at)\s+)?\b(?:my|our)\s+(?:own\s+|local\s+)?(?:time(?:\s?-?zone)?|clock)\b|\bmy local time\b|\bfor me\b(?=[\s?.!]*$)",
    re.IGNORECASE,
)
REMAINS = lazy(
    r"\b(?:what(?:'s| is| was|'ll be| will be)? (?:still )?(?:left|remain\w*|to come)|rest of (?:the )?(?:day|programme|schedule))\b",
    re.IGNORECASE,
)
BETWEEN_MEETINGS = lazy(
    r"\bbetween (?:the )?(?:(?:two|both) (?:meetings|sessions)|meetings|morning(?: (?:meeting|session))? and (?:the )?afternoon(?: (?:meeting|session))?)\b",
    re.IGNORECASE,
)
EACH_LENGTH = lazy(
    r"\b(?:how (?:long|many minutes|much time)\b.*\b(?:each|every|all)|(?:equally|as|same|equal) (?:long|length)|equal(?:ly)?)\b",
    re.IGNORECASE,
)
NTH_ITEM = lazy(
    r"\b(first|second|third|fourth|fifth|sixth|\d(?:st|nd|rd|th)) (?:item|entry|point|slot)\b", re.IGNORECASE
)
AT_THE_END = lazy(r"\b(?:at|in|for) the (?:very )?end\b", re.IGNORECASE)
_VERBS = r"(?:discuss\w*|talk\w*|cover\w*|address\w*|deal\w*|dealt|debat\w*|rais\w*|treat\w*)"
TALKED_OF = lazy(
    rf"\b(?:{_VERBS}(?: about| with)?|get to|got to|take up|took up|bring up|brought up)\b\s+(?P<what>.+)",
    re.IGNORECASE,
)
OF_THE_DAY = lazy(
    r"\b(?:meetings?|sessions?|segments?|panels?|morning|afternoon|evening|opening|closing|programme)\b",
    re.IGNORECASE,
)
TALKED_ON = lazy(r"\b(?:on|about|for)\b\s+(?P<what>.+)", re.IGNORECASE)
WAS_TALKED = lazy(rf"\b(?:was|were|did|is)\s+(?P<what>.+?)\s+(?:{_VERBS}|come up|came up|up)\b", re.IGNORECASE)
WHOLE = frozenset(
    (
        "it this that day hearing hearings things we they everything all whole event meeting everyone thing "
        "total altogether overall people i home show proceedings"
    ).split()
)
#: Words that speak about a programme and name nothing in it.
_NOISE = frozenset(
    (
        "wrap wraps wrapped grab leave leaves miss resume resumed restart back arrive join catch attend stay title called call past later earlier "
        "till until still already plan planned roughly times half eat afterwards "
        "segment seg session slot panel part bit discussion debate time when long how start begin began end "
        "talk discuss cover come after before came got happen get day hearing hearings much minute hour "
        "hours one two three four topic about item programme program block schedule agenda timetable annex "
        "meeting meetings morning afternoon evening lunch break first last next second third fourth final "
        "opening closing open close statement statements speech speaker speak spoke floor finish over total "
        "altogether run running order list give show tell see look whole full entire people everyone day's date "
        "held place take took taken deal dealt address raise exact exactly clock duration length piece section "
        "up bring brought turn ok lot went going goes on off was is kick follow following question slots "
        "sessions segments items parts panels point union boss team colleague know want need wants ask asking "
        "asked spread both around drop dropped give gave panels topics early late exactly sequence sitting consist include contain comprise feature spend spent  covering count counting halves"
    ).split()
)


@cache
def noise() -> frozenset[str]:
    """The stems of the words that speak about a programme and name nothing in it."""
    return frozenset(stem(word) for word in _NOISE)
