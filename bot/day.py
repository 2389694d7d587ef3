"""What a message asks of the day's programme: which items or which stretch of the clock, and what about them.

A message is taken apart into signs: items named by label ("segment 3", "seg 2", "third panel"), times of day in every
spelling, parts of the day, people who made statements, words of the items' titles, and words that ask for a time, a length,
an order. What no sign accounts for must be little, else the message is about something else. All words of the programme come
from the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from functools import cache

from bot.day_text import asked_of_text
from bot.day_zones import InZone, on_the_programme, zone_in
from bot.hearing import Said
from corpus.document import Document, Programme
from corpus.patterns import lazy
from corpus.words import STOP, stem, stems, words


class Asked(StrEnum):
    """What can be asked of the day."""

    DAY = "day"
    WHEN = "when"
    LONG = "long"
    LONGEST = "longest"
    WHO = "who"
    AT = "at"
    BETWEEN = "between"
    AFTER = "after"
    BEFORE = "before"
    CONTENT = "content"
    DATE = "date"
    BREAK = "break"
    GAP = "gap"
    TEXT = "text"
    SECTION = "section"
    ZONE = "zone"
    NOT_SAID = "not said"


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """What is asked of which items (by their places in the programme; -2 for one that is not in it), or of what stretch.

    Attributes:
        about: A topic, a part of the day, a kind of break or an unclear zone, in the person's words; the path of a section.
        numbers: Paragraphs whose items are asked for.
        zone: IANA name of the zone that the person named; "" where none is.
    """

    asked: Asked
    items: tuple[int, ...] = ()
    start: time | None = None
    end: time | None = None
    about: str = ""
    numbers: tuple[int, ...] = ()
    zone: str = ""


#: Words of a message above which it is a story, not a question about the day.
LONGEST_MESSAGE = 30

_HOURS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_MINUTES = {
    "five": 5,
    "ten": 10,
    "a quarter": 15,
    "quarter": 15,
    "twenty": 20,
    "twenty five": 25,
    "twenty-five": 25,
    "half": 30,
}
_COUNTS = _HOURS | {w: n for n, w in enumerate(["first", "second", "third", "fourth", "fifth", "sixth", "seventh"], 1)}
_COUNTS |= {f"{n}{'st' if n == 1 else 'nd' if n == 2 else 'rd' if n == 3 else 'th'}": n for n in range(1, 10)}
_COUNTS |= {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_HOUR = rf"(?:\d{{1,2}}|{'|'.join(_HOURS)})"
_SPOKEN = lazy(
    rf"\b(?P<minutes>half|(?:a\s+)?quarter|five|ten|twenty(?:[ -]five)?|\d{{1,2}})\s*(?:minutes?\s+)?(?P<way>past|to|after|before|till)\s+"
    rf"(?P<hour>{_HOUR})\b(?!\s*(?:segments?|panels?|people|states|minutes))",
    re.IGNORECASE,
)
_HUNDREDS = lazy(r"\b([01]\d|2[0-3])([0-5]\d)\s*(?:hrs?|hours|h)\b", re.IGNORECASE)  # "1600 hrs"
_HALF_AN_HOUR = lazy(rf"\bhalf (?!past\b)({_HOUR})\b", re.IGNORECASE)  # "half three", as the British say
_HALF = r"\s*(?P<{0}>[ap])\.?\s?m\b\.?"
_CLOCK = lazy(
    r"(?<![\d./¶#])(?:(?P<h1>\d{1,2})(?:[:.h](?P<m1>[0-5]\d))?"
    + _HALF.format("half")
    + r"|(?P<h2>\d{1,2})[:.h](?P<m2>[0-5]\d)(?![\d%.])|"
    r"\b(?P<word>noon|midday|midnight)\b(?!\s+break)|(?P<h3>\d{1,2})(?:\s*o'?clock|h\b)|"
    r"(?P<h5>\d{1,2})(?=\s*(?:-|to|until|till|and)\s*\d{1,2}(?:[.:]\d\d)?\s*[ap]\.?\s?m\b)|"
    rf"\b(?:at|around|about|until|till|by|since|past|before|after|from|between|and|to)\s+(?P<h4>{_HOUR})\b"
    r"(?!\s*[ap]\.?\s?m\b)(?!\s*(?:st|nd|rd|th)\b)(?![\d.:/%]|\s*(?:per\b|percent|dollars|euros|states|years|segments?|panels?|paragraphs?|sections?|minutes|hours|people|meetings?|items?|statements?|of|were|was|is)))",
    re.IGNORECASE,
)
_MISSED = lazy(r"(?:(?P<left>\bleav\w*|\bleft)|\barriv\w*|\bcame|\bjoin\w*|\bgot)\b.*\bmiss", re.IGNORECASE)
_IN_THE = lazy(r"\bin the (?P<part>morning|afternoon|evening)\b|\bat night\b|\btonight\b", re.IGNORECASE)
_RANGE = lazy(r"\b(?:between|from)\b.*\b(?:and|to|until|till|-)\b", re.IGNORECASE)
_ON = lazy(
    r"\b(?:what|who|anything|something|which|on|happen\w*|going|show\w*|is there|see|seen|miss\w*|walk\w*|up|hap\w+)\b",
    re.IGNORECASE,
)

_NAMED = lazy(
    r"\b(?:schedule|time ?table|agenda|itinerary|running order|order of (?:business|the day)|run of (?:show|the day)|annex)\b|"
    r"\b(?:programme|program)\b(?!s| of action| on\b| for\b| to\b| that\b)",
    re.IGNORECASE,
)
_OTHER_PROGRAMME = lazy(
    r"\b(?:worker|labou?r|migration|reintegration|return|training|development|temporary|guest|regulari[sz]ation|\w+(?:-\w+)+)\s+programmes?\b",
    re.IGNORECASE,
)
_WHEN = lazy(
    r"\b(?:when(?:'s|s)?|what (?:exact )?time|which time|times?|what hour|how (?:late|early)|hours|o'?clock|till when|until when|clock|start\w*|begin\w*|began|finish\w*|end(?:s|ed|ing)?|over)\b",
    re.IGNORECASE,
)
_LONG = lazy(
    r"\b(?:how long|how much time|how many (?:minutes|hours|hrs|mins)|duration|length|how big)\b", re.IGNORECASE
)
_LONGEST = lazy(r"\b(?:longest|shortest|longer|shorter|most time|least time)\b", re.IGNORECASE)
_WHO = lazy(
    r"\bwho\b.*|\bspeakers?\b|\bwhose (?:statement|speech)|\bhow many (?:people |persons |speakers )(?:spoke|speak|made|gave|took)|\b(?:how many|which|what|the) (?:statements?|speech(?:es)?)\b|\b(?:statements?|speech(?:es)?|remarks)\b",
    re.IGNORECASE,
)
#: Who somebody is, why, and what was said: not in any programme.
_IDENTITY = lazy(
    r"\bwho (?:was|is|were)\b|\bappointed\b|\bnames?\b|\bwhy\b|\btext of\b|\bread\b|\bwhat did\b.*\bsay\b|\bsaid\b",
    re.IGNORECASE,
)
_SPEAKS = lazy(
    r"\b(?:sp(?:eaks?|oke|eaking)|statements?|speech(?:es)?|speakers?|remarks|address(?:es|ed)?|talk(?:s|ed)?|take the floor|took the floor|on (?:stage|the floor)|"
    r"open\w*|clos\w+|word|kick\w*|start\w*|gave|gives?|made|makes?|wrap\w*|first|last|on\b)",
    re.IGNORECASE,
)
_OPENING = lazy(
    r"\b(?:open(?:s|ed|ing|er)?|kick(?:s|ed|ing)?(?: it| things| the day)?[ -]?off|first (?:thing|half[ -]?hour|speaker|item|on the)|sp(?:eaks?|oke) first|(?:very )?beginning|start of the day|starts? the day|inaugurat\w+)\b",
    re.IGNORECASE,
)
_CLOSING = lazy(
    r"\b(?:clos(?:e|es|ed|ing|er)|wrap(?:s|ped|ping)?[ -]?up|last (?:thing|speaker|item|on the)|sp(?:eaks?|oke) last|(?:last|final) word|final (?:statement|remarks|item)|end of the day)\b",
    re.IGNORECASE,
)
_STARTS = lazy(
    r"\b(?:start(?:s|ed|ing)?|begin(?:s|ning)?|began|kick(?:s|ed|ing)?[ -]?off|get going|got going|get started|doors|open(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_ENDS = lazy(
    r"\b(?:end(?:s|ed|ing)?|finish(?:es|ed|ing)?|over|clos(?:e|es|ed|ing)|wrap(?:s|ped)?(?: up)?|go home|done|conclude[sd]?|out of there|leave|last until)\b",
    re.IGNORECASE,
)
_BREAK = lazy(
    r"\b(?:lunch(?:time|es|break)?|breaks?|coffee|recess|pauses?|intermissions?|intervals?|gaps?|tea|ate|eat|meals?)\b",
    re.IGNORECASE,
)
_PART = lazy(
    r"\b(?:(?P<morning>mornin?g?s?|forenoon|a\.?m\.?(?=\s+(?:session|meeting|part|programme|schedule))|(?<=in the )a\.?m\b\.?|before (?:the )?lunch|pre[ -]?lunch)|(?P<afternoon>af?te?r?n+oo?n?s?|aftrnoon|afternon|p\.?m\.?(?=\s+(?:session|meeting|part|programme|schedule))|(?<=in the )p\.?m\b\.?|after (?:the )?lunch(?:break)?|post[ -]?lunch)|(?P<evening>evening))\b",
    re.IGNORECASE,
)
_DATE = lazy(
    r"\b(?:what|which) (?:date|day|year|month)\b|\bdate of (?:the )?(?:hearings?|event|meeting|day)\b|"
    r"\bwhen (?:was|were|is|are|did|r) (?:this|it|that|the (?:hearings?|event|day|whole thing))(?: (?:held|happen\w*|take place|on|organi[sz]ed|all))*[\s?.!]*$",
    re.IGNORECASE,
)
_HELD = lazy(r"\b(?:hearings?|this|it|that|event|meeting|day|happen\w*|place|held|was|is)\b", re.IGNORECASE)
_WHEN_BACK = lazy(r"\b(?:back|resum\w*|restart\w*|start\w*|begin\w*|again|when|what time)\b", re.IGNORECASE)
_ORDER = lazy(
    r"\b(?:in (?:what|which) order|order of|which (?:one )?(?:came|comes|was) first|sequence|order)\b", re.IGNORECASE
)
_AFTER = lazy(r"\b(?:after|follow(?:s|ed|ing)?|next to)\b\s*(?P<what>.*)", re.IGNORECASE)
_BEFORE = lazy(r"\b(?:before|preced(?:es|ed|ing)|ahead of|prior to)\b\s*(?P<what>.*)", re.IGNORECASE)
_RIGHT_THERE = lazy(r"\bright (?=after|before|at|when|then)", re.IGNORECASE)
_LAST_BUT_ONE = lazy(r"\b(?:one before (?:the )?last|last but one|second[ -]to[ -]last|penultimate)\b", re.IGNORECASE)
_CONTENT = lazy(
    r"\b(?:what (?:did|does|do|was|were|is|came)|outcome|result|conclusions?|main points?|gist|recap|key points|takeaways?)\b.*\b(?:sa(?:y|id|ys)|discuss(?:ed)?|conclude[sd]?|agreed?|"
    r"come out|out of|came up|raised?|report(?:ed)?|points?|gist|recap|deal with|in)\b|\b(?:summary|recap|gist|outcome|main points|conclusions?|takeaways?) (?:of|from|for)\b",
    re.IGNORECASE,
)
_NOT_SAID = lazy(
    r"\b(?:rooms?|where(?!.*\b(?:report|discuss|cover|written|summar|find|found|read)\w*)|venue|location|building|floor number|livestream\w*|stream(?:ed|ing)?|webcast|video|record(?:ed|ing)s?|interpret\w*|translat\w*|languages?|moderat\w+|chair(?:ed|s|person|man|woman|ing)?|"
    r"rapporteur|panel?lists?|facilitat\w+|link|zoom|dial|dress code|parking|regist\w+|badge|served|menu|catering|seat(?:s|ing)?|how many (?:people|participants|delegates)(?! (?:spoke|speak|talked|open|clos|made|gave|took))|wi-?fi|passwords?|how many (?=(?:attended|came)\b)|attend(?:ed|ance)|"
    r"each (?:speaker|of the|topic)|per speaker|full names?|names? of|powerpoint|slides|press conference|run over|overrun|from the floor|actually sa(?:y|id)|transcript|full text|words of|delegations? spoke|tickets?)\b",
    re.IGNORECASE,
)
#: What people who come to a meeting ask for, and no text about migration.
_PRACTICAL = lazy(
    r"\b(?:wi-?fi(?: (?:code|key|network))?|passwords?|(?:conference |meeting )?rooms?|panel?lists?|moderators?|parking|dress code|webcast|livestream\w*|slides|badges?|zoom|dial[ -]?in|"
    r"register|registration desk|seating plan|interpreters?|interpretation)\b",
    re.IGNORECASE,
)
_VERBS = r"(?:discuss\w*|talk\w*|cover\w*|address\w*|deal\w*|dealt|debat\w*|rais\w*|treat\w*)"
_TALKED_OF = lazy(
    rf"\b(?:{_VERBS}(?: about| with)?|get to|got to|take up|took up|bring up|brought up)\b\s+(?P<what>.+)",
    re.IGNORECASE,
)
_OF_THE_DAY = lazy(
    r"\b(?:meetings?|sessions?|segments?|panels?|morning|afternoon|evening|opening|closing|programme)\b",
    re.IGNORECASE,
)
_TALKED_ON = lazy(r"\b(?:on|about|for)\b\s+(?P<what>.+)", re.IGNORECASE)
_WAS_TALKED = lazy(rf"\b(?:was|were|did|is)\s+(?P<what>.+?)\s+(?:{_VERBS}|come up|came up|up)\b", re.IGNORECASE)
_WHOLE = frozenset(
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
def _noise() -> frozenset[str]:
    return frozenset(stem(word) for word in _NOISE)


def recognise_day(said: Said) -> ScheduleRequest | None:
    """A message that asks about the day's programme; None if it is about something else."""
    programme = said.document.programme
    if programme is None or len(said.bare) > 260 or len(said.bare.split()) > LONGEST_MESSAGE:
        return None
    text, label = with_clocks(said.bare), label_word(programme)
    if said.references and (about := asked_of_text(said, label)) is not None:
        return (
            ScheduleRequest(Asked.SECTION, about=about)
            if isinstance(about, str)
            else ScheduleRequest(Asked.TEXT, numbers=about)
        )
    if (named := zone_in(text)) and (found := _of_day(said.document, programme, label, named.text)):
        if len(named.zones) > 1:
            return ScheduleRequest(Asked.ZONE, about=named.typed)
        return _in_zone(found, named, said.document)
    return _of_day(said.document, programme, label, text)


def _in_zone(found: ScheduleRequest, named: InZone, document: Document) -> ScheduleRequest:
    """A request with the zone that it names, its times of day on the programme's clock."""
    [zone] = named.zones
    if found.asked not in {Asked.AT, Asked.BETWEEN} or found.about:
        return replace(found, zone=zone)
    said = [(as_time(c.hour, c.minute, c.half, None), bool(c.half) or c.hour > 12) for c in clocks(named.text)]
    here = [on_the_programme(moment, sure, zone, document) for moment, sure in said if moment]
    if found.asked is Asked.AT or len(here) < 2:
        return replace(found, start=here[0], zone=zone, asked=Asked.AT)
    return replace(found, start=here[0], end=here[1], zone=zone)


def _of_day(document: Document, programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    items = _labelled(programme, label, text)
    if items:
        return _of_items(items, text)
    if (
        _PRACTICAL.search(text)
        and not _OF_THE_DAY.search(text)
        and not _left(_NOT_SAID.sub(" ", _PRACTICAL.sub(" ", text)), _WHOLE, ("exist", "use"))
    ):
        return ScheduleRequest(Asked.NOT_SAID)
    if _NOT_SAID.search(text) and _OF_THE_DAY.search(text) and not _left(_NOT_SAID.sub(" ", text), _WHOLE):
        ends = [p for p, word in ((0, "opening"), (len(programme.items) - 1, "closing")) if word in text.casefold()]
        return ScheduleRequest(Asked.NOT_SAID, tuple(ends))
    for found in (
        _of_date(document, text),
        _of_clock(programme, text),
        _of_order(programme, label, text),
        _of_breaks(text),
        _of_people(document, programme, text),
        _of_parts(programme, text),
        _of_subject(document, programme, label, text),
        _of_whole(programme, label, text),
    ):
        if found:
            not_said = found.asked not in {Asked.DATE, Asked.BREAK} and _NOT_SAID.search(text) and not _asks_time(text)
            return ScheduleRequest(Asked.NOT_SAID, found.items) if not_said else found
    return None


def _asks_time(text: str) -> bool:
    return bool(_WHEN.search(text))


def label_word(programme: Programme) -> str:
    """What the document labels its items with, in lower case: "segment"; "item" where it has no labels."""
    return next((item.label.rsplit(" ", 1)[0].casefold() for item in programme.items if item.label), "item")


def with_clocks(text: str) -> str:
    """A text with spoken times in figures: "quarter to twelve" as "11:45"."""

    def in_figures(match: re.Match[str]) -> str:
        written = " ".join(match["minutes"].casefold().split())
        minutes = _MINUTES.get(written) or (int(written) if written.isdecimal() else 0)
        hour = _HOURS.get(match["hour"].casefold()) or int(match["hour"])
        before = match["way"].casefold() in {"to", "till", "before"}
        if not 1 <= hour <= 24 or not 0 < minutes < 60 or (before and written.isdecimal()):
            return match[0]
        total = (hour * 60 + (-minutes if before else minutes)) % 1440
        return f"at {total // 60}:{total % 60:02}"

    text = _HUNDREDS.sub(r"\1:\2", text)
    return _SPOKEN.sub(in_figures, _HALF_AN_HOUR.sub(r"half past \1", text))


def _labelled(programme: Programme, label: str, text: str) -> tuple[int, ...]:
    """The items that a message names by label, "segment 3", "seg 2", "3rd segment", "segments 1 and 2"; -2 for none such."""
    short = re.escape(label[:3]) if len(label) > 5 else re.escape(label)
    noun = rf"(?:{re.escape(label)}|{short}(?:\w{{0,6}})?|panel|{re.escape(label[0])}(?=\d))s?\.?"
    count = rf"(?:\d{{1,2}}|{'|'.join(w for w in _HOURS)}|i{{1,3}}|iv|v)"
    wanted: list[int] = []
    for match in re.finditer(
        rf"\b{noun}\s*(?:no\.?\s*|number\s*|nr\.?\s*|#\s*)?({count}\b(?!\s*(?:[ap]\.?m|:))(?:\s*(?:,|and|&|or|to|-|vs)\s*{count}\b)*)",
        text,
        re.IGNORECASE,
    ):
        wanted += [
            _COUNTS.get(p.casefold()) or int(p) for p in re.findall(rf"\b{count}\b|\d+", match[1], re.IGNORECASE)
        ]
    ordinal = r"(?:\d(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|last|final)"
    for match in re.finditer(
        rf"(?<![\w-])({ordinal})\s+(?:of the\s+)?(?:{noun}|session|slot|panel)\b", text, re.IGNORECASE
    ):
        word = match[1].casefold()
        wanted.append(-1 if word in {"last", "final"} else _COUNTS[word])
    labelled = [index for index, item in enumerate(programme.items) if item.label]
    if _LAST_BUT_ONE.search(text) and len(labelled) > 1 and re.search(noun, text, re.IGNORECASE):
        return (labelled[-2],)
    by_number = {
        _COUNTS.get(programme.items[i].label.rsplit(" ", 1)[1].casefold())
        or int(programme.items[i].label.rsplit(" ", 1)[1]): i
        for i in labelled
    }
    return tuple(dict.fromkeys(labelled[-1] if n == -1 else by_number.get(n, -2) for n in wanted)) if labelled else ()


def _of_items(items: tuple[int, ...], text: str) -> ScheduleRequest:
    if -2 in items and len(items) == 1:
        return ScheduleRequest(Asked.WHEN, items)
    items = tuple(item for item in items if item >= 0)
    if _NOT_SAID.search(text) and not re.search(r"\bwhen\b|\bwhat time\b|\bstart|\bend", text, re.IGNORECASE):
        return ScheduleRequest(Asked.NOT_SAID, items)
    if len(items) == 2 and re.search(r"\b(?:between|gap|break|pause)\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.GAP, items)
    if _LONG.search(text) or _LONGEST.search(text):
        return ScheduleRequest(Asked.LONG, items)
    if _LAST_BUT_ONE.search(text):
        return ScheduleRequest(Asked.WHEN, items)
    if (_AFTER.search(text) or _BEFORE.search(text)) and (_BREAK.search(text) or clocks(text)):
        return ScheduleRequest(Asked.WHEN, items)
    if re.search(r"\b(?:after|follow(?:s|ed|ing)?)\b", text, re.IGNORECASE) and not _CONTENT.search(
        re.sub(r"(?i)\bwhat (?:comes?|came|is|was|follow\w*)\b", "", text)
    ):
        return ScheduleRequest(Asked.AFTER, items)
    if _BEFORE.search(text):
        return ScheduleRequest(Asked.BEFORE, items)
    if re.search(r"\bwho\b|\bspeakers?\b|\bspoke\b|\bstatements?\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.WHO, items)
    if not re.search(
        r"\bwhen\b|\btime\b|\bcontinu\w*|\bsame\b|\bfresh\b|\bmore of\b", text, re.IGNORECASE
    ) and _CONTENT.search(text):
        return ScheduleRequest(Asked.CONTENT, items)
    return ScheduleRequest(Asked.WHEN, items)


def _of_date(document: Document, text: str) -> ScheduleRequest | None:
    if document.edition.date and _DATE.search(text) and _HELD.search(text) and len(_left(text, _WHOLE)) == 0:
        return ScheduleRequest(Asked.DATE)
    return None


def _left(text: str, *known: Iterable[str]) -> set[str]:
    """The stems of a text that speak neither about a programme nor are among some known ones."""
    gone = {stem(word) for group in known for word in group}
    return {
        term
        for word in words(_RIGHT_THERE.sub(" ", text))
        if word not in STOP and (term := stem(word)) not in _noise() and term not in gone
    }


def _clocks(programme: Programme, text: str) -> list[time]:
    moments = (as_time(clock.hour, clock.minute, clock.half, programme) for clock in clocks(text))
    return [moment for moment in moments if moment]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it is written: where, its figures, and "a" or "p" for its half of the day, "" where none is said."""

    start: int
    end: int
    hour: int
    minute: int
    half: str


def clocks(text: str) -> list[Clock]:
    """The times of day in a text, in every spelling; a part of the day ("in the evening") holds for all of them."""
    part = _IN_THE.search(text)
    in_part = (part["part"] or "evening").casefold() if part else ""
    found = []
    for match in _CLOCK.finditer(text):
        if match["word"]:
            found.append(Clock(*match.span(), 12, 0, "a" if match["word"].casefold() == "midnight" else "p"))
            continue
        hour_text = match["h1"] or match["h2"] or match["h3"] or match["h4"] or match["h5"]
        hour = _HOURS.get(hour_text.casefold()) or int(hour_text)
        half = (match["half"] or {"morning": "a", "afternoon": "p", "evening": "p"}.get(in_part, "")).casefold()
        found.append(Clock(*match.span(), hour, int(match["m1"] or match["m2"] or 0), half))
    return found


def as_time(hour: int, minute: int, half: str, programme: Programme | None) -> time | None:
    """A time of day; without "a" or "p" for its half, the one of the two that lies within the day's programme.

    Without a programme, as on a clock of 24 hours. None where there is no such time.
    """
    if minute > 59 or hour > 24 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif (
        programme
        and 0 < hour < 12
        and time(hour, minute) < programme.items[0].start
        and time(hour + 12, minute) <= programme.items[-1].end
    ):
        hour += 12
    return time(hour % 24, minute)


def _of_clock(programme: Programme, text: str) -> ScheduleRequest | None:
    moments = _clocks(programme, text)
    if not moments:
        return None
    left = _left(
        _CLOCK.sub(" ", text),
        _WHOLE,
        (
            "am pm approx noon still arrive arrived make made free catch hap hapened anybody main room there "
            "only joined join come"
        ).split(),
    )
    if len(left) > 1 or (left and not _ON.search(text)):
        return None
    if (
        len(moments) > 1
        and (_RANGE.search(text) or re.search(r"\d\s*(?:-|to|until|till)\s*\d", text))
        and moments[0] < moments[1]
    ):
        return ScheduleRequest(Asked.BETWEEN, start=moments[0], end=moments[1])
    if (missed := _MISSED.search(text)) and len(moments) == 1:
        span = (moments[0], time(23, 59)) if missed["left"] else (time(0), moments[0])
        return ScheduleRequest(Asked.BETWEEN, start=span[0], end=span[1])
    if re.search(r"\bbefore\s+\S*\d", text, re.IGNORECASE):
        return ScheduleRequest(Asked.BETWEEN, start=time(0), end=moments[0])
    if re.search(r"\b(?:after|from|since)\s+\S*\d", text, re.IGNORECASE) and not re.search(
        r"\bat\b", text, re.IGNORECASE
    ):
        return ScheduleRequest(Asked.BETWEEN, start=moments[0], end=time(23, 59))
    return ScheduleRequest(Asked.AT, start=moments[0])


def _of_order(programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    """ "what comes right after the human rights slot", "before the closing", "in what order"."""
    for asked, pattern in ((Asked.AFTER, _AFTER), (Asked.BEFORE, _BEFORE)):
        match = pattern.search(text)
        if (
            match
            and asked is Asked.AFTER
            and re.match(r"(?:the\s+)?(?:lunch|break)", match["what"], re.IGNORECASE)
            and _WHEN_BACK.search(text)
        ):
            return ScheduleRequest(Asked.BREAK, about="lunch")
        if match and not _PART.search(text) and (items := named_items(programme, match["what"])):
            return ScheduleRequest(asked, items)
    if _ORDER.search(text) and (
        re.search(
            rf"\b(?:topics?|{re.escape(label)}s?|sessions?|items?|themes?|subjects?|taken|day|programme|things)\b",
            text,
            re.IGNORECASE,
        )
        or named_items(programme, text, some=True)
    ):
        return ScheduleRequest(Asked.DAY)
    return None


def named_items(programme: Programme, what: str, *, some: bool = False) -> tuple[int, ...]:
    """Items by words of their titles; "the opening" and "the closing" by their place.

    Args:
        some: Whether some of the words are enough, at least two of them.
    """
    last = len(programme.items) - 1
    if re.search(r"\bopening\b", what, re.IGNORECASE):
        return (0,)
    if re.search(r"\bclosing\b", what, re.IGNORECASE):
        return (last,)
    wanted = {term for term in stems(_RIGHT_THERE.sub(" ", what)) if term not in _noise()}
    titles = [frozenset(stems(item.title)) for item in programme.items]
    if not any(_tells(term, titles) for term in wanted):
        return ()
    if some:
        best = max(len(wanted & title) for title in titles)
        return tuple(i for i, title in enumerate(titles) if len(wanted & title) == best) if best >= 2 else ()
    return tuple(i for i, title in enumerate(titles) if wanted <= title)


def _tells(term: str, titles: Sequence[frozenset[str]]) -> bool:
    """Whether a word is in the titles of one subject only; a subject that goes on after a break counts once."""
    holding = [title for title in titles if term in title]
    return bool(holding) and all(min(holding, key=len) <= title for title in holding)


def _of_breaks(text: str) -> ScheduleRequest | None:
    match = _BREAK.search(text)
    if match and (part := _PART.search(text)) and "lunch" not in part[0].casefold():
        text = text.replace(part[0], " ")
    if not match or _PART.search(text) or len(text.split()) > 14:
        return None
    if _left(_BREAK.sub(" ", text), _WHOLE, ["meetings", "eat", "have", "had", "allow", "midday", "lol", "name"]):
        return ScheduleRequest(Asked.NOT_SAID) if _NOT_SAID.search(text) and len(text.split()) < 9 else None
    word = match[0].casefold()
    return ScheduleRequest(
        Asked.BREAK,
        about="lunch"
        if word in {"ate", "eat", "meal", "meals"}
        else word.removesuffix("s")
        if word != "recess"
        else word,
    )


def _names_another(programme: Programme, text: str) -> bool:
    """Whether a text asks for a statement by an office that stands in a speaker's title and is no speaker's own."""
    if not re.search(r"\b(?:statements?|speech|spe(?:ak|aks)|spoke)\b", text, re.IGNORECASE):
        return False
    titles = {term for item in programme.items for statement in item.statements for term in stems(statement)}
    wanted = {term for term in stems(text) if term not in _noise()} - {
        "himself",
        "herself",
        "person",
        "deliver",
        "make",
    }
    return len(wanted) >= 2 and wanted <= titles


def _of_people(document: Document, programme: Programme, text: str) -> ScheduleRequest | None:
    last = len(programme.items) - 1
    speakers = _speaking(programme, text)
    if not speakers and _names_another(programme, text):
        return ScheduleRequest(Asked.NOT_SAID)
    if speakers and (_SPEAKS.search(text) or _WHEN.search(text)):
        if _IDENTITY.search(text):
            return ScheduleRequest(Asked.NOT_SAID, speakers)
        return ScheduleRequest(Asked.WHO, (last,) if _CLOSING.search(text) else speakers)
    if not _WHO.search(text) or not _SPEAKS.search(text):
        return None
    if part := _PART.search(text):
        morning = bool(part["morning"])
        spoke = tuple(
            i for i, item in enumerate(programme.items) if item.statements and (item.start < time(12, 30)) == morning
        )
        return (
            ScheduleRequest(Asked.WHO, spoke)
            if spoke and not _left(_PART.sub(" ", text), _WHOLE, ("make", "gave"))
            else None
        )
    left = _left(text, _WHOLE, ["make", "made", "give", "gave", "remark", "wrap", "kick", "begin", "stage", "minute"])
    if left and any(term in paragraph.text.casefold() for term in left for paragraph in document.paragraphs):
        return None  # "who closed the borders"
    asked = Asked.NOT_SAID if _LONG.search(text) else Asked.WHO  # how long each spoke, no programme says
    if _OPENING.search(text) and len(left) <= 1:
        return ScheduleRequest(asked, (0,))
    if _CLOSING.search(text) and len(left) <= 1:
        return ScheduleRequest(asked, (last,))
    if re.search(r"\bspeakers?\b|\bstatements?\b|\bspeech(?:es)?\b|\bspoke\b", text, re.IGNORECASE) and not left:
        return ScheduleRequest(Asked.WHO, tuple(i for i, item in enumerate(programme.items) if item.statements))
    return None


def _speaking(programme: Programme, text: str) -> tuple[int, ...]:
    """The items with a statement by somebody whom the text names by two words of the title at least."""
    text = re.sub(r"\bSG\b", "Secretary-General", text)
    text = re.sub(r"(?i)\bspecial rep\b", "Special Representative", text)
    every = [statement for item in programme.items for statement in item.statements]
    for statement in every:
        initials = "".join(re.findall(r"\b[A-Z]", re.sub(r"^\w+ by", "", statement)))
        for short in re.findall(r"\b[A-Z]{3,}\b", text):
            if initials.startswith(short) or initials.endswith(short):  # "DSG", "SRSG", "PGA"
                text = text.replace(short, re.sub(r"^\w+ by (?:the )?", "", statement))
    wanted = {term for term in stems(text) if term not in _noise()}
    others = [frozenset(stems(statement)) for statement in dict.fromkeys(every)]
    found = []
    for index, item in enumerate(programme.items):
        for statement in item.statements:
            title = [term for term in stems(statement) if term not in _noise()]
            own = title[:1] if sum(title[1] in other for other in others) > 1 else title[:2]
            if wanted & set(own) and len(wanted & set(title)) >= 2 and len(wanted - set(title)) <= 1:
                found.append(index)
                break
    return tuple(found)


def _middle(start: time, end: time) -> time:
    minutes = (start.hour * 60 + start.minute + end.hour * 60 + end.minute) // 2
    return time(minutes // 60, minutes % 60)


def _of_parts(programme: Programme, text: str) -> ScheduleRequest | None:
    parts = {name for match in _PART.finditer(text) for name, found in match.groupdict().items() if found}
    if not parts or _left(
        _PART.sub(" ", text),
        _WHOLE,
        ("wrap hrs only free catch available attend hapened wat miss join joined could would").split(),
    ):
        return None
    if len(parts) > 1:
        return ScheduleRequest(Asked.DAY)
    part = parts.pop()
    half = re.search(r"\b(early|late)(?:r|st)?\b", text, re.IGNORECASE)
    held = next((m for m in programme.meetings if part in m.title.casefold()), None)
    if half and held:
        middle = _middle(held.start, held.end)
        early = half[1].casefold() == "early"
        return ScheduleRequest(Asked.BETWEEN, start=held.start if early else middle, end=middle if early else held.end)
    if _LONG.search(text):
        return ScheduleRequest(Asked.LONG, about=part)
    spans = {"morning": (time(0), time(12, 30)), "afternoon": (time(13), time(18)), "evening": (time(18), time(23, 59))}
    return ScheduleRequest(Asked.BETWEEN, start=spans[part][0], end=spans[part][1], about=part)


def _of_subject(document: Document, programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    """ "which segment covers best practices", "when did they discuss remittances", "policy responses session when"."""
    asks_item = re.search(
        rf"\b(?:which|what|the|in)\s+(?:of the\s+)?(?:part of the day|slots?|sessions?|panels?|{re.escape(label)}s?|time)\b|\b(?:slot|session|panel|{re.escape(label)})\b",
        text,
        re.IGNORECASE,
    )
    if not (asks_item or _WHEN.search(text) or _LONG.search(text)):
        return None
    asked = Asked.LONG if _LONG.search(text) else Asked.WHEN
    if items := named_items(programme, _subject(text)):
        return ScheduleRequest(asked, items)
    if (
        (asks_item or _LONG.search(text))
        and (items := named_items(programme, _subject(text), some=True))
        and len(_left(text, *(words(programme.items[i].title) for i in items))) <= (1 if asks_item else 0)
    ):
        return ScheduleRequest(asked, items)
    if re.search(
        rf"\b(?:when|what time|(?:which|what|in) (?:part|{re.escape(label)}|session|slot|panel))\b", text, re.IGNORECASE
    ):
        patterns = (_TALKED_OF, _TALKED_ON, _WAS_TALKED) if asks_item else (_TALKED_OF, _WAS_TALKED)
        for pattern in patterns:
            found = pattern.search(text)
            what = found["what"].strip(" ?.!") if found else ""
            if what and (items := _reporting(document, programme, what)):
                return ScheduleRequest(Asked.WHEN, items, about=what)
    return None


def _subject(text: str) -> str:
    return _WHEN.sub(" ", _LONG.sub(" ", text))


def _reporting(document: Document, programme: Programme, what: str) -> tuple[int, ...]:
    """The items whose section treats a topic most, by the editor's table of which section reports which item."""
    what = re.sub(r"^(?:the|about|on)\s+", "", what, flags=re.IGNORECASE)
    topic = document.topics.find(what) or document.topics.find(what.partition(" of ")[2])
    if topic is None:
        return ()
    reported = dict(document.edition.reported_in)
    for number in topic.paragraphs:
        sections = {
            i: document.section(reported[item.name]) for i, item in enumerate(programme.items) if item.name in reported
        }
        if found := tuple(i for i, section in sections.items() if section and number in section):
            return found
    return ()


def _of_whole(programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    """The day as a whole: the schedule, its start and end, its length, how many segments."""
    plural = re.search(
        rf"\b(?:{re.escape(label)}s|{re.escape(label[:3])}s|meetings|sessions|slots|items|statements|speeches)\b",
        text,
        re.IGNORECASE,
    )
    left = _left(
        text,
        _WHOLE,
        (
            "send share today tomorrow overview summari many number copy attach publish print year programm "
            "mani divid split structur"
        ).split(),
    )
    last = len(programme.items) - 1
    if _LONGEST.search(text) and re.search(r"\bopening\b", text) and re.search(r"\bclosing\b", text):
        return ScheduleRequest(Asked.LONG, (0, last))
    if (
        _LONGEST.search(text)
        and re.search(rf"\b(?:{re.escape(label)}|{re.escape(label[:3])}|item|session|slot)s?\b", text, re.IGNORECASE)
        and not _left(_LONGEST.sub(" ", text), _WHOLE)
    ):
        return ScheduleRequest(Asked.LONGEST)
    if left or _OTHER_PROGRAMME.search(text):
        if re.match(r"(?:the\s+)?(?:full|whole|entire) (?:schedule|programme|agenda)\b", text, re.IGNORECASE):
            return ScheduleRequest(Asked.DAY)
        if len(left) > 1 or not _NAMED.search(text) or _OTHER_PROGRAMME.search(text):
            return None
        return (
            ScheduleRequest(Asked.DAY)
            if re.search(r"\bcontinued\b|\b(?:on|in|what|show|see) the\b", text, re.IGNORECASE)
            else None
        )
    if _LONG.search(text):
        if _OPENING.search(text) or _CLOSING.search(text):
            if re.search(r"\b(?:statements?|speech|speeches|remarks)\b", text, re.IGNORECASE):
                return ScheduleRequest(Asked.NOT_SAID, (0,) if _OPENING.search(text) else (last,))
            return ScheduleRequest(Asked.LONG, (0,) if _OPENING.search(text) else (last,))
        return ScheduleRequest(Asked.LONG) if _whole_day(text) else None
    if _NAMED.search(text) or (
        plural and re.search(r"\b(?:how many|which|what|all|times?|list|when|number|were|are)\b", text, re.IGNORECASE)
    ):
        if _OPENING.search(text) and re.search(r"\bfirst\b", text, re.IGNORECASE):
            return ScheduleRequest(Asked.WHEN, (0,))
        if _CLOSING.search(text) and re.search(r"\blast\b", text, re.IGNORECASE):
            return ScheduleRequest(Asked.WHEN, (last,))
        return ScheduleRequest(Asked.DAY)
    if re.search(r"\bwhat\b.*\b(?:first|last)[\s?.!]*$", text, re.IGNORECASE):
        return ScheduleRequest(Asked.WHEN, (0,) if "first" in text.casefold() else (last,))
    if re.search(r"\b(?:last|final) (?:item|thing|bit|part|one)\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.WHEN, (last,))
    if re.search(r"\bfirst (?:item|thing|bit|part|one)\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.WHEN, (0,))
    if (
        re.search(
            r"\b(?:opening|closing)(?: (?:session|statements?|remarks|of the hearings|time|hours?))?\b",
            text,
            re.IGNORECASE,
        )
        and len(text.split()) < 8
    ):
        return ScheduleRequest(Asked.WHEN, (0,) if "opening" in text.casefold() else (last,))
    if re.search(r"\b(?:total|altogether|in all)\b", text, re.IGNORECASE) and re.search(
        r"\b(?:time|length|hours|long)\b", text, re.IGNORECASE
    ):
        return ScheduleRequest(Asked.LONG)
    if _WHEN.search(text):
        starts, ends = _STARTS.search(text), _ENDS.search(text)
        if starts and ends:
            return ScheduleRequest(Asked.WHEN, (0, last))
        if starts or ends:
            return ScheduleRequest(Asked.WHEN, (0,) if starts else (last,))
    if re.search(r"\ball in one day\b|\bone day or\b|\b(?:all on|in) the same day\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.DAY)
    return None


def _whole_day(text: str) -> bool:
    return any(word in _WHOLE for word in words(text))
